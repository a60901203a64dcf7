"""The repository of orders: complete storage, optimistic locking, and its queries."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.catalogue import ProductId
from bot.domain.errors import DuplicateError, RefusalClass, StaleOrderError
from bot.domain.money import Rupiah
from bot.domain.order import UNRESOLVED_STATES, CustomerId, Order, OrderId, OrderState, WaitReason
from bot.domain.row_matching import target_of
from bot.domain.sales import Sales
from bot.domain.typed_input.order_search import Term
from bot.ports.store import Transaction
from tests.samples import ACCOUNT, NUMBER
from tests.storage.records import amounts, instants, integers, records
from tests.storage.samples import (
    ANNI,
    BUDI,
    NOW,
    OTHER,
    PRICE,
    SECOND,
    buy,
    end,
    order,
    sample_shop,
    sent,
)

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

orders = records(
    Order,
    order_id=st.just(OrderId(0)),
    customer_id=st.sampled_from([ANNI, BUDI]),
    product_id=st.sampled_from([ProductId(1), ProductId(2)]),
    price=amounts,
    cost=amounts,
    supplier_cost=st.none() | amounts,
    version=st.integers(0, 1_000),
    ref_id=st.none() | st.text(min_size=1),
    sent_at=instants,
    send_number=integers,
)


@settings(max_examples=50)
@given(orders, orders)
def test_an_order_is_stored_with_every_field(first: Order, second: Order) -> None:
    with sample_shop() as tx:
        added = tx.orders.add(first)
        assert added == replace(first, order_id=added.order_id)
        assert tx.orders.get(added.order_id) == added
        changed = replace(
            second,
            order_id=added.order_id,
            version=added.version,
            account=added.account,
            customer_id=added.customer_id,
            product_id=added.product_id,
            service_code=added.service_code,
            destination=added.destination,
            price=added.price,
            created_at=added.created_at,
            state=added.state if added.state.is_final else second.state,
        )
        saved = tx.orders.save(changed)
        assert saved == replace(changed, version=added.version + 1)
        assert tx.orders.get(added.order_id) == saved


def test_of_two_writers_one_wins(tx: Transaction) -> None:
    read = tx.orders.add(order())
    won = tx.orders.save(replace(read, lookups=1))
    with pytest.raises(StaleOrderError):
        tx.orders.save(replace(read, lookups=2))
    assert tx.orders.get(read.order_id) == won
    assert tx.orders.save(replace(won, lookups=3)).version == 2


@pytest.mark.parametrize(
    "change",
    [
        {"account": "U2"},
        {"customer_id": CustomerId(2)},
        {"product_id": ProductId(2)},
        {"service_code": "other"},
        {"destination": OTHER},
        {"price": Rupiah(1)},
        {"created_at": NOW + timedelta(seconds=1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_was_bought_never_changes(tx: Transaction, change: dict[str, Any]) -> None:
    """Nobody goes on with an order that is not the stored one."""
    read = tx.orders.add(order())
    with pytest.raises(StaleOrderError):
        tx.orders.save(replace(read, **change, lookups=1))
    assert tx.orders.get(read.order_id) == read


def test_an_unknown_order_is_neither_found_nor_saved(tx: Transaction) -> None:
    assert tx.orders.get(OrderId(99)) is None
    with pytest.raises(StaleOrderError):
        tx.orders.save(order(order_id=OrderId(99)))


def test_a_reference_is_claimed_by_one_order(tx: Transaction) -> None:
    first = tx.orders.add(order(ref_id="r1"))
    second = tx.orders.add(order(destination=OTHER))
    with pytest.raises(DuplicateError):
        tx.orders.save(replace(second, ref_id="r1"))
    elsewhere = tx.orders.add(order(account="U2", ref_id="r1"))
    assert tx.orders.by_ref(ACCOUNT, "r1") == first
    assert tx.orders.by_ref("U2", "r1") == elsewhere
    assert tx.orders.by_ref(ACCOUNT, "r2") is None
    assert tx.orders.claimed_among(ACCOUNT, ["r0", "r1", "r2"]) == {"r1"}
    assert tx.orders.claimed_among(ACCOUNT, []) == frozenset()


UNRESOLVED = [OrderState.SENDING, OrderState.AMBIGUOUS, OrderState.PARKED]


@pytest.mark.parametrize("first", UNRESOLVED)
@pytest.mark.parametrize("second", UNRESOLVED)
def test_a_product_and_number_have_one_unresolved_order(
    tx: Transaction, first: OrderState, second: OrderState
) -> None:
    """The supplier's rows of two such orders could not be told apart."""
    tx.orders.add(sent(1, state=first))
    waiting = tx.orders.add(order())
    with pytest.raises(DuplicateError):
        tx.orders.save(replace(waiting, state=second, sent_at=NOW, send_number=2))
    tx.orders.add(sent(3, state=second, destination=OTHER))
    tx.orders.add(sent(4, state=second, service_code="SM20"))
    tx.orders.add(sent(5, state=second, account="U2"))
    tx.orders.save(replace(waiting, state=OrderState.ACCEPTED, sent_at=NOW, send_number=6))


