"""Rows that may be another order's, or anybody's: neither claimed, nor taken for an absence."""

from dataclasses import replace

import pytest

from bot.domain.errors import RefundDoubtError, RefusalClass, SupplierRefusedError
from bot.domain.order import CustomerId, Order, OrderState, ParkReason, WaitReason
from bot.ports.supplier import ServiceList
from bot.services.orders.supplier_clock import SKEW, SKEW_MARGIN
from tests.services.shop import ADMIN, ANNI, BUDI, LISTINGS, NUMBER, Shop

OTHER = "081299999999"
FOREIGN, LOCAL = "6281234567890", "081234567890"
"""One number in two spellings: a product of an unknown type takes both as they are."""


async def know_the_clock(shop: Shop) -> None:
    """Let the supplier's clock be known to be ours."""
    await shop.store.write(lambda tx: tx.supplier_facts.put("U1", SKEW, "0"))
    await shop.store.write(lambda tx: tx.supplier_facts.put("U1", SKEW_MARGIN, "6"))


async def sell_abroad(shop: Shop) -> None:
    """Offer a product whose destinations are sent as they were typed."""
    abroad = replace(LISTINGS[0], code="INT1", type="pulsa-internasional")
    shop.supplier.listings = ServiceList((*LISTINGS, abroad), 0)
    await shop.refresh.refresh()


async def accepted_abroad(shop: Shop, customer_id: CustomerId, number: str, ref_id: str) -> Order:
    """Have an order accepted under a ref_id."""
    order = await shop.queue(customer_id, "INT1", number)
    return await shop.send_next(shop.reply(order, ref_id))


async def lost_abroad(shop: Shop, customer_id: CustomerId, number: str) -> Order:
    """Lose an order's answer."""
    await shop.queue(customer_id, "INT1", number)
    shop.supplier.will_lose_the_answer()
    order = await shop.start()
    await shop.send.carry_out(order)
    return await shop.get(order.order_id)


async def two_spellings_lost(shop: Shop) -> tuple[Order, Order]:
    """Lose two orders for one number, as it comes about when a reply named another's row."""
    await sell_abroad(shop)
    await know_the_clock(shop)
    first = await accepted_abroad(shop, ANNI, FOREIGN, "odd")
    second = await lost_abroad(shop, BUDI, LOCAL)
    await shop.store.write(
        lambda tx: tx.orders.save(
            replace(first, state=OrderState.AMBIGUOUS, ref_id=None, next_look_at=second.sent_at)
        )
    )
    return await shop.get(first.order_id), second


async def test_two_spellings_of_one_number_are_one_target(shop: Shop) -> None:
    """The second waits: the supplier may echo both alike."""
    await sell_abroad(shop)
    await lost_abroad(shop, ANNI, FOREIGN)
    waiting = await shop.queue(BUDI, "INT1", LOCAL)
    shop.clock.advance(10)
    await shop.wait()
    kept = await shop.get(waiting.order_id)
    assert (kept.state, kept.wait_reason) == (OrderState.QUEUED, WaitReason.SAME_TARGET)


@pytest.mark.parametrize("echo", [FOREIGN, LOCAL])
async def test_a_row_that_may_be_of_two_orders_is_given_to_neither(shop: Shop, echo: str) -> None:
    """One customer's voucher must not go to the other; an admin tells them apart."""
    orders = await two_spellings_lost(shop)
    made = shop.row(orders[1], "only", destination=echo, status_word="success", voucher="V-A")
    shop.supplier.shows(made)
    await shop.look_for(700)
    for order in orders:
        now = await shop.get(order.order_id)
        assert (now.state, now.park_reason) == (OrderState.PARKED, ParkReason.UNKNOWN)
        with pytest.raises(RefundDoubtError) as caught:
            await shop.admin.refund(ADMIN, order.order_id)
        assert caught.value.candidates == 1
    (named,) = [order for order in orders if order.destination == echo]
    assert (await shop.admin.attach(ADMIN, named.order_id, "only")).voucher == "V-A"


async def test_a_row_from_before_the_others_send_is_claimed_all_the_same(shop: Shop) -> None:
    """The other cannot have made it."""
    await sell_abroad(shop)
    lost = await lost_abroad(shop, ANNI, FOREIGN)
    shop.supplier.shows(shop.row(lost, "mine", destination=FOREIGN))
    await shop.recon.compare(ADMIN)
    later = await shop.queue(BUDI, "INT1", LOCAL)
    sent = replace(later, state=OrderState.AMBIGUOUS, sent_at=shop.clock.now(), send_number=2)
    await shop.store.write(lambda tx: tx.orders.save(sent))
    await shop.look_for(60)
    assert (await shop.get(lost.order_id)).ref_id == "mine"


