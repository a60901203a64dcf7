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
from bot.config.settings import DEPRECATED_NAMES, Settings

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
    are not read and keep their defaults. Raises `SettingsError` with every missing and wrong
    setting; it never repeats a value.
    """
    try:
        file = EnvFile({}) if env_file is None else read_env_file(Path(env_file).expanduser())
    except EnvFileError as error:
        # Settings that seem missing may be in this file, so nothing else is reported.
        raise SettingsError([str(error)]) from None
    environment = os.environ if env is None else env
    outside = {name.lower(): value for name, value in environment.items()}
    given = file.values | outside
    deprecated = [old for old in _deprecated(only) if _text(given, old)]
    problems = [
        *_invalid_lines(file, outside, only),
        *_misspelt(file.values, only),
        *_contradictions(given, deprecated),
    ]
    renamed = {
        DEPRECATED_NAMES[old]: old for old in deprecated if not _text(given, DEPRECATED_NAMES[old])
    }
    given |= {new: given[old] for new, old in renamed.items()}
    try:
        settings = Settings(deprecated, **_known(given, only))
    except ValidationError as error:
        problems += [_sentence(detail, renamed) for detail in error.errors(include_url=False)]
        raise SettingsError(problems) from None
    if problems:
        raise SettingsError(problems)
    return settings


PLACEHOLDERS = {"telegram_bot_token": "0:none", "osimesa_user_id": "-", "osimesa_api_key": "-"}
"""Values for the required settings, for commands that do without one of them."""
_DATABASE_COMMAND_NAMES = (
    *PLACEHOLDERS,
    "database_url",
    "backup_keep",
    "supplier_timeout_seconds",
)


def load_database_settings(
    env: Mapping[str, str] | None = None, env_file: str | Path | None = ENV_FILE
) -> Settings:
    """Load the few settings of a command that only opens the database; ignore all others."""
    environment = dict(os.environ if env is None else env)
    return load_settings(environment | PLACEHOLDERS, env_file, _DATABASE_COMMAND_NAMES)


def _known(given: Mapping[str, str | None], only: Sequence[str]) -> dict[str, Any]:
    """Return the values of the settings in `only`; an empty value means the default."""
    known: dict[str, Any] = {}
    for name in only:
        if value := _text(given, name):
            known[name] = value
        elif name in given and name == "osimesa_profile_url":
            known[name] = None  # the one exception: empty turns the balance call off
    return known


def _text(given: Mapping[str, str | None], name: str) -> str:
    return (given.get(name) or "").strip()


def _deprecated(only: Sequence[str]) -> list[str]:
    """Return the old names of the settings in `only`."""
    return [old for old, new in DEPRECATED_NAMES.items() if new in only]


def _contradictions(given: Mapping[str, str | None], deprecated: Sequence[str]) -> list[str]:
    """Report settings whose old and present names have different values."""
    pairs = [(old, DEPRECATED_NAMES[old]) for old in deprecated]
    return [
        f"{old.upper()} is the old name of {new.upper()}, and they have different values: "
        f"remove {old.upper()}."
        for old, new in pairs
        if _text(given, new) not in {"", _text(given, old)}
    ]


def _invalid_lines(file: EnvFile, outside: Mapping[str, str], only: Sequence[str]) -> list[str]:
    """Report invalid lines that begin with a setting: its default would apply unnoticed.

    A setting that is given outside the file does not need its line.
    """
    names = [name for name in only if name not in outside]
    names += [old for old in _deprecated(names) if old not in outside]
    return [
        f"{name.upper()} cannot be read in line {line}: write NAME=value, and a value in quotes "
        "wholly inside them."
        for name, line in file.invalid_lines
        if name in names
    ]


def _misspelt(in_file: Mapping[str, str | None], only: Sequence[str]) -> list[str]:
    """Report names in the file that resemble a setting: the typing error would go unnoticed."""
    known = {*Settings.model_fields, *DEPRECATED_NAMES}
    candidates = [*only, *_deprecated(only)]
    return [
        f"{name.upper()} is not a setting: did you mean "
        f"{DEPRECATED_NAMES.get(match, match).upper()}?"
        for name in in_file
        if name not in known
        for match in difflib.get_close_matches(name, candidates, n=1, cutoff=0.85)
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


def _sentence(detail: ErrorDetails, renamed: Mapping[str, str]) -> str:
    """Describe an error without repeating the value, which may be a secret.

    `renamed` has the old names that values were given under, by present names.
    """
    field = str(detail["loc"][0])
    facts = {
        "description": Settings.model_fields[field].description,
        "message": detail["msg"],
        **{name: _as_typed(limit) for name, limit in detail.get("ctx", {}).items()},
    }
    ending = _SENTENCES.get(detail["type"], "cannot be used: {message}")
    return f"{renamed.get(field, field).upper()} {ending.format(**facts)}."


def _as_typed(limit: object) -> object:
    """Return a limit as a person types it: 1000000000, not 1e+09."""
    if isinstance(limit, float | Decimal) and limit == int(limit):
        return int(limit)
    return limit