def test_a_send_number_is_unique(tx: Transaction) -> None:
    tx.orders.add(sent(1))
    waiting = tx.orders.add(order(destination=OTHER))
    with pytest.raises(DuplicateError):
        tx.orders.save(replace(waiting, send_number=1))


LONG_AGO = NOW - timedelta(days=1)


def test_the_queue_is_oldest_first(tx: Transaction) -> None:
    queued = [tx.orders.add(order()) for _ in range(3)]
    tx.orders.add(order(account="U2"))
    tx.orders.add(sent(1, destination=OTHER))
    assert tx.orders.sendable(ACCOUNT, LONG_AGO, None, 10) == queued
    assert tx.orders.sendable(ACCOUNT, LONG_AGO, None, 2) == queued[:2]
    assert tx.orders.sendable(ACCOUNT, LONG_AGO, queued[1], 2) == queued[2:]
    assert tx.orders.sendable(ACCOUNT, NOW, None, 2) == []


def test_the_queue_begins_with_the_fewest_attempts(tx: Transaction) -> None:
    """An order that is sent back repeatedly must not hold up the others."""
    tried = [tx.orders.add(order(send_attempts=count)) for count in (2, 1, 0, 1, 0)]
    in_order = [tried[2], tried[4], tried[1], tried[3], tried[0]]
    assert tx.orders.sendable(ACCOUNT, LONG_AGO, None, 9) == in_order
    pages = [tx.orders.sendable(ACCOUNT, LONG_AGO, one, 1) for one in (None, *in_order)]
    assert pages == [[one] for one in in_order] + [[]]


SPELLINGS = ("+62 812-3456-7890", "0062 81234567890", "2.081234567890", " 081234567890")


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("state", UNRESOLVED)
def test_an_unresolved_order_blocks_its_target_in_any_spelling(
    tx: Transaction, spelling: str, state: OrderState
) -> None:
    waiting = tx.orders.add(order(destination=spelling))
    product = tx.orders.add(order(service_code="SM20", product_id=ProductId(2)))
    number = tx.orders.add(order(destination=OTHER))
    assert tx.orders.not_notified_of(ACCOUNT, WaitReason.SAME_TARGET, 9) == []
    tx.orders.add(sent(1, state=state, account="U2"))
    assert tx.orders.sendable(ACCOUNT, LONG_AGO, None, 9) == [waiting, product, number]
    tx.orders.add(sent(1, state=state))
    assert tx.orders.sendable(ACCOUNT, LONG_AGO, None, 9) == [product, number]
    assert tx.orders.not_notified_of(ACCOUNT, WaitReason.SAME_TARGET, 9) == [waiting]
    tx.orders.save(replace(waiting, wait_reason=WaitReason.SAME_TARGET))
    assert tx.orders.not_notified_of(ACCOUNT, WaitReason.SAME_TARGET, 9) == []


