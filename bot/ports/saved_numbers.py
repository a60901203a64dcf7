"""The repository of saved numbers."""

from __future__ import annotations

from typing import Protocol

from bot.domain.customer import SavedNumber, SavedNumberId
from bot.domain.order import CustomerId


class SavedNumbers(Protocol):
    """The destinations that customers have bought for, to be offered again."""

    def use(self, number: SavedNumber, kept: int) -> None:
        """Store a number that was used, and keep at most `kept` numbers of its customer.

        The `number_id` is ignored. An empty name or zone does not replace a stored one. Numbers
        without a name are deleted first, and among those the ones used longest ago.
        """
        ...

    def of(self, customer_id: CustomerId) -> list[SavedNumber]:
        """Return a customer's numbers, the most recently used first."""
        ...

    def get(self, number_id: SavedNumberId) -> SavedNumber | None:
        """Return a number of any customer; None if the id is unknown."""
        ...

    def rename(self, number_id: SavedNumberId, name: str) -> None:
        """Set the name of a number."""
        ...

    def forget(self, number_id: SavedNumberId) -> None:
        """Delete a number."""
        ...
