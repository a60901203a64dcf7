"""Reading the settings, once, from the environment and `.env`: every fault is told at once."""

import difflib
import os
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.config.env_file import EnvFile, EnvFileError, read_env_file
from bot.config.settings import Settings

ENV_FILE = Path(".env")
"""Read from the working folder."""


class SettingsError(Exception):
    """The settings are not good; `problems` holds one sentence for each that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def load_settings(
    env: Mapping[str, str] | None = None,
    env_file: str | Path | None = ENV_FILE,
    only: Sequence[str] = tuple(Settings.model_fields),
) -> Settings:
    """The settings from `env` (default: the process's environment), which goes before `env_file`.

    What is not `only` named keeps its default, unread.
    Raises `SettingsError` with every missing and wrong setting at once; it never repeats a value.
    """
    try:
        file = EnvFile({}) if env_file is None else read_env_file(Path(env_file).expanduser())
    except EnvFileError as error:
        # What is missing may be in it, so nothing else can be told yet.
        raise SettingsError([str(error)]) from None
    environment = os.environ if env is None else env
    outside = {name.lower(): value for name, value in environment.items()}
    given = file.values | outside
    asked = [name for name in only if name not in outside]
    problems = [*_unread(file, asked), *_misspelt(file.values, only)]
    try:
        settings = Settings(**_known(given, only))
    except ValidationError as error:
        problems += [_sentence(detail) for detail in error.errors(include_url=False)]
        raise SettingsError(problems) from None
    if problems:
        raise SettingsError(problems)
    return settings


_NO_CREDENTIALS = {"telegram_bot_token": "0:none", "osimesa_user_id": "-", "osimesa_api_key": "-"}
_OF_DATABASE = (*_NO_CREDENTIALS, "database_url", "backup_keep", "supplier_timeout_seconds")


def load_database_settings(
    env: Mapping[str, str] | None = None, env_file: str | Path | None = ENV_FILE
) -> Settings:
    """The settings for a command that only opens the database: no others can be wrong."""
    environment = dict(os.environ if env is None else env)
    return load_settings(environment | _NO_CREDENTIALS, env_file, _OF_DATABASE)


def _known(given: Mapping[str, str | None], only: Sequence[str]) -> dict[str, Any]:
    """The settings among `given`; an empty one counts as not given, but for the profile's."""
    known: dict[str, Any] = {}
    for name in only:
        value = (given.get(name) or "").strip()
        if value:
            known[name] = value
        elif name in given and name == "osimesa_profile_url":
            known[name] = None  # empty here says: do not ask the supplier for its balance
    return known


def _unread(file: EnvFile, only: Sequence[str]) -> list[str]:
    """Lines that begin with a setting and do not set it: its default would be taken unseen."""
    return [
        f"{name.upper()} cannot be read in line {line}: write NAME=value, and a value in quotes "
        "wholly inside them."
        for name, line in file.unread
        if name in only
    ]


def _misspelt(in_file: Mapping[str, str | None], only: Sequence[str]) -> list[str]:
    """Names of the file that are almost a setting's: a typing error there would pass unseen."""
    strangers = [name for name in in_file if name not in Settings.model_fields]
    return [
        f"{name.upper()} is no setting: did you mean {meant.upper()}?"
        for name in strangers
        for meant in difflib.get_close_matches(name, only, n=1, cutoff=0.85)
    ]


# What pydantic finds wrong, as the end of a sentence that begins with the setting's name.
_SENTENCES = {
    "missing": "is missing: {description}",
    "value_error": "{error}",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "string_too_long": "must be at most {max_length} characters long",
    "literal_error": "must be {expected}",
}


def _sentence(detail: ErrorDetails) -> str:
    """What is wrong with one setting, without repeating its value, which may be a secret."""
    field = str(detail["loc"][0])
    facts = {
        "description": Settings.model_fields[field].description,
        "message": detail["msg"],
        **{name: _plain(value) for name, value in detail.get("ctx", {}).items()},
    }
    ending = _SENTENCES.get(detail["type"], "cannot be used: {message}")
    return f"{field.upper()} {ending.format(**facts)}."


def _plain(fact: object) -> object:
    """A limit as it would be typed: 1000000000, where Python would write 1e+09."""
    if isinstance(fact, float | Decimal) and fact == int(fact):
        return int(fact)
    return fact
