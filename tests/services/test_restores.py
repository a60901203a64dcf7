"""Resuming from a backup: unfinished work is parked, and order numbers get a new prefix."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import (
    AttachError,
    AttachFault,
    RefundUncertainError,
    ShopPausedError,
    SupplierReadError,
    SupplierRowsUnreadError,
    SupplierUnavailableError,
    TokenError,
    TokenFault,
)
from bot.domain.notice import NoticeKind
from bot.domain.order import IDS_PER_EPOCH, Order, OrderState, ParkReason
from bot.domain.supplier_row import SupplierRow
from bot.services.orders.queue import Wait
from bot.services.restores import RestoreReport, restore_state
from tests.services.shop import ADMIN, ADMIN_CHAT, ANNI, ANNI_CHAT, BUDI, NOON, NUMBER, Shop

LATER = timedelta(hours=5)
OTHER = "081200000002"


async def restore(shop: Shop, epoch: int = 1) -> RestoreReport:
    """Five hours later, restore from the current database as if it were a backup; restart."""
    shop.clock.at += LATER
    restored = await shop.store.write(restore_state, shop.rules, epoch, shop.clock.now())
    await shop.restart()
    return restored


async def resumed(shop: Shop) -> None:
    shop.clock.advance(60)
    assert await shop.admin.resume(ADMIN)


async def are_parked_by_restore(shop: Shop, *orders: Order) -> bool:
    """Return whether the restore parked all these orders."""
    now = [await shop.get(order.order_id) for order in orders]
    states = {(order.state, order.park_reason) for order in now}
    return states == {(OrderState.PARKED, ParkReason.RESTORED)}


async def test_a_restored_shop_is_paused_until_an_admin_resumes(shop: Shop) -> None:
    await restore(shop)
    token = await shop.token()
    with pytest.raises(ShopPausedError):
        await shop.buy.confirm(ANNI, token, None)
    assert (await shop.admin.overview(ADMIN)).is_paused
    await resumed(shop)
    await shop.buy.confirm(ANNI, token, None)
    assert isinstance(await shop.start(), Order)


async def test_the_period_since_the_backup_is_alerted_in_the_shops_time(shop: Shop) -> None:
    restored = await restore(shop)
    assert restored.gap_from == shop.opened_at
    assert restored.gap_to == shop.opened_at + LATER
    (delivered,) = await shop.deliveries(ADMIN_CHAT, NoticeKind.ALERT)
    assert delivered.notice.data["condition"] == "restored"
    assert delivered.notice.data["detail"] == "2026-03-14 12:00:00 - 2026-03-14 17:00:00"


async def test_a_second_restore_within_15_minutes_is_alerted_too(shop: Shop) -> None:
    await restore(shop)
    await shop.deliver.deliver()
    shop.clock.advance(-LATER.total_seconds() + 1)
    await restore(shop, 2)
    assert await shop.alerts() == ["restored"]


async def test_the_period_since_an_empty_backup_is_empty(empty_shop: Shop) -> None:
    now = empty_shop.clock.now()
    restored = await empty_shop.store.write(restore_state, empty_shop.rules, 1, now)
    assert restored.gap_from == restored.gap_to == now


# --- unfinished work ---


async def test_queued_orders_are_parked_with_their_holds(shop: Shop) -> None:
    """They may have been sent after the backup was made."""
    first = await shop.queue()
    second = await shop.queue(BUDI)
    await shop.delivered_kinds()
    restored = await restore(shop)
    assert restored.parked == 2
    assert await are_parked_by_restore(shop, first, second)
    assert (await shop.wallet()).held == first.price
    assert NoticeKind.ORDER in await shop.delivered_kinds(ANNI_CHAT)
    await resumed(shop)
    assert await shop.wait() == Wait()


async def test_a_sending_order_is_parked_and_not_reconciled(shop: Shop) -> None:
    await shop.queue()
    order = await shop.start()
    shop.supplier.shows(shop.row(order))
    await restore(shop)
    await shop.look_for(3_600)
    assert await are_parked_by_restore(shop, order)
    assert (await shop.get(order.order_id)).sent_at == order.sent_at


async def test_ambiguous_and_accepted_orders_are_followed_as_before(shop: Shop) -> None:
    accepted = await shop.accepted(OTHER)
    lost = await shop.ambiguous()
    shop.supplier.shows(shop.row(lost, "r2"))
    restored = await restore(shop)
    assert (restored.parked, restored.ambiguous) == (0, 1)
    shop.supplier.says("r1", "success")
    await shop.reconcile.poll()
    assert (await shop.get(accepted.order_id)).state is OrderState.SUCCEEDED
    await shop.look_for(60)
    assert (await shop.get(lost.order_id)).state is OrderState.ACCEPTED


async def test_an_order_waiting_for_an_ambiguous_one_is_parked(shop: Shop) -> None:
    lost = await shop.ambiguous()
    waiting = await shop.queue(BUDI)
    restored = await restore(shop)
    assert (restored.parked, restored.ambiguous) == (1, 1)
    assert (await shop.get(lost.order_id)).state is OrderState.AMBIGUOUS
    assert await are_parked_by_restore(shop, waiting)


async def test_an_order_returned_to_the_queue_is_parked_without_its_old_send(shop: Shop) -> None:
    """Its old call surely bought nothing, so a row of that time is not its own."""
    await shop.queue()
    await shop.send_next(SupplierUnavailableError("refused"))
    await restore(shop)
    (parked,) = await shop.admin.find(ADMIN, "K1")
    assert (parked.state, parked.sent_at, parked.next_check_at) == (OrderState.PARKED, None, None)
    await shop.look_for(600)


async def test_an_order_can_be_parked_beside_a_restored_one_of_its_target(shop: Shop) -> None:
    """The restored one is not reconciled, so the two need not be told apart."""
    accepted = await shop.accepted()
    await shop.queue(BUDI)
    await restore(shop)
    shop.supplier.says("r1", "partial")
    await shop.reconcile.poll()
    assert (await shop.get(accepted.order_id)).park_reason is ParkReason.PARTIAL


async def test_tokens_from_before_the_restore_are_unknown(shop: Shop) -> None:
    """They may have been used after the backup was made."""
    token = await shop.token()
    restored = await restore(shop)
    await resumed(shop)
    assert restored.deleted_confirmations > 0
    with pytest.raises(TokenError) as caught:
        await shop.buy.confirm(ANNI, token, None)
    assert caught.value.fault is TokenFault.UNKNOWN
    assert await shop.dialogs.of(ANNI) is None


async def test_pending_notices_and_updates_of_a_backup_are_dropped(shop: Shop) -> None:
    """They were probably delivered and handled after the backup was made."""
    await shop.queue()
    await shop.store.write(lambda tx: tx.inbox.add(1, "{}", shop.clock.now()))
    restored = await restore(shop)
    assert (restored.stale_notices, restored.unhandled_updates) == (1, 1)
    assert await shop.store.read(lambda tx: tx.inbox.pending()) == []


async def test_order_numbers_of_before_are_not_given_again(shop: Shop) -> None:
    """A customer may hold K2 from after the backup, and must not find another's order under it."""
    await shop.queue()
    restored = await restore(shop)
    await resumed(shop)
    order = await shop.queue(number=OTHER)
    assert order.number == restored.next_number == "K2-1"
    assert order.order_id == IDS_PER_EPOCH + 1
    assert await shop.admin.find(ADMIN, "k2-1") == [order]
    shop.supplier.shows(shop.row(order, "r2"))
    assert (await shop.send_next(shop.reply(order, "r2"))).state is OrderState.ACCEPTED


