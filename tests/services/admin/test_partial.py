"""An admin ends an order whose ref_id is known: counted as delivered, refunded, or kept."""

import asyncio

import pytest

from bot.domain.errors import (
    AlreadyDecidedError,
    AttachError,
    AttachFault,
    SupplierReadError,
)
from bot.domain.ledger import SUPPLIER_COST, Phase
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.order import Order, OrderState, ParkReason
from bot.services.orders import settle
from tests.services.shop import ADMIN, ANNI, ANNI_CHAT, PRICE, SECOND_ADMIN, Shop

COST = 10_200


async def booked_cost(shop: Shop) -> int:
    """Return what the books say that goods cost, in rupiah."""
    return -(await shop.account(SUPPLIER_COST)).posted


async def fault_of_counting(shop: Shop, order: Order) -> AttachFault:
    """Return why an order cannot be counted as delivered."""
    with pytest.raises(AttachError) as caught:
        await shop.admin.count_delivered(ADMIN, order.order_id)
    return caught.value.fault


async def partly_done(shop: Shop, **changes: str) -> Order:
    """Return an order that is parked because its row says `partial`."""
    order = await shop.accepted()
    shop.supplier.says("r1", "partial", **changes)
    shop.clock.advance(5)
    await shop.reconcile.poll()
    order = await shop.get(order.order_id)
    assert (order.state, order.park_reason) == (OrderState.PARKED, ParkReason.PARTIAL)
    await shop.delivered_kinds()
    return order


async def test_counting_as_delivered_posts_the_hold_and_notifies_the_customer(shop: Shop) -> None:
    parked = await partly_done(shop)
    shop.supplier.says("r1", "partial", voucher="V-1", note="5 of 10")
    order = await shop.admin.count_delivered(ADMIN, parked.order_id)
    assert (order.state, order.voucher, order.note) == (OrderState.SUCCEEDED, "V-1", "5 of 10")
    wallet = await shop.wallet()
    assert (wallet.available, wallet.held) == (100_000 - PRICE, 0)
    _, (post, *_) = await shop.wallets.statement(ANNI, 1)
    assert (post.phase, post.actor_id) == (Phase.POST, ADMIN.customer_id)
    assert await booked_cost(shop) == COST
    assert await shop.delivered_kinds(ANNI_CHAT) == [NoticeKind.ORDER, NoticeKind.OUTCOME]
    (act,) = await shop.store.read(lambda tx: tx.admin_acts.about(parked.number))
    assert (act.actor_id, act.action, act.detail) == (
        ADMIN.customer_id,
        "count_delivered",
        "r1 partial",
    )


async def test_when_the_row_is_gone_its_stored_voucher_is_kept(shop: Shop) -> None:
    parked = await partly_done(shop, voucher="V-1", note="half")
    assert (parked.voucher, parked.note) == ("V-1", "half")
    shop.supplier.rows.clear()
    order = await shop.admin.count_delivered(ADMIN, parked.order_id)
    assert (order.state, order.voucher, order.note) == (OrderState.SUCCEEDED, "V-1", "half")


@pytest.mark.parametrize(
    ("word", "state"), [("success", OrderState.SUCCEEDED), ("error", OrderState.FAILED)]
)
async def test_a_row_that_became_final_overrides_counting_as_delivered(
    shop: Shop, word: str, state: OrderState
) -> None:
    """The customer must not pay for goods that the supplier refunded."""
    parked = await partly_done(shop)
    shop.supplier.says("r1", word)
    assert (await shop.admin.count_delivered(ADMIN, parked.order_id)).state is state


@pytest.mark.parametrize(
    ("seconds", "reason"), [(86_400, ParkReason.NOT_FINAL), (601, ParkReason.ROW_MISSING)]
)
async def test_an_order_not_final_or_without_row_can_be_counted_as_delivered(
    shop: Shop, seconds: int, reason: ParkReason
) -> None:
    order = await shop.accepted()
    if reason is ParkReason.ROW_MISSING:
        shop.supplier.rows.clear()
    shop.clock.advance(seconds)
    await shop.reconcile.poll()
    assert (await shop.get(order.order_id)).park_reason is reason
    counted = await shop.admin.count_delivered(ADMIN, order.order_id)
    assert counted.state is OrderState.SUCCEEDED


