"""A small shop for the database tests: two customers, two products, and record builders."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from bot.domain.customer import TelegramId
from bot.domain.cutoff import CutoffWindow
from bot.domain.ledger import (
    BANK,
    REVENUE,
    AccountId,
    Phase,
    Purpose,
    Transfer,
    resolution,
    wallet_of,
)
from bot.domain.money import Rupiah
from bot.domain.notice import Notice, NoticeKind
from bot.domain.order import CustomerId, Order, OrderState
from bot.domain.supplier_row import SupplierRow
from bot.ports.store import Transaction
from storage.connection import Connection
from storage.customers import SqlCustomers
from storage.database import SqliteConnection, configure
from storage.permissions import make_private_file, make_private_folder
from storage.rows import micros
from storage.schema import load_migrations, migrate
from storage.store import SqlStore
from storage.transaction import SqlTransaction
from tests.catalogue_lists import put_list
from tests.samples import ANNI_CHAT, BUDI_CHAT, LISTING, ROW
from tests.samples import ORDER as SAMPLE_ORDER

NOW = datetime(2026, 3, 14, 5, 0, 0, 123_456, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ANNI, BUDI = CustomerId(ANNI_CHAT), CustomerId(BUDI_CHAT)
"""Persons who were customers when ids were those of their Telegram accounts."""
BOSS = CustomerId(9001)
"""An admin."""
ORDER = replace(SAMPLE_ORDER, customer_id=ANNI)
ANNIS_WALLET, BUDIS_WALLET = wallet_of(ANNI), wallet_of(BUDI)
OTHER = "081299999999"
PRICE = ORDER.price
OPENING = 100_000
"""The opening balance of each customer, in rupiah."""

SM10 = LISTING
SM20 = replace(SM10, code="SM20", name="Telkomsel 20.000", cutoff=CutoffWindow(1410, 30))


RENAMED = {
    "next_check_at": "next_look_at",
    "lookups": "looks",
    "last_covering_miss_at": "covered_at",
    "first_miss_after_60s_at": "covered_60_at",
}
"""The columns of orders that migration 23 renamed, and their names before."""


def fail_if_called() -> None:
    """Fail the test: stands in for ending the process where that must not happen."""
    raise AssertionError("the process would have ended")


def memory_connection() -> SqliteConnection:
    """Connect to a new database in memory, of which nothing is configured yet."""
    return sqlite3.connect(":memory:", isolation_level=None, factory=SqliteConnection)


@cache
def empty_database() -> bytes:
    """Return the image of a migrated database without rows."""
    connection = memory_connection()
    migrate(connection, load_migrations(), fail_if_called)
    image = connection.serialize()
    connection.close()
    return image


def create_previous_version(path: Path) -> None:
    """Create an empty database of the previous schema version."""
    with database_before(load_migrations()[-1].name) as connection:
        path.write_bytes(connection.serialize())


@contextmanager
def database_before(migration: str) -> Iterator[SqliteConnection]:
    """Yield an empty database in memory of the version before a migration with this file name."""
    steps = load_migrations()
    (step,) = [step for step in steps if step.name == migration]
    with closing(memory_connection()) as connection:
        migrate(connection, steps[: step.version - 1], fail_if_called)
        yield connection


def migrated(connection: SqliteConnection) -> SqlTransaction:
    """Apply the missing migrations, and return the repositories."""
    migrate(connection, load_migrations(), fail_if_called)
    configure(connection)
    return SqlTransaction(connection)


def create_database(path: Path) -> None:
    """Create an empty database of the present version, with a write-ahead log.

    Turning the log on takes longer than all the rest, because it waits for the disk.
    """
    make_private_folder(path.parent)
    make_private_file(path)
    image = bytearray(empty_database())
    image[18:20] = b"\x02\x02"  # The versions of the file format (sqlite.org/fileformat.html).
    path.write_bytes(image)


@contextmanager
def in_memory() -> Iterator[SqliteConnection]:
    """Yield a connection to a new empty database, configured like those of the store."""
    with closing(memory_connection()) as connection:
        connection.deserialize(empty_database())
        configure(connection)
        yield connection


def tables_of(connection: Connection) -> list[str]:
    """Return the names of all tables."""
    names = {
        "sqlite3": "select name from sqlite_schema where type = 'table'",
        "psycopg": "select tablename from pg_tables where schemaname = current_schema()",
    }
    return [str(name) for (name,) in connection.execute(names[connection.adapter])]


@contextmanager
def empty_shop() -> Iterator[Transaction]:
    """Yield the repositories of a new empty database."""
    with in_memory() as connection:
        yield SqlTransaction(connection)


@contextmanager
def sample_shop() -> Iterator[Transaction]:
    """Yield the repositories of a new database with the sample data."""
    with empty_shop() as tx:
        add_sample_data(tx)
        yield tx


def add_sample_data(tx: Transaction) -> None:
    """Add both customers, each with the opening balance, and the two products."""
    put_list(tx, [SM10, SM20], NOW)
    for customer_id in (ANNI, BUDI):
        add_old_person(tx, customer_id)
        tx.ledger.open_wallet(customer_id, 0)
        tx.ledger.record(credit(wallet_of(customer_id), OPENING, f"opening:{customer_id}"))


def add_old_person(tx: Transaction, customer_id: CustomerId) -> None:
    """Add a person whose id is that of their Telegram account, as the migration leaves them."""
    assert isinstance(tx.customers, SqlCustomers)
    execute, at = tx.customers._connection.execute, micros(NOW)
    execute(f"insert into customers (customer_id, created_at) values ({customer_id}, {at})")  # noqa: S608
    account = f"{customer_id}, {customer_id}, 'User {customer_id}', '', 'id', 1, {at}"
    execute(f"insert into telegram_accounts values ({account})")  # noqa: S608 - from above


def order(**changes: Any) -> Order:
    """Return a queued order of Anni's that is not stored yet."""
    return replace(ORDER, **{"created_at": NOW, **changes})


