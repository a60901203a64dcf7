"""The shop's prices: rules of the owner, by level of the customer."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.catalogue import Product
from bot.domain.money import Rupiah
from bot.domain.pricing import Markup
from bot.domain.viewer import LevelId


@dataclass(frozen=True, slots=True)
class Level:
    """A customer level; `name` is the owner's."""

    level_id: LevelId
    name: str
    position: int
    """Levels are shown in the order of their positions."""


@dataclass(frozen=True, slots=True)
class Prices:
    """The owner's prices; without any the first markup applies, that of the settings."""

    levels: tuple[Level, ...] = ()

    def price_of(self, product: Product, level_id: LevelId | None, first: Markup) -> Rupiah:  # noqa: ARG002
        """Return the price of a product for customers of a level, in rupiah; at least the cost.

        `first` is the markup of the settings, which applies until the owner has made a rule.
        """
        return first.price_of(product.listing.cost)
