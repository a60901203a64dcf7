"""Keyboards for admins: the decisions in notices, and the screens of admin commands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from telegram import InlineKeyboardMarkup
from telegram.constants import KeyboardButtonStyle

from bot.domain.money import Rupiah
from bot.domain.notice import Alert
from bot.domain.order import Order, OrderId, OrderState, ParkReason
from bot.domain.supplier_row import SupplierRow
from bot.domain.thread import About
from bot.domain.topup import TopUp, TopUpState
from bot.domain.withheld_products import WithheldProduct
from bot.services.money.supplier_deposit import ProposedDeposit
from bot.services.money.topups.decision import SamePaymentQuestion
from bot.services.money.topups.same_amount import SameAmountDetails
from handlers.admin.buttons import (
    ApproveAmount,
    AskDecision,
    Attach,
    AttachRow,
    Compare,
    CountDelivered,
    CountForGood,
    CreditAgain,
    DecideTopUp,
    DropAdjust,
    HowToDeposit,
    KeepWaiting,
    NoteDeposit,
    Refund,
    RefundAnyway,
    SellAgain,
    ShowCode,
)
from handlers.ui.buttons import ShowWallet, fits
from handlers.ui.home_rows import pause_or_resume_button, resume_button
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import (
    InlineButton,
    Row,
    back,
    button,
    cancel_button,
    history,
    home,
    keyboard,
    main_button,
)
from handlers.ui.labels import available_width, cut_to, is_whole, width
from handlers.ui.people import name_or_id
from handlers.ui.staff_buttons import ShowOverview, ShowParked
from handlers.ui.thread_titles import write_button

DANGER = KeyboardButtonStyle.DANGER
_ENDED_BY_RESUME = frozenset(
    {Alert.BREAKER_OPEN, Alert.RESTORED, Alert.OWN_DEPOSIT_LOW, Alert.OUT_OF_MONEY}
)
OTHERS_AT_MOST = 5
"""The largest number of other top-ups that get a button."""


def parked_keyboard(translator: Translator, order: Order) -> InlineKeyboardMarkup | None:
    """Return the decisions about a parked order; None once it is settled."""
    rows = _decisions(translator, order)
    return keyboard(*rows) if rows else None


def evidence_keyboard(
    translator: Translator, order: Order, *, can_show_code: bool = False
) -> InlineKeyboardMarkup:
    """Return the decisions about an order, if it is parked, and a button back.

    `can_show_code`: its code is masked, and the reader has the right to see it.
    """
    show = button(translator.gettext("👁 Show the code"), ShowCode(order.order_id))
    return keyboard(
        *_decisions(translator, order),
        *([[show]] if can_show_code else []),
        [back(translator, ShowOverview())],
    )


def reference_keyboard(
    translator: Translator, order: Order, candidates: Sequence[SupplierRow]
) -> InlineKeyboardMarkup:
    """Return a button for each reference that may be the order's own, and a button back.

    A reference too long for a button (Bot API: 64 bytes of callback data) is left out.
    """
    ref_ids = [row.ref_id for row in candidates]
    if order.suspect_ref_id is not None and order.suspect_ref_id not in ref_ids:
        ref_ids.append(order.suspect_ref_id)
    meanings = [(ref_id, AttachRow(order.order_id, ref_id)) for ref_id in ref_ids]
    rows = [[button(f"📎 {ref_id}", meaning)] for ref_id, meaning in meanings if fits(meaning)]
    return keyboard(*rows, [back(translator, ShowParked(order.order_id))])


def doubt_keyboard(translator: Translator, order: Order, doubt: str) -> InlineKeyboardMarkup:
    """Return the button that refunds despite a doubt (its digest), and the alternatives."""
    meaning = RefundAnyway(order.order_id, doubt)
    refund = button(translator.gettext("Refund all the same"), meaning, DANGER)
    return keyboard([refund], *_settle_rows(translator, order), [_keep(translator, order)])


def delivered_keyboard(
    translator: Translator, order_id: OrderId, digest: str
) -> InlineKeyboardMarkup:
    """Return the button that confirms a delivery, and a button back.

    `digest` is the `delivered_digest` of the order.
    """
    meaning = CountForGood(order_id, digest)
    sure = main_button(translator.gettext("✅ Yes, it has arrived"), meaning)
    return keyboard([sure], [back(translator, ShowParked(order_id))])


def topup_keyboard(
    translator: Translator, topup: TopUp, others: Sequence[TopUp] = ()
) -> InlineKeyboardMarkup | None:
    """Return the decisions about a top-up; None once it is decided.

    `others` are the customer's other undecided top-ups, which the money may be for.
    """
    if topup.state is not TopUpState.PENDING:
        return None
    approve = DecideTopUp(topup.topup_id, approve=True)
    reject = DecideTopUp(topup.topup_id, approve=False)
    return keyboard(
        [
            main_button(translator.gettext("✅ Approve"), approve),
            button(translator.gettext("❌ Reject"), reject, DANGER),
        ],
        [
            button(translator.gettext("✏️ Other amount"), AskDecision(topup.topup_id, True)),
            button(translator.gettext("💬 Reject + reason"), AskDecision(topup.topup_id, False)),
        ],
        *([_approve_other(translator, other)] for other in others[:OTHERS_AT_MOST]),
        [write_button(translator, topup.customer_id, About.TOPUP, topup.topup_id)],
    )


def other_topup_keyboard(translator: Translator, other: TopUp) -> InlineKeyboardMarkup:
    """Return the button that approves the top-up whose total was typed."""
    return keyboard([_approve_other(translator, other)], [cancel_button(translator)])


def _approve_other(translator: Translator, other: TopUp) -> InlineButton:
    amount = translator.money(other.total)
    label = translator.gettext("✅ Approve {amount}").format(amount=amount)
    if other.cancelled_at is not None:
        longer = translator.gettext("✅ Approve {amount} (cancelled)").format(amount=amount)
        # Without room for it here, the text above says it.
        label = longer if is_whole(longer) else label
    return button(label, DecideTopUp(other.topup_id, approve=True))


def same_payment_keyboard(
    translator: Translator, question: SamePaymentQuestion
) -> InlineKeyboardMarkup:
    """Return the button that confirms a second payment, and the alternatives."""
    second = button(
        second_payment_label(translator, question.amount), CreditAgain(question.token), DANGER
    )
    return keyboard([second], *same_rows(translator, question.same), [cancel_button(translator)])


def second_payment_label(translator: Translator, amount: int) -> str:
    """Return the label of the button that credits an equal amount once more."""
    return translator.gettext("Paid again: {amount}").format(amount=translator.money(amount))


def same_rows(translator: Translator, same: Sequence[SameAmountDetails]) -> list[Row]:
    """Return a button for each undecided top-up of the amount, to approve it instead."""
    rows = []
    for one in same[:OTHERS_AT_MOST]:
        topup = one.same
        if isinstance(topup, TopUp) and topup.state is TopUpState.PENDING:
            name = name_or_id(one.customer_id, one.customer)
            label = _approve_theirs_label(translator, name)
            rows.append([button(label, DecideTopUp(topup.topup_id, approve=True))])
    return rows


def _approve_theirs_label(translator: Translator, name: str) -> str:
    """Return the label for approving another customer's top-up; a long name is cut."""
    label = translator.gettext("Approve {name}'s")
    return label.format(name=cut_to(name, available_width() - width(label.format(name=""))))


