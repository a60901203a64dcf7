"""The audit finds nothing in correct books, and every rule finds its violation."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.money import Rupiah
from bot.domain.notice import Notice, NoticeKind
from bot.domain.order import OrderState
from bot.domain.topup import TopUp, TopUpId, TopUpState
from bot.ports.store import Transaction
from storage.audit import GOODS, RULES, SENDING
from storage.connection import Connection
from storage.store import SqlStore
from tests.samples import ACCOUNT, ANNI_CHAT, NUMBER
from tests.storage.samples import ANNI, NOW, OTHER, SECOND, add_sample_data, buy, end, row

TOPUP = TopUp(
    TopUpId(0),
    ANNI,
    Rupiah(50_000),
    TopUpState.PENDING,
    "update:1",
    NOW,
    code=101,
    expires_at=NOW + SECOND,
)
LIMIT = timedelta(seconds=90)

WITHOUT_CHECKS = """
set local session_replication_role = replica;  -- No trigger, and so no foreign key either.
do $$
declare
    item record;
begin
    for item in
        select conrelid::regclass as relation, conname
        from pg_constraint
        where connamespace = current_schema()::regnamespace and contype = 'c'
    loop
        execute format('alter table %s drop constraint %I', item.relation, item.conname);
    end loop;
end;
$$
"""


@pytest.fixture
def shop(connection: Connection, tx: Transaction) -> Connection:
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
    tx.topups.add(TOPUP)
    tx.supplier_rows.record(ACCOUNT, [row("r1", status_word="success"), row("r2"), row("r9")], NOW)
    return connection


def corrupt(connection: Connection, script: str) -> None:
    """Change data that triggers and constraints protect, after removing them."""
    connection.execute("drop index orders_claim_once")
    connection.execute("drop index transfers_one_refund_an_order")
    if isinstance(connection, sqlite3.Connection):
        triggers = connection.execute("select name from sqlite_schema where type = 'trigger'")
        for trigger in triggers.fetchall():
            connection.execute(f"drop trigger {trigger['name']}")
        connection.execute("pragma ignore_check_constraints = on")
        connection.execute("pragma foreign_keys = off")
        connection.executescript(script)
    else:
        connection.execute(WITHOUT_CHECKS)
        connection.execute(script)


def findings_by_rule(tx: Transaction) -> dict[str, list[str]]:
    """Return the details of the audit's findings by rule."""
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
    "wallets_belong_to_persons": (
        "insert into accounts (account_id) values ('wallet:77')",
        "wallet:77 belongs to nobody",
    ),
    "persons_were_given_their_ids": (
        "insert into customers (customer_id, created_at) values (5000000000000007, 0)",
        "person 5000000000000007 has an id that was not given",
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
    "orders_are_counted_by_state": (
        "update order_counts set orders = orders + 1 where state = 'failed'",
        "of failed orders 2 are counted, there are 1",
    ),
    "orders_are_counted_by_customer": (
        "update customers set order_count = 3 where customer_id = 1002",
        "customer 1002 has 0 orders, counted are 3",
    ),
    "days_of_customers_are_counted": (
        "update customer_days set turnover = turnover + 5, failures = 2",
        "customer 1001 on day 20526 is off by 0 orders, 5 turnover, 0 margin, 1 failures",
    ),
    "recent_orders_are_the_days_orders": (
        "update customers set recent_orders = 4 where customer_id = 1002",
        "customer 1002 shows 4 recent orders, days have 0",
    ),
    "granted_limits_are_the_wallets": (
        "update customers set credit_limit = 5000 where customer_id = 1001",
        "customer 1001 was granted 5000, the wallet has 0",
    ),
    "sales_are_added_up": (
        "update sales set orders = 2, revenue = revenue + 5, margin = 0, at_counter = 4",
        (
            "the quarter of an hour 1773464400000000 is off by 1 orders, revenue 5, margin -1000,"
            " at the counter 4"
        ),
    ),
    "sales_are_counted_by_brand": (
        "update brand_sales set orders = 0",
        "week 2932 of pulsa-reguler TELKOMSEL is off by -1 orders",
    ),
    "sales_are_added_up_by_brand": (
        "update brand_hours set orders = 0, revenue = revenue - 1, margin = 7",
        ("hour 492629 of pulsa-reguler TELKOMSEL is off by -1 orders, revenue -1, margin -993"),
    ),
    "money_has_its_source": (
        f"{MOVE} ('single', 'bonus', 'bank', 'wallet:1001', 5, 'x', 0, null, '')",
        "transfer 14 is a bonus from bank to wallet:1001",
    ),
    "bonuses_are_added_up": (
        "insert into bonuses values (900000000, 7, 2)",
        "the quarter of an hour 900000000 is off by 7 given, 2 taken back",
    ),
    "wallets_are_added_up": (
        "update wallet_totals set posted = posted - 1, held = held + 2, credit_limit = 3",
        "the wallets are off by -1, held 2, limits 3",
    ),
    "totals_of_topups_are_kept": (
        "update topup_totals set expires_at = null",
        "Rp50101 is not kept as the top-ups of it are",
    ),
    "rows_know_whether_an_order_claimed_them": (
        "update supplier_rows set is_unclaimed = 1 where ref_id = 'r2'",
        "row r2 is kept as unclaimed",
    ),
    "chats_have_their_next_notice": (
        "insert into outbox_chats values (77, 1, 1, 0)",
        "chat 77 has no notice to get",
    ),
    SENDING: ("update orders set sent_at = sent_at - 2000000 where state = 'sending'", "K5"),
    GOODS: (
        "update supplier_rows set destination = '081299999999' where ref_id = 'r1'",
        "K1 is for SM10 081234567890, its row r1 for SM10 081299999999",
    ),
}