# --- settling a restored order ---


async def test_an_admin_attaches_the_row_of_a_restored_order(shop: Shop) -> None:
    """While a row may be the order's, a refund needs confirming."""
    order = await shop.queue()
    await restore(shop)
    shop.supplier.shows(shop.row(order, created_at=shop.opened_at + timedelta(hours=1)))
    with pytest.raises(RefundUncertainError) as doubt:
        await shop.admin.refund(ADMIN, order.order_id)
    assert doubt.value.candidates == 1
    (row,) = (await shop.admin.order_evidence(ADMIN, order.order_id)).candidates
    attached = await shop.admin.attach(ADMIN, order.order_id, row.ref_id)
    assert attached.state is OrderState.ACCEPTED


async def test_of_two_restored_orders_of_a_target_a_second_partial_row_waits(shop: Shop) -> None:
    first, second = await shop.queue(), await shop.queue(BUDI)
    await restore(shop)
    for order, ref_id in ((first, "r1"), (second, "r2")):
        shop.supplier.shows(shop.row(order, ref_id, status_word="partial"))
        await shop.admin.attach(ADMIN, order.order_id, ref_id)
    parked, waiting = await shop.get(first.order_id), await shop.get(second.order_id)
    assert (parked.state, parked.park_reason) == (OrderState.PARKED, ParkReason.PARTIAL)
    assert (waiting.state, waiting.ref_id) == (OrderState.ACCEPTED, "r2")
    await shop.admin.count_delivered(ADMIN, first.order_id)
    shop.clock.advance(60)
    await shop.reconcile.poll()
    waiting = await shop.get(second.order_id)
    assert (waiting.state, waiting.park_reason) == (OrderState.PARKED, ParkReason.PARTIAL)