def amount_keyboard(translator: Translator, topup: TopUp, amount: Rupiah) -> InlineKeyboardMarkup:
    """Return the button that credits the typed amount, and the cancel button."""
    label = translator.gettext("✅ Credit {amount}").format(amount=translator.money(amount))
    return keyboard(
        [main_button(label, ApproveAmount(topup.topup_id, amount))], [cancel_button(translator)]
    )


def alert_keyboard(
    translator: Translator, alert: Alert, order: Order | None, raised_at: datetime
) -> InlineKeyboardMarkup | None:
    """Return the action that an alert calls for; None if there is none."""
    if alert in _ENDED_BY_RESUME:
        return keyboard([resume_button(translator, int(raised_at.timestamp()))])
    return None if order is None else keyboard(look_row(translator, order))


def look_row(translator: Translator, order: Order) -> Row:
    """Return the button that shows an order with its facts."""
    return [button(translator.gettext("Look at the order"), ShowParked(order.order_id))]


def withheld_keyboard(translator: Translator, shown: WithheldProduct) -> InlineKeyboardMarkup:
    """Return the button that releases a product, while it is withheld, and a button back."""
    back_row = [back(translator, ShowOverview())]
    if not shown.withheld.is_withheld:
        return keyboard(back_row)
    return keyboard([_sell_again(translator.gettext("▶️ Sell it again"), shown)], back_row)


