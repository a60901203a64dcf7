"""The worker delivers notices at once, and again whenever a slot or a chat is free."""

from bot.domain.notice import Notice, NoticeKind
from bot.ports.store import Transaction
from tests.services.failing_store import FailingStore
from tests.services.shop import ANNI_CHAT, BUDI_CHAT, Shop
from tests.workers.steps import outbox_loop, running, wait_until


def _put(tx: Transaction, notice: Notice) -> None:
    tx.outbox.add(notice)


async def delivered_keys(shop: Shop, count: int) -> list[str]:
    """Wait until `count` notices are delivered, and return their dedupe keys."""
    await wait_until(lambda: len(shop.notifier.delivered) >= count)
    return [delivery.notice.dedupe_key for delivery in shop.notifier.delivered]


async def test_the_notices_of_a_chat_are_delivered_one_after_the_other(shop: Shop) -> None:
    """The end of each delivery wakes the loop; the loop's own writes do not."""
    store, loop = shop.store, outbox_loop(shop)
    async with running(loop):
        for number in range(3):
            await store.write(
                _put, Notice(ANNI_CHAT, NoticeKind.WALLET, f"a{number}", shop.clock.now())
            )
        await store.write(_put, Notice(BUDI_CHAT, NoticeKind.WALLET, "b", shop.clock.now()))
        assert sorted(await delivered_keys(shop, 4)) == ["a0", "a1", "a2", "b"]
    await shop.deliver.finish(10)


async def test_a_delivery_that_cannot_be_recorded_is_retried_and_counts_as_a_failure(
    shop: Shop,
) -> None:
    """The health page shows the failing worker, and the message is not sent twice."""
    torn = FailingStore(shop.store)
    shop.store = torn
    shop.build()
    loop = outbox_loop(shop)
    await torn.write(_put, Notice(ANNI_CHAT, NoticeKind.WALLET, "a", shop.clock.now()))
    torn.refuse_writes(1_000_000)
    async with running(loop):
        await wait_until(lambda: loop.failures > 0)
        torn.refuse_writes(0)
        loop.wake_always()
        await wait_until(lambda: loop.failures == 0)
    assert await delivered_keys(shop, 1) == ["a"]
    assert await shop.store.read(lambda tx: tx.outbox.backlog()) == 0
