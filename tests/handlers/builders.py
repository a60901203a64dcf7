"""Sample orders, customers, notices and transfers for the tests of texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.catalogue import ProductId
from bot.domain.customer import Customer
from bot.domain.ledger import BANK, Account, Phase, Purpose, Transfer, wallet_of
from bot.domain.money import Rupiah
from bot.domain.notice import Notice, NoticeKind
from bot.domain.order import CustomerId, Order, OrderId, OrderState
from bot.domain.pricing import Markup
from bot.domain.shop_rules import ShopRules
from bot.domain.supplier_profile import PanelProfile
from bot.domain.supplier_row import SupplierRow
from bot.domain.topup import TopUp, TopUpId, TopUpState
from bot.ports.notifier import Delivery
from bot.supplier.profile import load_profile

NOW = datetime(2026, 11, 24, 8, 41, tzinfo=UTC)
"""Tuesday, 15:41 in Jakarta."""
ANNI = CustomerId(1001)
ADMIN = 9001
HOSTILE = '<b>&"bold"</b>'
"""A text from outside (a name, a note, a voucher) that contains markup."""

_ORDER = Order(
    order_id=OrderId(12),
    account="U1",
    customer_id=ANNI,
    product_id=ProductId(1),
    service_code="SM10",
    product_name="Telkomsel 10.000",
    category_type="pulsa-reguler",
    main="TELKOMSEL",
    destination="081234567890",
    price=Rupiah(11_200),
    cost=Rupiah(10_200),
    state=OrderState.QUEUED,
    created_at=NOW,
)
_CUSTOMER = Customer(
    customer_id=ANNI,
    first_name="Anni",
    username="anni",
    telegram_language="id",
    chosen_language="",
    is_reachable=True,
    created_at=NOW,
)
_TOPUP = TopUp(
    topup_id=TopUpId(7),
    customer_id=ANNI,
    amount=Rupiah(50_000),
    state=TopUpState.PENDING,
    request_key="u1",
    created_at=NOW,
)
_ROW = SupplierRow(
    ref_id="r1",
    service_code="SM10",
    destination="081234567890",
    cost=Rupiah(10_200),
    status_word="processing",
    voucher="",
    note="",
    created_at=NOW + timedelta(seconds=3),
)
WALLET = Account(wallet_of(ANNI), posted=88_800)


@cache
def profile() -> PanelProfile:
    """Return the panel profile that ships with the bot."""
    return load_profile()


def shop_rules(**changes: Any) -> ShopRules:
    """Return the rules of the default settings, with one admin."""
    rules = ShopRules(
        account="U1",
        markup=Markup(Rupiah(1_000), Decimal(0), 100),
        timezone=ZoneInfo("Asia/Jakarta"),
        profile=profile(),
        admin_ids=frozenset({ADMIN}),
        admin_credit_limit=Rupiah(1_000_000),
        supplier_timeout=timedelta(seconds=60),
        queue_max=timedelta(seconds=900),
        park_after=timedelta(seconds=600),
        poll_min=timedelta(seconds=5),
        calls_per_minute=60,
    )
    return replace(rules, **changes)


def an_order(state: OrderState = OrderState.QUEUED, **changes: Any) -> Order:
    """Return Anni's order of Telkomsel 10.000 in the given state."""
    return replace(_ORDER, state=state, **changes)


def a_customer(**changes: Any) -> Customer:
    """Return the customer Anni."""
    return replace(_CUSTOMER, **changes)


def a_topup(**changes: Any) -> TopUp:
    """Return Anni's pending top-up request of 50,000 rupiah."""
    return replace(_TOPUP, **changes)


def a_row(**changes: Any) -> SupplierRow:
    """Return the supplier's row of Anni's order."""
    return replace(_ROW, **changes)


def a_transfer(purpose: Purpose = Purpose.CREDIT, note: str = "") -> Transfer:
    """Return a transfer of 25,000 rupiah into Anni's wallet, or out of it for a debit."""
    accounts = (BANK, wallet_of(ANNI))
    debit, credit = accounts[::-1] if purpose is Purpose.DEBIT else accounts
    return Transfer(Phase.SINGLE, purpose, debit, credit, Rupiah(25_000), "k", NOW, note=note)


def a_delivery(kind: NoticeKind, language: str = "id", **changes: Any) -> Delivery:
    """Return a notice to Anni in the given language, with the records it refers to."""
    data = changes.pop("data", {})
    notice = Notice(ANNI, kind, "key", NOW, subject_id=12, data=data)
    reader = a_customer(chosen_language=language)
    parts = {"customer": a_customer(), "wallet": WALLET, **changes}
    return Delivery(notice, reader, **parts)