# --- rows that cannot be placed ---

UNREADABLE = ["", "0812****7890", f"{NUMBER} | ANNI", "hidden"]


async def refused(shop: Shop, number: str = NUMBER) -> Order:
    """Send an order that is refused for a reason that nobody knows."""
    await shop.queue(number=number)
    return await shop.send_next(SupplierRefusedError(RefusalClass.OTHER, "Something went wrong"))


@pytest.mark.parametrize("echo", UNREADABLE)
@pytest.mark.parametrize("code", ["SM10", "sm10", ""])
async def test_a_row_whose_echo_cannot_be_read_is_no_absence(
    shop: Shop, echo: str, code: str
) -> None:
    """The refusal is not believed, and a refund is asked about twice."""
    await shop.accepted(OTHER, "r0", "SM20")
    await know_the_clock(shop)
    order = await refused(shop)
    odd = shop.row(order, "odd", service_code=code, destination=echo, status_word="success")
    shop.supplier.shows(odd)
    await shop.look_for(700)
    parked = await shop.get(order.order_id)
    assert (parked.state, parked.park_reason) == (OrderState.PARKED, ParkReason.UNKNOWN)
    with pytest.raises(RefundDoubtError) as caught:
        await shop.admin.refund(ADMIN, order.order_id)
    assert caught.value.is_asked


async def test_a_row_of_another_product_parks_nothing(shop: Shop) -> None:
    """Whoever bought it: it cannot be the order's."""
    await shop.accepted(OTHER, "r0")
    order = await refused(shop)
    shop.supplier.shows(shop.row(order, "else", service_code="XL10", destination="hidden"))
    await shop.look_for(130)
    assert (await shop.get(order.order_id)).state is OrderState.FAILED


async def test_a_row_of_another_order_parks_nothing(shop: Shop) -> None:
    """Here the other was refused, and its row shows all the same: it names the other's number."""
    await shop.accepted("081277777777", "r0")
    await shop.queue(number=OTHER)
    other = await shop.send_next(SupplierRefusedError(RefusalClass.PRODUCT, "Stok habis"))
    order = await refused(shop)
    echo = f"62{OTHER[1:]}"
    shop.supplier.shows(shop.row(other, "hers", destination=echo, status_word="gagal"))
    await shop.look_for(130)
    assert (await shop.get(order.order_id)).state is OrderState.FAILED


async def test_a_row_of_another_time_parks_nothing(shop: Shop) -> None:
    """It was made long before the send, by a clock that is known, whatever it is."""
    await know_the_clock(shop)
    await shop.accepted(OTHER, "r0")
    order = await refused(shop)
    old = (order.sent_at or order.created_at).replace(hour=1)
    shop.supplier.shows(shop.row(order, "old", destination="hidden", created_at=old))
    await shop.look_for(130)
    assert (await shop.get(order.order_id)).state is OrderState.FAILED


async def test_an_undated_row_that_cannot_be_read_is_no_absence(shop: Shop) -> None:
    """It may be the order's, for all that anybody knows."""
    await shop.accepted(OTHER, "r0")
    order = await refused(shop)
    shop.supplier.shows(shop.row(order, "odd", destination="", created_at=None))
    await shop.look_for(130)
    assert (await shop.get(order.order_id)).state is OrderState.AMBIGUOUS


# --- a clock that is set ---


@pytest.mark.parametrize("set_after", [1, 30, 62, 100])
async def test_a_clock_set_forward_does_not_shorten_the_wait(shop: Shop, set_after: float) -> None:
    """A row may show for 90 s, and those pass by no clock that is set."""
    await shop.accepted(OTHER, "r0")
    order = await refused(shop)
    began = shop.clock.seconds()
    await shop.look_for(set_after)
    shop.clock.set_by(300)
    while shop.clock.seconds() - began < 110:
        await shop.reconcile.look()
        shop.clock.advance(1)
        assert (await shop.get(order.order_id)).state is OrderState.AMBIGUOUS
    await shop.look_for(130)
    assert (await shop.get(order.order_id)).state is OrderState.FAILED


async def test_after_a_restart_the_wait_begins_anew(shop: Shop) -> None:
    """Nobody knows how long the process was dead, if the clock was set meanwhile."""
    await shop.accepted(OTHER, "r0")
    order = await refused(shop)
    await shop.look_for(61)
    await shop.restart()
    shop.clock.set_by(300)
    await shop.look_for(110)
    assert (await shop.get(order.order_id)).state is OrderState.AMBIGUOUS
    await shop.look_for(70)
    assert (await shop.get(order.order_id)).state is OrderState.FAILED
