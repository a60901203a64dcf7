"""The repository of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.catalogue import Catalogue, Category, CategoryId, Product, ProductId
from bot.domain.catalogue_changes import ListedRow


class CatalogueStore(Protocol):
    """The catalogue; the ids of products and categories never change and are never reused.

    Whatever changes the products on sale raises the version of `Subject.CATALOGUE`.
    """

    def put(self, rows: Sequence[ListedRow]) -> list[Product]:
        """Store new and changed rows and return their products, in the same order.

        New products and categories get ids.
        """
        ...

    def take_off_sale(self, codes: Sequence[str]) -> None:
        """Store that the list lacks these products; they keep their ids."""
        ...

    def record_fetch(self, fetched_at: datetime) -> None:
        """Store that the list on sale is the one that was fetched then."""
        ...

    def fetched_at(self) -> datetime | None:
        """Return when the stored list was fetched; None if none was ever stored."""
        ...

    def categories(self) -> list[Category]:
        """Return all types, brands and subs that were ever listed."""
        ...

    def path_of(self, sub_id: CategoryId) -> tuple[CategoryId, ...]:
        """Return the ids of the type, the brand and the sub; empty if it is no sub."""
        ...

    def load(self) -> Catalogue | None:
        """Return the catalogue stored last, with its version; None if none was ever stored."""
        ...

    def product(self, product_id: ProductId) -> Product | None:
        """Return a product as it was listed last, on sale or not; None if the id is unknown."""
        ...

    def on_sale(self, product_id: ProductId) -> Product | None:
        """Return a product of the list that is on sale; None if it lacks the product."""
        ...
