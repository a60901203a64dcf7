"""When old records are deleted: at the start, whether the bot ran meanwhile or not."""

import asyncio
from datetime import timedelta

from bot.domain.confirmation import Confirmation, ConfirmationKind
from bot.ports.store import Transaction
from bot.services.retention import Retention
from bot.workers.loop import Loop
from tests.services.shop import ANNI, NOON, Shop


async def test_what_grew_old_while_the_bot_was_off_goes_at_its_start(shop: Shop) -> None:
    """By a loop of its own."""
    shown = Confirmation("t1", ANNI, ConfirmationKind.PURCHASE, {}, NOON)

    def is_kept(tx: Transaction) -> bool:
        return tx.confirmations.get("t1") is not None

    await shop.store.write(lambda tx: tx.confirmations.add(shown))
    shop.clock.at += timedelta(days=31)
    loop = Loop("delete_old", Retention(shop.store, shop.clock).step)
    running = asyncio.create_task(loop.run())
    async with asyncio.timeout(10):
        while await shop.store.read(is_kept):
            pass
    loop.stop()
    await running
