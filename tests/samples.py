"""The sample order, product and supplier row of all tests, and the rules of the default settings.

Each folder's own builders change some fields: `dataclasses.replace(ORDER, state=...)`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from bot.domain.catalogue import Listing, ProductId
from bot.domain.customer import FIRST_CUSTOMER_ID, Actor, TelegramId
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId, Order, OrderId, OrderState
from bot.domain.pricing import Markup
from bot.domain.shop_rules import ShopRules
from bot.domain.supplier_profile import PanelProfile
from bot.domain.supplier_row import SupplierRow
from bot.supplier.profile import load_profile

NOON = datetime(2026, 3, 14, 5, 0, tzinfo=UTC)
"""Twelve o'clock in Jakarta."""
ACCOUNT = "U1"
ANNI, BUDI = CustomerId(FIRST_CUSTOMER_ID), CustomerId(FIRST_CUSTOMER_ID + 1)
ADMIN = Actor(CustomerId(FIRST_CUSTOMER_ID + 2), TelegramId(9001))
ANNI_CHAT, BUDI_CHAT, ADMIN_CHAT = TelegramId(1001), TelegramId(1002), ADMIN.telegram_id
"""The Telegram accounts, whose ids are those of their chats too."""
NUMBER = "081234567890"

LISTING = Listing(
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
ORDER = Order(
    order_id=OrderId(0),
    account=ACCOUNT,
    customer_id=ANNI,
    product_id=ProductId(1),
    service_code=LISTING.code,
    product_name=LISTING.name,
    category_type=LISTING.type,
    main=LISTING.main,
    destination=NUMBER,
    price=Rupiah(11_200),
    cost=LISTING.cost,
    state=OrderState.QUEUED,
    created_at=NOON,
)
"""Anni's queued order, not stored yet."""
ROW = SupplierRow(
    ref_id="r1",
    service_code=ORDER.service_code,
    destination=ORDER.destination,
    cost=ORDER.cost,
    status_word="waiting",
    voucher="",
    note="",
    created_at=NOON,
)
"""The supplier's row of that order."""


@cache
def profile() -> PanelProfile:
    """Return the supplier profile that Konter ships with."""
    return load_profile()


@cache
def default_rules() -> ShopRules:
    """Return the rules of the default settings, with one admin."""
    return ShopRules(
        account=ACCOUNT,
        markup=Markup(Rupiah(1_000), Decimal(0), 100),
        timezone=ZoneInfo("Asia/Jakarta"),
        profile=profile(),
        owner_ids=frozenset({ADMIN_CHAT}),
        admin_credit_limit=Rupiah(1_000_000),
        supplier_timeout=timedelta(seconds=60),
        queue_max=timedelta(seconds=900),
        park_after=timedelta(seconds=600),
        poll_min=timedelta(seconds=5),
        calls_per_minute=60,
    )
