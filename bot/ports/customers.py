"""The repository of customers."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.customer import Customer
from bot.domain.order import CustomerId


class Customers(Protocol):
    """Who has written to the bot."""

    def seen(
        self,
        customer_id: CustomerId,
        first_name: str,
        username: str,
        language: str,
        at: datetime,
    ) -> Customer:
        """Note a customer's names and Telegram language, make them reachable, and return them."""
        ...

    def get(self, customer_id: CustomerId) -> Customer | None:
        """Return a customer."""
        ...

    def choose_language(self, customer_id: CustomerId, language: str) -> None:
        """Note the language that a customer chose."""
        ...

    def mark_unreachable(self, customer_id: CustomerId) -> None:
        """Note that the customer blocked the bot."""
        ...
