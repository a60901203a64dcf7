"""Expiry: recorded once, and the customer is notified."""

from __future__ import annotations

from bot.domain.notice import NoticeKind
from bot.domain.topup import PAYMENT_GRACE
from tests.services.money.topups.steps import (
    HOUR,
    OPENING,
    approve,
    posted,
    request_topup,
    send_picture,
)
from tests.services.shop import ANNI, ANNI_CHAT, BUDI, Shop


async def test_an_expired_top_up_is_notified_once_to_its_customer(shop: Shop) -> None:
    """Top-ups that were replaced, cancelled, or have a proof are not notified."""
    await request_topup(shop, "replaced")
    await request_topup(shop, "proven")
    await send_picture(shop)
    cancelled = await request_topup(shop, "cancelled", BUDI)
    await shop.topups.cancel(BUDI, cancelled.topup_id)
    still_open = await request_topup(shop, "open")
    await shop.delivered_kinds()
    assert await shop.topups.expire() == HOUR.total_seconds()
    shop.clock.at += HOUR
    assert await shop.topups.open_of(ANNI) == []
    assert await shop.topups.expire() == 0
    assert await shop.topups.expire() is None
    (delivered,) = await shop.deliveries()
    assert (delivered.notice.chat_id, delivered.notice.kind) == (
        ANNI_CHAT,
        NoticeKind.TOPUP_EXPIRED,
    )
    assert delivered.topup is not None
    assert delivered.topup.topup_id == still_open.topup_id
    assert delivered.topup.expired_at == shop.clock.now()


async def test_a_top_up_that_expired_long_ago_is_not_notified(shop: Shop) -> None:
    """The bot was off for days."""
    await request_topup(shop, "a")
    await shop.delivered_kinds()
    shop.clock.at += HOUR + PAYMENT_GRACE
    assert await shop.topups.expire() == 0
    assert await shop.delivered_kinds() == []


async def test_an_expired_top_up_can_still_be_approved(shop: Shop) -> None:
    topup = await request_topup(shop, "a")
    shop.clock.at += HOUR
    await shop.topups.expire()
    await approve(shop, topup)
    assert await posted(shop) == OPENING + topup.total
