"""Replies that arrive when the order is no longer `sending`."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from bot.domain.errors import (
    RefusalClass,
    SupplierOutcomeUnknownError,
    SupplierRefusedError,
    SupplierUnavailableError,
)
from bot.domain.ledger import SUPPLIER_DEPOSIT, SUSPENSE
from bot.domain.money import Rupiah
from bot.domain.order import Order, OrderState, ParkReason
from bot.domain.supplier_row import SupplierRow
from tests.services.fakes import HeldReply
from tests.services.shop import ADMIN, BUDI, PRICE, Shop

Answer = Callable[[Order], SupplierRow | Exception]
Meanwhile = Callable[[Order], Coroutine[Any, Any, object]]


async def late(shop: Shop, answer: Answer, meanwhile: Meanwhile) -> Order:
    """Send an order whose reply arrives after the sweep made it ambiguous and `meanwhile` ran."""
    order = await shop.queue()
    held = HeldReply(answer(order))
    shop.supplier.will(held)
    started = await shop.start()
    call = asyncio.create_task(shop.send.carry_out(started))
    await held.asked.wait()
    shop.clock.advance(90)
    assert await shop.reconcile.sweep() == 1
    await meanwhile(await shop.get(order.order_id))
    held.released.set()
    await call
    return await shop.get(order.order_id)


async def nothing(order: Order) -> None:
    """Do nothing between the sweep and the reply."""


async def test_a_late_success_is_applied_to_an_ambiguous_order(shop: Shop) -> None:
    order = await late(shop, shop.reply, nothing)
    assert (order.state, order.ref_id) == (OrderState.ACCEPTED, "r1")


async def test_a_late_success_is_applied_to_a_parked_order(shop: Shop) -> None:
    async def give_up(order: Order) -> None:
        shop.supplier.skipped = 1
        await shop.look_for(600)

    order = await late(shop, shop.reply, give_up)
    assert (order.state, order.park_reason) == (OrderState.ACCEPTED, None)


async def test_a_late_partial_reply_leaves_a_parked_order_parked_without_a_new_notice(
    shop: Shop,
) -> None:
    """The customer was promised an answer by a certain hour, which does not change."""

    async def give_up(order: Order) -> None:
        shop.supplier.skipped = 1
        await shop.look_for(600)
        await shop.delivered_kinds()

    order = await late(shop, lambda o: shop.reply(o, status_word="partial"), give_up)
    assert (order.state, order.park_reason) == (OrderState.PARKED, ParkReason.PARTIAL)
    assert (order.ref_id, order.suspect_ref_id) == ("r1", None)
    assert await shop.delivered_kinds() == []
    assert (await shop.wallet()).held == PRICE


@pytest.mark.parametrize(
    ("refusal", "state"),
    [
        (RefusalClass.PRODUCT, OrderState.FAILED),
        (RefusalClass.OTHER, OrderState.AMBIGUOUS),
        (RefusalClass.THROTTLE, OrderState.AMBIGUOUS),
    ],
)
async def test_a_late_refusal_counts_only_when_its_class_is_definite(
    shop: Shop, refusal: RefusalClass, state: OrderState
) -> None:
    """A throttled order must not return to `queued` either: its outcome is unknown by then."""
    order = await late(shop, lambda _: SupplierRefusedError(refusal, "Maaf"), nothing)
    assert order.state is state


async def test_a_late_not_sent_leaves_the_order_ambiguous(shop: Shop) -> None:
    order = await late(shop, lambda _: SupplierUnavailableError("refused"), nothing)
    assert order.state is OrderState.AMBIGUOUS


async def test_a_late_foreign_success_parks_an_ambiguous_order(shop: Shop) -> None:
    order = await late(shop, lambda o: shop.reply(o, "odd1", service_code="SM20"), nothing)
    assert (order.state, order.park_reason) == (OrderState.PARKED, ParkReason.FOREIGN_REPLY)
    assert order.suspect_ref_id == "odd1"


async def test_a_late_foreign_success_is_stored_on_a_parked_order(shop: Shop) -> None:
    async def give_up(order: Order) -> None:
        shop.supplier.skipped = 1
        await shop.look_for(600)

    order = await late(shop, lambda o: shop.reply(o, "odd1", service_code="SM20"), give_up)
    assert (order.park_reason, order.suspect_ref_id) == (ParkReason.UNKNOWN, "odd1")


async def test_a_late_unknown_outcome_leaves_its_ref_id_for_the_admin(shop: Shop) -> None:
    fault = SupplierOutcomeUnknownError("HTTP status (500)", ref_id="odd1")
    order = await late(shop, lambda _: fault, nothing)
    assert (order.state, order.suspect_ref_id) == (OrderState.AMBIGUOUS, "odd1")


@pytest.mark.parametrize("ref_id", [None, "odd1"])
async def test_a_late_unknown_outcome_does_not_change_an_order_that_was_found(
    shop: Shop, ref_id: str | None
) -> None:
    async def found(order: Order) -> None:
        shop.supplier.shows(shop.row(order))
        await shop.look_for(3)

    fault = SupplierOutcomeUnknownError("HTTP status (500)", message="Maaf", ref_id=ref_id)
    order = await late(shop, lambda _: fault, found)
    assert (order.state, order.ref_id, order.suspect_ref_id) == (OrderState.ACCEPTED, "r1", None)
    assert order.refusal_message == ""


async def test_a_reply_after_the_row_was_claimed_changes_nothing(shop: Shop) -> None:
    async def found(order: Order) -> None:
        shop.supplier.shows(shop.row(order))
        await shop.look_for(3)

    order = await late(shop, shop.reply, found)
    assert (order.state, order.ref_id, order.suspect_ref_id) == (OrderState.ACCEPTED, "r1", None)


async def test_a_reply_after_the_order_was_settled_changes_nothing(
    shop: Shop,
) -> None:
    """The goods are paid for: no suspense transfer, no alert."""

    async def settled(order: Order) -> None:
        shop.supplier.shows(shop.row(order, status_word="success"))
        await shop.look_for(3)

    order = await late(shop, shop.reply, settled)
    assert order.state is OrderState.SUCCEEDED
    suspense = await shop.store.read(lambda tx: tx.ledger.account(SUSPENSE))
    assert suspense.posted == 0
    assert await shop.alerts() == []


async def test_a_reply_that_names_another_row_than_the_claimed_one_parks(shop: Shop) -> None:
    """One of the two rows is not the order's; the claimed one is kept until an admin decides."""

    async def found(order: Order) -> None:
        shop.supplier.shows(shop.row(order))
        await shop.look_for(3)

    order = await late(shop, lambda o: shop.reply(o, "r2"), found)
    assert (order.state, order.park_reason) == (OrderState.PARKED, ParkReason.FOREIGN_REPLY)
    assert (order.ref_id, order.suspect_ref_id) == ("r1", "r2")


