"""The repository of products withheld from sale."""

from __future__ import annotations

from typing import Protocol

from bot.domain.catalogue import ProductId
from bot.domain.withheld_products import Withheld, WithheldId


class WithheldProducts(Protocol):
    """Products withheld from sale because the supplier charges more than the selling price.

    A record is open until it has ended; a released one is open, and its product is on sale.
    """

    def add(self, withheld: Withheld) -> Withheld:
        """Store a record and return it with its id; the `withheld_id` that it has is ignored.

        Raises `DuplicateError` if the product has an open record.
        """
        ...

    def save(self, withheld: Withheld) -> Withheld:
        """Store the changed cost, release and end of a record, and return it."""
        ...

    def get(self, withheld_id: WithheldId) -> Withheld | None:
        """Return a record, open or not; None if the id is unknown."""
        ...

    def of(self, product_id: ProductId) -> Withheld | None:
        """Return the open record of a product; None if there is none."""
        ...

    def open(self) -> list[Withheld]:
        """Return the open records, released ones included, oldest first."""
        ...

    def product_ids(self) -> frozenset[ProductId]:
        """Return the products that are not on sale: open records that no admin has released."""
        ...
