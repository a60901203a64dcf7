"""The repository of restock requests."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.catalogue import ProductId
from bot.domain.order import CustomerId
from bot.domain.restock import RestockRequest


class RestockRequests(Protocol):
    """Who wants to be told when a product is back; open are those neither told of nor expired."""

    def add(self, request: RestockRequest) -> RestockRequest:
        """Store a request and return it with its id.

        Raises `DuplicateError` when the customer has one for the product that was not told of,
        even if it has expired.
        """
        ...

    def open_of(self, customer_id: CustomerId, now: datetime) -> list[RestockRequest]:
        """Return a customer's open requests, oldest first."""
        ...

    def wanted(self, now: datetime) -> list[ProductId]:
        """Return the products that there are open requests for, each once."""
        ...

    def tell(self, product_id: ProductId, at: datetime) -> list[RestockRequest]:
        """Mark a product's open requests told of, and return them."""
        ...

    def forget(self, customer_id: CustomerId, product_id: ProductId) -> None:
        """Delete a customer's request for a product, if one is open."""
        ...

    def forget_expired(self, now: datetime) -> None:
        """Delete every request whose time is over."""
        ...
