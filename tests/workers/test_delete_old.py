"""The worker that deletes old records runs at start, also after a downtime."""

import asyncio
from datetime import timedelta

from bot.domain.confirmation import Confirmation, ConfirmationKind
from bot.ports.store import Transaction
from bot.services.retention import Retention
from bot.workers.loop import Loop
from tests.services.shop import ANNI, NOON, Shop
from tests.workers.steps import running


async def test_records_that_expired_during_a_downtime_are_deleted_at_start(shop: Shop) -> None:
    shown = Confirmation("t1", ANNI, ConfirmationKind.PURCHASE, {}, NOON)

    def is_kept(tx: Transaction) -> bool:
        return tx.confirmations.get("t1") is not None

    await shop.store.write(lambda tx: tx.confirmations.add(shown))
    shop.clock.at += timedelta(days=31)
    loop = Loop("delete_old", Retention(shop.store, shop.clock).step)
    async with running(loop), asyncio.timeout(30):
        while await shop.store.read(is_kept):
            pass
