"""The repository of customers."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.customer import Customer
from bot.domain.order import CustomerId


class Customers(Protocol):
    """The Telegram users who have written to the bot."""

    def seen(
        self,
        customer_id: CustomerId,
        first_name: str,
        username: str,
        language: str,
        at: datetime,
    ) -> Customer:
        """Store a customer's names and Telegram language, and return the customer.

        Creates an unknown customer, and marks a known one reachable again. The language that the
        customer chose stays.
        """
        ...

    def get(self, customer_id: CustomerId) -> Customer | None:
        """Return a customer; None if the id is unknown."""
        ...

    def choose_language(self, customer_id: CustomerId, language: str) -> None:
        """Store the language that a customer chose."""
        ...

    def mark_unreachable(self, customer_id: CustomerId) -> None:
        """Record that a customer cannot be written to, for example after blocking the bot."""
        ...
