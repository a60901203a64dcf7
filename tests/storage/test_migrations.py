"""What single migrations do with the rows that they find."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.customer import FIRST_CUSTOMER_ID, Customer, TelegramId
from bot.domain.notice import NoticeId, NoticeState
from bot.domain.order import CustomerId, OrderId, OrderState
from storage.database import SqliteConnection
from storage.orders import ORDERS
from storage.rows import micros
from tests.samples import ACCOUNT
from tests.storage.samples import ANNI, NOW, RENAMED, SECOND, database_before, migrated, sent


def test_updates_that_were_handled_are_emptied() -> None:
    with database_before("0013_retention") as connection:
        insert = "insert into inbox (update_id, payload, arrived_at, done_at) values (?, 'x', 0, ?)"
        connection.executemany(insert, [(1, 5), (2, None)])
        migrated(connection)
        kept = connection.execute("select update_id, payload from inbox order by update_id")
        assert [tuple(one) for one in kept] == [(1, ""), (2, "x")]


def test_findings_survive_the_rebuilding_of_their_table() -> None:
    with database_before("0013_retention") as connection:
        add = "insert into recon_findings values ('U1', ?, ?, null, '1 / 2', 5, ?, ?)"
        connection.executemany(add, [("price", "r1", 6, 9001), ("price", "r2", None, None)])
        migrated(connection)
        connection.executemany(add, [("date", "r3", None, None), ("target", "r4", None, None)])
        found = connection.execute("select kind, ref_id, closed_by from recon_findings order by 2")
        assert [tuple(row) for row in found] == [
            ("price", "r1", 9001),
            ("price", "r2", None),
            ("date", "r3", None),
            ("target", "r4", None),
        ]


LEARNED = {
    "supplier_skew_seconds": "25200",
    "supplier_skew_margin_seconds": "6",
    "supplier_skew_taught_by_send": "40",
    "rows_seen_at": "2026-03-14T05:00:00+00:00",
    "rows_seen_at_send": "40",
    "breaker_closed_at": "2026-03-14T04:00:00+00:00",
    "breaker_closing_told": "2026-03-14T04:00:00+00:00",
}


@pytest.fixture
def before_accounts() -> Iterator[SqliteConnection]:
    """A database whose learned facts and open breaker belong to no account yet."""
    with database_before("0014_supplier_facts") as connection:
        for name, value in {**LEARNED, "restored_from": "2026", "keys:1": "2"}.items():
            connection.execute("insert into facts values (?, ?)", (name, value))
        for name in ("breaker", "paused", "alert:breaker_open"):
            connection.execute("insert into conditions values (?, 'K1', 1, null)", (name,))
        yield connection


def add_order(connection: SqliteConnection, account: str, number: int | None, at: datetime) -> None:
    """Add an order of an account; `number` is its send number, or None if it was not sent."""
    connection.execute(
        "insert into orders (account, customer_id, product_id, service_code, product_name,"
        " category_type, main, destination, price, cost, state, created_at, is_counter_sale,"
        " version, send_attempts, send_number, status_word, voucher, note, refusal_message, looks)"
        " values (?, 1001, 1, 'SM10', 'Telkomsel', 'pulsa-reguler', 'TELKOMSEL', '0812', 10, 9,"
        " 'failed', ?, 0, 1, 1, ?, '', '', '', '', 0)",
        (account, int(at.timestamp()), number),
    )


@pytest.mark.parametrize(
    ("orders", "owner", "breaker"),
    [
        pytest.param([("U1", 40), ("U2", None)], "U1", "breaker:U1", id="one account sent"),
        # It is unknown whose the facts are; the breaker goes to the account that sent last.
        pytest.param([("U1", 40), ("U2", 1)], None, "breaker:U2", id="two accounts sent"),
        pytest.param([], None, None, id="no account sent"),
    ],
)
def test_facts_go_to_the_only_account_that_sent(
    before_accounts: SqliteConnection,
    orders: list[tuple[str, int | None]],
    owner: str | None,
    breaker: str | None,
) -> None:
    for seconds, (account, number) in enumerate(orders):
        add_order(before_accounts, account, number, NOW + seconds * SECOND)
    tx = migrated(before_accounts)
    assert facts_by_account(before_accounts) == ({} if owner is None else {owner: LEARNED})
    left = {row["name"] for row in before_accounts.execute("select name from facts")}
    assert left == {"restored_from", "keys:1"}
    conditions = {condition.name for condition in tx.conditions.all()}
    assert conditions - {breaker} == {"paused", "alert:breaker_open"}
    assert breaker is None or breaker in conditions


def facts_by_account(connection: SqliteConnection) -> dict[str, dict[str, str]]:
    facts: dict[str, dict[str, str]] = {}
    for row in connection.execute("select account, name, value from supplier_facts"):
        facts.setdefault(row["account"], {})[row["name"]] = row["value"]
    return facts


@pytest.mark.parametrize("skew", ["54001", "-1773464400", "97447371600"])
def test_an_absurd_clock_skew_is_dropped(before_accounts: SqliteConnection, skew: str) -> None:
    change = "update facts set value = ? where name = 'supplier_skew_seconds'"
    before_accounts.execute(change, (skew,))
    add_order(before_accounts, ACCOUNT, 40, NOW)
    migrated(before_accounts)
    assert facts_by_account(before_accounts) == {
        ACCOUNT: {name: value for name, value in LEARNED.items() if "skew" not in name}
    }


def test_existing_notices_get_their_urgency() -> None:
    with database_before("0016_urgent_notices") as connection:
        kinds = ("help", "alert", "parked", "order", "outcome", "reopened", "withheld")
        for key, kind in zip("abcdefg", kinds, strict=True):
            connection.execute(
                "insert into outbox (chat_id, kind, dedupe_key, created_at, data, state, attempts)"
                " values (1, ?, ?, 1, '{}', 'pending', 0)",
                (kind, key),
            )
        tx, sequence = migrated(connection), []
        while heads := tx.outbox.next_per_chat(NOW, 10):
            sequence.append(heads[0].dedupe_key)
            assert heads[0].notice_id is not None
            tx.outbox.set_state(heads[0].notice_id, NoticeState.DELIVERED)
        assert sequence == ["b", "c", "g", "e", "d", "a", "f"]


def test_the_last_update_of_an_order_still_comes_before_its_outcome() -> None:
    """Also when both wait during the update, and when the chat has to wait for a retry."""
    with database_before("0025_outbox_by_urgency") as connection:
        rows = [
            ("a", 1, "order", 7, "pending", None),
            ("b", 1, "outcome", 7, "pending", None),
            ("c", 1, "order", 8, "pending", None),
            ("d", 2, "order", 9, "pending", micros(NOW) + 5),
            ("e", 2, "outcome", 9, "pending", None),
            ("f", 3, "order", 5, "delivered", None),
        ]
        connection.executemany(
            "insert into outbox"
            " (dedupe_key, chat_id, kind, subject_id, state, next_at, created_at, data, attempts)"
            " values (?, ?, ?, ?, ?, ?, 1, '{}', 0)",
            rows,
        )
        tx, sequence = migrated(connection), []
        assert tx.outbox.next_due(NOW) == NOW + timedelta(microseconds=5)
        while heads := tx.outbox.next_per_chat(NOW, 10):
            sequence.append(heads[0].dedupe_key)
            tx.outbox.set_state(heads[0].notice_id or NoticeId(0), NoticeState.DELIVERED)
        assert sequence == ["a", "b", "c"]
        heads = tx.outbox.next_per_chat(NOW + timedelta(seconds=1), 10)
        assert [head.dedupe_key for head in heads] == ["d"]


def test_confirmations_survive_the_rebuilding_of_their_table() -> None:
    with database_before("0019_topups_and_limits") as connection:
        shown = [
            ("a", 1001, "purchase", "{}", 5, None, ""),
            ("b", 9001, "adjustment", '{"amount":7}', 6, 7, "12"),
        ]
        connection.executemany("insert into confirmations values (?, ?, ?, ?, ?, ?, ?)", shown)
        migrated(connection)
        kept = connection.execute("select * from confirmations order by token").fetchall()
        assert [tuple(row) for row in kept] == shown
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("insert into confirmations values ('c', 1, 'gift', '{}', 1, 1, '')")


def test_own_numbers_that_may_be_foreign_are_deleted() -> None:
    """Contacts of other countries had been saved with a leading 0."""
    foreign = [
        *("085291234567", "085361234567", "0819012345678", "0821012345678", "084912345678"),
        *("085512345678", "0856201234567", "0886912345678", "086131234567"),
    ]
    ours = [
        *("081234567890", "082112345678", "083112345678", "085112345678", "08521234567"),
        *("085712345678", "087812345678", "088112345678", "089512345678"),
    ]
    with database_before("0020_own_numbers_of_contacts") as connection:
        connection.execute("insert into customers values (1, 'Anni', '', '', '', 1, 0)")
        for kind, name, numbers in (
            ("phone", "Nomor saya", foreign[::2]),
            ("phone", "My number", foreign[1::2]),
            ("phone", "Nomor saya", ours),
            ("phone", "Mama", ["085298765432"]),
            ("phone", "", ["085298765433"]),
            ("meter", "My number", ["085298765434"]),
        ):
            connection.executemany(
                "insert into saved_numbers (customer_id, kind, main, destination, name, used_at)"
                " values (1, ?, '', ?, ?, 0)",
                [(kind, number, name) for number in numbers],
            )
        migrated(connection)
        kept = [row[0] for row in connection.execute("select destination from saved_numbers")]
    assert sorted(kept) == sorted([*ours, "085298765432", "085298765433", "085298765434"])


@pytest.fixture
def before_renaming() -> Iterator[SqliteConnection]:
    """A database of the version before the columns were renamed."""
    with database_before("0023_plain_column_names") as connection:
        yield connection


def test_unmet_purchases_are_kept_under_their_new_name(before_renaming: SqliteConnection) -> None:
    """A customer whose quote waited for a top-up before the update is still offered it."""
    before_renaming.execute("insert into facts values ('wish:1001', 't1'), ('wishes', 'x')")
    for kind, data in (("wallet", '{"wish":"t1","message_id":7}'), ("other", '{"note":"wish"}')):
        before_renaming.execute(
            "insert into outbox (chat_id, kind, dedupe_key, created_at, data, state, attempts)"
            " values (1001, ?, ?, 1, ?, 'pending', 0)",
            (kind, kind, data),
        )
    migrated(before_renaming)
    facts = before_renaming.execute("select name, value from facts order by name").fetchall()
    assert [tuple(row) for row in facts] == [("unmet_purchase:1001", "t1"), ("wishes", "x")]
    notices = before_renaming.execute("select data from outbox order by notice_id").fetchall()
    assert [row["data"] for row in notices] == [
        '{"quote_token":"t1","message_id":7}',
        '{"note":"wish"}',
    ]


def test_an_order_that_is_searched_for_survives_the_renaming(
    before_renaming: SqliteConnection,
) -> None:
    """A swapped column would refund goods that were bought, or search for them too late."""
    searched = sent(
        7,
        order_id=OrderId(3),
        state=OrderState.AMBIGUOUS,
        ambiguous_at=NOW + SECOND,
        lookups=5,
        last_covering_miss_at=NOW + 90 * SECOND,
        first_miss_after_60s_at=NOW + 70 * SECOND,
        row_seen_at=NOW + 2 * SECOND,
        next_check_at=NOW + 100 * SECOND,
    )
    columns = ORDERS.values(searched) | {"target": "081234567890"}
    names = ", ".join(RENAMED.get(name, name) for name in columns)
    values = ", ".join("?" * len(columns))
    add = f"insert into orders ({names}) values ({values})"  # noqa: S608 - names of fields
    before_renaming.execute(add, tuple(columns.values()))
    tx, states = migrated(before_renaming), [OrderState.AMBIGUOUS]
    assert tx.orders.get(OrderId(3)) == searched
    assert tx.orders.due(ACCOUNT, states, NOW + 99 * SECOND, has_ref=False, limit=9) == []
    assert tx.orders.due(ACCOUNT, states, NOW + 100 * SECOND, has_ref=False, limit=9) == [searched]


def test_an_open_quote_survives_the_renaming(before_renaming: SqliteConnection) -> None:
    """Its customer may press the confirm button after the update."""
    payload = {"product_id": 1, "destination": "0812", "price": 5, "bought_before": 3, "zone": ""}
    text = json.dumps(payload, separators=(",", ":"))
    add = "insert into confirmations values (?, ?, ?, ?, 5, ?, '')"
    before_renaming.execute(add, ("open", ANNI, "purchase", text, None))
    before_renaming.execute(add, ("credit", ANNI, "adjustment", '{"note":"bought_before"}', None))
    tx = migrated(before_renaming)
    quoted, proposed = tx.confirmations.get("open"), tx.confirmations.get("credit")
    assert quoted is not None
    assert proposed is not None
    assert dict(quoted.payload) == {
        "product_id": 1,
        "destination": "0812",
        "price": 5,
        "recent_purchase": 3,
        "zone": "",
    }
    assert dict(proposed.payload) == {"note": "bought_before"}


def test_sales_by_brand_are_added_up_by_week() -> None:
    with database_before("0027_best_sellers_by_week") as connection:
        add = "insert into brand_sales values (?, 'pulsa-reguler', ?, ?)"
        # Weeks since 1970 begin on Thursdays: 12 and 19 March 2026 are days 20,524 and 20,531.
        days = [(20_524, "XL", 1), (20_530, "XL", 2), (20_530, "TRI", 4), (20_531, "XL", 8)]
        connection.executemany(add, days)
        migrated(connection)
        kept = connection.execute("select week, main, orders from brand_sales order by week, main")
        sums = [(2_932, "TRI", 4), (2_932, "XL", 3), (2_933, "XL", 8)]
        assert [tuple(one) for one in kept] == sums


def test_a_person_keeps_their_id_and_gets_the_account_of_that_id() -> None:
    with database_before("0028_people") as connection:
        for person, reachable in ((1001, 1), (2**40, 0)):
            connection.execute(
                "insert into customers values (?, 'Anni', 'anni', 'en', 'id', ?, 5, 3)",
                (person, reachable),
            )
        tx = migrated(connection)
        for person, reachable in ((1001, 1), (2**40, 0)):
            anni = tx.customers.get(CustomerId(person))
            assert anni == Customer(
                CustomerId(person),
                TelegramId(person),
                "Anni",
                "anni",
                "en",
                "id",
                bool(reachable),
                datetime(1970, 1, 1, 0, 0, 0, 5, tzinfo=UTC),
            )
            assert tx.orders.count_of(anni.customer_id) == 3
        renamed = tx.customers.seen(TelegramId(1001), "Anni B", "", "id", NOW)
        assert (renamed.customer_id, renamed.name) == (1001, "Anni B")
        newcomer = tx.customers.seen(TelegramId(1002), "Budi", "", "id", NOW)
        assert newcomer.customer_id == FIRST_CUSTOMER_ID


def test_an_old_id_above_those_of_telegram_is_not_given_again() -> None:
    """Nobody new could be registered otherwise."""
    with database_before("0028_people") as connection:
        connection.execute(
            "insert into customers values (?, 'Anni', '', 'en', '', 1, 5, 0)", (FIRST_CUSTOMER_ID,)
        )
        tx = migrated(connection)
        newcomer = tx.customers.seen(TelegramId(1002), "Budi", "", "id", NOW)
        assert newcomer.customer_id == FIRST_CUSTOMER_ID + 1
        assert tx.audit.findings(NOW, timedelta(seconds=60)) == []
