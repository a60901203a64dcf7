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

Answer = Callable[[Shop, Order], SupplierRow | Exception]
Meanwhile = Callable[[Shop, Order], Coroutine[Any, Any, object]]


async def late(shop: Shop, answer: Answer, meanwhile: Meanwhile) -> Order:
    """Send an order whose reply arrives after the sweep made it ambiguous and `meanwhile` ran."""
    order = await shop.queue()
    held = HeldReply(answer(shop, order))
    shop.supplier.will(held)
    started = await shop.start()
    call = asyncio.create_task(shop.send.carry_out(started))
    await held.asked.wait()
    shop.clock.advance(90)
    assert await shop.reconcile.sweep() == 1
    await meanwhile(shop, await shop.get(order.order_id))
    held.released.set()
    await call
    return await shop.get(order.order_id)


def says(ref_id: str = "r1", **changes: Any) -> Answer:
    """Answer with a success reply that has these changes."""
    return lambda shop, order: shop.reply(order, ref_id, **changes)


def fails(error: Exception) -> Answer:
    """Answer with this error."""
    return lambda _shop, _order: error


def refuses(refusal: RefusalClass) -> Answer:
    """Answer with a refusal of this class."""
    return fails(SupplierRefusedError(refusal, "Maaf"))


def unknown(ref_id: str | None) -> Answer:
    """Answer with an unknown outcome that names a row, or none."""
    return fails(SupplierOutcomeUnknownError("HTTP status (500)", message="Maaf", ref_id=ref_id))


async def nothing(shop: Shop, order: Order) -> None:
    """Leave the order ambiguous."""


async def given_up(shop: Shop, order: Order) -> None:
    """Look for the order until it is parked."""
    shop.supplier.skipped = 1
    await shop.look_for(600)
    shop.supplier.skipped = 0
    await shop.delivered_kinds()


async def found(shop: Shop, order: Order, status_word: str = "waiting") -> None:
    """Let the order's row be found."""
    shop.supplier.shows(shop.row(order, status_word=status_word))
    await shop.look_for(3)


async def found_partial(shop: Shop, order: Order) -> None:
    """Let the order's row be found, with goods that were delivered in part."""
    await found(shop, order, "partial")


async def settled(shop: Shop, order: Order) -> None:
    """Let the order's row be found, with its goods delivered."""
    await found(shop, order, "success")


async def refunded(shop: Shop, order: Order) -> None:
    """Park the order, and let an admin refund it."""
    await given_up(shop, order)
    await shop.insist_on_refund(ADMIN, order.order_id)
    await shop.delivered_kinds()


ACCEPTED, AMBIGUOUS, PARKED = OrderState.ACCEPTED, OrderState.AMBIGUOUS, OrderState.PARKED
FOREIGN = says("odd1", service_code="SM20")


@pytest.mark.parametrize(
    ("meanwhile", "answer", "state", "reason", "ref_ids"),
    [
        (nothing, says(), ACCEPTED, None, ("r1", None)),
        (given_up, says(), ACCEPTED, None, ("r1", None)),
        (found, says(), ACCEPTED, None, ("r1", None)),
        # One of the two rows is not the order's; the claimed one is kept until an admin decides.
        (found, says("r2"), PARKED, ParkReason.FOREIGN_REPLY, ("r1", "r2")),
        (nothing, FOREIGN, PARKED, ParkReason.FOREIGN_REPLY, (None, "odd1")),
        (given_up, FOREIGN, PARKED, ParkReason.UNKNOWN, (None, "odd1")),
        (nothing, refuses(RefusalClass.PRODUCT), OrderState.FAILED, None, (None, None)),
        (nothing, refuses(RefusalClass.OTHER), AMBIGUOUS, None, (None, None)),
        # Neither may return to `queued`: the outcome is unknown by then.
        (nothing, refuses(RefusalClass.THROTTLE), AMBIGUOUS, None, (None, None)),
        (nothing, fails(SupplierUnavailableError("refused")), AMBIGUOUS, None, (None, None)),
        (found_partial, refuses(RefusalClass.PRODUCT), PARKED, ParkReason.PARTIAL, ("r1", None)),
        (nothing, unknown("odd1"), AMBIGUOUS, None, (None, "odd1")),
        (found, unknown("odd1"), ACCEPTED, None, ("r1", None)),
        (found, unknown(None), ACCEPTED, None, ("r1", None)),
    ],
)
async def test_a_late_reply_is_applied_as_far_as_it_proves_something(
    shop: Shop,
    meanwhile: Meanwhile,
    answer: Answer,
    state: OrderState,
    reason: ParkReason | None,
    ref_ids: tuple[str | None, str | None],
) -> None:
    order = await late(shop, answer, meanwhile)
    assert (order.state, order.park_reason) == (state, reason)
    assert (order.ref_id, order.suspect_ref_id) == ref_ids
    assert (await shop.wallet()).held == (0 if state.is_final else PRICE)
    if order.ref_id is not None:
        assert order.refusal_message == ""


