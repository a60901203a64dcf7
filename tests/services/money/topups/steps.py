"""Steps of a top-up for the tests."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.topup import TopUp
from tests.services.shop import ANNI, Shop

HOUR = timedelta(hours=1)
"""How long a top-up of `topup_shop` may be paid."""
OPENING = 100_000
"""What each customer's wallet holds before the test."""


async def request_topup(
    shop: Shop, key: str = "update:1", who: CustomerId = ANNI, amount: int = 50_000
) -> TopUp:
    """Request a top-up."""
    return await shop.topups.request(who, Rupiah(amount), key)
