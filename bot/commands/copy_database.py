"""The command `copy-database`: copies a whole shop from one database into a new one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from bot.config.database_url import shown_database
from bot.config.invocation import as_typed
from bot.domain.errors import (
    BackupError,
    CopyOutcomeUnknownError,
    StoreError,
    StoreInUseError,
    StoreVersionError,
)
from storage.copying import CopyReport, compare_books, copy_rows
from storage.schema import load_migrations, newest_version
from storage.shop_database import ShopDatabase, shop_database

FINDINGS_SHOWN = 10
IN_USE = """\
A Konter runs on {source}: what it does meanwhile and from now on is not in the copy.
To move the shop, stop it first and copy again."""
ENDING = """\
To move the shop, set DATABASE_URL to the address of {target} and start the bot.
Never start it on {source} again: customers would have two balances."""


def copy_whole(source: str, target: str, now: datetime, say: Callable[[str], None]) -> int:
    """Copy one database into another, by their addresses; return 1 if that fails, else 0.

    After a failure there is nothing in the target.
    """
    from_, to = _place(source), _place(target)
    try:
        if not from_.exists():
            raise BackupError(f"there is no database at {from_.name}")
        if from_.identity() == to.identity():
            raise BackupError("FROM and TO are the same database")
        with _stopped(from_) as is_stopped:
            if not is_stopped:
                say(IN_USE.format(source=from_.name))
            report = _copied(from_, to, now, say)
    except CopyOutcomeUnknownError as error:
        say(
            f"{error}: either all or nothing of {to.name} is there. Write its address "
            f"into DATABASE_URL, and look with {as_typed('audit')}."
        )
        return 1
    except StoreError as error:
        say(f"Nothing was copied, and {to.name} is as it was: {error}.")
        return 1
    for line in _lines(report):
        say(line)
    say((ENDING if is_stopped else IN_USE).format(source=from_.name, target=to.name))
    return 0


def _place(url: str) -> ShopDatabase:
    return shop_database(url, shown_database(url), Path())


@contextmanager
def _stopped(database: ShopDatabase) -> Iterator[bool]:
    """Keep a bot from starting on a database; yield False if one runs on it."""
    with ExitStack() as stack:
        is_stopped = True
        try:
            stack.enter_context(database.locked())
        except StoreInUseError:
            is_stopped = False
        yield is_stopped


def _copied(
    source: ShopDatabase, target: ShopDatabase, now: datetime, say: Callable[[str], None]
) -> CopyReport:
    newest = newest_version(load_migrations())
    with source.snapshot() as read:
        if (found := read.version()) != newest:
            raise StoreVersionError(found, newest)
        with target.made(newest, source.size()) as written:
            say(f"Copying {source.name} to {target.name}.")
            report = copy_rows(read, written, lambda table: say(f"  {table}"))
            say("Comparing the books.")
            return compare_books(read, written, now, report)


def _lines(report: CopyReport) -> list[str]:
    """Return what was found to be the same in both."""
    rows = report.rows
    copied = f"{sum(rows.values())} rows of {len(rows)} tables, {rows['orders']} of them orders"
    lines = [
        f"Copied and compared: {copied}. Also the same in both are:",
        *(f"  {one}" for one in report.sums),
        "  the audit: the books are right",
    ]
    if report.findings:
        lines[-1] = f"  the audit: {len(report.findings)} rules are broken, as they were before:"
        lines += [f"    {one.rule}: {one.detail}" for one in report.findings[:FINDINGS_SHOWN]]
    return lines
