"""A sample order, supplier row and product for the domain tests, with fields to change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.domain.catalogue import CategoryId, Product, ProductId
from bot.domain.order import Order, OrderId, OrderState
from bot.domain.row_matching import LookupRules
from bot.domain.supplier_row import SupplierRow
from tests.samples import LISTING, NOON, ORDER, ROW

SENT_AT = NOON
RULES = LookupRules(
    timeout=timedelta(seconds=60), skew=timedelta(seconds=0), park_after=timedelta(minutes=10)
)

K = TypeVar("K")
V = TypeVar("V")

_ORDER = replace(
    ORDER,
    order_id=OrderId(7),
    state=OrderState.AMBIGUOUS,
    created_at=SENT_AT - timedelta(seconds=1),
    send_attempts=1,
    sent_at=SENT_AT,
    send_number=100,
    ambiguous_at=SENT_AT,
)
_ROW = replace(ROW, created_at=SENT_AT + timedelta(seconds=1))


def order(**changes: Any) -> Order:
    """Return an ambiguous order, sent at `SENT_AT`, with some fields changed."""
    return replace(_ORDER, **changes)


def row(**changes: Any) -> SupplierRow:
    """Return the supplier's row of the sample order, with some fields changed."""
    return replace(_ROW, **changes)


def product(product_id: int, sub_id: int, **changes: Any) -> Product:
    """Return a product with its own code, with some fields of its listing changed."""
    listing = replace(LISTING, code=f"C{product_id}", **changes)
    return Product(ProductId(product_id), CategoryId(sub_id), listing)


def at(seconds: float) -> datetime:
    """Return the instant `seconds` after `SENT_AT`."""
    return SENT_AT + timedelta(seconds=seconds)


def pairs(table: Mapping[K, Sequence[V]]) -> list[tuple[V, K]]:
    """Return each value of a table with its key, to parametrize a test."""
    return [(value, key) for key, values in table.items() for value in values]
