"""The repository of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.catalogue import Catalogue, Listing, Product, ProductId


class CatalogueStore(Protocol):
    """The catalogue with its permanent ids."""

    def replace(self, listings: Sequence[Listing], fetched_at: datetime) -> Catalogue:
        """Store the new list, give new rows and categories their ids, and return it indexed."""
        ...

    def load(self) -> Catalogue | None:
        """Return the last stored list, or None when there never was one."""
        ...

    def product(self, product_id: ProductId) -> Product | None:
        """Return a product as last seen, on sale or not."""
        ...
