"""Restock requests: customers who are notified once a product can be bought again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NewType

from bot.domain.catalogue import Product, ProductId
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId

RestockRequestId = NewType("RestockRequestId", int)

MAX_OPEN_REQUESTS: Final = 20
"""The number of open restock requests that one customer may have."""
REQUEST_LIFETIME: Final = timedelta(days=7)
"""The lifetime of a request; it expires without a notice."""


@dataclass(frozen=True, slots=True)
class RestockRequest:
    """A customer's request for one notice when a product can be bought again."""

    request_id: RestockRequestId
    customer_id: CustomerId
    product_id: ProductId
    asked_at: datetime
    expires_at: datetime
    notified_at: datetime | None = None


def new_request(customer_id: CustomerId, product_id: ProductId, now: datetime) -> RestockRequest:
    """Return a new request made at `now`; its id is 0 until the database assigns one."""
    return RestockRequest(RestockRequestId(0), customer_id, product_id, now, now + REQUEST_LIFETIME)


@dataclass(frozen=True, slots=True)
class RestockedProduct:
    """A requested product and its price when the notice is rendered."""

    product: Product
    price: Rupiah
    is_available: bool
    """False when the product is empty or closed again."""
