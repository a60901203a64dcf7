"""Going on from a backup: nothing unfinished goes on by itself, and no number returns."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import (
    AttachError,
    AttachFault,
    RefundDoubtError,
    RowsUnseenError,
    ShopPausedError,
    SupplierReadError,
    TokenError,
    TokenFault,
)
from bot.domain.notice import NoticeKind
from bot.domain.order import IDS_AN_EPOCH, Order, OrderState, ParkReason
from bot.domain.row_matching import SupplierRow
from bot.services.orders.queue import Wait
from bot.services.restores import Restored, travel
from tests.services.shop import ADMIN, ANNI, BUDI, NOON, NUMBER, Shop

LATER = timedelta(hours=5)
OTHER = "081200000002"


async def travelled(shop: Shop, epoch: int = 1) -> Restored:
    """Some hours later, let the shop go on from what its database holds, as from a backup."""
    shop.clock.at += LATER
    restored = await shop.store.write(travel, shop.rules, epoch, shop.clock.now())
    await shop.restart()
    return restored


async def resumed(shop: Shop) -> None:
    shop.clock.advance(60)
    assert await shop.admin.resume(ADMIN)


async def under_way(shop: Shop, number: str = NUMBER) -> Order:
    """Begin a call that the backup caught half way."""
    await shop.queue(number=number)
    return await shop.start()


async def test_the_shop_begins_paused_until_an_admin_resumes(shop: Shop) -> None:
    """Nothing is confirmed and nothing is sent."""
    await travelled(shop)
    token = await shop.token()
    with pytest.raises(ShopPausedError):
        await shop.buy.confirm(ANNI, token, None)
    assert (await shop.admin.overview(ADMIN)).is_paused
    await resumed(shop)
    await shop.buy.confirm(ANNI, token, None)
    assert isinstance(await shop.start(), Order)


async def test_the_missing_time_is_told(shop: Shop) -> None:
    """From the newest that the backup knows of until now, in the shop's own time."""
    restored = await travelled(shop)
    assert restored.forgotten_from == shop.opened_at
    assert restored.forgotten_to == shop.opened_at + LATER
    (told,) = [d for d in await shop.deliveries(ADMIN) if d.notice.kind is NoticeKind.ALERT]
    assert told.notice.data["condition"] == "restored"
    assert told.notice.data["detail"] == "2026-03-14 12:00:00 - 2026-03-14 17:00:00"


async def test_a_restore_just_after_another_is_told_too(shop: Shop) -> None:
    """It is no condition that is told every 15 minutes."""
    await travelled(shop)
    await shop.deliver.deliver()
    shop.clock.advance(-LATER.total_seconds() + 1)
    await travelled(shop, 2)
    assert await shop.alerts() == ["restored"]


async def test_an_empty_backup_has_forgotten_nothing(empty_shop: Shop) -> None:
    """There is no instant in it."""
    now = empty_shop.clock.now()
    restored = await empty_shop.store.write(travel, empty_shop.rules, 1, now)
    assert restored.forgotten_from == restored.forgotten_to == now


# --- what was unfinished ---


async def test_orders_that_waited_are_left_to_the_admins(shop: Shop) -> None:
    """They may have been sent since; the money stays held, and all who are concerned hear of it."""
    first = await shop.queue()
    second = await shop.queue(BUDI)
    await shop.told()
    restored = await travelled(shop)
    assert restored.parked == 2
    for order in (first, second):
        now = await shop.get(order.order_id)
        assert (now.state, now.park_reason) == (OrderState.PARKED, ParkReason.RESTORED)
    assert (await shop.wallet()).held == first.price
    assert NoticeKind.ORDER in await shop.told(ANNI)
    await resumed(shop)
    assert await shop.wait() == Wait()


async def test_an_order_under_way_is_left_to_the_admins(shop: Shop) -> None:
    """Its call has been answered since, to somebody who is forgotten."""
    order = await under_way(shop)
    shop.supplier.shows(shop.row(order))
    await travelled(shop)
    await shop.look_for(3_600)
    now = await shop.get(order.order_id)
    assert (now.state, now.park_reason) == (OrderState.PARKED, ParkReason.RESTORED)
    assert now.sent_at == order.sent_at


