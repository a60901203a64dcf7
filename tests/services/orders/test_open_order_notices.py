"""Notices to the customer of an open order: parked or slow, each once."""

import pytest

from bot.domain.errors import RetryLaterError, SupplierReadError
from bot.domain.notice import NoticeKind
from bot.domain.order import ParkReason
from bot.ports.notifier import Delivery
from bot.services.restores import restore_state
from tests.services.shop import ADMIN, ADMIN_CHAT, ANNI_CHAT, Shop

PARKED_NOTICE = NoticeKind.ORDER_PARKED
TEN_MINUTES = 600.0


async def poll_for(shop: Shop, seconds: float, pause_seconds: float = 0) -> list[Delivery]:
    """Poll and deliver whenever a poll is due, for so many seconds; return Anni's notices.

    Between two polls at least `pause_seconds` pass.
    """
    ends, delivered = shop.clock.now().timestamp() + seconds, []
    while True:
        pause = await shop.reconcile.poll()
        delivered += await shop.deliveries(ANNI_CHAT)
        if pause is None or shop.clock.now().timestamp() + pause > ends:
            shop.clock.advance(ends - shop.clock.now().timestamp())
            return delivered
        shop.clock.advance(max(pause, pause_seconds))


# --- parked ---


@pytest.mark.parametrize("reason", [ParkReason.UNKNOWN, ParkReason.PROBABLY_NOT_PLACED])
async def test_a_parked_order_is_announced_in_a_message_of_its_own(
    shop: Shop, reason: ParkReason
) -> None:
    """The order's message is edited too, but an edit makes no sound."""
    order = await shop.parked(reason)
    delivered = await shop.deliveries(ANNI_CHAT)
    assert [one.notice.kind for one in delivered][-2:] == [NoticeKind.ORDER, PARKED_NOTICE]
    assert delivered[-1].order == await shop.get(order.order_id)
    assert delivered[-1].at == shop.clock.now()
    assert await shop.delivered_kinds(ANNI_CHAT) == []


async def test_parking_is_announced_once_and_once_more_when_the_promise_is_missed(
    shop: Shop,
) -> None:
    await shop.parked()
    assert (await shop.delivered_kinds(ANNI_CHAT)).count(PARKED_NOTICE) == 1
    await shop.restart()
    await shop.look_for(10_799)
    assert await shop.delivered_kinds(ANNI_CHAT) == []
    await shop.look_for(3_700)
    assert sorted(await shop.delivered_kinds(ANNI_CHAT)) == [NoticeKind.ORDER, PARKED_NOTICE]
    await shop.restart()
    for _ in range(24):
        shop.clock.advance(3_600)
        await shop.reconcile.look_up()
    assert PARKED_NOTICE not in await shop.delivered_kinds(ANNI_CHAT)
    assert await shop.delivered_kinds(ADMIN_CHAT) == []


async def test_the_parked_notice_of_an_order_settled_before_delivery_is_not_sent(
    shop: Shop,
) -> None:
    order = await shop.parked()
    await shop.insist_on_refund(ADMIN, order.order_id)
    delivered = await shop.delivered_kinds(ANNI_CHAT)
    assert PARKED_NOTICE not in delivered
    assert delivered[-1] is NoticeKind.OUTCOME
    assert await shop.delivered_kinds() == []


async def test_an_order_that_is_found_and_parked_again_is_announced_by_its_message_only(
    shop: Shop,
) -> None:
    """It was slow when its row was found, and its message said so then."""
    order = await shop.parked()
    assert (await shop.delivered_kinds(ANNI_CHAT)).count(PARKED_NOTICE) == 1
    shop.supplier.shows(shop.row(order, "r9"))
    await shop.admin.attach(ADMIN, order.order_id, "r9")
    assert await shop.delivered_kinds(ANNI_CHAT) == [NoticeKind.ORDER]
    assert await poll_for(shop, 3_600) == []
    delivered = [one.notice.kind for one in await poll_for(shop, 24 * 3_600, 300)]
    assert (await shop.get(order.order_id)).park_reason is ParkReason.NOT_FINAL
    assert delivered == [NoticeKind.ORDER]


async def test_a_parked_notice_that_telegram_delays_survives_a_restart(shop: Shop) -> None:
    await shop.parked()
    shop.notifier.fails(ANNI_CHAT, *[RetryLaterError(1) for _ in range(3)])
    assert PARKED_NOTICE not in await shop.delivered_kinds(ANNI_CHAT)
    await shop.restart()
    delivered: list[NoticeKind] = []
    for _ in range(10):
        shop.clock.advance(60)
        delivered += await shop.delivered_kinds(ANNI_CHAT)
    assert delivered.count(PARKED_NOTICE) == 1


async def test_a_restore_notifies_the_customers_of_the_orders_that_it_parks(shop: Shop) -> None:
    await shop.queue()
    await shop.store.write(restore_state, shop.rules, 1, shop.clock.now())
    assert (await shop.delivered_kinds(ANNI_CHAT)).count(PARKED_NOTICE) == 1


# --- slow ---


async def test_an_order_that_takes_ten_minutes_is_reported_slow_once(shop: Shop) -> None:
    order = await shop.accepted()
    await shop.delivered_kinds()
    assert await poll_for(shop, TEN_MINUTES - 1) == []
    delivered = await poll_for(shop, 60)
    assert [one.notice.kind for one in delivered] == [NoticeKind.ORDER]
    assert delivered[0].order is not None
    assert delivered[0].order.message_id == (await shop.get(order.order_id)).message_id
    await shop.restart()
    assert await poll_for(shop, 3_600) == []


async def test_a_restart_at_the_tenth_minute_does_not_lose_the_slow_notice(shop: Shop) -> None:
    await shop.accepted()
    await shop.delivered_kinds()
    shop.clock.advance(2 * TEN_MINUTES)
    await shop.restart()
    shop.supplier.read_error = SupplierReadError("502")
    delivered = await poll_for(shop, 60)
    assert [one.notice.kind for one in delivered] == [NoticeKind.ORDER]


async def test_an_order_that_ends_in_time_is_never_reported_slow(shop: Shop) -> None:
    await shop.accepted()
    await shop.delivered_kinds()
    shop.supplier.says("r1", "success")
    delivered = [one.notice.kind for one in await poll_for(shop, 2 * TEN_MINUTES)]
    assert delivered == [NoticeKind.ORDER, NoticeKind.OUTCOME]
