"""Purposes and kinds are rows: a feature adds one, and whatever has no row is refused."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum

import pytest

from bot.domain.confirmation import ConfirmationKind
from bot.domain.errors import LedgerError
from bot.domain.ledger import BANK, REVENUE, Purpose
from bot.domain.supplier_comparison import FindingKind
from bot.ports.store import Transaction
from storage.connection import Connection
from storage.database import SqliteConnection
from tests.samples import NOON
from tests.services.shop import SENDING_LIMIT
from tests.storage.samples import ANNIS_WALLET, OPENING, credit, database_before, migrated

FOREIGN_KEY = "FOREIGN KEY|foreign key"
ADD = (
    "insert into transfers"
    " (phase, purpose, debit_account, credit_account, amount, idempotency_key, created_at, note,"
    " hold_id) values (?, ?, ?, ?, ?, ?, 5, '', ?)"
)


@pytest.mark.parametrize(
    ("table", "column", "kinds"),
    [
        ("transfer_purposes", "purpose", Purpose),
        ("finding_kinds", "kind", FindingKind),
        ("confirmation_kinds", "kind", ConfirmationKind),
    ],
)
def test_every_kind_of_the_domain_has_a_row(
    connection: Connection, table: str, column: str, kinds: type[StrEnum]
) -> None:
    rows = connection.execute(f"select {column} from {table}")  # noqa: S608 - names of ours
    assert {row[0] for row in rows} == {kind.value for kind in kinds}


def test_a_purpose_is_added_as_a_row(tx: Transaction, connection: Connection) -> None:
    fee = (
        "insert into transfers"  # noqa: S608 - names of ours
        " (phase, purpose, debit_account, credit_account, amount, idempotency_key, created_at,"
        f" note) values ('single', 'fee', '{ANNIS_WALLET}', '{REVENUE}', 500, 'fee:1', 5, '')"
    )
    with pytest.raises(connection.faults.refusals, match=FOREIGN_KEY), connection.refusable():
        connection.execute(fee)
    connection.execute("insert into transfer_purposes values ('fee')")
    connection.execute(fee)
    (hold_id,) = connection.execute(
        fee.replace("single", "hold").replace("fee:1", "fee:2") + " returning transfer_id"
    ).fetchone()
    wallet = tx.ledger.account(ANNIS_WALLET)
    assert (wallet.posted, wallet.held) == (OPENING - 500, 500)
    connection.execute(
        "insert into transfers (phase, purpose, debit_account, credit_account, amount,"  # noqa: S608
        " idempotency_key, created_at, note, hold_id) select 'post', purpose, debit_account,"
        " credit_account, amount, 'fee:3', 5, '', transfer_id from transfers"
        f" where transfer_id = {hold_id}"
    )
    wallet = tx.ledger.account(ANNIS_WALLET)
    assert (wallet.posted, wallet.held) == (OPENING - 1_000, 0)
    assert tx.ledger.account(REVENUE).posted == 1_000
    assert tx.audit.findings(NOON, SENDING_LIMIT) == []


CONFIRM = (
    "insert into confirmations (token, actor_id, kind, payload, created_at, outcome)"
    " values ('t', 1, 'gift', '{}', 5, '')"
)
FIND = (
    "insert into recon_findings (account, kind, ref_id, detail, found_at)"
    " values ('U1', 'gift', 'r1', '', 5)"
)


@pytest.mark.parametrize(
    ("table", "insert"),
    [
        ("confirmation_kinds", CONFIRM),
        ("finding_kinds", FIND),
    ],
)
def test_another_kind_is_added_as_a_row(connection: Connection, table: str, insert: str) -> None:
    with pytest.raises(connection.faults.refusals, match=FOREIGN_KEY), connection.refusable():
        connection.execute(insert)
    connection.execute(f"insert into {table} values ('gift')")  # noqa: S608 - a name of ours
    connection.execute(insert)


def test_an_unknown_purpose_is_an_error_of_the_ledger(
    tx: Transaction, connection: Connection
) -> None:
    connection.execute("delete from transfer_purposes where purpose = 'refund'")
    with pytest.raises(LedgerError):
        tx.ledger.record(replace(credit(ANNIS_WALLET, 500, "refund:1"), purpose=Purpose.REFUND))
    assert tx.ledger.account(ANNIS_WALLET).posted == OPENING


def test_a_purpose_in_use_stays(tx: Transaction, connection: Connection) -> None:
    assert tx.ledger.account(BANK).posted < 0
    with pytest.raises(connection.faults.refusals, match=FOREIGN_KEY), connection.refusable():
        connection.execute("delete from transfer_purposes where purpose = 'credit'")


@pytest.fixture
def before() -> Iterator[SqliteConnection]:
    """A database of the version before, set up like a shop's, with transfers of every phase."""
    with database_before("0029_transfer_purposes") as connection:
        connection.execute("pragma foreign_keys = on")
        connection.execute("pragma recursive_triggers = on")
        for row in (
            ("single", "credit", "bank", "wallet:1001", 50_000, "c1", None),
            ("hold", "purchase", "wallet:1001", "revenue", 7_000, "h1", None),
            ("post", "purchase", "wallet:1001", "revenue", 7_000, "p1", 2),
            ("hold", "purchase", "wallet:1001", "revenue", 9_000, "h2", None),
        ):
            connection.execute(ADD, row)
        yield connection