def test_orders_whose_customer_was_not_told_the_wait_reason_are_found(tx: Transaction) -> None:
    fresh, other, told = (
        tx.orders.add(order(wait_reason=reason))
        for reason in (None, WaitReason.SAME_TARGET, WaitReason.PAUSED)
    )
    tx.orders.add(order(account="U2"))
    assert tx.orders.not_notified_of(ACCOUNT, WaitReason.PAUSED, 9) == [fresh, other]
    assert tx.orders.not_notified_of(ACCOUNT, WaitReason.PAUSED, 1) == [fresh]
    assert told not in tx.orders.not_notified_of(ACCOUNT, WaitReason.BUSY, 2)
    for until, found in ((NOW, [fresh, other, told]), (NOW - SECOND, [])):
        assert tx.orders.not_notified_of(ACCOUNT, WaitReason.BUSY, 9, until) == found


def test_the_oldest_queued_orders_are_found_by_creation(tx: Transaction) -> None:
    """Ids are in another sequence if the clock was set back."""
    assert tx.orders.oldest_queued(ACCOUNT) is None
    late = tx.orders.add(order(created_at=NOW + SECOND))
    early = tx.orders.add(order(created_at=NOW - SECOND))
    tx.orders.add(order(created_at=NOW - 9 * SECOND, account="U2"))
    tx.orders.add(sent(1, created_at=NOW - 9 * SECOND))
    assert tx.orders.oldest_queued(ACCOUNT) == early.created_at
    assert tx.orders.queued_until(ACCOUNT, NOW, 9) == [early]
    assert tx.orders.queued_until(ACCOUNT, NOW + SECOND, 9) == [early, late]
    assert tx.orders.queued_until(ACCOUNT, NOW + SECOND, 1) == [early]


def test_open_orders_are_found_by_their_state(tx: Transaction) -> None:
    stored = [
        tx.orders.add(sent(number, state=state, destination=f"0812{number}"))
        for number, state in enumerate(OrderState)
    ]
    still_open = [one for one in stored if not one.state.is_final]
    assert tx.orders.in_states(ACCOUNT, tuple(OrderState)) == still_open
    assert tx.orders.in_states(ACCOUNT, frozenset(OrderState)) == still_open
    for only in stored:
        found = [] if only.state.is_final else [only]
        assert tx.orders.in_states(ACCOUNT, [only.state]) == found
    assert tx.orders.in_states(ACCOUNT, []) == []
    assert tx.orders.in_states("U2", tuple(OrderState)) == []
    tx.orders.add(order(account="U2"))
    assert tx.orders.counts_by_state() == dict.fromkeys(OrderState, 1) | {OrderState.QUEUED: 2}


def test_the_oldest_order_of_each_open_state_is_known(tx: Transaction) -> None:
    began_at, later_at = NOW - 9 * SECOND, NOW - 5 * SECOND
    for number, at in enumerate((later_at, later_at + SECOND)):
        tx.orders.add(
            sent(
                number,
                state=OrderState.PARKED,
                destination=f"0812{number}",
                created_at=began_at,
                parked_at=at,
            )
        )
    tx.orders.add(order(account="U2", created_at=began_at))
    tx.orders.add(sent(3, state=OrderState.SUCCEEDED))
    oldest = {OrderState.PARKED: later_at, OrderState.QUEUED: began_at}
    assert tx.orders.oldest_by_state() == oldest


def test_orders_that_later_sends_have_passed_are_found(tx: Transaction) -> None:
    stored = [
        tx.orders.add(sent(number, state=state, destination=f"0812{number}"))
        for number, state in enumerate(OrderState, start=1)
    ]
    waiting = [one for one in stored if one.state in (OrderState.SENDING, OrderState.AMBIGUOUS)]
    numbers = [one.send_number or 0 for one in waiting]
    passed = tx.orders.passed_by_sends(ACCOUNT, numbers[1])
    assert sorted(passed, key=lambda one: one.order_id) == waiting
    assert tx.orders.passed_by_sends(ACCOUNT, numbers[1] - 1) == waiting[:1]
    assert tx.orders.passed_by_sends(ACCOUNT, numbers[0] - 1) == []
    assert tx.orders.passed_by_sends("U2", 99) == []


def test_the_targets_of_unresolved_orders_are_compared_in_one_form(tx: Transaction) -> None:
    for number, state in enumerate(OrderState, start=1):
        tx.orders.add(sent(number, state=state, destination=f"+62 81234567{number:02}"))
    unresolved = tx.orders.in_states(ACCOUNT, tuple(UNRESOLVED_STATES))
    targets = {target_of(one) for one in unresolved}
    assert len(targets) == 3
    assert tx.orders.unresolved_targets(ACCOUNT) == targets
    assert tx.orders.unresolved_targets("U2") == frozenset()


