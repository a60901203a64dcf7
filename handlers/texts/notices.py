"""Every notice as a letter: its text, made from the state at delivery, and its buttons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import InlineKeyboardButtonLimit

from bot.domain.notice import Alert, NoticeKind
from bot.domain.order import Order, OrderState
from bot.domain.profile import PanelProfile
from bot.ports import Delivery
from handlers.i18n import Words
from handlers.texts.alerts import alert_text, parked_text, topup_text
from handlers.texts.money import topup_rejected_text, wallet_text
from handlers.texts.orders import order_text, outcome_text
from handlers.texts.vouchers import voucher_of


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: HTML, in which everything from outside is escaped, and buttons."""

    text: str
    keyboard: InlineKeyboardMarkup | None = None


def letter_of(
    words: Words, delivery: Delivery, profile: PanelProfile, contact: str
) -> Letter | None:
    """Return what a notice says now; None when what it is about does not exist."""
    match delivery.notice.kind:
        case NoticeKind.ORDER | NoticeKind.OUTCOME | NoticeKind.PARKED:
            if delivery.order is None:
                return None
            return _about_order(words, delivery, delivery.order, profile, contact)
        case NoticeKind.TOPUP_REQUESTED | NoticeKind.TOPUP_REJECTED:
            return _about_topup(words, delivery, contact)
        case NoticeKind.WALLET:
            if delivery.transfer is None or delivery.wallet is None:
                return None
            return Letter(wallet_text(words, delivery.transfer, delivery.wallet, contact))
        case NoticeKind.ALERT:
            return _alert(words, delivery)
        case _:
            assert_never(delivery.notice.kind)


def _about_order(
    words: Words, delivery: Delivery, order: Order, profile: PanelProfile, contact: str
) -> Letter:
    kind = delivery.notice.kind
    if kind is NoticeKind.PARKED:
        text = parked_text(words, order, delivery.customer, delivery.candidates)
        return Letter(text)
    if kind is NoticeKind.OUTCOME:
        balance = 0 if delivery.wallet is None else delivery.wallet.balance
        text = outcome_text(words, order, profile, balance, contact)
        return Letter(text, _copy_keyboard(words, order, profile))
    return Letter(order_text(words, order, profile))


def _about_topup(words: Words, delivery: Delivery, contact: str) -> Letter | None:
    topup = delivery.topup
    if topup is None:
        return None
    if delivery.notice.kind is NoticeKind.TOPUP_REJECTED:
        return Letter(topup_rejected_text(words, topup, contact))
    return Letter(topup_text(words, topup, delivery.customer, delivery.wallet))


def _alert(words: Words, delivery: Delivery) -> Letter:
    data = delivery.notice.data
    detail = str(data.get("detail", ""))
    return Letter(alert_text(words, Alert(str(data["condition"])), detail, delivery.order))


def _copy_keyboard(
    words: Words, order: Order, profile: PanelProfile
) -> InlineKeyboardMarkup | None:
    """Return a button that copies what was delivered, where Telegram can copy that much."""
    if order.state is not OrderState.SUCCEEDED:
        return None
    voucher = voucher_of(order, profile)
    if voucher is None or len(voucher.copied) > InlineKeyboardButtonLimit.MAX_COPY_TEXT:
        return None
    label = words.gettext("📋 Copy")
    button = InlineKeyboardButton(label, copy_text=CopyTextButton(voucher.copied))
    return InlineKeyboardMarkup.from_button(button)