async def test_without_an_answer_or_a_ref_id_nothing_is_counted(shop: Shop) -> None:
    lost = await shop.parked()
    assert await fault_of_counting(shop, lost) is AttachFault.NO_SUCH_ROW
    await shop.insist_on_refund(ADMIN, lost.order_id)
    parked = await partly_done(shop)
    shop.supplier.read_error = SupplierReadError("502")
    assert await fault_of_counting(shop, parked) is AttachFault.NO_ANSWER
    assert (await shop.get(parked.order_id)).state is OrderState.PARKED


async def test_of_a_count_and_a_refund_at_once_one_wins(shop: Shop) -> None:
    parked = await partly_done(shop)
    results = await asyncio.gather(
        shop.admin.count_delivered(ADMIN, parked.order_id),
        shop.insist_on_refund(SECOND_ADMIN, parked.order_id),
        return_exceptions=True,
    )
    (won,) = [end for end in results if isinstance(end, Order)]
    (lost,) = [end for end in results if isinstance(end, AlreadyDecidedError)]
    assert lost.state == won.state


@pytest.mark.parametrize("ref_id", ["r1", "late1"], ids=["its own row", "a found row"])
async def test_an_order_attached_to_a_partial_row_stays_parked_without_a_new_notice(
    shop: Shop, ref_id: str
) -> None:
    """The hour promised to the customer stays the same."""
    parked = await (partly_done(shop) if ref_id == "r1" else shop.parked())
    await shop.delivered_kinds()
    if ref_id == "late1":
        shop.supplier.shows(shop.row(parked, ref_id, status_word="partial"))
    shop.clock.advance(1_000)
    attached = await shop.admin.attach(ADMIN, parked.order_id, ref_id)
    assert (attached.state, attached.ref_id) == (OrderState.PARKED, ref_id)
    assert (attached.park_reason, attached.parked_at) == (ParkReason.PARTIAL, parked.parked_at)
    assert attached.announced_at == parked.announced_at
    assert await shop.delivered_kinds() == []
    counted = await shop.admin.count_delivered(ADMIN, parked.order_id)
    assert counted.state is OrderState.SUCCEEDED


async def test_a_parked_order_whose_found_row_is_partial_is_announced_once(shop: Shop) -> None:
    parked = await shop.parked()
    await shop.delivered_kinds()
    shop.supplier.shows(shop.row(parked, "late1", status_word="partial"))
    shop.clock.advance(60)
    await shop.reconcile.look_up()
    found = await shop.get(parked.order_id)
    assert (found.ref_id, found.park_reason) == ("late1", ParkReason.PARTIAL)
    assert (found.state, found.parked_at) == (OrderState.PARKED, parked.parked_at)
    assert await shop.delivered_kinds() == []
    shop.supplier.says("late1", "success")
    shop.clock.advance(60)
    await shop.reconcile.poll()
    assert (await shop.get(parked.order_id)).state is OrderState.SUCCEEDED


@pytest.mark.parametrize("is_refund", [True, False])
async def test_a_decision_is_no_finding_until_the_row_changes(shop: Shop, is_refund: bool) -> None:
    parked = await partly_done(shop)
    if is_refund:
        await shop.insist_on_refund(ADMIN, parked.order_id)
    else:
        await shop.admin.count_delivered(ADMIN, parked.order_id)
    shop.clock.advance(600)
    assert (await shop.recon.compare(ADMIN)).findings == []
    shop.supplier.says("r1", "success" if is_refund else "error")
    shop.clock.advance(600)
    (finding,) = (await shop.recon.compare(ADMIN)).findings
    assert finding.order_id == parked.order_id


@pytest.mark.parametrize("ref_id", ["r1", "r2"])
async def test_the_transaction_refuses_an_order_that_lost_or_changed_its_row(
    shop: Shop, ref_id: str
) -> None:
    """The order may have changed since its row was fetched."""
    parked = await partly_done(shop) if ref_id == "r2" else await shop.parked()
    row, now = shop.row(parked, ref_id), shop.clock.now()
    with pytest.raises(AttachError) as caught:
        await shop.store.write(
            settle.count_delivered, shop.rules, parked, row, ADMIN.customer_id, now
        )
    assert caught.value.fault is AttachFault.NO_SUCH_ROW
    assert (await shop.get(parked.order_id)).state is OrderState.PARKED
    assert (await shop.wallet()).held == PRICE


async def test_goods_without_a_cost_are_booked_without_a_cost(shop: Shop) -> None:
    await shop.relist("SM10", cost=Rupiah(0))
    order = await shop.queue()
    sent = await shop.send_next(shop.reply(order, status_word="success", cost=Rupiah(0)))
    assert sent.state is OrderState.SUCCEEDED
    assert (await shop.wallet()).held == 0
    assert await booked_cost(shop) == 0
