"""Loading the settings from the environment and `.env`; all errors are reported at once."""

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
"""In the working folder."""


class SettingsError(Exception):
    """Settings are missing or wrong; `problems` holds one sentence for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def load_settings(
    env: Mapping[str, str] | None = None,
    env_file: str | Path | None = ENV_FILE,
    only: Sequence[str] = tuple(Settings.model_fields),
) -> Settings:
    """Load the settings from `env` and `env_file`.

    `env` (default: the process's environment) overrides the file. Settings that are not in `only`
    are not read and keep their defaults.
    Raises `SettingsError` with every missing and wrong setting; it never repeats a value.
    """
    try:
        file = EnvFile({}) if env_file is None else read_env_file(Path(env_file).expanduser())
    except EnvFileError as error:
        # Settings that seem missing may be in this file, so nothing else is reported.
        raise SettingsError([str(error)]) from None
    environment = os.environ if env is None else env
    outside = {name.lower(): value for name, value in environment.items()}
    given = file.values | outside
    from_file = [name for name in only if name not in outside]
    problems = [*_invalid_lines(file, from_file), *_misspelt(file.values, only)]
    try:
        settings = Settings(**_known(given, only))
    except ValidationError as error:
        problems += [_sentence(detail) for detail in error.errors(include_url=False)]
        raise SettingsError(problems) from None
    if problems:
        raise SettingsError(problems)
    return settings


_PLACEHOLDERS = {"telegram_bot_token": "0:none", "osimesa_user_id": "-", "osimesa_api_key": "-"}
"""Values for the required settings, which a database command does not use."""
_DATABASE_COMMAND_NAMES = (
    *_PLACEHOLDERS,
    "database_url",
    "backup_keep",
    "supplier_timeout_seconds",
)


def load_database_settings(
    env: Mapping[str, str] | None = None, env_file: str | Path | None = ENV_FILE
) -> Settings:
    """Load the few settings of a command that only opens the database; ignore all others."""
    environment = dict(os.environ if env is None else env)
    return load_settings(environment | _PLACEHOLDERS, env_file, _DATABASE_COMMAND_NAMES)


def _known(given: Mapping[str, str | None], only: Sequence[str]) -> dict[str, Any]:
    """Return the settings in `given`. An empty value means the default, with one exception."""
    known: dict[str, Any] = {}
    for name in only:
        value = (given.get(name) or "").strip()
        if value:
            known[name] = value
        elif name in given and name == "osimesa_profile_url":
            known[name] = None  # empty: the balance is not fetched
    return known


def _invalid_lines(file: EnvFile, names: Sequence[str]) -> list[str]:
    """Report invalid lines that begin with a setting: its default would apply unnoticed."""
    return [
        f"{name.upper()} cannot be read in line {line}: write NAME=value, and a value in quotes "
        "wholly inside them."
        for name, line in file.invalid_lines
        if name in names
    ]


def _misspelt(in_file: Mapping[str, str | None], only: Sequence[str]) -> list[str]:
    """Report names in the file that resemble a setting: the typing error would go unnoticed."""
    unknown = [name for name in in_file if name not in Settings.model_fields]
    return [
        f"{name.upper()} is no setting: did you mean {match.upper()}?"
        for name in unknown
        for match in difflib.get_close_matches(name, only, n=1, cutoff=0.85)
    ]


# Pydantic's error types, each as the end of a sentence that begins with the setting's name.
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
    """Describe an error without repeating the value, which may be a secret."""
    field = str(detail["loc"][0])
    facts = {
        "description": Settings.model_fields[field].description,
        "message": detail["msg"],
        **{name: _as_typed(limit) for name, limit in detail.get("ctx", {}).items()},
    }
    ending = _SENTENCES.get(detail["type"], "cannot be used: {message}")
    return f"{field.upper()} {ending.format(**facts)}."


def _as_typed(limit: object) -> object:
    """Return a limit as a person types it: 1000000000, not 1e+09."""
    if isinstance(limit, float | Decimal) and limit == int(limit):
        return int(limit)
    return limit