def due_for_look(tx: Transaction, number: int, at: datetime | None, state: OrderState) -> Order:
    """Store an order that is due for a look at the given instant."""
    return tx.orders.add(sent(number, state=state, next_check_at=at, destination=f"081{number}"))


def test_due_orders_are_returned_earliest_first(tx: Transaction) -> None:
    accepted, parked = OrderState.ACCEPTED, OrderState.PARKED
    late = due_for_look(tx, 1, NOW, accepted)
    early = due_for_look(tx, 2, NOW - SECOND, parked)
    due_for_look(tx, 3, NOW + timedelta(microseconds=1), accepted)
    due_for_look(tx, 4, None, accepted)
    ambiguous = due_for_look(tx, 5, NOW - 2 * SECOND, OrderState.AMBIGUOUS)
    states = (accepted, parked)
    assert tx.orders.due(ACCOUNT, states, NOW, 10, has_ref=False) == [early, late]
    assert tx.orders.due(ACCOUNT, states, NOW, 1, has_ref=False) == [early]
    assert tx.orders.due("U2", states, NOW, 10, has_ref=False) == []
    next_due = tx.orders.next_due
    assert next_due(ACCOUNT, (accepted, parked), has_ref=False) == early.next_check_at
    assert next_due(ACCOUNT, (accepted, parked), has_ref=True) is None
    assert next_due(ACCOUNT, [OrderState.AMBIGUOUS], has_ref=False) == ambiguous.next_check_at
    assert next_due(ACCOUNT, [OrderState.QUEUED], has_ref=False) is None


def test_due_orders_with_and_without_a_reference_are_selected_separately(tx: Transaction) -> None:
    parked = OrderState.PARKED
    lost = [due_for_look(tx, number, NOW - SECOND, parked) for number in (1, 2)]
    claimed = tx.orders.add(
        sent(3, state=parked, next_check_at=NOW, destination="0813", ref_id="r3")
    )
    assert tx.orders.due(ACCOUNT, [parked], NOW, 1, has_ref=True) == [claimed]
    assert tx.orders.due(ACCOUNT, [parked], NOW, 9, has_ref=False) == lost


def test_sends_are_counted_by_account(tx: Transaction) -> None:
    assert tx.orders.newest_send(ACCOUNT) == (0, None)
    for number in (1, 3, 2):
        tx.orders.add(
            sent(number, state=OrderState.ACCEPTED, ref_id=f"r{number}", destination=f"08{number}")
        )
    tx.orders.add(sent(9, account="U2", ref_id="r9"))
    tx.orders.add(sent(4))
    assert tx.orders.newest_send(ACCOUNT) == (4, NOW + 4 * SECOND)
    assert tx.orders.claimed_since(ACCOUNT, 0) == {"r1", "r2", "r3"}
    assert tx.orders.claimed_since(ACCOUNT, 1) == {"r2", "r3"}
    assert tx.orders.claimed_since(ACCOUNT, 3) == frozenset()
    assert tx.orders.last_claimed_before(ACCOUNT, 1) == frozenset()
    assert tx.orders.last_claimed_before(ACCOUNT, 3) == {"r2"}
    assert tx.orders.last_claimed_before(ACCOUNT, 9) == {"r3"}


def test_unknown_outcomes_are_counted_after_an_instant(tx: Transaction) -> None:
    instants_ = [NOW + seconds * SECOND for seconds in range(3)]
    for number, at in enumerate(instants_):
        tx.orders.add(sent(number, state=OrderState.FAILED, ambiguous_at=at))
    assert tx.orders.ambiguous_since(ACCOUNT, NOW) == instants_[1:]
    assert tx.orders.ambiguous_since("U2", NOW - SECOND) == []