async def test_a_lost_order_goes_on_being_looked_for(shop: Shop) -> None:
    """Its row is found, or it is parked in its turn."""
    order = await shop.ambiguous()
    shop.supplier.shows(shop.row(order))
    restored = await travelled(shop)
    assert (restored.parked, restored.ambiguous) == (0, 1)
    await shop.look_for(60)
    assert (await shop.get(order.order_id)).state is OrderState.ACCEPTED


async def test_two_orders_for_one_number_are_both_parked(shop: Shop) -> None:
    """One is in doubt, and the other waited for it."""
    lost = await shop.ambiguous()
    waiting = await shop.queue(BUDI)
    restored = await travelled(shop)
    assert (restored.parked, restored.ambiguous) == (1, 1)
    assert (await shop.get(lost.order_id)).state is OrderState.AMBIGUOUS
    assert (await shop.get(waiting.order_id)).state is OrderState.PARKED


async def test_an_order_that_went_back_to_the_queue_is_not_its_old_call(shop: Shop) -> None:
    """A row of that time is not its own: surely nothing was bought then."""
    order = await shop.queue()
    shop.clock.advance(6)
    started = await shop.start()
    await shop.send._record(shop.send._record_not_sent, started.order_id, None)
    await travelled(shop)
    parked = await shop.get(order.order_id)
    assert (parked.state, parked.sent_at, parked.next_look_at) == (OrderState.PARKED, None, None)
    await shop.look_for(600)


async def test_an_accepted_order_is_polled_as_before(shop: Shop) -> None:
    """Its reference is known."""
    order = await shop.accepted()
    await travelled(shop)
    shop.supplier.says("r1", "success")
    await shop.reconcile.poll()
    assert (await shop.get(order.order_id)).state is OrderState.SUCCEEDED


async def test_an_overdue_order_is_parked_beside_a_restored_one(shop: Shop) -> None:
    """Nobody looks for the restored one by machine, so the two need not be told apart."""
    accepted = await shop.accepted()
    await shop.queue(BUDI)
    await travelled(shop)
    shop.supplier.says("r1", "partial")
    await shop.reconcile.poll()
    assert (await shop.get(accepted.order_id)).park_reason is ParkReason.PARTIAL


async def test_buttons_from_before_do_nothing(shop: Shop) -> None:
    """They may have been pressed in the forgotten time."""
    token = await shop.token()
    restored = await travelled(shop)
    await resumed(shop)
    assert restored.dead_buttons > 0
    with pytest.raises(TokenError) as caught:
        await shop.buy.confirm(ANNI, token, None)
    assert caught.value.fault is TokenFault.UNKNOWN
    assert await shop.buy.dialog(ANNI) is None


async def test_messages_and_updates_from_before_are_over(shop: Shop) -> None:
    """They were delivered and handled in the forgotten time, as far as anybody knows."""
    await shop.queue()
    await shop.store.write(lambda tx: tx.inbox.add(1, "{}", shop.clock.now()))
    restored = await travelled(shop)
    assert (restored.stale_notices, restored.unhandled_updates) == (1, 1)
    assert await shop.store.read(lambda tx: tx.inbox.pending()) == []


async def test_no_number_returns(shop: Shop) -> None:
    """A customer who holds K2 since the backup does not find another's order there."""
    await shop.queue()
    restored = await travelled(shop)
    await resumed(shop)
    order = await shop.queue(number=OTHER)
    assert order.number == restored.next_number == "K2-1"
    assert order.order_id == IDS_AN_EPOCH + 1
    assert await shop.admin.find(ADMIN, "k2-1") == [order]
    shop.supplier.shows(shop.row(order, "r2"))
    assert (await shop.send_next(shop.reply(order, "r2"))).state is OrderState.ACCEPTED


# --- settling a restored order ---


async def test_an_admin_attaches_the_row_of_a_restored_order(shop: Shop) -> None:
    """The rows that may be its own are offered."""
    order = await shop.queue()
    await travelled(shop)
    shop.supplier.shows(shop.row(order, created_at=shop.opened_at + timedelta(hours=1)))
    await shop.recon.compare(ADMIN)
    (row,) = await shop.admin.candidates(ADMIN, order.order_id)
    attached = await shop.admin.attach(ADMIN, order.order_id, row.ref_id)
    assert attached.state is OrderState.ACCEPTED


