"""The repository of restock requests."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.catalogue import ProductId
from bot.domain.order import CustomerId
from bot.domain.restock import RestockRequest


class RestockRequests(Protocol):
    """Customers' requests to be notified when a product is available again.

    A request is open until the customer is notified or it expires.
    """

    def add(self, request: RestockRequest) -> RestockRequest:
        """Store a request and return it with its id.

        Raises `DuplicateError` if the customer has a request for the product of which they were
        not notified, even an expired one.
        """
        ...

    def open_of(self, customer_id: CustomerId, now: datetime) -> list[RestockRequest]:
        """Return a customer's open requests, oldest first."""
        ...

    def wanted(self, now: datetime) -> list[ProductId]:
        """Return the products with open requests, each once, by product id."""
        ...

    def mark_notified(self, product_id: ProductId, at: datetime) -> list[RestockRequest]:
        """Mark a product's open requests as notified, and return them in any order."""
        ...

    def forget(self, customer_id: CustomerId, product_id: ProductId) -> None:
        """Delete a customer's request for a product, if there is one without a notification."""
        ...

    def forget_expired(self, now: datetime) -> None:
        """Delete the requests that expired at `now` or earlier."""
        ...
