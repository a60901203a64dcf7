"""The use cases about prices, together."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.shop_rules import ShopRules
from bot.ports.clock import Clock
from bot.ports.ids import Ids
from bot.ports.store import Store
from bot.services.catalogue.browse import CatalogueCache
from bot.services.catalogue.search import Search
from bot.services.prices.codes import ShortCodes
from bot.services.prices.levels import Levels
from bot.services.prices.lists import PriceLists
from bot.services.prices.rules import PriceRules


@dataclass(frozen=True, slots=True)
class ShopPrices:
    """The use cases about prices."""

    rules: PriceRules
    levels: Levels
    codes: ShortCodes
    lists: PriceLists


def shop_prices(
    store: Store,
    catalogue_cache: CatalogueCache,
    search: Search,
    rules: ShopRules,
    clock: Clock,
    ids: Ids,
) -> ShopPrices:
    """Return the use cases about prices."""
    return ShopPrices(
        PriceRules(store, catalogue_cache, rules, clock, ids),
        Levels(store, rules, clock),
        ShortCodes(store, catalogue_cache, rules, clock),
        PriceLists(catalogue_cache, search, rules, clock),
    )
