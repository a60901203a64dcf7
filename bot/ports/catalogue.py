"""The repository of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.catalogue import Catalogue, Listing, Product, ProductId


class CatalogueStore(Protocol):
    """The catalogue; the ids of products and categories never change and are never reused."""

    def replace(self, listings: Sequence[Listing], fetched_at: datetime) -> Catalogue:
        """Replace the list that is on sale and return it as a catalogue.

        New products and categories get ids. Products that the list lacks are no longer on sale
        and keep their ids.
        """
        ...

    def load(self) -> Catalogue | None:
        """Return the catalogue stored last; None if none was ever stored."""
        ...

    def product(self, product_id: ProductId) -> Product | None:
        """Return a product as it was listed last, on sale or not; None if the id is unknown."""
        ...
