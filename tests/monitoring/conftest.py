"""A shop whose health and metrics are read."""

from pathlib import Path

import pytest

from tests.monitoring.watched_shop import WatchedShop
from tests.services.conftest import empty_shop, shop
from tests.services.shop import Shop

__all__ = ["empty_shop", "shop", "watched"]


@pytest.fixture
def watched(shop: Shop, tmp_path: Path) -> WatchedShop:
    return WatchedShop(shop, tmp_path)
