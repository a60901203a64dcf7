"""What the customer of an order is told while it is open: parked, slow, and neither twice."""

import pytest

from bot.domain.errors import RetryLaterError, SupplierReadError
from bot.domain.notice import NoticeKind
from bot.domain.order import OrderState, ParkReason
from bot.ports.notifier import Delivery
from bot.services.restores import travel
from tests.services.shop import ADMIN, ANNI, Shop

OWN = NoticeKind.ORDER_PARKED
TEN_MINUTES = 600.0


async def poll_for(shop: Shop, seconds: float) -> list[Delivery]:
    """Poll and deliver whenever a poll is due, for so long; return what Anni was told."""
    ends, told = shop.clock.now().timestamp() + seconds, []
    while True:
        pause = await shop.reconcile.poll()
        told += await shop.deliveries(ANNI)
        if pause is None or shop.clock.now().timestamp() + pause > ends:
            shop.clock.advance(ends - shop.clock.now().timestamp())
            return told
        shop.clock.advance(pause)


# --- parked ---


@pytest.mark.parametrize("reason", [ParkReason.UNKNOWN, ParkReason.PROBABLY_NOT_PLACED])
async def test_a_parked_order_is_told_in_a_message_of_its_own(
    shop: Shop, reason: ParkReason
) -> None:
    """Behind the edit of its one message, which makes no sound."""
    order = await shop.parked(reason)
    told = await shop.deliveries(ANNI)
    assert [one.notice.kind for one in told][-2:] == [NoticeKind.ORDER, OWN]
    assert told[-1].order == await shop.get(order.order_id)
    assert told[-1].at == shop.clock.now()
    assert await shop.told(ANNI) == []


async def test_it_is_told_once_and_once_more_when_the_promise_is_missed(shop: Shop) -> None:
    """The admins are reminded hourly, the customer is not; a restart forgets nothing of it."""
    await shop.parked()
    assert (await shop.told(ANNI)).count(OWN) == 1
    await shop.restart()
    await shop.look_for(2 * 3600)
    assert OWN not in await shop.told(ANNI)
    await shop.look_for(2 * 3600)
    assert (await shop.told(ANNI)).count(OWN) == 1
    await shop.restart()
    await shop.look_for(24 * 3600)
    assert OWN not in await shop.told(ANNI)
    assert await shop.told(ADMIN) == []


async def test_an_order_that_is_settled_before_the_message_goes_out_is_not_told(
    shop: Shop,
) -> None:
    """How it ended says everything; a message that is late must not contradict it."""
    order = await shop.parked()
    await shop.insist_on_refund(ADMIN, order.order_id)
    told = await shop.told(ANNI)
    assert OWN not in told
    assert told[-1] is NoticeKind.OUTCOME
    assert await shop.told() == []


async def test_an_order_that_is_found_again_is_not_told_twice(shop: Shop) -> None:
    """It goes on being processed; should it be parked once more, its message says so."""
    order = await shop.parked()
    assert (await shop.told(ANNI)).count(OWN) == 1
    shop.supplier.shows(shop.row(order, "r9"))
    await shop.admin.attach(ADMIN, order.order_id, "r9")
    assert await shop.told(ANNI) == [NoticeKind.ORDER]
    told = [one.notice.kind for one in await poll_for(shop, 25 * 3600)]
    assert (await shop.get(order.order_id)).park_reason is ParkReason.NOT_FINAL
    assert told == [NoticeKind.ORDER]


async def test_a_message_that_telegram_puts_off_is_not_lost(shop: Shop) -> None:
    """It waits in the outbox, through a restart as well."""
    await shop.parked()
    shop.notifier.fails(ANNI, *[RetryLaterError(1) for _ in range(3)])
    assert OWN not in await shop.told(ANNI)
    await shop.restart()
    told: list[NoticeKind] = []
    for _ in range(10):
        shop.clock.advance(60)
        told += await shop.told(ANNI)
    assert told.count(OWN) == 1


async def test_a_restore_tells_the_customers_of_what_it_parks(shop: Shop) -> None:
    """Their orders were open in the backup, and may have been sent since."""
    await shop.queue()
    await shop.store.write(travel, shop.rules, 1, shop.clock.now())
    assert (await shop.told(ANNI)).count(OWN) == 1


# --- slow ---


async def test_an_order_that_takes_ten_minutes_is_told_once(shop: Shop) -> None:
    """By an edit of its one message, at the first poll after that."""
    order = await shop.accepted()
    await shop.told()
    assert await poll_for(shop, TEN_MINUTES - 1) == []
    told = await poll_for(shop, 60)
    assert [one.notice.kind for one in told] == [NoticeKind.ORDER]
    assert told[0].order is not None
    assert told[0].order.message_id == (await shop.get(order.order_id)).message_id
    await shop.restart()
    assert await poll_for(shop, 3_600) == []


async def test_a_restart_at_the_tenth_minute_loses_nothing(shop: Shop) -> None:
    """Whoever polls next tells it, however late; also where the supplier does not answer."""
    await shop.accepted()
    await shop.told()
    shop.clock.advance(2 * TEN_MINUTES)
    await shop.restart()
    shop.supplier.read_error = SupplierReadError("502")
    told = await poll_for(shop, 60)
    assert [one.notice.kind for one in told] == [NoticeKind.ORDER]


async def test_an_order_that_was_looked_for_so_long_is_told_of_once(shop: Shop) -> None:
    """It was slow when it was found, and its message said so at once."""
    order = await shop.parked()
    await shop.told()
    shop.supplier.shows(shop.row(order, "r9"))
    await shop.admin.attach(ADMIN, order.order_id, "r9")
    assert await shop.told(ANNI) == [NoticeKind.ORDER]
    assert await poll_for(shop, 3_600) == []
    assert (await shop.get(order.order_id)).state is OrderState.ACCEPTED


async def test_an_order_that_ends_in_time_is_never_called_slow(shop: Shop) -> None:
    """Only its end is told."""
    await shop.accepted()
    await shop.told()
    shop.supplier.says("r1", "success")
    told = [one.notice.kind for one in await poll_for(shop, 2 * TEN_MINUTES)]
    assert told == [NoticeKind.ORDER, NoticeKind.OUTCOME]
