"""An admin's or customer's answer counts only for the question that it was given to."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.digest import LENGTH, digest_of
from bot.domain.errors import (
    AttachError,
    AttachFault,
    ConfirmationOutdatedError,
    RecentDuplicateOrderError,
    RefundUncertainError,
    SupplierReadError,
)
from bot.domain.order import Order, OrderState, ParkReason
from bot.domain.shop_rules import PAUSED
from bot.services.orders.circuit_breaker import BREAKER
from bot.services.orders.parked_orders import Resumed, delivered_digest
from tests.services.shop import ADMIN, ANNI, NUMBER, SECOND_ADMIN, Shop

Change = Callable[[Shop, Order], Awaitable[None]]


def test_digests_of_different_facts_differ() -> None:
    """Also when the joined texts would be equal."""
    facts = [("a", "b"), ("ab",), ("a", None), ("a", "None"), (1,), ("1",), (), ("a\x1f", "b")]
    digests = {digest_of(*one) for one in facts}
    assert len(digests) == len(facts)
    assert {len(one) for one in digests} == {LENGTH}
    assert digest_of("a", [("r1", "x")]) == digest_of("a", [("r1", "x")])


# --- confirming a refund despite a doubt ---


async def doubt(shop: Shop, order: Order, insisting: str = "") -> RefundUncertainError:
    """Request a refund and return the doubt that it raises."""
    with pytest.raises(RefundUncertainError) as caught:
        await shop.admin.refund(ADMIN, order.order_id, doubt=insisting)
    assert (await shop.get(order.order_id)).state is OrderState.PARKED
    assert (await shop.wallet()).held >= order.price
    assert caught.value.has_changed is bool(insisting)
    return caught.value


async def silence(shop: Shop, order: Order) -> None:
    """Let reads of the supplier fail."""
    shop.supplier.read_error = SupplierReadError("502")


async def answers_again(shop: Shop, order: Order) -> None:
    """Let the supplier answer, with a list that proves nothing."""
    shop.supplier.read_error = None
    shop.supplier.skipped = 1


async def a_row(shop: Shop, order: Order) -> None:
    """List a row that may be the order's."""
    shop.supplier.read_error = None
    shop.supplier.shows(shop.row(order, "late1"))


async def another_row(shop: Shop, order: Order) -> None:
    """List a second such row."""
    shop.supplier.shows(shop.row(order, "late2"))


async def a_success(shop: Shop, order: Order) -> None:
    """Set the first row to success."""
    shop.supplier.says("late1", "success")


async def one_less(shop: Shop, order: Order) -> None:
    """Replace the listed row by another: the same count, but not the same row."""
    shop.supplier.rows = [shop.row(order, "late3")]


async def store(shop: Shop, order: Order, **changes: Any) -> None:
    """Change the order in the database."""
    await shop.store.write(
        lambda tx: tx.orders.save(replace(tx.orders.get(order.order_id) or order, **changes))
    )


async def parked_later(shop: Shop, order: Order) -> None:
    """Change the time at which the order was parked."""
    await store(shop, order, parked_at=shop.clock.now() + timedelta(minutes=1))


async def another_reason(shop: Shop, order: Order) -> None:
    """Change the park reason."""
    await store(shop, order, park_reason=ParkReason.FOREIGN_REPLY, suspect_ref_id="s1")


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (silence, answers_again),
        (silence, a_row),
        (answers_again, silence),
        (answers_again, a_row),
        (a_row, another_row),
        (a_row, a_success),
        (a_row, one_less),
        (a_row, parked_later),
        (a_row, another_reason),
        (silence, another_reason),
    ],
)
async def test_an_answer_to_an_old_doubt_does_not_refund_against_a_new_one(
    shop: Shop, first: Change, then: Change
) -> None:
    order = await shop.parked()
    await first(shop, order)
    old = await doubt(shop, order)
    await then(shop, order)
    new = await doubt(shop, order, old.doubt)
    assert new.doubt != old.doubt
    refunded = await shop.admin.refund(SECOND_ADMIN, order.order_id, doubt=new.doubt)
    assert refunded.state is OrderState.FAILED
    (act, *_) = await shop.store.read(lambda tx: tx.admin_acts.latest(1))
    assert (act.action, act.detail) == ("refund", "forced")


@pytest.mark.parametrize("first", [silence, answers_again, a_row])
async def test_an_answer_stays_valid_while_the_doubt_is_the_same(shop: Shop, first: Change) -> None:
    """Reads and announcements that change no facts must not make an admin press twice."""
    order = await shop.parked()
    await first(shop, order)
    shown = await doubt(shop, order)
    shop.clock.advance(3 * 3600)
    kept = await shop.admin.keep_waiting(SECOND_ADMIN, order.order_id)
    await store(shop, order, lookups=kept.lookups + 3)
    refunded = await shop.admin.refund(ADMIN, order.order_id, doubt=shown.doubt)
    assert refunded.state is OrderState.FAILED