async def test_a_refund_asks_twice_while_a_row_may_be_its_own(shop: Shop) -> None:
    """Also when it has scrolled away; the admin's second word gives the money back."""
    order = await shop.queue()
    await travelled(shop)
    shop.supplier.shows(shop.row(order, created_at=shop.opened_at + timedelta(hours=1)))
    with pytest.raises(RefundDoubtError):
        await shop.admin.refund(ADMIN, order.order_id)
    shop.supplier.rows.clear()
    with pytest.raises(RefundDoubtError):
        await shop.admin.refund(ADMIN, order.order_id)
    refunded = await shop.insist_on_refund(ADMIN, order.order_id)
    assert (refunded.state, (await shop.wallet()).held) == (OrderState.FAILED, 0)


# --- opening again ---


async def test_resume_looks_at_the_rows_before_anything_is_sent(shop: Shop) -> None:
    """A row of the forgotten time is no candidate for an order that is sent afterwards."""
    await travelled(shop)
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


async def test_resume_waits_for_the_supplier(shop: Shop) -> None:
    """Without having seen its rows the shop stays shut; seen once they need not be asked for."""
    await travelled(shop)
    shop.supplier.read_error = SupplierReadError("502")
    with pytest.raises(RowsUnseenError):
        await shop.admin.resume(ADMIN)
    assert (await shop.admin.overview(ADMIN)).is_paused
    shop.supplier.read_error = None
    shop.clock.advance(1)
    await shop.recon.step()
    shop.supplier.read_error = SupplierReadError("502")
    assert await shop.admin.resume(ADMIN)
    assert not (await shop.admin.overview(ADMIN)).is_paused


async def test_rows_seen_before_the_restore_do_not_count(shop: Shop) -> None:
    """The backup remembers a comparison of its own time."""
    await shop.recon.step()
    await travelled(shop)
    shop.supplier.read_error = SupplierReadError("502")
    with pytest.raises(RowsUnseenError):
        await shop.admin.resume(ADMIN)


async def test_resume_asks_nobody_when_there_was_no_restore(shop: Shop) -> None:
    """A pause is over at once, whatever the supplier does."""
    await shop.admin.pause(ADMIN)
    shop.supplier.read_error = SupplierReadError("502")
    assert await shop.admin.resume(ADMIN)


# --- a copy from before a move to another supplier account ---


async def moved(shop: Shop) -> Restored:
    """Go on from what the database holds with the settings of another account."""
    shop.rules = replace(shop.rules, account="U2")
    return await travelled(shop)


async def test_orders_of_every_account_are_parked(shop: Shop) -> None:
    """Whatever they were doing: their money stays held, and all who are concerned hear of it."""
    accepted = await shop.accepted(NUMBER, "r1")
    lost = await shop.ambiguous("081200000003")
    sending = await under_way(shop, "081200000004")
    queued = await shop.queue(BUDI, number="081200000005")
    parked = await shop.get(queued.order_id)
    await shop.told()
    orders = [accepted, lost, sending, queued, parked]
    held = (await shop.wallet()).held, (await shop.wallet(BUDI)).held
    restored = await moved(shop)
    assert (restored.parked, restored.ambiguous, dict(restored.elsewhere)) == (4, 0, {"U1": 4})
    for order in orders:
        now = await shop.get(order.order_id)
        assert (now.state, now.park_reason) == (OrderState.PARKED, ParkReason.RESTORED)
    assert (await shop.get(accepted.order_id)).ref_id == "r1"
    assert (await shop.get(lost.order_id)).sent_at == lost.sent_at
    assert (await shop.get(queued.order_id)).sent_at is None
    assert NoticeKind.PARKED in await shop.told(ADMIN)
    assert ((await shop.wallet()).held, (await shop.wallet(BUDI)).held) == held
    await resumed(shop)
    for _ in range(3):
        shop.clock.advance(3_600)
        await shop.wait()
        await shop.look_for(60)
        await shop.reconcile.poll()
    assert ((await shop.wallet()).held, (await shop.wallet(BUDI)).held) == held


async def test_an_order_that_was_parked_before_stays_as_it_is(shop: Shop) -> None:
    """Its reason is still the right one, and it is counted as open."""
    order = await shop.parked()
    restored = await moved(shop)
    assert (restored.parked, dict(restored.elsewhere)) == (0, {"U1": 1})
    assert await shop.get(order.order_id) == order


