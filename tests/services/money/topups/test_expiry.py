"""Expiry: recorded once, and the customer is notified."""

from __future__ import annotations

from bot.domain.notice import NoticeKind
from bot.domain.topup import PAYMENT_GRACE, PaymentProof
from tests.services.money.topups.steps import HOUR, OPENING, request_topup
from tests.services.shop import ADMIN, ANNI, BUDI, Shop


async def test_an_expired_top_up_is_notified_once_to_its_customer(topup_shop: Shop) -> None:
    """Top-ups that were replaced, cancelled, or have a proof are not notified."""
    await request_topup(topup_shop, "replaced")
    proven = await request_topup(topup_shop, "proven")
    await topup_shop.topups.submit_proof(ANNI, PaymentProof("f"), "update:7")
    asked = [
        await request_topup(topup_shop, "cancelled", BUDI),
        proven,
        await request_topup(topup_shop, "open"),
    ]
    await topup_shop.topups.cancel(BUDI, asked[0].topup_id)
    await topup_shop.delivered_kinds()
    assert await topup_shop.topups.expire() == HOUR.total_seconds()
    topup_shop.clock.at += HOUR
    assert await topup_shop.topups.open_of(ANNI) == []
    assert await topup_shop.topups.expire() == 0
    assert await topup_shop.topups.expire() is None
    delivered = await topup_shop.deliveries()
    assert [(one.notice.chat_id, one.notice.kind) for one in delivered] == [
        (ANNI, NoticeKind.TOPUP_EXPIRED)
    ]
    assert delivered[0].topup is not None
    assert delivered[0].topup.topup_id == asked[2].topup_id
    assert delivered[0].topup.expired_at == topup_shop.clock.now()


async def test_a_top_up_that_expired_long_ago_is_not_notified(topup_shop: Shop) -> None:
    """The bot was off for days."""
    await request_topup(topup_shop, "a")
    await topup_shop.delivered_kinds()
    topup_shop.clock.at += HOUR + PAYMENT_GRACE
    assert await topup_shop.topups.expire() == 0
    assert await topup_shop.delivered_kinds() == []


async def test_an_expired_top_up_can_still_be_approved(topup_shop: Shop) -> None:
    topup = await request_topup(topup_shop, "a")
    topup_shop.clock.at += HOUR
    await topup_shop.topups.expire()
    await topup_shop.topups.decide(ADMIN, topup.topup_id, approve=True)
    assert (await topup_shop.wallet(ANNI)).posted == OPENING + topup.total
