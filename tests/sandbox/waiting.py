"""Helpers for orders that are not found, and for messages that are postponed."""

from __future__ import annotations

from bot.domain.order import Order, OrderState
from tests.sandbox.shop_environment import ShopEnvironment


async def look(shop: ShopEnvironment, number: str, seconds: float) -> Order:
    """Move the clock, and wait until one more look has not found the order."""
    looks = (await shop.order(number)).lookups

    async def has_looked() -> bool:
        return (await shop.order(number)).lookups > looks

    shop.pass_time(seconds=seconds)
    await shop.until_true(has_looked)
    return await shop.order(number)


async def park(shop: ShopEnvironment, number: str) -> Order:
    """Wait for looks that do not find an ambiguous order until it is parked."""
    await shop.reaches(number, OrderState.AMBIGUOUS)
    await look(shop, number, 4)
    await look(shop, number, 130)
    shop.pass_time(minutes=9)
    return await shop.reaches(number, OrderState.PARKED)


async def is_postponed(shop: ShopEnvironment, number: str) -> bool:
    """Return whether the outcome message of an order failed and waits for another attempt."""
    notice = await shop.read(lambda tx: tx.outbox.get(f"outcome:{number}"))
    return notice is not None and notice.attempts > 0
