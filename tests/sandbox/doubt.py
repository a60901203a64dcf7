"""Orders in doubt: lets the time pass in which they are looked for in vain."""

from __future__ import annotations

from bot.domain.order import Order, OrderState
from tests.sandbox.house import House


async def look(shop: House, number: str, seconds: float) -> Order:
    """Let time pass, and wait until the order was looked for in vain once more."""
    looks = (await shop.order(number)).looks

    async def has_looked() -> bool:
        return (await shop.order(number)).looks > looks

    shop.pass_time(seconds=seconds)
    await shop.until_true(has_looked)
    return await shop.order(number)


async def park(shop: House, number: str) -> Order:
    """Look for an ambiguous order in vain until it is left to an admin."""
    await shop.reaches(number, OrderState.AMBIGUOUS)
    await look(shop, number, 4)
    await look(shop, number, 130)
    shop.pass_time(minutes=9)
    return await shop.reaches(number, OrderState.PARKED)
