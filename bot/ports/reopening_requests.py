"""The repository of reopening requests."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.order import CustomerId
from bot.domain.reopening import ReopeningRequest


class ReopeningRequests(Protocol):
    """Who wants to be told when a shop that is paused opens again: each customer once."""

    def add(self, customer_id: CustomerId, at: datetime) -> None:
        """Remember a customer; one who waits already keeps their request."""
        ...

    def of(self, customer_id: CustomerId) -> ReopeningRequest | None:
        """Return a customer's request."""
        ...

    def take(self) -> list[ReopeningRequest]:
        """Delete every request and return them, oldest first."""
        ...

    def forget(self, customer_id: CustomerId) -> None:
        """Delete a customer's request, if there is one."""
        ...
