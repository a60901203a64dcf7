"""A small shop for the database tests: two customers, two products, and record builders."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from bot.domain.catalogue import Listing, ProductId
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
from bot.domain.order import CustomerId, Order, OrderId, OrderState
from bot.domain.supplier_row import SupplierRow
from bot.ports.store import Transaction
from storage.database import configure
from storage.permissions import make_private_file
from storage.schema import load_migrations, migrate
from storage.transaction import SqlTransaction

NOW = datetime(2026, 3, 14, 5, 0, 0, 123_456, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ACCOUNT = "U1"
ANNI, BUDI = CustomerId(1001), CustomerId(1002)
ANNIS_WALLET, BUDIS_WALLET = wallet_of(ANNI), wallet_of(BUDI)
NUMBER, OTHER = "081234567890", "081299999999"
PRICE = Rupiah(11_200)
OPENING = 100_000
"""The opening balance of each customer, in rupiah."""

SM10 = Listing(
    code="SM10",
    name="Telkomsel 10.000",
    note="",
    type="pulsa-reguler",
    main="TELKOMSEL",
    sub="Umum",
    cost=Rupiah(10_200),
    is_ready=True,
    is_repeatable=True,
    cutoff=None,
)
SM20 = replace(SM10, code="SM20", name="Telkomsel 20.000", cutoff=CutoffWindow(1410, 30))


def fail_if_called() -> None:
    """Fail the test: stands in for ending the process where that must not happen."""
    raise AssertionError("the process would have ended")


@cache
def empty_database() -> bytes:
    """Return the image of a migrated database without rows."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, load_migrations(), fail_if_called)
    image = connection.serialize()
    connection.close()
    return image


def migrated(path: Path) -> Path:
    """Write an empty database to a new file: a copy takes 1 ms, the migrations take 30."""
    make_private_file(path)
    path.write_bytes(empty_database())
    return path


def create_previous_version(path: Path) -> None:
    """Create an empty database of the previous schema version."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, load_migrations()[:-1], fail_if_called)


def in_memory() -> sqlite3.Connection:
    """Return a connection to a new empty database, configured like those of the store."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.deserialize(empty_database())
    configure(connection)
    return connection


def add_sample_data(tx: Transaction) -> None:
    """Add both customers, each with the opening balance, and the two products."""
    tx.catalogue.replace([SM10, SM20], NOW)
    for customer_id in (ANNI, BUDI):
        tx.customers.seen(customer_id, f"User {customer_id}", "", "id", NOW)
        tx.ledger.open_wallet(customer_id, 0)
        tx.ledger.record(credit(wallet_of(customer_id), OPENING, f"opening:{customer_id}"))


def sample_database() -> tuple[sqlite3.Connection, SqlTransaction]:
    """Return a database in memory with that data, and its repositories."""
    connection = in_memory()
    tx = SqlTransaction(connection)
    add_sample_data(tx)
    return connection, tx


def order(**changes: Any) -> Order:
    """Return a queued order of Anni's that is not stored yet."""
    queued = Order(
        order_id=OrderId(0),
        account=ACCOUNT,
        customer_id=ANNI,
        product_id=ProductId(1),
        service_code="SM10",
        product_name="Telkomsel 10.000",
        category_type="pulsa-reguler",
        main="TELKOMSEL",
        destination=NUMBER,
        price=PRICE,
        cost=Rupiah(10_200),
        state=OrderState.QUEUED,
        created_at=NOW,
    )
    return replace(queued, **changes)


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
    reserved = tx.ledger.hold_of(bought.order_id)
    assert reserved is not None
    phase = Phase.POST if state is OrderState.SUCCEEDED else Phase.VOID
    tx.ledger.record(resolution(reserved, phase, NOW))
    tx.outbox.add(
        Notice(
            chat_id=bought.customer_id,
            kind=NoticeKind.OUTCOME,
            dedupe_key=f"outcome:{bought.number}",
            created_at=NOW,
            subject_id=bought.order_id,
        )
    )
    return tx.orders.save(replace(bought, state=state, ended_at=NOW))


def row(ref_id: str, **changes: Any) -> SupplierRow:
    """Return the supplier's row of the sample order."""
    shown = SupplierRow(
        ref_id=ref_id,
        service_code="SM10",
        destination=NUMBER,
        cost=Rupiah(10_200),
        status_word="waiting",
        voucher="",
        note="",
        created_at=NOW,
    )
    return replace(shown, **changes)