async def test_a_refusal_after_the_row_was_claimed_changes_nothing(shop: Shop) -> None:
    async def found(order: Order) -> None:
        shop.supplier.shows(shop.row(order, status_word="partial"))
        await shop.look_for(3)

    refusal = SupplierRefusedError(RefusalClass.PRODUCT, "Stok habis")
    order = await late(shop, lambda _: refusal, found)
    assert (order.state, order.park_reason) == (OrderState.PARKED, ParkReason.PARTIAL)
    assert (await shop.wallet()).held == PRICE


async def refunded(shop: Shop, order: Order) -> None:
    """Park a lost order, and let an admin refund it."""
    shop.supplier.skipped = 1
    await shop.look_for(600)
    await shop.insist_on_refund(ADMIN, order.order_id)
    await shop.delivered_kinds()


@pytest.mark.parametrize(("cost", "booked"), [(Rupiah(10_350), 10_350), (None, 10_200)])
async def test_goods_bought_for_a_refunded_order_are_booked_to_suspense(
    shop: Shop, cost: Rupiah | None, booked: int
) -> None:
    order = await late(
        shop, lambda o: shop.reply(o, cost=cost), lambda order: refunded(shop, order)
    )
    assert order.state is OrderState.FAILED
    assert (await shop.wallet()).available == 100_000
    suspense = await shop.store.read(lambda tx: tx.ledger.account(SUSPENSE))
    deposit = await shop.store.read(lambda tx: tx.ledger.account(SUPPLIER_DEPOSIT))
    assert (suspense.posted, deposit.posted) == (-booked, booked)
    assert await shop.alerts() == ["late_success"]


async def test_two_losses_within_fifteen_minutes_are_two_alerts(shop: Shop) -> None:
    """Other alerts are limited to one in 15 minutes; each loss is about other money."""
    await late(shop, shop.reply, lambda order: refunded(shop, order))
    assert await shop.alerts() == ["late_success"]
    shop.supplier.skipped = 0
    await late(shop, lambda o: shop.reply(o, "r2"), lambda order: refunded(shop, order))
    assert await shop.alerts() == ["late_success"]


async def test_a_late_reply_with_another_orders_ref_id_is_no_loss(shop: Shop) -> None:
    other = await shop.accepted("081299999999", "r9")
    order = await late(shop, lambda o: shop.reply(o, "r9"), lambda order: refunded(shop, order))
    assert (order.state, other.ref_id) == (OrderState.FAILED, "r9")
    suspense = await shop.store.read(lambda tx: tx.ledger.account(SUSPENSE))
    assert suspense.posted == 0


async def test_a_late_reply_of_a_failed_purchase_is_no_loss(shop: Shop) -> None:
    order = await late(
        shop,
        lambda o: shop.reply(o, status_word="gagal"),
        lambda order: refunded(shop, order),
    )
    assert order.state is OrderState.FAILED
    suspense = await shop.store.read(lambda tx: tx.ledger.account(SUSPENSE))
    assert suspense.posted == 0
    assert await shop.alerts() == []


async def test_a_late_success_with_a_cost_of_zero_is_alerted_but_not_booked(shop: Shop) -> None:
    await late(shop, lambda o: shop.reply(o, cost=Rupiah(0)), lambda order: refunded(shop, order))
    assert await shop.alerts() == ["late_success"]


async def test_the_same_loss_is_booked_once(shop: Shop) -> None:
    order = await late(shop, shop.reply, lambda order: refunded(shop, order))
    started = order
    shop.supplier.will(shop.reply(order))
    shop.clock.at = started.sent_at or shop.clock.at
    await shop.send.carry_out(started)
    suspense = await shop.store.read(lambda tx: tx.ledger.account(SUSPENSE))
    assert suspense.posted == -10_200


async def test_an_order_is_not_parked_while_another_of_its_target_is_unresolved(shop: Shop) -> None:
    """At most one order of a target may be unresolved (a unique index)."""
    second: list[Order] = []

    async def found(order: Order) -> None:
        shop.supplier.shows(shop.row(order))
        await shop.look_for(3)
        second.append(await shop.ambiguous(customer_id=BUDI))

    order = await late(shop, lambda o: shop.reply(o, "r2"), found)
    assert (order.state, order.suspect_ref_id) == (OrderState.ACCEPTED, "r2")
    assert (await shop.get(second[0].order_id)).state is OrderState.AMBIGUOUS