def test_correct_books_have_no_findings(shop: Connection, tx: Transaction) -> None:
    states = [row["state"] for row in shop.execute("select distinct state from orders")]
    assert set(states) == set(OrderState)
    assert findings_by_rule(tx) == {}


def test_every_rule_has_an_example() -> None:
    assert set(CORRUPTIONS) == {*RULES, SENDING, GOODS}


@pytest.mark.parametrize("rule", CORRUPTIONS)
def test_a_rule_finds_its_violation_and_names_the_place(
    shop: Connection, tx: Transaction, rule: str
) -> None:
    script, place = CORRUPTIONS[rule]
    corrupt(shop, script)
    assert findings_by_rule(tx)[rule] == [place]


@pytest.mark.parametrize(
    ("rule", "script"),
    [
        ("orders_are_counted_by_state", "delete from order_counts where state = 'succeeded'"),
        ("sales_are_added_up", "delete from sales"),
        ("sales_are_counted_by_brand", "delete from brand_sales"),
        ("sales_are_added_up_by_brand", "delete from brand_hours"),
        ("wallets_are_added_up", "delete from wallet_totals"),
        ("totals_of_topups_are_kept", "delete from topup_totals"),
        ("totals_of_topups_are_kept", "insert into topup_totals values (7, 1, 1)"),
        ("totals_of_topups_are_kept", "update topup_totals set used_at = 1"),
    ],
)
def test_a_kept_sum_that_is_missing_or_left_over_is_found(
    shop: Connection, tx: Transaction, rule: str, script: str
) -> None:
    corrupt(shop, script)
    assert list(findings_by_rule(tx)) == [rule]


@pytest.mark.parametrize(
    "script",
    [
        "delete from outbox_chats",
        "update outbox_chats set notice_id = notice_id + 1",
        "update outbox_chats set urgency = 0",
        "update outbox_chats set next_at = 9",
    ],
)
def test_a_chat_that_would_not_get_its_next_notice_is_found(
    shop: Connection, tx: Transaction, script: str
) -> None:
    shop.execute("update outbox set state = 'delivered' where state = 'pending'")
    for key, kind in (("a", NoticeKind.WALLET), ("b", NoticeKind.OUTCOME)):
        tx.outbox.add(Notice(ANNI_CHAT, kind, key, NOW))
    notice = tx.outbox.get("b")
    assert notice is not None
    assert findings_by_rule(tx) == {}
    corrupt(shop, script)
    place = f"chat {ANNI} has to get notice {notice.notice_id}"
    assert findings_by_rule(tx)["chats_have_their_next_notice"] == [place]


def test_a_lost_counter_of_persons_is_found(shop: Connection, tx: Transaction) -> None:
    tuti = tx.customers.add("Bu Tuti", NOW)
    shop.execute("delete from id_counters")
    assert [one.detail for one in tx.audit.findings(NOW, LIMIT)] == [
        f"person {tuti.customer_id} has an id that was not given"
    ]


def test_a_hold_that_is_resolved_twice_is_found(shop: Connection, tx: Transaction) -> None:
    """The table is copied without its unique index to make this possible."""
    shop.execute("create table copy as select * from transfers")
    corrupt(
        shop,
        "drop table transfers; alter table copy rename to transfers;"
        "insert into transfers select 99, 'void', purpose, debit_account, credit_account, amount,"
        " 'again', 0, order_id, hold_id, null, '' from transfers"
        " where phase = 'post' and order_id = 1",
    )
    found = findings_by_rule(tx)
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
        ("customer_id = 1002 where order_id = 1", "holds_are_the_price_from_the_customers_wallet"),
        ("customer_id = 1002 where order_id = 2", "ended_orders_have_their_message"),
    ],
)
def test_an_order_that_was_tampered_with_is_found(
    shop: Connection, tx: Transaction, change: str, rule: str
) -> None:
    corrupt(shop, f"update orders set {change}")  # noqa: S608 - the changes are those above
    assert rule in findings_by_rule(tx)


