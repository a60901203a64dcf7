"""Moving a shop to another machine: `move-out`, `move-in` and `cancel-move`.

The archive holds the database, the settings and the backups. The old machine keeps everything, and
is marked before the archive exists, so that it never sells again beside the new one.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Literal

import msgspec

from bot.config import ENV_FILE, Settings, SettingsError, load_database_settings
from bot.config.invocation import as_typed
from bot.config.wiring import database_of
from bot.domain.errors import BackupError, CopyOutcomeUnknownError, StoreError
from bot.system import version
from storage.backup import copy_whole
from storage.marks import ERASURES, Marks, MovedAway
from storage.permissions import make_private_file, make_private_folder
from storage.replacement import working_copy
from storage.sqlite_files import (
    backup_errors,
    new_file_at,
    require_new,
    require_room,
    require_whole,
    sync,
)

CONTENTS, DATABASE, SETTINGS, BACKUPS = "contents.json", "konter.db", "settings.env", "backups"
_MEMBER = re.compile(
    rf"{CONTENTS}|{DATABASE}|{SETTINGS}|{re.escape(ERASURES)}|{BACKUPS}/[A-Za-z0-9_.-]+\.db",
    re.ASCII,
)
_SPOILT = (tarfile.TarError, zlib.error, EOFError, FileNotFoundError, msgspec.MsgspecError)
_LARGEST_CONTENTS = 1_000_000


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What an archive holds; its first file."""

    konter: str
    """The version of Konter that made it."""
    made_at: datetime
    database: Literal["file", "server", "none"]
    """Where the database is: in the archive, on the server of `DATABASE_URL`, or nowhere yet."""
    sha256: dict[str, str]
    """By name of each other file, the sum of its bytes."""


def move_out(settings: Settings, archive: Path, now: datetime, say: Callable[[str], None]) -> int:
    """Write a stopped shop into a new archive, and let it not start here again.

    Returns 1 if that fails, else 0. After a failure the shop may start as before.
    """
    marks = Marks(settings.state_folder)
    try:
        moved = marks.moved_away()
        if moved is not None:
            say(_moved(moved))
            return 1
        if marks.held_start() is not None:
            raise BackupError(
                f"an update is under way: finish it, or undo it ({as_typed('undo-update')})"
            )
        with database_of(settings).locked(), backup_errors():
            require_new(archive)
            marks.put(MovedAway(moved_at=now, archive=str(archive.absolute())))
            try:
                _write_archive(settings, archive, now)
            except BaseException:
                marks.stay()
                raise
    except (StoreError, OSError) as error:
        say(f"No archive was made, and the shop stays here: {error}.")
        return 1
    say(f"The archive is {archive}. It holds the bot's token and the panel's key: keep it safe.")
    say("The bot does not start here any more. docs/update.md: what to do on the new machine.")
    say(f"If you do not move after all: {as_typed('cancel-move')}.")
    return 0


def _write_archive(settings: Settings, archive: Path, now: datetime) -> None:
    database = database_of(settings)
    with TemporaryDirectory(dir=archive.absolute().parent, prefix=".konter-move-") as folder:
        files: dict[str, Path] = {}
        place: Literal["file", "server", "none"] = "server" if settings.is_postgres else "none"
        if not settings.is_postgres and database.exists():
            place, files[DATABASE] = "file", Path(folder) / DATABASE
            copy_whole(database, files[DATABASE], now)
        if ENV_FILE.is_file():
            files[SETTINGS] = ENV_FILE
        if (settings.state_folder / ERASURES).is_file():
            files[ERASURES] = settings.state_folder / ERASURES
        for backup in sorted(settings.backup_folder.glob("*.db")):
            if backup.is_file() and _MEMBER.fullmatch(f"{BACKUPS}/{backup.name}"):
                files[f"{BACKUPS}/{backup.name}"] = backup
        contents = Contents(
            konter=version(),
            made_at=now,
            database=place,
            sha256={name: _sum_of(path) for name, path in files.items()},
        )
        size = sum(path.stat().st_size for path in files.values())
        with new_file_at(archive, size) as part:
            make_private_file(part)
            with tarfile.open(part, "w:gz", compresslevel=3) as tar:
                encoded = msgspec.json.format(msgspec.json.encode(contents))
                _add(tar, CONTENTS, io.BytesIO(encoded), len(encoded))
                for name, path in files.items():
                    with path.open("rb") as file:
                        _add(tar, name, file, path.stat().st_size)
            sync(part)


