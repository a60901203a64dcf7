"""The repository of the supplier's rows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.money import Rupiah
from bot.domain.order import OrderState
from bot.domain.supplier_row import MAX_SKEW, FirstSeen, SupplierRow
from bot.ports.store import Transaction
from storage.connection import Connection
from storage.supplier_rows import OPEN_MARGIN
from tests.samples import ACCOUNT, NUMBER
from tests.storage.records import records
from tests.storage.samples import NOW, SECOND, buy, empty_shop, row

rows = records(SupplierRow, ref_id=st.text(min_size=1))


@settings(max_examples=40)
@given(rows, rows)
def test_a_row_is_stored_as_last_seen(first: SupplierRow, second: SupplierRow) -> None:
    with empty_shop() as tx:
        long_ago = NOW.replace(year=1800)
        for seen in (first, replace(second, ref_id=first.ref_id)):
            tx.supplier_rows.record(ACCOUNT, [seen], NOW)
            assert tx.supplier_rows.unclaimed(ACCOUNT, long_ago, 10) == [seen]


def test_the_first_appearance_of_a_row_is_recorded(tx: Transaction) -> None:
    """A row that was seen before the send cannot be the order's."""
    first, second = FirstSeen(NOW, 0, 0), FirstSeen(NOW + SECOND, 0, 0)
    assert tx.supplier_rows.record(ACCOUNT, [row("r1")], NOW) == {"r1": first}
    later = NOW + SECOND
    changed = row("r1", status_word="success", cost=Rupiah(0))
    shown = [row("r2"), changed]
    assert tx.supplier_rows.record(ACCOUNT, shown, later) == {"r1": first, "r2": second}
    assert tx.supplier_rows.record("U2", [row("r1")], later) == {"r1": second}
    assert tx.supplier_rows.record(ACCOUNT, [], later) == {}


def test_a_first_appearance_records_the_newest_sends(tx: Transaction) -> None:
    buy(tx, state=OrderState.FAILED, send_number=7, sent_at=NOW)
    buy(tx, state=OrderState.FAILED, send_number=99, sent_at=NOW, account="U2")
    assert tx.supplier_rows.record(ACCOUNT, [row("r1")], NOW, 6) == {"r1": FirstSeen(NOW, 6, 7)}
    assert tx.supplier_rows.record(ACCOUNT, [row("r2")], NOW) == {"r2": FirstSeen(NOW, 7, 7)}
    buy(tx, state=OrderState.FAILED, send_number=8, sent_at=NOW)
    seen = tx.supplier_rows.record(ACCOUNT, [row("r1"), row("r2")], NOW - SECOND, 8)
    assert seen == {"r1": FirstSeen(NOW, 6, 7), "r2": FirstSeen(NOW, 7, 7)}


def test_a_row_without_send_numbers_has_its_instant_only(
    tx: Transaction, connection: Connection
) -> None:
    tx.supplier_rows.record(ACCOUNT, [row("r1")], NOW)
    connection.execute("update supplier_rows set first_asked_send = null, first_seen_send = null")
    assert tx.supplier_rows.record(ACCOUNT, [row("r1")], NOW + SECOND, 5) == {"r1": FirstSeen(NOW)}
    assert tx.supplier_rows.had_rows_before(ACCOUNT, 1, NOW + SECOND)
    assert not tx.supplier_rows.had_rows_before(ACCOUNT, 1, NOW)


def test_an_account_has_a_past_if_a_row_or_claim_precedes_the_send(tx: Transaction) -> None:
    assert not tx.supplier_rows.had_rows_before(ACCOUNT, 8, NOW)
    tx.supplier_rows.record("U2", [row("r1")], NOW)
    buy(tx, state=OrderState.FAILED, send_number=7, sent_at=NOW)
    assert not tx.supplier_rows.had_rows_before(ACCOUNT, 8, NOW)
    tx.supplier_rows.record(ACCOUNT, [row("r1")], NOW)
    assert tx.supplier_rows.had_rows_before(ACCOUNT, 8, NOW)
    assert not tx.supplier_rows.had_rows_before(ACCOUNT, 7, NOW)
    buy(tx, state=OrderState.ACCEPTED, send_number=6, sent_at=NOW, ref_id="r6")
    assert tx.supplier_rows.had_rows_before(ACCOUNT, 7, NOW)
    assert not tx.supplier_rows.had_rows_before(ACCOUNT, 6, NOW)


