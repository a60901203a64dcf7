"""The repository of products withheld from sale."""

from __future__ import annotations

from typing import Protocol

from bot.domain.catalogue import ProductId
from bot.domain.withheld_products import Withheld, WithheldId


class WithheldProducts(Protocol):
    """Products that are sold below cost by the supplier's own word; open are those not ended."""

    def add(self, withheld: Withheld) -> Withheld:
        """Store one (its `withheld_id` is ignored) and return it with its id.

        Raises `DuplicateError` when the product has an open one.
        """
        ...

    def save(self, withheld: Withheld) -> Withheld:
        """Store its cost, its release and its end, and return it."""
        ...

    def get(self, withheld_id: WithheldId) -> Withheld | None:
        """Return one, open or not."""
        ...

    def of(self, product_id: ProductId) -> Withheld | None:
        """Return the open one of a product."""
        ...

    def open(self) -> list[Withheld]:
        """Return the open ones, those that an admin released too, oldest first."""
        ...

    def product_ids(self) -> frozenset[ProductId]:
        """Return the products that are not sold now."""
        ...
