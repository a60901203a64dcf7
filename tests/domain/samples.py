"""A sample order, supplier row and product for the domain tests, with fields to change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.catalogue import CategoryId, Listing, Product, ProductId
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId, Order, OrderId, OrderState
from bot.domain.row_matching import LookupRules
from bot.domain.supplier_row import SupplierRow

SENT_AT = datetime(2026, 3, 14, 5, 0, tzinfo=UTC)
RULES = LookupRules(
    timeout=timedelta(seconds=60), skew=timedelta(seconds=0), park_after=timedelta(minutes=10)
)

_ORDER = Order(
    order_id=OrderId(7),
    account="U1",
    customer_id=CustomerId(4242),
    product_id=ProductId(3),
    service_code="SM10",
    product_name="Telkomsel 10.000",
    category_type="pulsa-reguler",
    main="TELKOMSEL",
    destination="081234567890",
    price=Rupiah(11_500),
    cost=Rupiah(10_200),
    state=OrderState.AMBIGUOUS,
    created_at=SENT_AT - timedelta(seconds=1),
    send_attempts=1,
    sent_at=SENT_AT,
    send_number=100,
    ambiguous_at=SENT_AT,
)
_ROW = SupplierRow(
    ref_id="r1",
    service_code="SM10",
    destination="081234567890",
    cost=Rupiah(10_200),
    status_word="waiting",
    voucher="",
    note="",
    created_at=SENT_AT + timedelta(seconds=1),
)
_LISTING = Listing(
    code="SM10",
    name="Telkomsel 10.000",
    note="",
    type="pulsa-reguler",
    main="TELKOMSEL",
    sub="Umum",
    cost=Rupiah(10_200),
    is_ready=True,
    is_repeatable=True,
    cutoff=None,
)


def order(**changes: Any) -> Order:
    """Return an ambiguous order, sent at `SENT_AT`, with some fields changed."""
    return replace(_ORDER, **changes)


def row(**changes: Any) -> SupplierRow:
    """Return the supplier's row of the sample order, with some fields changed."""
    return replace(_ROW, **changes)


def product(product_id: int, sub_id: int, **changes: Any) -> Product:
    """Return a product with its own code, with some fields of its listing changed."""
    listing = replace(_LISTING, code=f"C{product_id}", **changes)
    return Product(ProductId(product_id), CategoryId(sub_id), listing)


def at(seconds: float) -> datetime:
    """Return the instant `seconds` after `SENT_AT`."""
    return SENT_AT + timedelta(seconds=seconds)