async def test_an_answer_is_not_valid_for_another_order(shop: Shop) -> None:
    order = await shop.parked()
    other = await shop.ambiguous("081299999999")
    shop.supplier.skipped = 1
    await shop.look_for(600)
    shop.supplier.read_error = SupplierReadError("502")
    shown = await doubt(shop, order)
    new = await doubt(shop, await shop.get(other.order_id), shown.doubt)
    assert new.doubt != shown.doubt


async def test_a_refund_without_doubt_is_not_recorded_as_forced(shop: Shop) -> None:
    order = await shop.parked(ParkReason.PROBABLY_NOT_PLACED)
    await silence(shop, order)
    old = await doubt(shop, order)
    shop.supplier.read_error = None
    await shop.admin.refund(ADMIN, order.order_id, doubt=old.doubt)
    (act, *_) = await shop.store.read(lambda tx: tx.admin_acts.latest(1))
    assert act.detail == ""


# --- count as delivered ---


async def partly_done(shop: Shop) -> Order:
    """Return an order that is parked because its row says `partial`."""
    order = await shop.accepted()
    shop.supplier.says("r1", "partial")
    await shop.poll_for(6)
    return await shop.get(order.order_id)


@pytest.mark.parametrize(
    "change",
    [
        {"park_reason": ParkReason.ROW_MISSING},
        {"ref_id": "r2"},
        {"status_word": "process"},
        {"voucher": "V-1"},
        {"note": "half"},
        {"parked_at": None},
    ],
)
async def test_an_answer_to_outdated_evidence_counts_nothing_as_delivered(
    shop: Shop, change: dict[str, object]
) -> None:
    order = await partly_done(shop)
    shown = delivered_digest(order)
    await store(shop, order, **change)
    saved = await shop.get(order.order_id)
    shop.supplier.shows(shop.row(order, "r2", status_word="partial"))
    with pytest.raises(ConfirmationOutdatedError):
        await shop.admin.count_delivered(ADMIN, order.order_id, shown=shown)
    assert (await shop.get(order.order_id)).state is OrderState.PARKED
    counted = await shop.admin.count_delivered(ADMIN, order.order_id, shown=delivered_digest(saved))
    assert counted.state is OrderState.SUCCEEDED


async def test_polls_without_change_keep_the_delivered_answer_valid(shop: Shop) -> None:
    order = await partly_done(shop)
    for _ in range(3):
        await shop.poll_for(40)
    counted = await shop.admin.count_delivered(ADMIN, order.order_id, shown=delivered_digest(order))
    assert counted.state is OrderState.SUCCEEDED


# --- attaching ---


async def test_another_row_cannot_be_attached_to_an_order_with_a_ref_id(shop: Shop) -> None:
    order = await shop.parked()
    for ref_id in ("late1", "late2"):
        shop.supplier.shows(shop.row(order, ref_id))
    await shop.admin.attach(ADMIN, order.order_id, "late1")
    shop.supplier.says("late1", "partial")
    await shop.poll_for(6)
    assert (await shop.get(order.order_id)).state is OrderState.PARKED
    with pytest.raises(AttachError) as caught:
        await shop.admin.attach(ADMIN, order.order_id, "late2")
    assert caught.value.fault is AttachFault.KNOWN
    assert (await shop.get(order.order_id)).ref_id == "late1"


# --- resuming ---


async def test_an_old_resume_button_does_not_end_a_later_pause(shop: Shop) -> None:
    for number in ("081200000001", "081200000002", "081200000003"):
        await shop.ambiguous(number)
    broken_at = await shop.store.read(lambda tx: tx.conditions.get(f"{BREAKER}U1"))
    assert broken_at is not None
    shown_at = int(broken_at.raised_at.timestamp())
    shop.clock.advance(3600)
    await shop.admin.pause(SECOND_ADMIN, "moving")
    with pytest.raises(ConfirmationOutdatedError):
        await shop.admin.resume(ADMIN, shown_at=shown_at)
    assert await shop.store.read(lambda tx: tx.conditions.get(PAUSED)) is not None
    now = int(shop.clock.now().timestamp())
    assert await shop.admin.resume(ADMIN, shown_at=now) == Resumed(True, True)
    assert not await shop.admin.resume(ADMIN, shown_at=shown_at)


# --- repeating a purchase ---


async def test_a_quote_from_before_the_days_first_order_is_refused(shop: Shop) -> None:
    """The supplier takes one order a day of this product; the old quote had no warning."""
    old = await shop.token(code="ONCE")
    await shop.queue(code="ONCE")
    shop.clock.advance(11 * 60)
    with pytest.raises(RecentDuplicateOrderError):
        await shop.buy.confirm(ANNI, old, 55)
    quote = await shop.buy.requote(ANNI, old, None)
    assert quote.is_second_today
    order = await shop.buy.confirm(ANNI, quote.token, 55)
    assert order.destination == NUMBER


async def test_a_quote_does_not_confirm_a_repeat_of_a_later_order(shop: Shop) -> None:
    await shop.queue()
    second, third = await shop.token(), await shop.token()
    await shop.buy.confirm(ANNI, third, 55)
    with pytest.raises(RecentDuplicateOrderError):
        await shop.buy.confirm(ANNI, second, 55)
