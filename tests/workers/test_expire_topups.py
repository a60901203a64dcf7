"""The worker expires top-ups and notifies their customers, also after a downtime."""

from datetime import timedelta

from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.workers.loop import Loop
from tests.services.shop import ANNI, ANNI_CHAT, Shop, shop_rules
from tests.workers.steps import outbox_loop, running, wait_until


async def test_top_ups_that_expired_during_a_downtime_are_announced_at_start(shop: Shop) -> None:
    """The write of the expiry worker wakes the delivery worker."""
    shop.rules = shop_rules(topup_expires=timedelta(hours=1))
    shop.build()
    await shop.topups.request(ANNI, Rupiah(50_000), "a")
    await shop.delivered_kinds()
    shop.notifier.delivered.clear()
    shop.clock.at += timedelta(hours=2)
    delivering, expiring = outbox_loop(shop), Loop("expire_topups", shop.topups.expire)
    async with running(delivering, expiring):
        await wait_until(lambda: bool(shop.notifier.delivered))
    (told,) = shop.notifier.delivered
    assert (told.notice.chat_id, told.notice.kind) == (ANNI_CHAT, NoticeKind.TOPUP_EXPIRED)
