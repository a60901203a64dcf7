"""Fixtures of the tests of top-ups."""

from __future__ import annotations

import pytest

from tests.services.money.topups.steps import HOUR
from tests.services.shop import Shop, shop_rules


@pytest.fixture
async def topup_shop(shop: Shop) -> Shop:
    """A shop with payment details: top-ups have unique amounts and expire after an hour."""
    shop.rules = shop_rules(topup_expires=HOUR)
    shop.build()
    return shop
