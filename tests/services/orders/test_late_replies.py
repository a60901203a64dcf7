"""Answers that come when the order is no longer `sending`."""

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
from bot.ports.supplier import OrderReply
from tests.services.scripted import Held
from tests.services.shop import ADMIN, BUDI, PRICE, Shop

Answer = Callable[[Order], OrderReply | Exception]
Meanwhile = Callable[[Order], Coroutine[Any, Any, object]]


async def late(shop: Shop, answer: Answer, meanwhile: Meanwhile) -> Order:
    """Send an order whose answer comes after it was given up for lost and `meanwhile` is over."""
    order = await shop.queue()
    held = Held(answer(order))
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
    """Let nothing else happen meanwhile."""


async def test_a_late_success_is_applied_to_an_ambiguous_order(shop: Shop) -> None:
    """It names the ref_id that would have to be searched for."""
    order = await late(shop, shop.reply, nothing)
    assert (order.state, order.ref_id) == (OrderState.ACCEPTED, "r1")


async def test_a_late_success_is_applied_to_a_parked_order(shop: Shop) -> None:
    """Before an admin decided."""

    async def give_up(order: Order) -> None:
        shop.supplier.skipped = 1
        await shop.look_for(600)

    order = await late(shop, shop.reply, give_up)
    assert (order.state, order.park_reason) == (OrderState.ACCEPTED, None)


@pytest.mark.parametrize(
    ("refusal", "state"),
    [
        (RefusalClass.PRODUCT, OrderState.FAILED),
        (RefusalClass.OTHER, OrderState.AMBIGUOUS),
        (RefusalClass.THROTTLE, OrderState.AMBIGUOUS),
    ],
)
async def test_a_late_refusal_counts_only_when_its_class_is_known(
    shop: Shop, refusal: RefusalClass, state: OrderState
) -> None:
    """And an order that is no longer `sending` never goes back to the queue."""
    order = await late(shop, lambda _: SupplierRefusedError(refusal, "Maaf"), nothing)
    assert order.state is state


async def test_a_late_not_sent_leaves_the_order_to_the_lookup(shop: Shop) -> None:
    """It is too late to send it again."""
    order = await late(shop, lambda _: SupplierUnavailableError("refused"), nothing)
    assert order.state is OrderState.AMBIGUOUS


async def test_a_late_foreign_success_parks(shop: Shop) -> None:
    """Also an order that is ambiguous already."""
    order = await late(shop, lambda o: shop.reply(o, "odd1", service_code="SM20"), nothing)
    assert (order.state, order.park_reason) == (OrderState.PARKED, ParkReason.FOREIGN_REPLY)
    assert order.suspect_ref_id == "odd1"


async def test_a_late_foreign_success_is_noted_on_a_parked_order(shop: Shop) -> None:
    """It keeps its reason."""

    async def give_up(order: Order) -> None:
        shop.supplier.skipped = 1
        await shop.look_for(600)

    order = await late(shop, lambda o: shop.reply(o, "odd1", service_code="SM20"), give_up)
    assert (order.park_reason, order.suspect_ref_id) == (ParkReason.UNKNOWN, "odd1")


async def test_a_late_answer_that_decides_nothing_leaves_its_reference(shop: Shop) -> None:
    """A 5xx that names an order: an admin sees the reference."""
    fault = SupplierOutcomeUnknownError("HTTP status (500)", ref_id="odd1")
    order = await late(shop, lambda _: fault, nothing)
    assert (order.state, order.suspect_ref_id) == (OrderState.AMBIGUOUS, "odd1")


@pytest.mark.parametrize("ref_id", [None, "odd1"])
async def test_a_late_answer_that_decides_nothing_changes_no_order_that_was_found(
    shop: Shop, ref_id: str | None
) -> None:
    """Its own reference is known already."""

    async def found(order: Order) -> None:
        shop.supplier.shows(shop.row(order))
        await shop.look_for(3)

    fault = SupplierOutcomeUnknownError("HTTP status (500)", message="Maaf", ref_id=ref_id)
    order = await late(shop, lambda _: fault, found)
    assert (order.state, order.ref_id, order.suspect_ref_id) == (OrderState.ACCEPTED, "r1", None)
    assert order.refusal_message == ""


async def test_a_reply_that_the_lookup_was_faster_than_changes_nothing(shop: Shop) -> None:
    """The row was claimed already, and goes on being polled."""

    async def found(order: Order) -> None:
        shop.supplier.shows(shop.row(order))
        await shop.look_for(3)

    order = await late(shop, shop.reply, found)
    assert (order.state, order.ref_id, order.suspect_ref_id) == (OrderState.ACCEPTED, "r1", None)


async def test_a_reply_for_an_order_that_was_found_and_settled_changes_nothing(
    shop: Shop,
) -> None:
    """Its goods were paid for once: nothing goes to suspense, nobody is alarmed."""

    async def settled(order: Order) -> None:
        shop.supplier.shows(shop.row(order, status_word="success"))
        await shop.look_for(3)

    order = await late(shop, shop.reply, settled)
    assert order.state is OrderState.SUCCEEDED
    suspense = await shop.store.read(lambda tx: tx.ledger.account(SUSPENSE))
    assert suspense.posted == 0
    assert await shop.alerts() == []