@pytest.mark.parametrize(
    "script",
    [
        "delete from telegram_accounts",
        "update telegram_accounts set telegram_id = telegram_id + 5, linked_at = linked_at + 1",
    ],
)
def test_an_order_of_a_person_who_had_no_account_needs_no_message(
    shop: Connection, tx: Transaction, script: str
) -> None:
    corrupt(shop, f"delete from outbox; {script}")  # noqa: S608 - the scripts are those above
    assert "ended_orders_have_their_message" not in findings_by_rule(tx)


def test_an_order_may_be_sending_for_as_long_as_the_limit(
    shop: Connection, tx: Transaction
) -> None:
    assert tx.audit.findings(NOW + SECOND + LIMIT, LIMIT) == []
    just_over = NOW + SECOND + LIMIT + timedelta(microseconds=1)
    (finding,) = tx.audit.findings(just_over, LIMIT)
    assert (finding.rule, finding.detail) == (SENDING.replace("_", " "), "K5")


@pytest.mark.parametrize("echo", [NUMBER, "6281234567890", "2.081234567890", " 081234567890"])
def test_an_echo_in_another_form_is_the_same_destination(
    shop: Connection, tx: Transaction, echo: str
) -> None:
    tx.supplier_rows.record(ACCOUNT, [row("r1", destination=echo)], NOW)
    assert findings_by_rule(tx) == {}


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
def test_a_masked_number_is_no_finding(
    shop: Connection, tx: Transaction, change: dict[str, str]
) -> None:
    """Panels mask the numbers of old rows. Older versions did not keep the matched number."""
    tx.supplier_rows.record(ACCOUNT, [row("r1", **change)], NOW)
    assert findings_by_rule(tx) == {}
    kept = "select service_code, destination from supplier_rows where ref_id = 'r1'"
    assert tuple(shop.execute(kept).fetchone()) == ("SM10", NUMBER)
    for column, text in change.items():
        shop.execute(f"update supplier_rows set {column} = '{text}' where ref_id = 'r1'")  # noqa: S608 - those above
    assert findings_by_rule(tx) == {}


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
def test_another_number_is_found_before_and_after_masking(
    shop: Connection, tx: Transaction, shown: list[str], found: bool
) -> None:
    shop.execute("delete from supplier_rows where ref_id = 'r1'")
    for echo in shown:
        tx.supplier_rows.record(ACCOUNT, [row("r1", destination=echo)], NOW)
    assert set(findings_by_rule(tx)) == ({GOODS} if found else set())


def test_notices_deleted_long_after_the_end_are_no_finding(
    shop: Connection, tx: Transaction
) -> None:
    shop.execute("update outbox set state = 'delivered'")
    assert tx.outbox.forget(NOW + SECOND, 9) == 3
    assert findings_by_rule(tx) == {}
    later = buy(tx, destination="08120000099")
    end(tx, later, OrderState.FAILED)
    shop.execute("update orders set ended_at = ended_at + 1 where order_id > 3")
    assert findings_by_rule(tx) == {}
    shop.execute("delete from outbox")
    assert findings_by_rule(tx) == {
        "ended_orders_have_their_message": [f"{later.number} is failed"]
    }


def test_notices_may_be_deleted_in_another_order_than_their_orders_ended(
    shop: Connection, tx: Transaction
) -> None:
    shop.execute("update orders set ended_at = ended_at - order_id * 1000 where order_id < 4")
    shop.execute("update outbox set state = 'delivered', created_at = created_at + subject_id")
    assert [tx.outbox.forget(NOW + SECOND, 1) for _ in range(4)] == [1, 1, 1, 0]
    assert findings_by_rule(tx) == {}


@pytest.mark.parametrize("change", [{"service_code": "SM20"}, {"destination": OTHER}])
def test_goods_are_compared_for_succeeded_orders_only(
    shop: Connection, tx: Transaction, change: dict[str, str]
) -> None:
    """A panel may show another order's row for a reference; that row was never believed."""
    tx.supplier_rows.record(ACCOUNT, [row("r2", **change)], NOW)
    assert findings_by_rule(tx) == {}
    tx.supplier_rows.record(ACCOUNT, [row("r1", **change)], NOW)
    assert set(findings_by_rule(tx)) == {GOODS}


async def test_the_audit_runs_on_a_read_only_connection_beside_the_bot(
    store: SqlStore, path: Path
) -> None:
    def fill(tx: Transaction) -> None:
        add_sample_data(tx)
        end(tx, buy(tx), OrderState.SUCCEEDED)

    await store.write(fill)
    reader = await SqlStore.open_readonly(path)
    assert await reader.read(lambda tx: tx.audit.findings(NOW, LIMIT)) == []
    await reader.close()
