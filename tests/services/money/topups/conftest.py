"""Fixtures of the tests of top-ups."""

from __future__ import annotations

import pytest

from tests.services.money.topups.steps import HOUR
from tests.services.shop import Shop, shop_rules


@pytest.fixture
async def plain_shop(empty_shop: Shop) -> Shop:
    """A shop without payment details: top-ups have no code and never expire."""
    await empty_shop.open()
    return empty_shop


@pytest.fixture
async def shop(plain_shop: Shop) -> Shop:
    """A shop with payment details: top-ups have unique amounts and expire after an hour."""
    plain_shop.rules = shop_rules(topup_expires=HOUR)
    plain_shop.build()
    return plain_shop