def test_unclaimed_rows_are_newest_first(tx: Transaction) -> None:
    buy(tx, ref_id="mine")
    shown = [
        row("old", created_at=NOW - SECOND),
        row("first", created_at=NOW),
        row("mine", created_at=NOW),
        row("last", created_at=NOW + SECOND),
    ]
    tx.supplier_rows.record(ACCOUNT, shown, NOW)
    tx.supplier_rows.record("U2", [row("theirs")], NOW)
    assert tx.supplier_rows.unclaimed(ACCOUNT, NOW, 10) == [shown[3], shown[1]]
    assert tx.supplier_rows.unclaimed(ACCOUNT, NOW, 1) == [shown[3]]
    assert tx.supplier_rows.unclaimed("U2", NOW, 10) == [row("theirs")]


def test_a_claim_on_one_account_is_none_on_another(tx: Transaction) -> None:
    buy(tx, ref_id="r1", account="U2")
    tx.supplier_rows.record(ACCOUNT, [row("r1")], NOW)
    assert tx.supplier_rows.unclaimed(ACCOUNT, NOW, 10) == [row("r1")]


def test_a_row_without_an_instant_is_as_old_as_our_first_appearance(tx: Transaction) -> None:
    undated = row("r1", created_at=None)
    tx.supplier_rows.record(ACCOUNT, [undated], NOW)
    tx.supplier_rows.record(ACCOUNT, [undated], NOW + SECOND)
    assert tx.supplier_rows.unclaimed(ACCOUNT, NOW, 10) == [undated]
    assert tx.supplier_rows.unclaimed(ACCOUNT, NOW + SECOND, 10) == []


def texts(connection: Connection) -> dict[str, tuple[str, str, str]]:
    """Return destination, voucher and note of each row."""
    kept = connection.execute("select ref_id, destination, voucher, note from supplier_rows")
    return {row["ref_id"]: tuple(row)[1:] for row in kept}


FULL = {"voucher": "CODE-1", "note": "Budi"}


def test_old_rows_are_emptied_by_first_appearance_within_a_limit(
    tx: Transaction, connection: Connection
) -> None:
    for age in range(4):
        at = NOW - age * SECOND
        shown = row(f"r{age}", **FULL, created_at=NOW.replace(year=2200 if age % 2 else 1970))
        tx.supplier_rows.record(ACCOUNT, [shown], at)
    assert tx.supplier_rows.empty(NOW, NOW, 2) == 2
    whole, empty = (NUMBER, "CODE-1", "Budi"), ("", "", "")
    assert texts(connection) == {"r0": whole, "r1": whole, "r2": empty, "r3": empty}
    assert tx.supplier_rows.empty(NOW, NOW, 2) == 1
    assert tx.supplier_rows.empty(NOW, NOW, 2) == 0


def test_the_first_appearance_of_a_row_outlives_its_texts(
    tx: Transaction, connection: Connection
) -> None:
    """A row that a panel shows again after a year must not look new to a current order."""
    tx.supplier_rows.record(ACCOUNT, [row("r1", **FULL)], NOW)
    assert tx.supplier_rows.empty(NOW + SECOND, NOW, 9) == 1
    again = tx.supplier_rows.record(ACCOUNT, [row("r1", **FULL)], NOW + 9 * SECOND, 5)
    assert again == {"r1": FirstSeen(NOW, 0, 0)}
    assert texts(connection) == {"r1": ("", "", "")}
    assert tx.supplier_rows.empty(NOW + SECOND, NOW, 9) == 0
    assert tx.supplier_rows.had_rows_before(ACCOUNT, 1, NOW)