@pytest.mark.parametrize("refusal", [RefusalClass.OTHER, RefusalClass.PRODUCT])
def test_a_refused_order_does_not_count_as_unanswered(
    tx: Transaction, refusal: RefusalClass
) -> None:
    for number, refused in ((1, None), (2, refusal), (3, None)):
        at = NOW + number * SECOND
        tx.orders.add(sent(number, state=OrderState.FAILED, ambiguous_at=at, refusal=refused))
    assert tx.orders.ambiguous_since(ACCOUNT, NOW) == [NOW + SECOND, NOW + 3 * SECOND]


def test_a_customer_sees_their_own_orders_newest_first(tx: Transaction) -> None:
    stored = [
        tx.orders.add(sent(number, state=state, destination=f"081{number}"))
        for number, state in enumerate(OrderState)
    ]
    tx.orders.add(order(customer_id=BUDI))
    newest_first = stored[::-1]
    assert tx.orders.history_of(ANNI, 100, 0) == newest_first
    assert tx.orders.history_of(ANNI, 3, 2) == newest_first[2:5]
    assert tx.orders.history_of(ANNI, 3, 100) == []
    assert tx.orders.count_of(ANNI) == len(stored)
    assert tx.orders.count_of(CustomerId(99)) == 0
    assert tx.orders.open_of(ANNI) == [one for one in newest_first if not one.state.is_final]


def test_the_succeeded_orders_of_a_customer_are_found(tx: Transaction) -> None:
    stored = [
        tx.orders.add(sent(number, state=state, destination=f"081{number}"))
        for number, state in enumerate([OrderState.SUCCEEDED, *OrderState, OrderState.SUCCEEDED])
    ]
    tx.orders.add(order(customer_id=BUDI, state=OrderState.SUCCEEDED))
    delivered = [one for one in reversed(stored) if one.state is OrderState.SUCCEEDED]
    assert tx.orders.succeeded_of(ANNI, 100) == delivered
    assert tx.orders.succeeded_of(ANNI, 1) == delivered[:1]


@pytest.mark.parametrize(
    ("terms", "matching"),
    [
        ([Term(("telkomsel", "tsel"))], [1, 0]),
        ([Term((" 20.000",))], [1]),
        ([Term(("go pay", "gopay"))], [2]),
        ([Term(numbers=("08123",))], [2, 0]),
        ([Term(("08123",), ("08123",))], [2, 0]),
        ([Term(("telkomsel",)), Term(numbers=("7777", "9999"))], [1]),
        ([Term(("pulsa",)), Term((" 10.000 ",)), Term(numbers=("08",)), Term(("tel",))], [0]),
        ([Term(("xl",))], []),
        ([Term(), Term(("tel",))], []),
        ([], [2, 1, 0]),
    ],
)
def test_orders_are_searched_by_product_and_destination(
    tx: Transaction, terms: list[Term], matching: list[int]
) -> None:
    stored = [
        tx.orders.add(sent(1, state=OrderState.SUCCEEDED, product_name="TELKOMSEL 10.000")),
        tx.orders.add(sent(2, product_name="Telkomsel 20.000", destination="081377779999")),
        tx.orders.add(sent(3, state=OrderState.FAILED, product_name="GoPay 5", main="GO PAY")),
    ]
    tx.orders.add(order(customer_id=BUDI))
    found = [stored[place] for place in matching]
    assert tx.orders.found_of(ANNI, terms) == [one.order_id for one in found]


@pytest.mark.parametrize("state", list(OrderState))
def test_a_repeated_order_is_found_unless_the_last_one_came_to_nothing(
    tx: Transaction, state: OrderState
) -> None:
    tx.orders.add(sent(1, state=OrderState.SUCCEEDED))
    last = tx.orders.add(sent(2, state=state, created_at=NOW + SECOND))
    same = tx.orders.latest_same(ANNI, ProductId(1), NUMBER, NOW + SECOND)
    came_to_nothing = state in (OrderState.FAILED, OrderState.CANCELLED)
    assert same == (None if came_to_nothing else last)
    assert tx.orders.latest_same(ANNI, ProductId(1), NUMBER, NOW + 2 * SECOND) is None
    for customer_id, product_id, destination in (
        (BUDI, ProductId(1), NUMBER),
        (ANNI, ProductId(2), NUMBER),
        (ANNI, ProductId(1), OTHER),
    ):
        assert tx.orders.latest_same(customer_id, product_id, destination, NOW) is None