def _sell_again(label: str, shown: WithheldProduct) -> InlineButton:
    withheld = shown.withheld
    return main_button(label, SellAgain(withheld.withheld_id, withheld.cost))


def deposit_keyboard(translator: Translator, proposed: ProposedDeposit) -> InlineKeyboardMarkup:
    """Return the button that records a deposit, and the one that dismisses it."""
    amount, meaning = translator.money(abs(proposed.amount)), NoteDeposit(proposed.token)
    note = main_button(translator.gettext("✅ Note {amount}").format(amount=amount), meaning)
    if proposed.amount < 0:
        label = translator.gettext("✅ Take {amount} back").format(amount=amount)
        note = button(label, meaning, DANGER)
    return keyboard([note], [button(translator.gettext("✕ Cancel"), DropAdjust(proposed.token))])


def overview_keyboard(
    translator: Translator,
    shown: Sequence[tuple[str, Order]],
    withheld: Sequence[tuple[str, WithheldProduct]] = (),
    *,
    stopped_since: int,
) -> InlineKeyboardMarkup:
    """Return the buttons of the shop's status.

    `shown` are orders with their labels, `withheld` products with the labels of the buttons that
    release them. `stopped_since` is when sales stopped, in seconds since 1970; 0 while the shop
    sells.
    """
    return keyboard(
        *orders_rows(shown),
        *([_sell_again(label, one)] for label, one in withheld),
        [pause_or_resume_button(translator, stopped_since)],
        [button(translator.gettext("🔄 Look again"), ShowOverview())],
    )


def orders_rows(shown: Sequence[tuple[str, Order]]) -> list[Row]:
    """Return a button for each order, by its label, that shows the order to an admin."""
    return [[button(label, ShowParked(order.order_id))] for label, order in shown]


def found_keyboard(
    translator: Translator, shown: Sequence[tuple[str, Order]]
) -> InlineKeyboardMarkup:
    """Return a button for each order, by its label, and a button back."""
    return keyboard(*orders_rows(shown), [back(translator, ShowOverview())])


def balance_keyboard(
    translator: Translator, *, can_deposit: bool, can_compare: bool
) -> InlineKeyboardMarkup:
    """Return the buttons to the supplier's money, and to the reader's own wallet and orders."""
    _ = translator.gettext
    deposit = [button(_("📥 Record a deposit"), HowToDeposit())] if can_deposit else []
    compare = [button(_("⚖️ Compare with the supplier"), Compare())] if can_compare else []
    own = button(_("👛 My own wallet"), ShowWallet())
    return keyboard(deposit, compare, [own, history(translator)], [home(translator)])


def _decisions(translator: Translator, order: Order) -> list[Row]:
    if order.state is not OrderState.PARKED:
        return []
    refund = button(translator.gettext("↩️ Refund"), Refund(order.order_id), DANGER)
    write = write_button(translator, order.customer_id, About.ORDER, order.order_id)
    return [*_settle_rows(translator, order), [refund, _keep(translator, order)], [write]]


def _settle_rows(translator: Translator, order: Order) -> list[Row]:
    """Return the decisions other than a refund.

    An order with a known reference gets no other one, unless its row is missing.
    """
    attach = button(translator.gettext("📎 Attach a reference"), Attach(order.order_id))
    if order.ref_id is None:
        return [[attach]]
    delivered = main_button(
        translator.gettext("✅ Count as delivered"), CountDelivered(order.order_id)
    )
    is_missing = order.park_reason is ParkReason.ROW_MISSING
    return [[delivered], [attach]] if is_missing else [[delivered]]


def _keep(translator: Translator, order: Order) -> InlineButton:
    return button(translator.gettext("⏳ Keep waiting"), KeepWaiting(order.order_id))
