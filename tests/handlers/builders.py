"""Sample orders, customers, notices, transfers and updates."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.customer import Customer, TelegramId
from bot.domain.ledger import BANK, Account, Phase, Purpose, Transfer, wallet_of
from bot.domain.money import Rupiah
from bot.domain.notice import Alert, Notice, NoticeKind
from bot.domain.order import Order, OrderId, OrderState
from bot.domain.shop_rules import ShopRules
from bot.domain.shop_settings import ShopSettings
from bot.domain.supplier_row import SupplierRow
from bot.domain.topup import TopUp, TopUpId, TopUpState
from bot.ports.notifier import Delivery
from bot.services.notices.standing import IS_OVER
from tests.samples import ADMIN, ADMIN_CHAT, ANNI, ANNI_CHAT, ORDER, ROW, default_rules, profile

__all__ = [
    "ADMIN",
    "ADMIN_CHAT",
    "ANNI",
    "ANNI_CHAT",
    "HOSTILE",
    "NOW",
    "WALLET",
    "a_customer",
    "a_delivery",
    "a_row",
    "a_topup",
    "a_transfer",
    "alert_data",
    "an_order",
    "message_update",
    "profile",
    "shop_rules",
]

NOW = datetime(2026, 11, 24, 8, 41, tzinfo=UTC)
"""Tuesday, 15:41 in Jakarta."""
HOSTILE = '<b>&"bold"</b>'
"""A text from outside (a name, a note, a voucher) that contains markup."""

_ORDER = replace(ORDER, order_id=OrderId(12), created_at=NOW)
_CUSTOMER = Customer(
    customer_id=ANNI,
    telegram_id=ANNI_CHAT,
    name="Anni",
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
_ROW = replace(ROW, status_word="processing", created_at=NOW + timedelta(seconds=3))
WALLET = Account(wallet_of(ANNI), posted=88_800)


def shop_rules(**changes: Any) -> ShopRules:
    """Return the rules of the default settings, with one owner and a contact."""
    first = ShopSettings(shop_contact="@shop")
    return replace(default_rules(), **{"first_settings": first, **changes})


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
    notice = Notice(ANNI_CHAT, kind, "key", NOW, subject_id=12, data=data)
    reader = a_customer(chosen_language=language)
    parts = {"customer": a_customer(), "wallet": WALLET, **changes}
    return Delivery(notice, reader, **parts)


def alert_data(alert: Alert, detail: str) -> list[dict[str, str | int]]:
    """Return the data of the notices of an alert, with `detail` as each text from outside."""
    at = NOW.isoformat()
    room = {"free_bytes": 412_000_000, "wanted_bytes": 2_100_000_000}
    clock: dict[str, str | int] = {"seconds": 95, "source": "telegram"}
    certificate: dict[str, str | int] = {"host": detail, "ends_at": at, "is_expired": 0}
    away = {"since": (NOW - timedelta(hours=4, minutes=30)).isoformat(), "until": at}
    of_machine: dict[Alert, list[dict[str, str | int]]] = {
        Alert.DISK_LOW: [{**room}, {**room, IS_OVER: 1}],
        Alert.BACKUP_OLD: [{"made_at": at}, {"made_at": ""}, {"made_at": at, IS_OVER: 1}],
        Alert.RESTORE_TEST_FAILED: [
            {"made_at": at, "cause": detail},
            {"made_at": at, "cause": "", IS_OVER: 1},
        ],
        Alert.CLOCK_OFF: [
            {**clock},
            {"seconds": -4_000, "source": "supplier"},
            {**clock, IS_OVER: 1},
        ],
        Alert.CERTIFICATE_ENDS: [
            certificate,
            {**certificate, "is_expired": 1},
            {**certificate, IS_OVER: 1},
        ],
        Alert.WAS_AWAY: [
            {**away, "orders": 2, "was_stopped": 0},
            {"since": (NOW - timedelta(days=2)).isoformat(), "until": at}
            | {"orders": 0, "was_stopped": 1},
        ],
    }
    of_money: dict[Alert, list[dict[str, str | int]]] = {
        Alert.BALANCE_LOW: [
            {"balance": 812_000, "hours": 9, "is_tracked": 0},
            {"balance": 40_000, "hours": -1, "is_tracked": 1},
        ],
        Alert.OUT_OF_MONEY: [{"balance": 3_100}],
    }
    found = {**of_machine, **of_money}.get(alert, [{}])
    return [{"condition": alert.value, "detail": detail, **data} for data in found]


def message_update(update_id: int, text: str, user_id: TelegramId = ANNI_CHAT) -> dict[str, Any]:
    """Return the update of a text message as Telegram sends it."""
    person = {"id": user_id, "is_bot": False, "first_name": "Anni", "language_code": "id"}
    chat = {"id": user_id, "type": "private", "first_name": "Anni"}
    message = {"message_id": update_id, "date": 0, "chat": chat, "from": person, "text": text}
    return {"update_id": update_id, "message": message}
