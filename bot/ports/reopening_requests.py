"""The repository of reopening requests."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.order import CustomerId
from bot.domain.reopening import ReopeningRequest


class ReopeningRequests(Protocol):
    """The customers to notify when the paused shop opens again; at most one request each."""

    def add(self, customer_id: CustomerId, at: datetime) -> None:
        """Store a customer's request; an existing one stays unchanged."""
        ...

    def of(self, customer_id: CustomerId) -> ReopeningRequest | None:
        """Return a customer's request; None if there is none."""
        ...

    def take(self) -> list[ReopeningRequest]:
        """Delete all requests and return them, oldest first."""
        ...

    def forget(self, customer_id: CustomerId) -> None:
        """Delete a customer's request, if there is one."""
        ...
