"""What an owner reads when a newer version of Konter has used the database."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from bot.config.database import DatabaseSettings
from bot.config.invocation import as_typed
from bot.config.wiring import BEFORE_MIGRATION
from bot.domain.errors import StoreError, StoreVersionError
from storage.backup import BEFORE_UPDATE, UNCHECKED, backups_in
from storage.marks import Marks
from storage.shop_database import shop_database
from storage.sqlite_database import SqliteDatabase


def explained(settings: DatabaseSettings, error: StoreError) -> str:
    """Return an error as a sentence, with the way back if the database is too new."""
    cause = error.__cause__ if isinstance(error.__cause__, StoreVersionError) else error
    if not isinstance(cause, StoreVersionError) or not cause.is_newer:
        return str(error)
    return f"{error}, or {_way_back(settings, cause.wanted)}"


def _way_back(settings: DatabaseSettings, version: int) -> str:
    with suppress(StoreError):
        if Marks(settings.state_folder).held_start() is not None:
            return f"undo the update, which was not released: {as_typed('undo-update')}"
    copy = _copy_of(settings, version)
    if copy is None:
        return f"restore a backup from before the update: {as_typed('restore PATH')}"
    return f"restore the copy from before the update: {as_typed(f'restore {copy}')}"


def _copy_of(settings: DatabaseSettings, version: int) -> Path | None:
    """Return the newest copy that was made before an update and has this version."""
    url = settings.database_url.get_secret_value()
    folder = settings.backup_folder
    stem = shop_database(url, settings.database_name, folder).stem
    migration = re.escape(BEFORE_MIGRATION.format(version=version + 1))
    suffix = rf"(?:{re.escape(BEFORE_UPDATE)}|{migration}(?:{re.escape(UNCHECKED)})?)"
    for path in reversed(backups_in(folder, stem, suffix)):
        with suppress(StoreError):
            if SqliteDatabase(path).version() == version:
                return path
    return None