async def test_a_reply_that_names_another_row_than_was_found_asks_an_admin(shop: Shop) -> None:
    """One of the two is somebody else's; the row that was found is kept until it is decided."""

    async def found(order: Order) -> None:
        shop.supplier.shows(shop.row(order))
        await shop.look_for(3)

    order = await late(shop, lambda o: shop.reply(o, "r2"), found)
    assert (order.state, order.park_reason) == (OrderState.PARKED, ParkReason.FOREIGN_REPLY)
    assert (order.ref_id, order.suspect_ref_id) == ("r1", "r2")


async def test_a_refusal_after_the_row_was_found_changes_nothing(shop: Shop) -> None:
    """The row is the better witness, also of an order that is parked with it."""

    async def found(order: Order) -> None:
        shop.supplier.shows(shop.row(order, status_word="partial"))
        await shop.look_for(3)

    refusal = SupplierRefusedError(RefusalClass.PRODUCT, "Stok habis")
    order = await late(shop, lambda _: refusal, found)
    assert (order.state, order.park_reason) == (OrderState.PARKED, ParkReason.PARTIAL)
    assert (await shop.wallet()).held == PRICE


async def refunded(shop: Shop, order: Order) -> None:
    """Let the admin give the money of a lost order back."""
    shop.supplier.skipped = 1
    await shop.look_for(600)
    await shop.insist_on_refund(ADMIN, order.order_id)
    await shop.told()


@pytest.mark.parametrize(("cost", "booked"), [(Rupiah(10_350), 10_350), (None, 10_200)])
async def test_goods_that_arrive_after_the_refund_are_the_shops_loss(
    shop: Shop, cost: Rupiah | None, booked: int
) -> None:
    """Booked once to suspense, and told the admins; the customer keeps the money."""
    order = await late(
        shop, lambda o: shop.reply(o, cost=cost), lambda order: refunded(shop, order)
    )
    assert order.state is OrderState.FAILED
    assert (await shop.wallet()).available == 100_000
    suspense = await shop.store.read(lambda tx: tx.ledger.account(SUSPENSE))
    deposit = await shop.store.read(lambda tx: tx.ledger.account(SUPPLIER_DEPOSIT))
    assert (suspense.posted, deposit.posted) == (-booked, booked)
    assert await shop.alerts() == ["late_success"]


async def test_every_loss_is_told(shop: Shop) -> None:
    """Two within a quarter of an hour are two messages: each is about other money."""
    await late(shop, shop.reply, lambda order: refunded(shop, order))
    assert await shop.alerts() == ["late_success"]
    shop.supplier.skipped = 0
    await late(shop, lambda o: shop.reply(o, "r2"), lambda order: refunded(shop, order))
    assert await shop.alerts() == ["late_success"]


async def test_a_late_reply_with_another_orders_ref_is_booked_with_that_order(shop: Shop) -> None:
    """What belongs to an order is paid by its sale, and no loss."""
    other = await shop.accepted("081299999999", "r9")
    order = await late(shop, lambda o: shop.reply(o, "r9"), lambda order: refunded(shop, order))
    assert (order.state, other.ref_id) == (OrderState.FAILED, "r9")
    suspense = await shop.store.read(lambda tx: tx.ledger.account(SUSPENSE))
    assert suspense.posted == 0


async def test_a_late_reply_that_it_failed_is_no_loss(shop: Shop) -> None:
    """The money went back, and nothing was bought."""
    order = await late(
        shop,
        lambda o: shop.reply(o, status_word="gagal"),
        lambda order: refunded(shop, order),
    )
    assert order.state is OrderState.FAILED
    suspense = await shop.store.read(lambda tx: tx.ledger.account(SUSPENSE))
    assert suspense.posted == 0
    assert await shop.alerts() == []


async def test_a_free_gift_is_alarmed_about_but_not_booked(shop: Shop) -> None:
    """A cost of 0 moves nothing."""
    await late(shop, lambda o: shop.reply(o, cost=Rupiah(0)), lambda order: refunded(shop, order))
    assert await shop.alerts() == ["late_success"]


async def test_the_same_loss_is_booked_once(shop: Shop) -> None:
    """Two calls cannot both answer for one order; the books would refuse it all the same."""
    order = await late(shop, shop.reply, lambda order: refunded(shop, order))
    started = order
    shop.supplier.will(shop.reply(order))
    shop.clock.at = started.sent_at or shop.clock.at
    await shop.send.carry_out(started)
    suspense = await shop.store.read(lambda tx: tx.ledger.account(SUSPENSE))
    assert suspense.posted == -10_200


async def test_a_target_that_another_order_has_taken_meanwhile_is_left_alone(shop: Shop) -> None:
    """An order parked in the meantime would be the second unresolved one of its target."""
    second: list[Order] = []

    async def found(order: Order) -> None:
        shop.supplier.shows(shop.row(order))
        await shop.look_for(3)
        second.append(await shop.ambiguous(customer_id=BUDI))

    order = await late(shop, lambda o: shop.reply(o, "r2"), found)
    assert (order.state, order.suspect_ref_id) == (OrderState.ACCEPTED, "r2")
    assert (await shop.get(second[0].order_id)).state is OrderState.AMBIGUOUS
