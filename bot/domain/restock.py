"""Restock requests: who wants to be told when a product that cannot be bought is back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NewType

from bot.domain.catalogue import Product, ProductId
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId

RestockRequestId = NewType("RestockRequestId", int)

OPEN_AT_MOST: Final = 20
"""For so many products one customer may wait at a time."""
KEPT: Final = timedelta(days=7)
"""A request that nothing came of by then ends without a word."""


@dataclass(frozen=True, slots=True)
class RestockRequest:
    """A customer's wish to be told once when a product can be bought again."""

    request_id: RestockRequestId
    customer_id: CustomerId
    product_id: ProductId
    asked_at: datetime
    expires_at: datetime
    told_at: datetime | None = None


def asked(customer_id: CustomerId, product_id: ProductId, now: datetime) -> RestockRequest:
    """Return a request that is made now, still without its id."""
    return RestockRequest(RestockRequestId(0), customer_id, product_id, now, now + KEPT)


@dataclass(frozen=True, slots=True)
class Restocked:
    """A product that somebody waited for, as it is when they read of it."""

    product: Product
    price: Rupiah
    is_available: bool
    """False when it has run out, or closed, once more."""