# --- resuming ---


async def test_resume_records_the_rows_before_anything_is_sent(shop: Shop) -> None:
    """A row made after the backup is no candidate for an order sent after the restore."""
    await restore(shop)
    forgotten = SupplierRow("x1", "SM10", NUMBER, None, "success", "", "", NOON + LATER / 2)
    shop.supplier.shows(forgotten)
    await resumed(shop)
    assert shop.supplier.reads[-1] == "list reconcile"
    order = await shop.ambiguous()
    near = replace(forgotten, created_at=order.sent_at)
    shop.supplier.rows[:] = [near]
    await shop.look_for(700)
    now = await shop.get(order.order_id)
    assert (now.state, now.ref_id) == (OrderState.PARKED, None)
    with pytest.raises(AttachError):
        await shop.admin.attach(ADMIN, order.order_id, forgotten.ref_id)


async def test_resume_fails_until_the_rows_were_read_after_the_restore(shop: Shop) -> None:
    await shop.recon.step()
    await restore(shop)
    shop.supplier.read_error = SupplierReadError("502")
    with pytest.raises(SupplierRowsUnreadError):
        await shop.admin.resume(ADMIN)
    assert (await shop.admin.overview(ADMIN)).is_paused
    shop.supplier.read_error = None
    shop.clock.advance(1)
    await shop.recon.step()
    shop.supplier.read_error = SupplierReadError("502")
    assert await shop.admin.resume(ADMIN)
    assert not (await shop.admin.overview(ADMIN)).is_paused


async def test_resume_without_a_restore_does_not_read_the_supplier(shop: Shop) -> None:
    await shop.admin.pause(ADMIN)
    shop.supplier.read_error = SupplierReadError("502")
    assert await shop.admin.resume(ADMIN)


# --- a backup from before a change of the supplier account ---


async def restore_on_other_account(shop: Shop) -> RestoreReport:
    """Restore with the settings of another supplier account."""
    shop.rules = replace(shop.rules, account="U2")
    return await restore(shop)


async def test_orders_of_every_account_are_parked(shop: Shop) -> None:
    accepted = await shop.accepted(NUMBER, "r1")
    lost = await shop.ambiguous("081200000003")
    await shop.queue(number="081200000004")
    sending = await shop.start()
    queued = await shop.queue(BUDI, number="081200000005")
    await shop.delivered_kinds()
    held = (await shop.wallet()).held, (await shop.wallet(BUDI)).held
    restored = await restore_on_other_account(shop)
    assert (restored.parked, restored.ambiguous) == (4, 0)
    assert dict(restored.open_on_other_accounts) == {"U1": 4}
    assert await are_parked_by_restore(shop, accepted, lost, sending, queued)
    assert (await shop.get(accepted.order_id)).ref_id == "r1"
    assert (await shop.get(lost.order_id)).sent_at == lost.sent_at
    assert (await shop.get(queued.order_id)).sent_at is None
    assert NoticeKind.PARKED in await shop.delivered_kinds(ADMIN_CHAT)
    assert ((await shop.wallet()).held, (await shop.wallet(BUDI)).held) == held
    await resumed(shop)
    for _ in range(3):
        shop.clock.advance(3_600)
        await shop.wait()
        await shop.look_for(60)
        await shop.reconcile.poll()
    assert ((await shop.wallet()).held, (await shop.wallet(BUDI)).held) == held


async def test_an_order_parked_before_the_restore_is_not_changed(shop: Shop) -> None:
    order = await shop.parked()
    restored = await restore_on_other_account(shop)
    assert (restored.parked, dict(restored.open_on_other_accounts)) == (0, {"U1": 1})
    assert await shop.get(order.order_id) == order


