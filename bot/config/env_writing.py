"""Writing single settings into `.env`: everything else in the file stays as it is."""

from __future__ import annotations

import io
import os
import re
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from dotenv.parser import parse_stream

from bot.config.env_file import EnvFileError, read_env_file
from storage.sqlite_files import sync

_PRIVATE = 0o600
_BARE = re.compile(r"[A-Za-z0-9_@%+:,./-]+")
"""A value that needs no quotes."""


def write_settings(path: Path, values: Mapping[str, str], example: Path) -> None:
    """Write settings, by names in capitals, into the file in one step.

    If `path` is a link, the file that it leads to is written. Owner and mode of an existing file
    stay, but one that everybody may read becomes private, as a new one is: a copy of `example`.
    Raises `EnvFileError`, also if a value cannot be written so that it is read back unchanged.
    """
    target = Path(os.path.realpath(path))
    existing = read_env_file(target)
    try:
        text = (target if target.exists() else example).read_bytes().decode("utf-8-sig")
        for name, value in values.items():
            text = _with_setting(text, name, value)
        temporary = _written_beside(target, text)
        try:
            _require_unchanged(temporary, existing.values, values)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
        sync(target.parent)
    except OSError as error:
        raise EnvFileError(f"{target} cannot be written ({error.strerror}).") from None


def _with_setting(text: str, name: str, value: str) -> str:
    """Return the text of a file with one setting in the place of its line or its comment."""
    end = "\r\n" if "\r\n" in text else "\n"
    line = f"{name}={_quoted(value)}{end}"
    statement = re.compile(rf"\s*(?:export\s+)?['\"]?{name}\b", re.IGNORECASE)
    parts = [part.original.string for part in parse_stream(io.StringIO(text, newline=""))]
    places = [place for place, part in enumerate(parts) if statement.match(part)]
    if places:
        old = parts[places[-1]]
        blank = old[: len(old) - len(old.lstrip("\r\n"))]  # It belongs to the statement.
        parts[places[-1]] = blank + line
        return "".join(parts)
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += end
    comment = f"#{name}="
    for place, old in enumerate(lines):
        if old.startswith(comment):
            return "".join((*lines[: place + 1], line, *lines[place + 1 :]))
    return "".join((*lines, line))


def _quoted(value: str) -> str:
    if not value or _BARE.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _written_beside(target: Path, text: str) -> Path:
    """Write a temporary file in the target's folder, with its owner and mode; it is on disk."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        with suppress(FileNotFoundError):
            status = target.stat()
            if (status.st_uid, status.st_gid) != (os.geteuid(), os.getegid()):
                os.fchown(handle, status.st_uid, status.st_gid)
            mode = stat.S_IMODE(status.st_mode)
            os.fchmod(handle, _PRIVATE if mode & stat.S_IRWXO else mode)
        file.write(text)
        file.flush()
        os.fsync(handle)
    return Path(name)


def _require_unchanged(
    written: Path, before: Mapping[str, str | None], values: Mapping[str, str]
) -> None:
    """Refuse a file in which a new value, or one that was there, reads otherwise."""
    after = read_env_file(written).values
    wanted = {**before, **{name.lower(): value for name, value in values.items()}}
    for name, value in wanted.items():
        if (after.get(name) or "") != (value or ""):
            raise EnvFileError(
                f"{name.upper()} would not be read as it was written: leave out signs such as "
                "$ { } and line breaks."
            )
