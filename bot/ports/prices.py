"""The repository of the owner's prices: rules, levels, short codes.

They are read with the policy (`bot/ports/policy.py`). What changes them raises the version of
`Subject.POLICY`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from bot.domain.catalogue import ProductId
from bot.domain.price_change import PriceChange, PriceChangeId
from bot.domain.prices import Level, Pricing, Target
from bot.domain.viewer import LevelId


class PriceBook(Protocol):
    """The owner's prices; who has which level is in `CustomerCards`."""

    def put(self, target: Target, pricing: Pricing | None) -> None:
        """Store the rule for a target in place of the one before; None: take it away."""
        ...

    def add_change(self, change: PriceChange) -> PriceChange:
        """Record a change, and return it with its id."""
        ...

    def last_change(self) -> PriceChange | None:
        """Return the newest change; None if nothing was ever changed."""
        ...

    def change(self, change_id: PriceChangeId) -> PriceChange | None:
        """Return a change; None for an unknown id."""
        ...

    def add_level(self, name: str, position: int) -> LevelId:
        """Store a new level, and return its id, which is not given again."""
        ...

    def save_level(self, level: Level) -> None:
        """Store the name and the position of a level."""
        ...

    def delete_level(self, level_id: LevelId) -> None:
        """Delete a level that no customer has, with its rules."""
        ...

    def customers_with(self, level_id: LevelId) -> int:
        """Return how many customers have a level."""
        ...

    def set_code(self, product_id: ProductId, code: str | None) -> None:
        """Store a product's short code, "" for none; None: the proposed one counts again.

        Raises `DuplicateError` for one that another product has.
        """
        ...

    def bought_lately(self, orders: int) -> Mapping[ProductId, int]:
        """Return the products of the newest orders, so many, and how many each has."""
        ...