async def test_orders_parked_for_their_account_are_followed_when_it_returns(shop: Shop) -> None:
    accepted = await shop.accepted(NUMBER, "r1")
    lost = await shop.ambiguous("081200000003")
    waiting = await shop.queue(BUDI, number="081200000005")
    await restore_on_other_account(shop)
    shop.supplier.says("r1", "success")
    shop.supplier.shows(shop.row(lost, "r2"))
    shop.rules = replace(shop.rules, account="U1")
    await shop.restart()
    await resumed(shop)
    await shop.reconcile.poll()
    await shop.look_for(60)
    assert (await shop.get(accepted.order_id)).state is OrderState.SUCCEEDED
    assert (await shop.get(lost.order_id)).ref_id == "r2"
    assert (await shop.get(waiting.order_id)).state is OrderState.PARKED
    assert await shop.wait() == Wait()


# --- settling an order of another account ---


async def order_of_other_account(shop: Shop, *, is_accepted: bool) -> Order:
    """Return an order of the other account, parked by the restore; list no rows."""
    order = await (shop.accepted() if is_accepted else shop.ambiguous())
    if not is_accepted:
        shop.supplier.shows(shop.row(order, "known", created_at=None))
        await shop.recon.compare(ADMIN)
    await restore_on_other_account(shop)
    shop.supplier.rows.clear()
    return await shop.get(order.order_id)


@pytest.mark.parametrize("is_accepted", [True, False])
async def test_no_row_of_this_account_is_attached_to_another_accounts_order(
    shop: Shop, is_accepted: bool
) -> None:
    order = await order_of_other_account(shop, is_accepted=is_accepted)
    shop.supplier.shows(shop.row(order, "r9", status_word="success"))
    reads = len(shop.supplier.reads)
    with pytest.raises(AttachError) as caught:
        await shop.admin.attach(ADMIN, order.order_id, "r9")
    assert caught.value.fault is AttachFault.OTHER_ACCOUNT
    assert len(shop.supplier.reads) == reads
    assert await shop.get(order.order_id) == order


@pytest.mark.parametrize("is_accepted", [True, False])
async def test_a_refund_of_another_accounts_order_always_needs_confirming(
    shop: Shop, is_accepted: bool
) -> None:
    """This account's list proves neither its absence nor, by an equal ref_id, its presence."""
    order = await order_of_other_account(shop, is_accepted=is_accepted)
    foreign = shop.row(order, order.ref_id or "r9", status_word="success")
    doubt = ""
    for rows in ([], [foreign]):
        shop.supplier.rows = rows
        reads = len(shop.supplier.reads)
        with pytest.raises(RefundUncertainError) as caught:
            await shop.admin.refund(ADMIN, order.order_id)
        assert (caught.value.account, caught.value.candidates) == ("U1", int(not is_accepted))
        assert len(shop.supplier.reads) == reads
        doubt = caught.value.doubt
    with pytest.raises(RefundUncertainError) as another:
        await shop.admin.refund(ADMIN, order.order_id, doubt="another")
    assert another.value.has_changed
    refunded = await shop.admin.refund(ADMIN, order.order_id, doubt=doubt)
    assert (refunded.state, (await shop.wallet()).held) == (OrderState.FAILED, 0)
    (act,) = await shop.store.read(lambda tx: tx.admin_acts.about(order.number))
    assert (act.action, act.detail) == ("refund", "forced, account U1")
    of_nobody = await shop.store.read(lambda tx: tx.findings.open("U1"))
    assert [one.ref_id for one in of_nobody] == ([] if is_accepted else ["known"])


async def test_another_accounts_order_is_counted_as_delivered_without_a_read(shop: Shop) -> None:
    order = await order_of_other_account(shop, is_accepted=True)
    shop.supplier.shows(shop.row(order, "r1", status_word="failed"))
    counted = await shop.admin.count_delivered(ADMIN, order.order_id)
    assert (counted.state, (await shop.wallet()).held) == (OrderState.SUCCEEDED, 0)


@pytest.mark.parametrize("account", ["U1", "U2"])
async def test_a_refund_confirmation_from_before_a_restore_is_not_valid(
    shop: Shop, account: str
) -> None:
    """The order may have been settled after the backup was made."""
    parked = await shop.parked()
    shop.rules = replace(shop.rules, account=account)
    await shop.restart()
    shop.supplier.read_error = SupplierReadError("502")
    with pytest.raises(RefundUncertainError) as shown:
        await shop.admin.refund(ADMIN, parked.order_id)
    for epoch in (1, 2):
        await restore(shop, epoch)
        with pytest.raises(RefundUncertainError) as again:
            await shop.admin.refund(ADMIN, parked.order_id, doubt=shown.value.doubt)
        assert again.value.has_changed
        shown = again
    ended = await shop.admin.refund(ADMIN, parked.order_id, doubt=shown.value.doubt)
    assert ended.state is OrderState.FAILED
