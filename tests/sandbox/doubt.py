"""What takes time: orders that are looked for in vain, and messages that are put off."""

from __future__ import annotations

from bot.domain.order import Order, OrderState
from tests.sandbox.running_shop import House


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


async def is_put_off(shop: House, number: str) -> bool:
    """Tell whether the message that ends an order could not be sent, and waits for its time."""
    notice = await shop.read(lambda tx: tx.outbox.get(f"outcome:{number}"))
    return notice is not None and notice.attempts > 0
