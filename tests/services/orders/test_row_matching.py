"""Rows that may belong to another order, or to none: not claimed, and not counted as absence."""

from dataclasses import replace

import pytest

from bot.domain.errors import RefundUncertainError, RefusalClass, SupplierRefusedError
from bot.domain.order import OrderState, ParkReason, WaitReason
from bot.ports.supplier import ServiceList
from tests.services.shop import ADMIN, ANNI, BUDI, LISTINGS, NUMBER, Shop

OTHER = "081299999999"
FOREIGN, LOCAL = "6281234567890", "081234567890"
"""One number in two spellings; a product of an unknown type accepts both unchanged."""


async def sell_abroad(shop: Shop) -> None:
    """List a product whose destinations are sent as typed."""
    abroad = replace(LISTINGS[0], code="INT1", type="pulsa-internasional")
    shop.supplier.listings = ServiceList((*LISTINGS, abroad), 0)
    await shop.refresh.refresh()


async def test_an_order_waits_for_another_spelling_of_its_number(shop: Shop) -> None:
    """The supplier may echo both spellings alike."""
    await sell_abroad(shop)
    await shop.ambiguous(FOREIGN, code="INT1")
    waiting = await shop.queue(BUDI, "INT1", LOCAL)
    shop.clock.advance(10)
    await shop.wait()
    kept = await shop.get(waiting.order_id)
    assert (kept.state, kept.wait_reason) == (OrderState.QUEUED, WaitReason.SAME_TARGET)


@pytest.mark.parametrize("echo", [FOREIGN, LOCAL])
async def test_a_row_that_matches_two_orders_is_claimed_by_neither(shop: Shop, echo: str) -> None:
    """One customer's voucher must not go to the other; an admin decides.

    Two such orders are lost at once when the reply to the first named another order's row.
    """
    await sell_abroad(shop)
    await shop.know_skew()
    queued = await shop.queue(ANNI, "INT1", FOREIGN)
    first = await shop.send_next(shop.reply(queued, "odd"))
    second = await shop.ambiguous(LOCAL, BUDI, "INT1")
    lost = replace(first, state=OrderState.AMBIGUOUS, ref_id=None, next_check_at=second.sent_at)
    await shop.store.write(lambda tx: tx.orders.save(lost))
    orders = (first, second)
    made = shop.row(orders[1], "only", destination=echo, status_word="success", voucher="V-A")
    shop.supplier.shows(made)
    await shop.look_for(700)
    for order in orders:
        assert await shop.outcome_of(order) == (OrderState.PARKED, ParkReason.UNKNOWN)
        with pytest.raises(RefundUncertainError) as caught:
            await shop.admin.refund(ADMIN, order.order_id)
        assert caught.value.candidates == 1
    (named,) = [order for order in orders if order.destination == echo]
    assert (await shop.admin.attach(ADMIN, named.order_id, "only")).voucher == "V-A"


async def test_a_row_seen_before_the_second_orders_send_is_claimed_by_the_first(shop: Shop) -> None:
    await sell_abroad(shop)
    lost = await shop.ambiguous(FOREIGN, code="INT1")
    shop.supplier.shows(shop.row(lost, "mine", destination=FOREIGN))
    await shop.recon.compare(ADMIN)
    later = await shop.queue(BUDI, "INT1", LOCAL)
    sent = replace(later, state=OrderState.AMBIGUOUS, sent_at=shop.clock.now(), send_number=2)
    await shop.store.write(lambda tx: tx.orders.save(sent))
    await shop.look_for(60)
    assert (await shop.get(lost.order_id)).ref_id == "mine"


# --- rows that cannot be matched ---

UNREADABLE = ["", "0812****7890", f"{NUMBER} | ANNI", "hidden"]


@pytest.mark.parametrize("echo", UNREADABLE)
@pytest.mark.parametrize("code", ["SM10", "sm10", ""])
async def test_a_row_with_an_unreadable_destination_keeps_the_refusal_unproven(
    shop: Shop, echo: str, code: str
) -> None:
    await shop.accepted(OTHER, "r0", "SM20")
    await shop.know_skew()
    order = await shop.refused()
    odd = shop.row(order, "odd", service_code=code, destination=echo, status_word="success")
    shop.supplier.shows(odd)
    await shop.look_for(700)
    assert await shop.outcome_of(order) == (OrderState.PARKED, ParkReason.UNKNOWN)
    with pytest.raises(RefundUncertainError) as caught:
        await shop.admin.refund(ADMIN, order.order_id)
    assert caught.value.is_answered


async def test_a_row_of_another_orders_number_does_not_park(shop: Shop) -> None:
    """The other order was refused, but its row is listed."""
    await shop.accepted("081277777777", "r0")
    await shop.queue(number=OTHER)
    other = await shop.send_next(SupplierRefusedError(RefusalClass.PRODUCT, "Stok habis"))
    order = await shop.refused()
    echo = f"62{OTHER[1:]}"
    shop.supplier.shows(shop.row(other, "hers", destination=echo, status_word="gagal"))
    await shop.look_for(130)
    assert (await shop.get(order.order_id)).state is OrderState.FAILED


# --- clock changes ---


@pytest.mark.parametrize("set_after", [1, 30, 62, 100])
async def test_a_clock_set_forward_does_not_shorten_the_search(
    shop: Shop, set_after: float
) -> None:
    """A row may be listed 90 s late; these are measured by a monotonic clock."""
    await shop.accepted(OTHER, "r0")
    order = await shop.refused()
    began = shop.clock.seconds()
    await shop.look_for(set_after)
    shop.clock.set_by(300)
    while shop.clock.seconds() - began < 110:
        await shop.reconcile.look_up()
        shop.clock.advance(1)
        assert (await shop.get(order.order_id)).state is OrderState.AMBIGUOUS
    await shop.look_for(130)
    assert (await shop.get(order.order_id)).state is OrderState.FAILED


async def test_after_a_restart_the_search_begins_again(shop: Shop) -> None:
    """The time without a process is unknown if the clock was set meanwhile."""
    await shop.accepted(OTHER, "r0")
    order = await shop.refused()
    await shop.look_for(61)
    await shop.restart()
    shop.clock.set_by(300)
    await shop.look_for(110)
    assert (await shop.get(order.order_id)).state is OrderState.AMBIGUOUS
    await shop.look_for(70)
    assert (await shop.get(order.order_id)).state is OrderState.FAILED
