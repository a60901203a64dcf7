"""The repository of saved numbers."""

from __future__ import annotations

from typing import Protocol

from bot.domain.customer import SavedNumber, SavedNumberId
from bot.domain.order import CustomerId


class SavedNumbers(Protocol):
    """What customers buy for."""

    def use(self, number: SavedNumber, kept: int) -> None:
        """Note that a number was used (its `number_id` is ignored), and keep so many of a customer.

        An empty name leaves the one that was given; the named ones are kept before the others.
        """
        ...

    def of(self, customer_id: CustomerId) -> list[SavedNumber]:
        """Return a customer's numbers, the last used first."""
        ...

    def get(self, number_id: SavedNumberId) -> SavedNumber | None:
        """Return a number, whosever it is."""
        ...

    def rename(self, number_id: SavedNumberId, name: str) -> None:
        """Give a number a name."""
        ...

    def forget(self, number_id: SavedNumberId) -> None:
        """Delete a number."""
        ...