def sent(send_number: int, **changes: Any) -> Order:
    """Return an order in state `sending`."""
    at = NOW + send_number * SECOND
    changed = {"state": OrderState.SENDING, "sent_at": at, "send_number": send_number}
    return order(**{**changed, **changes})


def credit(wallet: AccountId, amount: int, key: str) -> Transfer:
    """Return the transfer of a customer's payment into a wallet."""
    return Transfer(Phase.SINGLE, Purpose.CREDIT, BANK, wallet, Rupiah(amount), key, NOW)


def hold(bought: Order, **changes: Any) -> Transfer:
    """Return the hold of an order's price."""
    reserved = Transfer(
        phase=Phase.HOLD,
        purpose=Purpose.PURCHASE,
        debit_account=wallet_of(bought.customer_id),
        credit_account=REVENUE,
        amount=bought.price,
        idempotency_key=f"order:{bought.number}",
        created_at=NOW,
        order_id=bought.order_id,
    )
    return replace(reserved, **changes)


def buy(tx: Transaction, **changes: Any) -> Order:
    """Store an order with its money held."""
    bought = tx.orders.add(order(**changes))
    tx.ledger.record(hold(bought))
    return bought


def end(tx: Transaction, bought: Order, state: OrderState) -> Order:
    """End an order: post or void its hold, and enqueue the notice to its customer."""
    phase = Phase.POST if state is OrderState.SUCCEEDED else Phase.VOID
    tx.ledger.record(resolution(hold_of(tx, bought), phase, NOW))
    tx.outbox.add(
        Notice(
            chat_id=TelegramId(bought.customer_id),
            kind=NoticeKind.OUTCOME,
            dedupe_key=f"outcome:{bought.number}",
            created_at=NOW,
            subject_id=bought.order_id,
        )
    )
    return tx.orders.save(replace(bought, state=state, ended_at=NOW))


def hold_of(tx: Transaction, bought: Order) -> Transfer:
    """Return the stored hold of an order."""
    reserved = tx.ledger.hold_of(bought.order_id)
    assert reserved is not None
    return reserved


def put_fact(tx: Transaction, value: str) -> str:
    """Write the value of a fact, and return it."""
    tx.facts.put("fact", value)
    return value


async def fact_in(store: SqlStore) -> str | None:
    """Return the value of that fact."""
    return await store.read(lambda tx: tx.facts.get("fact"))


def row(ref_id: str, **changes: Any) -> SupplierRow:
    """Return the supplier's row of the sample order."""
    return replace(ROW, ref_id=ref_id, **{"created_at": NOW, **changes})