def _add(tar: tarfile.TarFile, name: str, file: IO[bytes], size: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    tar.addfile(member, file)


def _sum_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def move_in(archive: Path, now: datetime, say: Callable[[str], None]) -> int:
    """Put the shop of an archive in place on this machine; return 1 if that fails, else 0.

    There may be no database yet, unless it is that of a shop that moved away from here. The
    settings of the archive are taken; others that are here already are kept under another name.
    """
    try:
        with _extracted(archive) as (contents, folder):
            settings = _settings_in(folder)
            aside = _put(settings, contents, folder, now)
    except CopyOutcomeUnknownError as error:
        say(f"{error}. Run {as_typed('move-in')} once more.")
        return 1
    except (StoreError, OSError) as error:
        say(f"{archive} was not taken, and nothing here sells: {error}.")
        return 1
    if aside is not None:
        say(f"The database that was here is kept: {aside}")
    where = {
        "file": f"The shop is in {settings.database_name} as it was at the move",
        "server": f"The shop stays on its server ({settings.database_name})",
        "none": "The shop had no database yet",
    }[contents.database]
    say(f"{where}, {contents.made_at:%Y-%m-%d %H:%M} UTC. Its settings are in {ENV_FILE}.")
    say(f"Check it with {as_typed('doctor')}, and start the bot.")
    return 0


@contextmanager
def _extracted(archive: Path) -> Iterator[tuple[Contents, Path]]:
    """Yield what the archive holds, in a folder of its own that is deleted afterwards."""
    parent = archive.absolute().parent
    with backup_errors(), TemporaryDirectory(dir=parent, prefix=".konter-move-") as folder:
        place = Path(folder)
        (place / BACKUPS).mkdir()
        try:
            with tarfile.open(archive, "r:gz") as tar:
                for member in tar:
                    _extract(tar, member, place)
            contents = msgspec.json.decode((place / CONTENTS).read_bytes(), type=Contents)
        except _SPOILT as error:
            raise BackupError(f"it is not a whole archive of move-out ({error})") from error
        found = {
            str(path.relative_to(place)): _sum_of(path)
            for path in place.rglob("*")
            if path.is_file() and path.name != CONTENTS
        }
        if found != contents.sha256:
            raise BackupError("it is damaged: its files are not those that were put in")
        yield contents, place


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, place: Path) -> None:
    """Write one file; nothing but the files of `move-out` is taken from an archive."""
    if not member.isreg() or not _MEMBER.fullmatch(member.name):
        raise BackupError(f"it is not an archive of move-out: it holds {member.name!r}")
    if member.name == CONTENTS and member.size > _LARGEST_CONTENTS:
        raise BackupError("it is not an archive of move-out: its contents are too long")
    require_room(member.size, place)
    target = place / member.name
    make_private_file(target)
    source = tar.extractfile(member)
    assert source is not None  # noqa: S101 - it is a regular file
    with source, target.open("wb") as file:
        shutil.copyfileobj(source, file)


def _settings_in(folder: Path) -> Settings:
    try:
        return load_database_settings(env_file=folder / SETTINGS)
    except SettingsError as error:
        raise BackupError(str(error)) from error


def _put(settings: Settings, contents: Contents, folder: Path, now: datetime) -> str | None:
    """Put everything in place, the database last; return where another database is kept.

    Killed before that, it can be run again.
    """
    marks, database = Marks(settings.state_folder), database_of(settings)
    moved = marks.moved_away()
    if contents.database == "file" and database.exists() and moved is None:
        raise BackupError(f"there is a database already: {database.name}")
    if moved is not None and moved.moved_at == contents.made_at and database.exists():
        # Nothing is parked here: what the other machine has sold since would be unknown.
        raise BackupError(
            "it was made here, and the shop that it holds is still here: if it did not start on "
            f"another machine, go on with {as_typed('cancel-move')}; else take an archive of there"
        )
    if contents.database == "file":
        require_whole(folder / DATABASE)
    if (folder / ERASURES).exists():
        # First: a backup of the archive may be restored before the first start.
        marks.add_erasures(Marks(folder).erasures())
    make_private_folder(settings.backup_folder)
    for backup in sorted((folder / BACKUPS).iterdir()):
        target = settings.backup_folder / backup.name
        if not target.exists():
            _move(backup, target)
    if (folder / SETTINGS).exists():
        _put_settings(folder / SETTINGS, now)
    aside = None
    if contents.database == "file":
        with (
            database.locked(),
            working_copy(folder / DATABASE, database.working_copy, None) as prepared,
        ):
            aside = database.put_in_place(prepared, "before-move-in", now)
    marks.release()  # An update of what was here before is not undone onto this.
    if moved is not None:
        marks.stay()
    return aside


def _move(file: Path, target: Path) -> None:
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    make_private_file(part)
    shutil.copyfile(file, part)
    sync(part)
    part.replace(target)
    sync(target.parent)


def _put_settings(file: Path, now: datetime) -> None:
    """Put the settings where `.env` leads, which may be a link."""
    target = ENV_FILE.resolve()
    if target.is_file():
        if target.read_bytes() == file.read_bytes():
            return
        _move(target, target.with_name(f"{target.name}.before-move-{now:%Y%m%dT%H%M%SZ}"))
    _move(file, target)


def cancel_move(settings: Settings, say: Callable[[str], None]) -> int:
    """Let a shop that moved away start here again; return 1 if that fails, else 0."""
    marks = Marks(settings.state_folder)
    try:
        if marks.moved_away() is None:
            say("This shop was not moved away: the bot can start.")
            return 0
        marks.stay()
    except (StoreError, OSError) as error:
        say(f"Nothing was changed: {error}.")
        return 1
    say("The shop is here again. Start the bot, and never start the one on the other machine.")
    return 0


def _moved(moved: MovedAway) -> str:
    return (
        f"This shop was moved away at {moved.moved_at:%Y-%m-%d %H:%M} UTC ({moved.archive}). If it "
        f"did not start on another machine: {as_typed('cancel-move')}."
    )
