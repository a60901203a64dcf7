"""The audit: silent over right books, and every rule of it fires."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.order import OrderState
from storage.audit import GOODS, RULES, SENDING
from storage.store import SqlStore
from storage.transaction import SqlTransaction
from tests.storage.samples import (
    ACCOUNT,
    NOW,
    NUMBER,
    OTHER,
    SECOND,
    buy,
    end,
    furnish,
    row,
)

LIMIT = timedelta(seconds=90)


@pytest.fixture
def shop(connection: sqlite3.Connection, tx: SqlTransaction) -> sqlite3.Connection:
    """An order in every state: succeeded (1), failed (2), cancelled (3), and open ones."""
    for number, state in enumerate(
        (OrderState.SUCCEEDED, OrderState.FAILED, OrderState.CANCELLED), start=1
    ):
        end(tx, buy(tx, ref_id=f"r{number}"), state)
    for number, state in enumerate(OrderState):
        if not state.is_final:
            at = NOW + number * SECOND
            target = f"0812000000{number:02}"
            buy(tx, state=state, destination=target, sent_at=at, send_number=number)
    tx.supplier_rows.see(ACCOUNT, [row("r1", status_word="success"), row("r2"), row("r9")], NOW)
    return connection


def corrupt(connection: sqlite3.Connection, script: str) -> None:
    """Change what the database would not let anybody change."""
    triggers = connection.execute("select name from sqlite_schema where type = 'trigger'")
    for trigger in triggers.fetchall():
        connection.execute(f"drop trigger {trigger['name']}")
    connection.execute("drop index orders_claim_once")
    connection.execute("drop index transfers_one_refund_an_order")
    connection.execute("pragma ignore_check_constraints = on")
    connection.execute("pragma foreign_keys = off")
    connection.executescript(script)


def broken(tx: SqlTransaction) -> dict[str, list[str]]:
    """Return what the audit finds, by rule."""
    found: dict[str, list[str]] = {}
    for finding in tx.audit.findings(NOW + LIMIT, LIMIT):
        found.setdefault(finding.rule.replace(" ", "_"), []).append(finding.detail)
    return found


MOVE = (
    "insert into transfers (phase, purpose, debit_account, credit_account, amount,"
    " idempotency_key, created_at, order_id, note) values "
)

CORRUPTIONS = {
    "transfers_sum_to_zero": (
        "update accounts set posted = posted + 7 where account_id = 'revenue'",
        "all accounts together hold 7",
    ),
    "balances_equal_their_transfers": (
        "update accounts set posted = posted + 5 where account_id = 'wallet:1001'",
        "wallet:1001 shows 88805, its transfers make 88800",
    ),
    "held_money_equals_open_holds": (
        "update accounts set held = held - 1 where account_id = 'wallet:1001'",
        "wallet:1001 shows 55999, its open holds make 56000",
    ),
    "no_wallet_is_below_its_limit": (
        "update accounts set credit_limit = -40000 where account_id = 'wallet:1001'",
        "wallet:1001 is 7200 below its limit",
    ),
    "ended_orders_have_their_hold_resolved_once": (
        "delete from transfers where order_id = 2 and phase = 'void'",
        "K2 is failed, its hold resolved 0 times",
    ),
    "open_orders_have_their_hold_open": (
        "delete from transfers where order_id = 4",
        "K4 is queued",
    ),
    "succeeded_orders_are_paid_and_no_others": (
        "update transfers set phase = 'post' where order_id = 3 and phase = 'void'",
        "K3 is cancelled, its hold post",
    ),
    "holds_are_the_price_from_the_customers_wallet": (
        "update transfers set amount = 11000 where order_id = 1 and phase in ('hold', 'post')",
        "K1 costs 11200, held are 11000 of wallet:1001",
    ),
    "refunds_do_not_exceed_charges": (
        (
            f"{MOVE} ('single', 'refund', 'revenue', 'wallet:1001', 6000, 'x', 0, 1, '');"
            f"{MOVE} ('single', 'refund', 'revenue', 'wallet:1001', 6000, 'y', 0, 1, '')"
        ),
        "K1 was charged 11200 and refunded 12000",
    ),
    "references_belong_to_one_order": (
        "update orders set ref_id = 'r1' where order_id = 6",
        "reference r1 belongs to 2 orders",
    ),
    "ended_orders_have_their_message": (
        "delete from outbox where subject_id = 3",
        "K3 is cancelled",
    ),
    SENDING: (
        "update orders set sent_at = sent_at - 2000000 where state = 'sending'",
        "K5",
    ),
    GOODS: (
        "update supplier_rows set destination = '081299999999' where ref_id = 'r1'",
        "K1 is for SM10 081234567890, its row r1 for SM10 081299999999",
    ),
}


def test_right_books_are_passed_in_silence(shop: sqlite3.Connection, tx: SqlTransaction) -> None:
    """With orders in every state, and a row that nobody claimed."""
    states = [row["state"] for row in shop.execute("select distinct state from orders")]
    assert set(states) == set(OrderState)
    assert broken(tx) == {}


def test_every_rule_is_tried() -> None:
    """One without an example may be one that cannot fail."""
    assert set(CORRUPTIONS) == {*RULES, SENDING, GOODS}


@pytest.mark.parametrize("rule", CORRUPTIONS)
def test_the_rule_finds_what_breaks_it(
    shop: sqlite3.Connection, tx: SqlTransaction, rule: str
) -> None:
    """And says where."""
    script, place = CORRUPTIONS[rule]
    corrupt(shop, script)
    assert broken(tx)[rule] == [place]


def test_a_hold_that_is_resolved_twice_is_found(
    shop: sqlite3.Connection, tx: SqlTransaction
) -> None:
    """The unique index would have to be gone for that."""
    shop.executescript("create table copy as select * from transfers")
    corrupt(
        shop,
        "drop table transfers; alter table copy rename to transfers;"
        "insert into transfers select 99, 'void', purpose, debit_account, credit_account, amount,"
        " 'again', 0, order_id, hold_id, null, '' from transfers"
        " where phase = 'post' and order_id = 1",
    )
    found = broken(tx)
    assert found["ended_orders_have_their_hold_resolved_once"] == [
        "K1 is succeeded, its hold resolved 2 times"
    ]
    assert found["succeeded_orders_are_paid_and_no_others"] == ["K1 is succeeded, its hold void"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("state = 'failed' where order_id = 1", "succeeded_orders_are_paid_and_no_others"),
        ("state = 'succeeded' where order_id = 2", "succeeded_orders_are_paid_and_no_others"),
        ("state = 'queued' where order_id = 1", "open_orders_have_their_hold_open"),
        ("state = 'failed' where order_id = 4", "ended_orders_have_their_hold_resolved_once"),
        (
            "customer_id = 1002 where order_id = 1",
            "holds_are_the_price_from_the_customers_wallet",
        ),
        ("customer_id = 1002 where order_id = 2", "ended_orders_have_their_message"),
    ],
)
def test_an_order_that_was_tampered_with_is_found(
    shop: sqlite3.Connection, tx: SqlTransaction, change: str, rule: str
) -> None:
    """Its state has to fit its money and its message."""
    corrupt(shop, f"update orders set {change}")  # noqa: S608 - the changes are those above
    assert rule in broken(tx)


def test_an_order_may_be_sending_for_as_long_as_the_limit(
    shop: sqlite3.Connection, tx: SqlTransaction
) -> None:
    """To the microsecond; it was sent one second after the others were made."""
    assert tx.audit.findings(NOW + SECOND + LIMIT, LIMIT) == []
    just_over = NOW + SECOND + LIMIT + timedelta(microseconds=1)
    (finding,) = tx.audit.findings(just_over, LIMIT)
    assert (finding.rule, finding.detail) == (SENDING.replace("_", " "), "K5")


@pytest.mark.parametrize("echo", [NUMBER, "6281234567890", "2.081234567890", " 081234567890"])
def test_an_echo_in_another_form_is_the_same_destination(
    shop: sqlite3.Connection, tx: SqlTransaction, echo: str
) -> None:
    """Panels rewrite numbers, and count repeated orders."""
    tx.supplier_rows.see(ACCOUNT, [row("r1", destination=echo)], NOW)
    assert broken(tx) == {}


MASKED = [
    {"destination": "0812****7890"},
    {"destination": "62812-XXXX-7890"},
    {"destination": "2.0812…"},
    {"destination": "7890"},
    {"destination": "hidden"},
    {"destination": ""},
    {"service_code": "", "destination": ""},
]


@pytest.mark.parametrize("change", MASKED)
def test_a_number_that_is_hidden_later_breaks_nothing(
    shop: sqlite3.Connection, tx: SqlTransaction, change: dict[str, str]
) -> None:
    """Panels hide the numbers of old rows: what was matched is kept."""
    tx.supplier_rows.see(ACCOUNT, [row("r1", **change)], NOW)
    assert broken(tx) == {}
    kept = "select service_code, destination from supplier_rows where ref_id = 'r1'"
    assert tuple(shop.execute(kept).fetchone()) == ("SM10", NUMBER)


@pytest.mark.parametrize("change", MASKED)
def test_a_number_that_was_hidden_before_it_was_kept_breaks_nothing(
    shop: sqlite3.Connection, tx: SqlTransaction, change: dict[str, str]
) -> None:
    """In a database of an older version it is lost; what is not shown contradicts nothing."""
    for column, text in change.items():
        shop.execute(f"update supplier_rows set {column} = ? where ref_id = 'r1'", (text,))  # noqa: S608 - the columns are those above
    assert broken(tx) == {}


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        (["0812****7890", NUMBER], False),
        (["0812****7890", OTHER], True),
        (["0812****7890", OTHER, "0812****7890"], True),
        (["0813****7890"], True),
        (["0812****7891"], True),
        ([OTHER, "hidden"], True),
    ],
)
def test_another_number_is_found_however_it_came(
    shop: sqlite3.Connection, tx: SqlTransaction, shown: list[str], found: bool
) -> None:
    """Shown at once, or after it was hidden, and also when it is hidden again."""
    shop.execute("delete from supplier_rows where ref_id = 'r1'")
    for echo in shown:
        tx.supplier_rows.see(ACCOUNT, [row("r1", destination=echo)], NOW)
    assert set(broken(tx)) == ({GOODS} if found else set())


def test_a_message_may_be_forgotten_long_after_the_end(
    shop: sqlite3.Connection, tx: SqlTransaction
) -> None:
    """Orders that ended later are asked for theirs as before."""
    shop.execute("update outbox set state = 'delivered'")
    assert tx.outbox.forget(NOW + SECOND, 9) == 3
    assert broken(tx) == {}
    later = buy(tx, destination="08120000099")
    end(tx, later, OrderState.FAILED)
    shop.execute("update orders set ended_at = ended_at + 1 where order_id = ?", (later.order_id,))
    assert broken(tx) == {}
    shop.execute("delete from outbox")
    assert broken(tx) == {"ended_orders_have_their_message": [f"{later.number} is failed"]}


def test_forgetting_less_old_messages_makes_nobody_asked_again(
    shop: sqlite3.Connection, tx: SqlTransaction
) -> None:
    """Also when those of older ends are forgotten last."""
    shop.execute("update orders set ended_at = ended_at - order_id * 1000 where order_id < 4")
    shop.execute("update outbox set state = 'delivered', created_at = created_at + subject_id")
    assert [tx.outbox.forget(NOW + SECOND, 1) for _ in range(4)] == [1, 1, 1, 0]
    assert broken(tx) == {}


@pytest.mark.parametrize("change", [{"service_code": "SM20"}, {"destination": OTHER}])
def test_goods_of_an_order_that_was_not_delivered_are_not_compared(
    shop: sqlite3.Connection, tx: SqlTransaction, change: dict[str, str]
) -> None:
    """A panel that shows a stranger's row for a reference is not believed, so nothing is wrong."""
    tx.supplier_rows.see(ACCOUNT, [row("r2", **change)], NOW)
    assert broken(tx) == {}
    tx.supplier_rows.see(ACCOUNT, [row("r1", **change)], NOW)
    assert set(broken(tx)) == {GOODS}


async def test_the_audit_runs_beside_the_bot(store: SqlStore, path: Path) -> None:
    """On a connection that cannot write."""

    def fill(tx: SqlTransaction) -> None:
        furnish(tx)
        end(tx, buy(tx), OrderState.SUCCEEDED)

    await store.write(fill)  # type: ignore[arg-type]
    looking = await SqlStore.open_readonly(path)
    assert await looking.read(lambda tx: tx.audit.findings(NOW, LIMIT)) == []
    await looking.close()
