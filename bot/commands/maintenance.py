"""The commands that use only the database: `audit`, `backup`, `try-backup` and `restore`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from bot.config import Settings
from bot.config.invocation import as_typed
from bot.config.newer_database import explained
from bot.config.wiring import database_of, shop_rules
from bot.domain.errors import (
    BackupError,
    BackupNotTriedError,
    CopyOutcomeUnknownError,
    StoreError,
)
from bot.domain.shop_rules import ShopRules
from bot.ports.audit import AuditFinding
from bot.services.erasures import erase_again
from bot.services.orders.reconcile import ORPHANED_AFTER
from bot.services.restores import RestoreReport, period_of, restore_state
from bot.supplier.profile import ProfileError, load_profile
from storage.backup import FolderOfBackups, back_up, newest_in
from storage.marks import Marks
from storage.opening import open_store_readonly
from storage.replacement import flush_and_check, working_copy
from storage.restore_trial import try_restore
from storage.shop_database import ShopDatabase
from storage.sqlite_files import name_of
from storage.store import SqlStore

ENDING = """\
Start the bot. It sells nothing until an admin has looked at /recon and sends /resume.
docs/operations.md describes each step."""


async def audit_books(settings: Settings, now: datetime, say: Callable[[str], None]) -> int:
    """Report every violation that the audit finds; return 1 if there is one, else 0.

    Changes nothing.
    """
    if not settings.is_postgres and not settings.database_path.exists():
        say(f"There is no database at {settings.database_path}: is DATABASE_URL right?")
        return 1
    try:
        found = await audit_findings(settings, now)
    except StoreError as error:
        say(f"{settings.database_name} cannot be read: {explained(settings, error)}")
        return 1
    for finding in found:
        say(f"BROKEN   {finding.rule}: {finding.detail}")
    say(f"{len(found)} rules are broken." if found else "The books are right.")
    return int(bool(found))


async def audit_findings(settings: Settings, now: datetime) -> list[AuditFinding]:
    """Return every violation that the audit finds in the database; raises `StoreError`."""
    limit = timedelta(seconds=settings.supplier_timeout_seconds) + ORPHANED_AFTER
    store = await open_store_readonly(settings.database_url.get_secret_value())
    try:
        return await store.read(lambda tx: tx.audit.findings(now, limit))
    finally:
        await store.close()


def accept_other_server(settings: Settings, say: Callable[[str], None]) -> int:
    """Let the bot start although another server answers than at its last start.

    Returns 1 if that fails, else 0.
    """
    if not settings.is_postgres:
        say("DATABASE_URL names a file, not a server: there is nothing to accept.")
        return 1
    from storage.postgres.identity import accept_server  # noqa: PLC0415 - its library takes 10 MB

    try:
        accept_server(settings.database_url.get_secret_value())
    except StoreError as error:
        say(f"Nothing was changed: {settings.database_name}: {error}.")
        return 1
    say(f"{settings.database_name} is accepted as it is now. The bot can start.")
    return 0


def back_up_now(
    settings: Settings, path: Path | None, now: datetime, say: Callable[[str], None]
) -> int:
    """Copy the database to `path`, a new file or a folder; None adds it to the daily backups.

    Returns 1 if that fails, else 0.
    """
    try:
        database = database_of(settings)
        if not database.exists():
            raise BackupError(f"there is no database at {database.name}")
        if path is None:
            folder = FolderOfBackups(database, settings.backup_folder, settings.backup_keep)
            place = asyncio.run(folder.make(now))
        else:
            target = path / name_of(database.stem, now) if path.is_dir() else path
            back_up(database, target, now)
            place = str(target)
    except StoreError as error:
        say(f"No backup was made: {explained(settings, error)}.")
        return 1
    say(f"The backup is {place}. It was read again, and its books are right.")
    return 0


def try_backup(
    settings: Settings | None, backup: Path | None, now: datetime, say: Callable[[str], None]
) -> int:
    """Try whether a backup, by default the newest, can be restored; return 1 if not, else 0.

    `settings` are needed to find the newest one.
    """
    if backup is None and settings is not None:
        folder = settings.backup_folder
        backup = newest_in(folder, database_of(settings).stem, now)
        if backup is None:
            say(f"There is no backup in {folder}. {as_typed('backup')} makes one.")
            return 1
    assert backup is not None  # noqa: S101 - for the type checker
    try:
        version = try_restore(backup, now)
    except BackupNotTriedError as error:
        say(f"{backup} was not tried: {error}.")
        return 1
    except StoreError as error:
        say(f"{backup} can NOT be restored: {error}.")
        say(f"Make a new backup now ({as_typed('backup')}), and try that one.")
        return 1
    say(f"{backup} can be restored. It has version {version} of the tables; a copy was changed to")
    say("the version of this Konter and audited, and deleted again.")
    return 0


def restore_backup(
    settings: Settings, backup: Path, now: datetime, say: Callable[[str], None]
) -> int:
    """Replace the database by a backup; the current one is kept under another name.

    Returns 1 if that fails, else 0.
    """
    database = database_of(settings)
    try:
        rules = shop_rules(settings, load_profile(settings.supplier_profile))
        with database.locked(), working_copy(backup, database.working_copy, now) as prepared:
            marks = Marks(settings.state_folder)
            restored, epoch = asyncio.run(_prepare(prepared, database, rules, marks, now))
            flush_and_check(prepared, now)
            # First: an update that is undone later would put back what was before the restore.
            marks.release()
            aside = database.put_in_place(prepared, f"replaced-by-K{epoch + 1}", now)
    except CopyOutcomeUnknownError as error:
        say(
            f"{error}: either {backup} was restored, or nothing was changed. "
            "Start the bot: after a restore the shop is paused."
        )
        return 1
    except (ProfileError, StoreError, OSError) as error:
        say(f"Nothing was changed, and {backup} was not restored: {error}.")
        return 1
    for line in _report(restored, rules, database.name, backup, aside):
        say(line)
    return 0


async def _prepare(
    prepared: Path, database: ShopDatabase, rules: ShopRules, marks: Marks, now: datetime
) -> tuple[RestoreReport, int]:
    store = await SqlStore.open(prepared)
    try:
        # Before anything is written to anybody.
        if await store.write(erase_again, marks.erasures(), now):
            await store.wipe(None)
        epoch = database.next_epoch(await store.read(lambda tx: tx.restoration.epoch()))
        return await store.write(restore_state, rules, epoch, now), epoch
    finally:
        await store.close()


def _report(
    restored: RestoreReport, rules: ShopRules, database: str, backup: Path, aside: str | None
) -> list[str]:
    dropped = restored.stale_notices + restored.unhandled_updates
    kept = "There was no database before." if aside is None else f"What was there is kept: {aside}"
    return [
        f"{database} is {backup} now.",
        kept,
        f"Lost is everything from this period: {period_of(restored, rules)} ({rules.timezone}).",
        f"Parked for you to decide: {restored.parked}.",
        f"Still being searched for by the bot: {restored.ambiguous}.",
        f"Confirm buttons that no longer work: {restored.deleted_confirmations}.",
        f"Messages and updates that were dropped: {dropped}.",
        f"New orders begin with {restored.next_number}.",
        *(
            f"Open on the supplier account {account}: {count}. Start the bot with "
            f"OSIMESA_USER_ID={account}, and that account's key, until they are settled."
            for account, count in restored.open_on_other_accounts.items()
        ),
        ENDING,
    ]
