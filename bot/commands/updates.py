"""The commands around an update: `hold` before it, and `undo-update` while it is not released.

docs/decisions/0025-held-starts.md says why a start is held, and why only such a one is undone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.commands.maintenance import audit_findings
from bot.config import Settings
from bot.config.invocation import as_typed
from bot.config.wiring import database_of
from bot.domain.errors import BackupError, CopyOutcomeUnknownError, StoreError
from bot.system import version
from storage.backup import BEFORE_UPDATE, backups_in, copy_whole
from storage.marks import HeldStart, Marks
from storage.replacement import working_copy
from storage.schema import load_migrations, newest_version
from storage.shop_database import ShopDatabase
from storage.sqlite_database import SqliteDatabase
from storage.sqlite_files import name_of

COPIES_KEPT = 2
"""How many copies from before updates are kept, by names that end in `BEFORE_UPDATE`."""
COUNTING = ("orders", "transfers")
"""No held start and no migration adds a row to these tables, nor to the inbox."""
NOT_HELD = 3
"""The exit code of `undo-update` when the new version was released, or nothing was held."""


class OpenSinceError(BackupError):
    """The database has orders, money or updates that its copy from before the update has not."""


def hold_next_start(settings: Settings, now: datetime, say: Callable[[str], None]) -> int:
    """Copy the database of a stopped bot, and hold the next start; return 1 if that fails, else 0.

    To be run by the version before an update. Older copies of updates are deleted, but for one.
    """
    marks, database = Marks(settings.state_folder), database_of(settings)
    try:
        held = marks.held_start()
        if held is not None:
            say(
                f"An update is under way since {held.held_at:%Y-%m-%d %H:%M} UTC: start the bot, "
                f"or undo the update: {as_typed('undo-update')}."
            )
            return 1
        with database.locked():
            mark = _copied(settings, database, now)
            marks.put(mark)
    except (StoreError, OSError) as error:
        say(f"The next start is not held, and nothing was changed: {error}.")
        return 1
    # Copies with later dates were made while the clock was wrong, and count as older.
    copies = backups_in(settings.backup_folder, database.stem, BEFORE_UPDATE)
    copies.sort(key=lambda path: mark.copy is not None and path.name <= mark.copy)
    for old in copies[:-COPIES_KEPT]:
        old.unlink(missing_ok=True)
    kept = "There is no database yet." if mark.copy is None else f"The copy is {mark.copy}."
    say(f"{kept} The next start is held until its health is good.")
    return 0


def _copied(settings: Settings, database: ShopDatabase, now: datetime) -> HeldStart:
    if not database.exists():
        return HeldStart(held_at=now, version=version(), schema_version=0, copy=None)
    name = name_of(database.stem, now, BEFORE_UPDATE)
    schema_version = copy_whole(database, settings.backup_folder / name, now)
    broken = []
    if schema_version == newest_version(load_migrations()):
        broken = sorted({one.rule for one in asyncio.run(audit_findings(settings, now))})
    return HeldStart(
        held_at=now,
        version=version(),
        schema_version=schema_version,
        database=database.name,
        copy=name,
        broken_rules=broken,
    )


def undo_update(settings: Settings, now: datetime, say: Callable[[str], None]) -> int:
    """Put back the database from before an update that is not released; return the exit code.

    0: it is as it was. 1: nothing was changed. `NOT_HELD`: the new version was released, or there
    was no update; the bot may have sold since, so only a restore goes back.
    """
    marks, database = Marks(settings.state_folder), database_of(settings)
    try:
        held = marks.held_start()
        if held is None:
            say(
                "No start is held: the new version was released, or there was no update. Nothing "
                "was changed. docs/update.md says how to go back by a restore."
            )
            return NOT_HELD
        with database.locked():
            aside = _put_back(held, settings.backup_folder, database, now)
            marks.release()
    except OpenSinceError as error:
        say(
            f"The shop was open since the update began ({error}): the new version was released. "
            "Nothing was changed. docs/update.md says how to go back by a restore."
        )
        return NOT_HELD
    except CopyOutcomeUnknownError as error:
        say(f"{error}. Run {as_typed('undo-update')} once more.")
        return 1
    except (StoreError, OSError) as error:
        say(f"The update is not undone, and nothing was changed: {error}.")
        return 1
    say(
        "The database is as it was before the update."
        if aside is None
        else f"The database is as it was before the update. What the update made of it: {aside}"
    )
    return 0


def _put_back(held: HeldStart, backups: Path, database: ShopDatabase, now: datetime) -> str | None:
    """Return where the changed database is kept; None if it did not have to be replaced.

    A held start sends nothing, so nothing is parked and no number is given anew. What it writes
    without a new schema, the version before can go on from.
    """
    if held.copy is None or database.version() == held.schema_version:
        return None
    if held.database not in {"", database.name}:
        raise BackupError(f"DATABASE_URL is {database.name} now, and the copy of {held.database}")
    if held.schema_version != newest_version(load_migrations()):
        raise BackupError(
            f"the copy has version {held.schema_version} of the database, and this Konter another: "
            "run undo-update in the version from before the update"
        )
    _require_nothing_since(database, backups / held.copy)
    with working_copy(backups / held.copy, database.working_copy, None) as prepared:
        return database.put_in_place(prepared, "update-undone", now)


def _require_nothing_since(database: ShopDatabase, copy: Path) -> None:
    """Raise `OpenSinceError` if the shop was open after the copy was made.

    A mark can come back after its removal: by a power cut, or with a folder that is put back.
    """
    with SqliteDatabase(copy).in_any_version() as before, database.in_any_version() as now:
        old, new = before.counters(), now.counters()
        for table in COUNTING:
            if new.get(table, 0) > old.get(table, 0):
                raise OpenSinceError(f"{table}: {new[table]}, then {old.get(table, 0)}")
        inbox = "inbox", ["update_id"]
        if taken := set(now.rows(*inbox)) - set(before.rows(*inbox)):
            raise OpenSinceError(f"{len(taken)} updates")