def test_sales_count_succeeded_orders_at_the_suppliers_cost(tx: Transaction) -> None:
    assert (tx.orders.sales_since(NOW), tx.orders.sold_since(NOW)) == (Sales(0, 0, 0), {})
    end(tx, buy(tx, supplier_cost=Rupiah(10_000)), OrderState.SUCCEEDED)
    for _ in range(2):
        end(tx, buy(tx, main="XL"), OrderState.SUCCEEDED)
    end(tx, buy(tx, main="TRI"), OrderState.FAILED)
    buy(tx)
    assert tx.orders.sales_since(NOW) == Sales(3, 3 * PRICE, 1_200 + 2 * 1_000)
    sold = {("pulsa-reguler", "TELKOMSEL"): 1, ("pulsa-reguler", "XL"): 2}
    assert tx.orders.sold_since(NOW) == sold


def test_sales_are_counted_from_the_quarter_of_an_hour_on(tx: Transaction) -> None:
    end(tx, buy(tx), OrderState.SUCCEEDED)
    quarter = NOW.replace(minute=0, second=0, microsecond=0)
    for since in (quarter, NOW, quarter + 14 * MINUTE):
        assert tx.orders.sales_since(since).count == 1
    assert tx.orders.sales_since(quarter + 15 * MINUTE) == Sales(0, 0, 0)


def test_brands_are_counted_from_the_week_on(tx: Transaction) -> None:
    end(tx, buy(tx), OrderState.SUCCEEDED)
    thursday = datetime(2026, 3, 12, tzinfo=UTC)
    for since in (thursday, NOW, thursday + 7 * 24 * HOUR - SECOND):
        assert tx.orders.sold_since(since) == {("pulsa-reguler", "TELKOMSEL"): 1}
    assert tx.orders.sold_since(thursday + 7 * 24 * HOUR) == {}


def test_a_sale_whose_figures_change_is_counted_anew(tx: Transaction) -> None:
    sold = end(tx, buy(tx), OrderState.SUCCEEDED)
    tx.orders.save(replace(sold, supplier_cost=Rupiah(PRICE), main="XL", ended_at=NOW + 24 * HOUR))
    assert tx.orders.sales_since(NOW) == Sales(1, PRICE, 0)
    assert tx.orders.sold_since(NOW) == {("pulsa-reguler", "XL"): 1}
    assert tx.orders.sales_since(NOW + HOUR) == Sales(1, PRICE, 0)


def test_every_day_begins_with_a_quarter_of_an_hour() -> None:
    """Sales are kept by quarters: the sales of a day are whole quarters in every time zone."""
    midnights = {
        zone: datetime(2026, month, 1, tzinfo=ZoneInfo(zone))
        for zone in available_timezones()
        for month in (1, 7)
    }
    assert [zone for zone, at in midnights.items() if at.timestamp() % 900] == []


def test_orders_are_counted_by_customer(tx: Transaction) -> None:
    for customer_id in (ANNI, BUDI, ANNI):
        tx.orders.add(order(customer_id=customer_id))
    assert (tx.orders.count_of(ANNI), tx.orders.count_of(BUDI)) == (2, 1)


def test_orders_are_found_by_number_reference_destination_or_customer(tx: Transaction) -> None:
    first = tx.orders.add(order(ref_id="r1"))
    second = tx.orders.add(order(destination=OTHER))
    budis = tx.orders.add(order(customer_id=BUDI))
    assert tx.orders.find(first.number, None, 10) == [first]
    assert tx.orders.find(first.number.lower(), None, 10) == [first]
    assert tx.orders.find("r1", None, 10) == [first]
    assert tx.orders.find(OTHER, None, 10) == [second]
    assert tx.orders.find("", ANNI, 10) == [second, first]
    assert tx.orders.find(NUMBER, None, 10) == [budis, first]
    assert tx.orders.find(NUMBER, None, 1) == [budis]
    for nothing in ("", "K", "K0", "R1", "K" + "9" * 30, "9" * 30, "١٠٠١", "K١", "%"):
        assert tx.orders.find(nothing, None, 10) == []
