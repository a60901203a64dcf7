"""Every notice as a letter: its text, made from the state at delivery, and its buttons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from telegram import InlineKeyboardMarkup

from bot.domain.notice import Alert, NoticeKind
from bot.domain.order import CancelReason, Order, OrderState
from bot.domain.supplier_profile import PanelProfile
from bot.domain.topup import TopUp, TopUpState, is_cancelled_without_proof
from bot.ports.notifier import Delivery
from handlers.admin.alerts import alert_text, parked_text, topup_text
from handlers.admin.keyboards import (
    alert_keyboard,
    parked_keyboard,
    topup_keyboard,
    withheld_keyboard,
)
from handlers.admin.parked_orders_texts import settled_by
from handlers.admin.withheld_products_texts import withheld_text
from handlers.catalogue.restock_texts import restocked_label, restocked_text
from handlers.notices.reopening import reopened_text
from handlers.orders.texts import help_request_text
from handlers.typed_input.questions_texts import asked_text
from handlers.ui.buttons import PickAnew, QuoteAgain, ShowParked
from handlers.ui.html import lines
from handlers.ui.i18n import Words
from handlers.ui.keyboards import (
    Row,
    button,
    keyboard,
    main_button,
    of_order,
    reopening_row,
    shop_anew,
    tell_when_back,
    top_up,
)
from handlers.ui.order_card import (
    goods_row,
    order_text,
    outcome_text,
    parked_order_text,
)
from handlers.ui.people import who
from handlers.ui.topup_card import why_not_open
from handlers.wallet.texts import topup_rejected_text, wallet_text
from handlers.wallet.topup_texts import expired_text, go_on_label, settled_text, stray_proof_text


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: HTML, in which everything from outside is escaped, and buttons."""

    text: str
    keyboard: InlineKeyboardMarkup | None = None
    photo: str = ""
    """Telegram's id of the picture above the text, or empty."""
    document: str = ""
    """Telegram's id of the file above the text, or empty."""
    is_decision: bool = False
    """Whether the buttons decide what the text is about; else they only lead on."""


def letter_of(
    words: Words, delivery: Delivery, profile: PanelProfile, contact: str
) -> Letter | None:
    """Return what a notice says now; None when what it is about does not exist."""
    match delivery.notice.kind:
        case (
            NoticeKind.ORDER
            | NoticeKind.OUTCOME
            | NoticeKind.ORDER_PARKED
            | NoticeKind.PARKED
            | NoticeKind.PARKED_NEWS
            | NoticeKind.HELP
        ):
            if delivery.order is None:
                return None
            return _about_order(words, delivery, delivery.order, profile, contact)
        case NoticeKind.STRAY_PROOF | NoticeKind.ASKED:
            return _from_customer(words, delivery)
        case (
            NoticeKind.TOPUP_REQUESTED
            | NoticeKind.TOPUP_NEWS
            | NoticeKind.TOPUP_SETTLED
            | NoticeKind.TOPUP_REJECTED
            | NoticeKind.TOPUP_EXPIRED
            | NoticeKind.TOPUP_PROOF
        ):
            return _about_topup(words, delivery, contact)
        case NoticeKind.WALLET:
            if delivery.transfer is None or delivery.wallet is None:
                return None
            moved, topup = delivery.transfer, delivery.topup
            text = wallet_text(words, moved, delivery.wallet, contact, topup)
            return Letter(text, keyboard(_wish(words, delivery), [shop_anew(words)]))
        case NoticeKind.RESTOCKED | NoticeKind.REOPENED:
            return _awaited(words, delivery)
        case NoticeKind.ALERT | NoticeKind.WITHHELD:
            return _alert(words, delivery)
        case _:
            assert_never(delivery.notice.kind)


def _about_order(
    words: Words, delivery: Delivery, order: Order, profile: PanelProfile, contact: str
) -> Letter:
    kind = delivery.notice.kind
    if kind in (NoticeKind.PARKED, NoticeKind.PARKED_NEWS):
        text = parked_text(words, order, delivery.customer, delivery.candidates, profile=profile)
        by = settled_by(words, order, delivery.act, delivery.admin)
        return Letter(lines(text, by), parked_keyboard(words, order))
    if kind is NoticeKind.HELP:
        person = who(words, order.customer_id, delivery.customer)
        return Letter(help_request_text(words, order, person), _look_keyboard(words, order))
    if kind is NoticeKind.OUTCOME:
        balance = 0 if delivery.wallet is None else delivery.wallet.balance
        text = outcome_text(words, order, profile, balance, contact)
        ways = [*of_order(words, order), _back_row(words, order)]
        return Letter(text, keyboard(goods_row(words, order, profile), *ways))
    now = delivery.at or delivery.notice.created_at
    if kind is NoticeKind.ORDER_PARKED:
        text = parked_order_text(words, order, profile, now)
        return Letter(text, keyboard(*of_order(words, order)))
    # A final order's buttons stand below its outcome, which follows.
    rows = [] if order.state.is_final else of_order(words, order)
    return Letter(order_text(words, order, profile, now), keyboard(*rows) if rows else None)


