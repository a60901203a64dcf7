"""Statements that the database itself refuses: plain SQL, without the repositories."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.admin_act import AdminAct
from bot.domain.errors import LedgerError
from bot.domain.money import Rupiah
from bot.domain.order import OrderState
from bot.domain.topup import TopUp, TopUpId, TopUpState
from bot.ports.store import Transaction
from storage.connection import Connection
from tests.storage.samples import (
    ANNI,
    ANNIS_WALLET,
    BOSS,
    NOW,
    OTHER,
    buy,
    credit,
    end,
    sent,
    tables_of,
)

MOVE = (
    "insert into transfers (phase, purpose, debit_account, credit_account, amount,"
    " idempotency_key, created_at, order_id, hold_id, note) values "
)
ORDER = (
    "insert into orders (account, customer_id, product_id, service_code, product_name,"
    " category_type, main, destination, price, cost, state, created_at, is_counter_sale, version,"
    " send_attempts, sent_at, send_number, ref_id, status_word, voucher, note, refusal_message,"
    " lookups) values "
)
REQUEST = "insert into restock_requests (customer_id, product_id, asked_at, expires_at) values "
WITHHELD = (
    "insert into withheld_products (product_id, order_id, listed_cost, cost, price, withheld_at,"
    " released_at, released_by) values "
)

BY_SQLITE = {
    "an amount is a whole number": (
        f"{MOVE} ('single', 'credit', 'bank', 'wallet:1001', 0.5, 'x', 0, null, null, '')"
    ),
    "a transfer does not replace another by id": (
        "insert or replace into transfers (transfer_id, phase, purpose, debit_account,"
        " credit_account, amount, idempotency_key, created_at, note)"
        " values (1, 'single', 'credit', 'bank', 'wallet:1001', 5, 'x', 0, '')"
    ),
    "a transfer does not replace another by key": (
        "insert or replace into transfers (phase, purpose, debit_account,"
        " credit_account, amount, idempotency_key, created_at, note)"
        " values ('single', 'credit', 'bank', 'wallet:1001', 5, 'opening:1001', 0, '')"
    ),
}

REFUSED = {
    "a transfer is not changed": "update transfers set amount = amount + 1",
    "a transfer is never updated": "update transfers set note = note where transfer_id = 1",
    "a transfer is not deleted": "delete from transfers where transfer_id = 1",
    "a hold is not resolved twice": (
        f"{MOVE} ('void', 'purchase', 'wallet:1001', 'revenue', 11200, 'x', 0, 1, 3, '')"
    ),
    "an order has no second hold": (
        f"{MOVE} ('hold', 'purchase', 'wallet:1001', 'revenue', 11200, 'x', 0, 2, null, '')"
    ),
    "a post needs a hold": (
        f"{MOVE} ('post', 'purchase', 'wallet:1001', 'revenue', 11200, 'x', 0, 2, null, '')"
    ),
    "a single transfer resolves no hold": (
        f"{MOVE} ('single', 'purchase', 'wallet:1001', 'revenue', 11200, 'x', 0, 2, 5, '')"
    ),
    "a wallet is not overdrawn": (
        f"{MOVE} ('single', 'debit', 'wallet:1001', 'bank', 100000, 'x', 0, null, null, '')"
    ),
    "a wallet is not overdrawn by a hold": (
        f"{MOVE} ('hold', 'purchase', 'wallet:1001', 'revenue', 100000, 'x', 0, null, null, '')"
    ),
    "an amount is not zero": (
        f"{MOVE} ('single', 'credit', 'bank', 'wallet:1001', 0, 'x', 0, null, null, '')"
    ),
    "an amount is not negative": (
        f"{MOVE} ('single', 'credit', 'bank', 'wallet:1001', -5, 'x', 0, null, null, '')"
    ),
    "money moves between two accounts": (
        f"{MOVE} ('single', 'credit', 'bank', 'bank', 5, 'x', 0, null, null, '')"
    ),
    "a phase is one of four": (
        f"{MOVE} ('maybe', 'credit', 'bank', 'wallet:1001', 5, 'x', 0, null, null, '')"
    ),
    "a transfer is for an order that is there": (
        f"{MOVE} ('single', 'cost', 'bank', 'revenue', 5, 'x', 0, 99, null, '')"
    ),
    "a balance is not written": "update accounts set posted = posted + 1",
    "a held amount is not written": "update accounts set held = 0 where account_id = 'wallet:1001'",
    "a transfer moves a balance once": (
        "update accounts set posted = posted + 100000, last_transfer_id = 1"
        " where account_id = 'wallet:1001'"
    ),
    "a transfer moves its own accounts": (
        "update accounts set posted = posted + 100000, last_transfer_id = 2"
        " where account_id = 'wallet:1001'"
    ),
    "a missing transfer moves no balance": (
        "update accounts set posted = posted + 5, last_transfer_id = 99"
        " where account_id = 'wallet:1001'"
    ),
    "an account does not begin with money": (
        "insert into accounts values ('wallet:7', 5, 0, 0, 0, 0)"
    ),
    "an account is not deleted": "delete from accounts where account_id = 'bank'",
    "an account keeps its id": (
        "update accounts set account_id = 'wallet:7' where account_id = 'wallet:1001'"
    ),
    "a limit is not below what is owed": (
        "update accounts set credit_limit = -100000 where account_id = 'wallet:1001'"
    ),
    "a target has one unresolved order": (
        "update orders set state = 'sending', sent_at = 9, send_number = 9 where order_id = 2"
    ),
    "a reference is claimed once": "update orders set ref_id = 'r1' where order_id = 2",
    "an empty reference is none": "update orders set ref_id = '' where order_id = 2",
    "a sent order says when": "update orders set state = 'sending' where order_id = 2",
    "a state is one of eight": "update orders set state = 'lost' where order_id = 2",
    "an ended order keeps its state": ("update orders set state = 'succeeded' where order_id = 1"),
    "an order's price stays": "update orders set price = 1 where order_id = 2",
    "an order's customer stays": "update orders set customer_id = 1002 where order_id = 2",
    "an order's destination stays": "update orders set destination = '08' where order_id = 2",
    "an order's product stays": "update orders set service_code = 'SM20' where order_id = 2",
    "an order is not deleted": "delete from orders where order_id = 2",
    "an order has a customer": (
        f"{ORDER} ('U1', 99, 1, 's', '', '', '', '', 1, 1, 'queued', 0, 0, 0, 0, null, null, null,"
        " '', '', '', '', 0)"
    ),
    "an order has a product": (
        f"{ORDER} ('U1', 1001, 99, 's', '', '', '', '', 1, 1, 'queued', 0, 0, 0, 0, null, null,"
        " null, '', '', '', '', 0)"
    ),
    "a product keeps its id": "delete from products where product_id = 1",
    "a category keeps its id": "delete from categories where category_id = 1",
    "an admin act is not deleted": "delete from admin_acts",
    "an admin act is not changed": "update admin_acts set detail = ''",
    "a top-up is decided once": "update topups set state = 'rejected'",
    "a restock request does not end when it is made": f"{REQUEST} (1001, 1, 5, 5)",
    "a withheld product costs more than its price": (
        f"{WITHHELD} (1, 1, 10200, 11200, 11200, 0, null, null)"
    ),
    "a withheld product is released by somebody": (
        f"{WITHHELD} (1, 1, 10200, 98000, 11200, 0, 5, null)"
    ),
    "a withheld product is released at some time": (
        f"{WITHHELD} (1, 1, 10200, 98000, 11200, 0, null, 9001)"
    ),
}


@pytest.fixture
def busy(connection: Connection, tx: Transaction) -> Connection:
    """A failed order (1, hold 3), a queued one (2, hold 5), a parked and an accepted one.

    There is also an approved top-up.
    """
    end(tx, buy(tx, ref_id="r1"), OrderState.FAILED)
    buy(tx)
    tx.orders.add(sent(1, state=OrderState.PARKED))
    tx.orders.add(sent(2, state=OrderState.ACCEPTED, destination=OTHER))
    tx.admin_acts.add(AdminAct(BOSS, "pause", "shop", "night", NOW))
    topup = tx.topups.add(TopUp(TopUpId(0), ANNI, Rupiah(5), TopUpState.PENDING, "k", NOW))
    tx.topups.decide(topup.topup_id, TopUpState.APPROVED, BOSS, NOW)
    return connection


def image(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    return {
        table: [tuple(row) for row in connection.execute(f"select * from {table}")]  # noqa: S608
        for table in tables_of(connection)
    }


def assert_refused(connection: Connection, sql: str) -> None:
    before = image(connection)
    with pytest.raises(connection.faults.refusals), connection.refusable():
        connection.execute(sql)
    assert image(connection) == before


@pytest.mark.parametrize("sql", REFUSED.values(), ids=REFUSED)
def test_the_database_refuses_the_statement(busy: Connection, sql: str) -> None:
    assert_refused(busy, sql)


@pytest.mark.parametrize("connection", ["SQLite"], indirect=True)
@pytest.mark.parametrize("sql", BY_SQLITE.values(), ids=BY_SQLITE)
def test_sqlite_refuses_the_statement(busy: Connection, sql: str) -> None:
    """PostgreSQL has no `insert or replace`, which deletes; and it rounds a literal fraction."""
    assert_refused(busy, sql)


@pytest.mark.parametrize("amount", [0.5, Decimal("0.5")])
def test_a_fraction_is_refused_as_a_parameter(
    connection: Connection, tx: Transaction, amount: Any
) -> None:
    with pytest.raises((connection.faults.errors, LedgerError)):
        tx.ledger.record(replace(credit(ANNIS_WALLET, 1, "half"), amount=amount))
    assert tx.ledger.account(ANNIS_WALLET).posted == 100_000


def test_the_examples_refer_to_existing_rows(busy: Connection) -> None:
    """A refusal because of a missing row would prove nothing."""
    holds = busy.execute("select transfer_id, order_id from transfers where phase = 'hold'")
    assert [tuple(row) for row in holds] == [(3, 1), (5, 2)]
    balance = busy.execute("select * from accounts where account_id = 'wallet:1001'").fetchone()
    assert tuple(balance) == (f"wallet:{ANNI}", 100_000, 11_200, 0, 5, 0)


def test_valid_statements_of_the_same_form_pass(busy: Connection) -> None:
    """The examples must fail for their stated reason, not for a wrong column."""
    busy.execute(f"{MOVE} ('void', 'purchase', 'wallet:1001', 'revenue', 11200, 'x', 0, 2, 5, '')")
    busy.execute(
        f"{ORDER} ('U1', 1001, 1, 's', '', '', '', '', 1, 1, 'queued', 0, 0, 0, 0, null, null,"
        " null, '', '', '', '', 0)"
    )
    busy.execute("update orders set state = 'accepted', ref_id = 'r2' where order_id = 2")
    busy.execute("update accounts set credit_limit = 5 where account_id = 'wallet:1001'")
    busy.execute(f"{REQUEST} (1001, 1, 5, 6)")
    busy.execute(f"{WITHHELD} (1, 1, 10200, 98000, 11200, 0, 5, 9001)")