async def test_on_their_own_account_parked_ones_are_followed_again(shop: Shop) -> None:
    """The rows are there, and their orders were sent before the backup."""
    accepted = await shop.accepted(NUMBER, "r1")
    lost = await shop.ambiguous("081200000003")
    waiting = await shop.queue(BUDI, number="081200000005")
    await moved(shop)
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


async def elsewhere(shop: Shop, *, is_accepted: bool = False) -> Order:
    """Park an order for its account, and see that this one's list is not asked for it."""
    order = await (shop.accepted() if is_accepted else shop.ambiguous())
    if not is_accepted:
        shop.supplier.shows(shop.row(order, "known", created_at=None))
        await shop.recon.compare(ADMIN)
    await moved(shop)
    shop.supplier.rows.clear()
    return await shop.get(order.order_id)


@pytest.mark.parametrize("is_accepted", [True, False])
async def test_no_row_of_this_account_is_attached(shop: Shop, is_accepted: bool) -> None:
    """However well it fits."""
    order = await elsewhere(shop, is_accepted=is_accepted)
    shop.supplier.shows(shop.row(order, "r9", status_word="success"))
    reads = len(shop.supplier.reads)
    with pytest.raises(AttachError) as caught:
        await shop.admin.attach(ADMIN, order.order_id, "r9")
    assert caught.value.fault is AttachFault.OTHER_ACCOUNT
    assert len(shop.supplier.reads) == reads
    assert await shop.get(order.order_id) == order


@pytest.mark.parametrize("is_accepted", [True, False])
async def test_a_refund_of_another_accounts_order_is_always_doubted(
    shop: Shop, is_accepted: bool
) -> None:
    """Its absence from this account's list is no proof, nor is a row of its reference there."""
    order = await elsewhere(shop, is_accepted=is_accepted)
    foreign = shop.row(order, order.ref_id or "r9", status_word="success")
    doubt = ""
    for rows in ([], [foreign]):
        shop.supplier.rows = rows
        reads = len(shop.supplier.reads)
        with pytest.raises(RefundDoubtError) as caught:
            await shop.admin.refund(ADMIN, order.order_id)
        assert (caught.value.account, caught.value.candidates) == ("U1", int(not is_accepted))
        assert len(shop.supplier.reads) == reads
        doubt = caught.value.doubt
    with pytest.raises(RefundDoubtError) as another:
        await shop.admin.refund(ADMIN, order.order_id, doubt="another")
    assert another.value.has_changed
    refunded = await shop.admin.refund(ADMIN, order.order_id, doubt=doubt)
    assert (refunded.state, (await shop.wallet()).held) == (OrderState.FAILED, 0)
    (act,) = await shop.store.read(lambda tx: tx.admin_acts.about(order.number))
    assert (act.action, act.detail) == ("refund", "forced, account U1")
    of_nobody = await shop.store.read(lambda tx: tx.recon.open("U1"))
    assert [one.ref_id for one in of_nobody] == ([] if is_accepted else ["known"])


async def test_goods_of_another_account_are_counted_delivered_by_an_admins_word(
    shop: Shop,
) -> None:
    """A row of this account with the same reference is another's: it says nothing."""
    order = await elsewhere(shop, is_accepted=True)
    shop.supplier.shows(shop.row(order, "r1", status_word="failed"))
    counted = await shop.admin.count_delivered(ADMIN, order.order_id)
    assert (counted.state, (await shop.wallet()).held) == (OrderState.SUCCEEDED, 0)


@pytest.mark.parametrize("account", ["U1", "U2"])
async def test_an_old_insisting_button_dies_with_a_restore(shop: Shop, account: str) -> None:
    """The order may have been settled, and its row claimed, in the time that is forgotten."""
    parked = await shop.parked()
    shop.rules = replace(shop.rules, account=account)
    await shop.restart()
    shop.supplier.read_error = SupplierReadError("502")
    with pytest.raises(RefundDoubtError) as shown:
        await shop.admin.refund(ADMIN, parked.order_id)
    for epoch in (1, 2):
        await travelled(shop, epoch)
        with pytest.raises(RefundDoubtError) as again:
            await shop.admin.refund(ADMIN, parked.order_id, doubt=shown.value.doubt)
        assert again.value.has_changed
        shown = again
    ended = await shop.admin.refund(ADMIN, parked.order_id, doubt=shown.value.doubt)
    assert ended.state is OrderState.FAILED