async def test_a_late_partial_reply_leaves_a_parked_order_parked_without_a_new_notice(
    shop: Shop,
) -> None:
    """The customer was promised an answer by a certain hour, which does not change."""
    order = await late(shop, says(status_word="partial"), given_up)
    assert (order.state, order.park_reason) == (PARKED, ParkReason.PARTIAL)
    assert (order.ref_id, order.suspect_ref_id) == ("r1", None)
    assert await shop.delivered_kinds() == []
    assert (await shop.wallet()).held == PRICE


@pytest.mark.parametrize(
    ("meanwhile", "changes", "booked", "alerts"),
    [
        (settled, {}, 0, []),
        (refunded, {"cost": Rupiah(10_350)}, 10_350, ["late_success"]),
        (refunded, {"cost": None}, 10_200, ["late_success"]),
        (refunded, {"cost": Rupiah(0)}, 10_200, ["late_success"]),
        (refunded, {"status_word": "gagal"}, 0, []),
    ],
)
async def test_goods_bought_for_a_refunded_order_are_booked_to_suspense(
    shop: Shop, meanwhile: Meanwhile, changes: dict[str, Any], booked: int, alerts: list[str]
) -> None:
    """Those of a settled order are paid for, and those of a failed purchase are no goods."""
    order = await late(shop, says(**changes), meanwhile)
    paid = PRICE if meanwhile is settled else 0
    assert order.state is (OrderState.SUCCEEDED if paid else OrderState.FAILED)
    assert (await shop.wallet()).available == 100_000 - paid
    assert await shop.posted(SUSPENSE) == -booked
    if not paid:
        assert await shop.posted(SUPPLIER_DEPOSIT) == booked
    assert await shop.alerts() == alerts


async def test_two_losses_within_fifteen_minutes_are_two_alerts(shop: Shop) -> None:
    """Other alerts are limited to one in 15 minutes; each loss is about other money."""
    for ref_id in ("r1", "r2"):
        await late(shop, says(ref_id), refunded)
        assert await shop.alerts() == ["late_success"]


async def test_a_late_reply_with_another_orders_ref_id_is_no_loss(shop: Shop) -> None:
    await shop.accepted("081299999999", "r9")
    order = await late(shop, says("r9"), refunded)
    assert order.state is OrderState.FAILED
    assert await shop.posted(SUSPENSE) == 0


async def test_the_same_loss_is_booked_once(shop: Shop) -> None:
    order = await late(shop, says(), refunded)
    shop.supplier.will(shop.reply(order))
    shop.clock.at = order.sent_at or shop.clock.at
    await shop.send.carry_out(order)
    assert await shop.posted(SUSPENSE) == -10_200


async def test_an_order_is_not_parked_while_another_of_its_target_is_unresolved(shop: Shop) -> None:
    """At most one order of a target may be unresolved (a unique index)."""
    second: list[Order] = []

    async def found_before_a_second_one(shop: Shop, order: Order) -> None:
        await found(shop, order)
        second.append(await shop.ambiguous(customer_id=BUDI))

    order = await late(shop, says("r2"), found_before_a_second_one)
    assert (order.state, order.suspect_ref_id) == (ACCEPTED, "r2")
    assert (await shop.get(second[0].order_id)).state is AMBIGUOUS