def schema_of(connection: sqlite3.Connection) -> dict[str, str]:
    """Return the triggers and indexes of the tables that were made anew, without spaces.

    Two of the triggers were changed for erasures later, and one was added for bonuses.
    """
    found = connection.execute(
        "select name, sql from sqlite_schema where type in ('trigger', 'index')"
        " and tbl_name in ('transfers', 'accounts', 'recon_findings') and sql is not null"
        " and name not in ('transfers_never_change', 'transfers_keep_their_note',"
        " 'bonuses_are_added_up')"
    )
    return {name: " ".join(sql.split()) for name, sql in found}


def test_transfers_survive_the_rebuilding_of_their_table(before: SqliteConnection) -> None:
    rows = before.execute("select * from transfers order by transfer_id").fetchall()
    accounts = before.execute("select * from accounts order by account_id").fetchall()
    schema = schema_of(before)
    before.execute("update sqlite_sequence set seq = 40 where name = 'transfers'")
    migrated(before)
    kept = before.execute("select * from transfers order by transfer_id")
    assert [tuple(row) for row in kept] == rows
    kept = before.execute("select * from accounts order by account_id")
    assert [tuple(row) for row in kept] == accounts
    assert schema_of(before).items() >= schema.items()
    assert before.execute("pragma foreign_key_check").fetchall() == []
    void = ("void", "purchase", "wallet:1001", "revenue", 9_000, "v2", 4)
    (new_id,) = before.execute(f"{ADD} returning transfer_id", void).fetchone()
    assert new_id == 41
    posted, held = before.execute(
        "select posted, held from accounts where account_id = 'wallet:1001'"
    ).fetchone()
    assert (posted, held) == (43_000, 0)


RESOLVE = (
    "insert into transfers (phase, purpose, debit_account, credit_account, amount,"
    " idempotency_key, created_at, note, hold_id)"
    " select ?, purpose, debit_account, credit_account, amount + ?, 'x', 1, '', transfer_id"
    " from transfers where transfer_id = ?"
)


@pytest.mark.parametrize(
    ("forbidden", "values"),
    [
        ("update transfers set note = 'x'", ()),
        ("delete from transfers", ()),
        ("insert or replace into transfers select * from transfers limit 1", ()),
        ("update accounts set posted = posted + 1", ()),
        pytest.param(RESOLVE, ("post", 1, 4), id="another amount than the hold's"),
        pytest.param(RESOLVE, ("void", 0, 2), id="a hold that is posted already"),
    ],
)
def test_what_was_forbidden_before_still_is(
    before: SqliteConnection, forbidden: str, values: tuple[object, ...]
) -> None:
    migrated(before)
    with pytest.raises(sqlite3.IntegrityError):
        before.execute(forbidden, values)