def test_the_number_of_an_orders_row_is_kept_for_the_audit(
    tx: Transaction, connection: Connection
) -> None:
    buy(tx, ref_id="r1", state=OrderState.FAILED)
    buy(tx, ref_id="r2", state=OrderState.FAILED, account="U2")
    tx.supplier_rows.record(ACCOUNT, [row("r1", **FULL), row("r2", **FULL)], NOW)
    assert tx.supplier_rows.empty(NOW + SECOND, NOW, 9) == 2
    assert texts(connection) == {"r1": (NUMBER, "", ""), "r2": ("", "", "")}


@pytest.mark.parametrize(
    ("state", "account", "ordered_after", "is_emptied"),
    [
        (OrderState.PARKED, ACCOUNT, -SECOND, False),
        (OrderState.AMBIGUOUS, ACCOUNT, -timedelta(days=300), False),
        (OrderState.QUEUED, ACCOUNT, OPEN_MARGIN - SECOND, False),
        (OrderState.PARKED, ACCOUNT, OPEN_MARGIN, True),
        (OrderState.PARKED, "U2", -SECOND, True),
        (OrderState.FAILED, ACCOUNT, -SECOND, True),
    ],
)
def test_rows_that_an_open_order_may_look_for_stay_whole(
    tx: Transaction, state: OrderState, account: str, ordered_after: timedelta, is_emptied: bool
) -> None:
    """An order may be parked for months, and its row is among those seen since."""
    tx.supplier_rows.record(ACCOUNT, [row("r1", **FULL)], NOW)
    buy(tx, state=state, account=account, created_at=NOW + ordered_after)
    assert tx.supplier_rows.empty(NOW + SECOND, NOW, 9) == int(is_emptied)


def test_an_unclaimed_row_is_stored_as_last_shown(tx: Transaction) -> None:
    hidden = row("r1", destination="0812****7890")
    for shown in (row("r1"), hidden):
        tx.supplier_rows.record(ACCOUNT, [shown], NOW)
    assert tx.supplier_rows.unclaimed(ACCOUNT, NOW, 9) == [hidden]


@pytest.mark.parametrize(
    "created_at",
    [
        datetime.fromtimestamp(1, UTC),
        datetime.fromtimestamp(253_402_214_400, UTC),
        NOW - MAX_SKEW - SECOND,
        NOW + MAX_SKEW + SECOND,
    ],
)
def test_a_row_with_an_absurd_instant_is_as_old_as_our_first_appearance(
    tx: Transaction, created_at: datetime
) -> None:
    odd = row("odd", created_at=created_at)
    tx.supplier_rows.record(ACCOUNT, [odd], NOW)
    shown = [row("before", created_at=NOW - SECOND), row("after", created_at=NOW + SECOND)]
    tx.supplier_rows.record(ACCOUNT, shown, NOW)
    assert tx.supplier_rows.unclaimed(ACCOUNT, NOW - SECOND, 10) == [shown[1], odd, shown[0]]
    assert tx.supplier_rows.unclaimed(ACCOUNT, NOW + SECOND, 10) == [shown[1]]
    assert tx.supplier_rows.unclaimed(ACCOUNT, NOW - SECOND, 1) == [shown[1]]


def test_undated_rows_are_selected_by_our_clock(tx: Transaction) -> None:
    ahead = NOW + timedelta(hours=7)
    shown = [row("dated", created_at=ahead), row("undated", created_at=None)]
    tx.supplier_rows.record(ACCOUNT, shown, NOW)
    assert tx.supplier_rows.unclaimed(ACCOUNT, ahead, 10) == [shown[0]]
    assert tx.supplier_rows.unclaimed(ACCOUNT, ahead, 10, NOW) == shown
    assert tx.supplier_rows.unclaimed(ACCOUNT, ahead + SECOND, 10, NOW) == [shown[1]]