def _back_row(words: Words, order: Order) -> Row:
    """Return the way to be told when that is back which was gone before it could be sent."""
    if order.cancel_reason not in (CancelReason.NOT_READY, CancelReason.CUTOFF):
        return []
    return [tell_when_back(words, order.product_id, is_kept=True)]


def _about_topup(words: Words, delivery: Delivery, contact: str) -> Letter | None:
    topup = delivery.topup
    if topup is None:
        return None
    if delivery.notice.kind is NoticeKind.TOPUP_REJECTED:
        return Letter(topup_rejected_text(words, topup, contact), keyboard([top_up(words)]))
    if delivery.notice.kind is NoticeKind.TOPUP_EXPIRED:
        return _expired(words, topup, contact)
    if delivery.notice.kind is NoticeKind.TOPUP_SETTLED:
        ways = None if topup.state is TopUpState.APPROVED else keyboard([top_up(words)])
        return Letter(settled_text(words, topup), ways)
    text = topup_text(
        words, topup, delivery.customer, delivery.wallet, delivery.others, delivery.admin
    )
    # Its picture may come all the same, with the buttons that decide it.
    is_over = (
        is_cancelled_without_proof(topup) and delivery.notice.kind is not NoticeKind.TOPUP_PROOF
    )
    markup = None if is_over else topup_keyboard(words, topup, delivery.others)
    return _with_proof(delivery, Letter(text, markup, is_decision=True))


def _expired(words: Words, topup: TopUp, contact: str) -> Letter:
    """Return that the time to pay is over, unless something has become of it since."""
    is_waiting = topup.state is TopUpState.PENDING and not topup.proof
    text = expired_text(words, topup, contact) if is_waiting else why_not_open(words, topup)
    return Letter(text, keyboard([top_up(words)]))


def _with_proof(delivery: Delivery, letter: Letter) -> Letter:
    """Return a letter with the picture of a transfer above it, if there is one."""
    data = delivery.notice.data
    return replace(letter, photo=str(data.get("photo", "")), document=str(data.get("document", "")))


def _from_customer(words: Words, delivery: Delivery) -> Letter | None:
    """Return that a customer sent a picture, or wants to be written to."""
    customer_id = delivery.notice.subject_id
    if customer_id is None:
        return None
    if delivery.notice.kind is NoticeKind.ASKED:
        person = who(words, customer_id, delivery.customer)
        return Letter(asked_text(words, person, delivery.topup))
    text = stray_proof_text(words, customer_id, delivery.customer)
    return _with_proof(delivery, Letter(text))


def _wish(words: Words, delivery: Delivery) -> Row:
    """Return the way back to what money was lacking for."""
    token = str(delivery.notice.data.get("wish", ""))
    return [main_button(go_on_label(words), QuoteAgain(token))] if token else []


def _awaited(words: Words, delivery: Delivery) -> Letter | None:
    """Return what somebody asked to be told of."""
    if delivery.opening is not None:
        row = reopening_row(words, delivery.opening) or [shop_anew(words)]
        return Letter(reopened_text(words, delivery.opening), keyboard(row))
    products = delivery.restocked
    if not products:
        return None
    rows = [
        [main_button(restocked_label(words, one), PickAnew(one.product.product_id))]
        for one in products
    ]
    return Letter(restocked_text(words, products), keyboard(*rows))


def _alert(words: Words, delivery: Delivery) -> Letter | None:
    if delivery.notice.kind is NoticeKind.WITHHELD:
        return _withheld(words, delivery)
    data = delivery.notice.data
    alert, detail = Alert(str(data["condition"])), str(data.get("detail", ""))
    text = alert_text(words, alert, detail, delivery.order)
    return Letter(text, alert_keyboard(words, alert, delivery.order, delivery.notice.created_at))


def _withheld(words: Words, delivery: Delivery) -> Letter | None:
    if delivery.withheld is None:
        return None
    text = withheld_text(words, delivery.withheld, delivery.order)
    return Letter(text, withheld_keyboard(words, delivery.withheld))


def _look_keyboard(words: Words, order: Order) -> InlineKeyboardMarkup | None:
    if order.state is not OrderState.PARKED:
        return None
    return keyboard([button(words.gettext("Look at the order"), ShowParked(order.order_id))])
