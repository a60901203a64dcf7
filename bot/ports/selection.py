"""The repository of what the shop sells; it is read as a part of the policy (`Policies`)."""

from __future__ import annotations

from typing import Protocol

from bot.domain.catalogue import CategoryId, ProductId
from bot.domain.selection import Choice


class Selections(Protocol):
    """The owner's choices. Each change raises the version of `Subject.POLICY`."""

    def put_category(self, category_id: CategoryId, choice: Choice) -> None:
        """Store the choice about a type, brand or sub in place of the last one."""
        ...

    def put_product(self, product_id: ProductId, choice: Choice) -> None:
        """Store the choice about a product; the name and the place of a choice are for types."""
        ...
