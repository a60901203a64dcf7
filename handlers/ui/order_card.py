"""The texts and buttons of an order, for its customer."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from bot.domain.destination import group_digits
from bot.domain.errors import RefusalClass
from bot.domain.order import CancelReason, Order, OrderState, WaitReason
from bot.domain.supplier_profile import PanelProfile, SupplierStatus
from bot.domain.waiting_times import answer_due_at, is_after_opening, is_slow
from handlers.ui.buttons import FindOrders, MakeReceipt, ShowHistory
from handlers.ui.context import ShopContext
from handlers.ui.html import bold, code, dotted, escaped, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import Row, Screen, back, button, copying, keyboard, order_rows
from handlers.ui.labels import label_with_name
from handlers.ui.product_names import order_name
from handlers.ui.vouchers import Voucher, energy_text, voucher_of

OPEN_SHOWN = 8
"""The maximum number of open orders in /status; the history has the others."""
STATE_SIGNS = {
    OrderState.SUCCEEDED: "✅",
    OrderState.FAILED: "❌",
    OrderState.CANCELLED: "❌",
    OrderState.AMBIGUOUS: "🔎",
    OrderState.PARKED: "🔎",
}


def order_text(translator: Translator, order: Order, profile: PanelProfile, now: datetime) -> str:
    """Return the text of the order's status message, in its current state."""
    return paragraphs(
        order_head(translator, order, profile), order_state(translator, order, profile, now)
    )


def order_view(translator: Translator, order: Order, profile: PanelProfile, now: datetime) -> str:
    """Return the text of an order opened from the history, with the delivered code."""
    if order.state is not OrderState.SUCCEEDED:
        return order_text(translator, order, profile, now)
    voucher = voucher_of(order, profile)
    return paragraphs(
        order_head(translator, order, profile),
        order_state(translator, order, profile, now),
        "" if voucher is None else delivered_text(translator, voucher),
    )


def order_head(translator: Translator, order: Order, profile: PanelProfile) -> str:
    """Return an order's number, product, destination, price and time."""
    return lines(
        order_title(translator, order),
        f"{code(shown_destination(order, profile))} · {translator.money(order.price)}",
        translator.datetime(order.created_at),
    )


def order_title(translator: Translator, order: Order) -> str:
    """Return an order's number and product, as HTML."""
    return bold(f"{order.number} · {order_name(translator, order)}")


def order_state(translator: Translator, order: Order, profile: PanelProfile, now: datetime) -> str:
    """Return the order's state as one or two sentences."""
    _ = translator.gettext
    match order.state:
        case OrderState.QUEUED:
            return lines(
                _waiting_text(translator, order.wait_reason),
                _("You can cancel it until it is sent."),
            )
        case OrderState.SENDING | OrderState.ACCEPTED if is_slow(order, now):
            return _(
                "⏳ Being processed. It takes longer than usual: the operator has not confirmed it "
                "yet. Your money is safe. We will tell you the result here."
            )
        case OrderState.SENDING | OrderState.ACCEPTED:
            return _(
                "⏳ Being processed. Most orders take less than five minutes, some take longer. "
                "We will tell you the result here."
            )
        case OrderState.AMBIGUOUS:
            return _(
                "🔎 Being checked: the answer is late. Your money is safe and you don't need to do "
                "anything. Please do not order it again."
            )
        case OrderState.PARKED:
            return lines(
                _("🔎 Being checked by hand. Your money is safe."),
                hear_text(translator, order, now),
            )
        case OrderState.SUCCEEDED:
            return _("✅ Done.")
        case OrderState.FAILED:
            return lines(f"❌ {failure(translator, order, profile)}", _("Your money is back."))
        case OrderState.CANCELLED:
            return lines(
                f"❌ {cancellation(translator, order.cancel_reason)}", _("Your money is back.")
            )
        case _:
            assert_never(order.state)


def outcome_text(
    translator: Translator, order: Order, profile: PanelProfile, balance: int, contact: str
) -> str:
    """Return the message about a final order: the delivered code, or why there is none."""
    _ = translator.gettext
    if order.state is OrderState.SUCCEEDED:
        return _success_text(translator, order, profile, balance)
    if order.state is OrderState.CANCELLED:
        reason = cancellation(translator, order.cancel_reason)
    else:
        reason = failure(translator, order, profile)
    return paragraphs(
        _signed_head(translator, "❌", order, profile),
        reason,
        _("Your money is back: {price}. Your balance is {balance}.").format(
            price=translator.money(order.price), balance=translator.money(balance)
        ),
        questions(translator, contact) if order.state is OrderState.FAILED else "",
    )


def parked_order_text(
    translator: Translator, order: Order, profile: PanelProfile, now: datetime
) -> str:
    """Return the separate message to the customer of a parked order."""
    _ = translator.gettext
    return paragraphs(
        _signed_head(translator, "🔎", order, profile),
        _("We are checking by hand whether this order went through."),
        lines(
            _("Your money is safe. Please do not order it again."),
            hear_text(translator, order, now),
        ),
    )


def hear_text(translator: Translator, order: Order, now: datetime) -> str:
    """Return when the customer of a parked order is promised an answer, as read at `now`."""
    _ = translator.gettext
    by = answer_due_at(order.parked_at or order.created_at, translator.timezone, translator.hours)
    if now > by:
        return _("It takes longer than we said. We are still on it.")
    days = (by.date() - now.astimezone(translator.timezone).date()).days
    if days == 0 and is_after_opening(by, translator.hours):
        sentence = _("You will hear from us this morning before {time}.")
    elif days == 1 and is_after_opening(by, translator.hours):
        sentence = _("You will hear from us tomorrow morning before {time}.")
    else:
        sentence = _("You will hear from us by {time}.")
    return sentence.format(time=translator.datetime(by) if days > 1 else translator.clock(by))


def questions(translator: Translator, contact: str) -> str:
    """Return whom to ask; empty if the shop has no contact."""
    if not contact:
        return ""
    return translator.gettext("Questions? {contact}").format(contact=escaped(contact))


def failure(translator: Translator, order: Order, profile: PanelProfile) -> str:
    """Return why an order failed, as a sentence for its customer.

    The reason is the class of the refusal, and the public part of the note, if the supplier's row
    has one (docs/supplier-api.md, "3.8 Refusal messages" and "3.9 Private text").
    """
    _ = translator.gettext
    refusal = order.refusal
    note = ""
    if order.ref_id is not None and profile.status_of(order.status_word) is SupplierStatus.FAILED:
        # The order's own row says failed, so its note is the reason; after an admin's decision
        # it is not.
        note = profile.public_note(order.note)
        refusal = profile.refusal_of(order.note)
    match refusal:
        case RefusalClass.PRODUCT:
            return _("This product is not available right now. Please choose another one.")
        case RefusalClass.DESTINATION if note:
            return _("This number was refused: {note}").format(note=escaped(note))
        case RefusalClass.DESTINATION:
            return _("This number was refused. Please check it, or choose another product.")
        case RefusalClass.REPEAT:
            return _("This product can be bought once a day for the same number.")
        case (
            RefusalClass.CREDENTIALS
            | RefusalClass.OWN_DEPOSIT
            | RefusalClass.MAINTENANCE
            | RefusalClass.THROTTLE
        ):
            return _("This product is temporarily unavailable. Please try again later.")
        case RefusalClass.OTHER | None if note:
            return _("The operator did not carry it out: {note}").format(note=escaped(note))
        case RefusalClass.OTHER | None:
            return _("The order failed.")
        case _:
            assert_never(refusal)


def cancellation(translator: Translator, reason: CancelReason | None) -> str:
    """Return why an order was cancelled, as a sentence for its customer."""
    _ = translator.gettext
    match reason:
        case CancelReason.BY_CUSTOMER:
            return _("You cancelled this order.")
        case CancelReason.BY_ADMIN | None:
            return _("The shop cancelled this order.")
        case CancelReason.WAITED_TOO_LONG:
            return _("Cancelled: it could not be sent in time.")
        case CancelReason.NOT_READY:
            return _("Cancelled: the product is not available right now.")
        case CancelReason.CUTOFF:
            return _("Cancelled: the product is closed for the night.")
        case CancelReason.COST_ABOVE_PRICE:
            return _("Cancelled: the price has just gone up. Please order again at the new price.")
        case _:
            assert_never(reason)


def delivered_text(translator: Translator, voucher: Voucher) -> str:
    """Return a delivered code; for a PLN token also its energy and the data of the meter."""
    _ = translator.gettext
    details = dotted(escaped(voucher.meter_owner), escaped(energy_text(translator, voucher)))
    label = _("Your token:") if voucher.is_token else _("SN / code:")
    return lines(label, code(voucher.shown), details, escaped(voucher.connection))


def shown_destination(order: Order, profile: PanelProfile) -> str:
    """Return an order's destination, with its digits grouped if its kind is read that way."""
    kind = profile.kind_of(order.category_type, order.main)
    return group_digits(order.destination, order.zone, kind)


def state_name(translator: Translator, state: OrderState) -> str:
    """Return the name of a state, in a few words."""
    _ = translator.gettext
    match state:
        case OrderState.QUEUED:
            return _("in the queue")
        case OrderState.SENDING:
            return _("being sent")
        case OrderState.ACCEPTED:
            return _("being processed")
        case OrderState.AMBIGUOUS:
            return _("being checked")
        case OrderState.PARKED:
            return _("being checked by hand")
        case OrderState.SUCCEEDED:
            return _("done")
        case OrderState.FAILED:
            return _("failed, money given back")
        case OrderState.CANCELLED:
            return _("cancelled")
        case _:
            assert_never(state)


def state_sign(state: OrderState) -> str:
    """Return the emoji of a state."""
    return STATE_SIGNS.get(state, "⏳")


def order_label(translator: Translator, order: Order) -> str:
    """Return the label of the button that opens an order."""
    start = f"{state_sign(order.state)} {order.number} · "
    return label_with_name(order_name(translator, order), start=start)


def again_label(translator: Translator, order: Order) -> str:
    """Return the label of the button that repeats an order, with the destination's last digits."""
    end = f" · …{order.destination[-4:]}"
    return label_with_name(order_name(translator, order), start="🔁 ", end=end)


def goods_row(translator: Translator, order: Order, profile: PanelProfile) -> Row:
    """Return the buttons of a delivered order: copy the code, if it has one, and a receipt."""
    if order.state is not OrderState.SUCCEEDED:
        return []
    voucher = voucher_of(order, profile)
    copy = (
        None if voucher is None else copying(translator.gettext("📋 Copy the code"), voucher.copied)
    )
    receipt = button(translator.gettext("🧾 Receipt"), MakeReceipt(order.order_id, 0))
    return [receipt] if copy is None else [copy, receipt]


def order_screen(context: ShopContext, order: Order, up: ShowHistory | FindOrders) -> Screen:
    """Return the screen of an order; `up` is its back button."""
    translator, shop = context.translator, context.shop
    profile = shop.rules.profile
    return order_view(translator, order, profile, shop.clock.now()), keyboard(
        goods_row(translator, order, profile),
        *order_rows(translator, order),
        [back(translator, up)],
    )


def not_found(translator: Translator) -> str:
    """Return the answer for an order that does not exist or belongs to another customer."""
    return translator.gettext("You have no such order. /history shows your orders.")


def cancelled_now(translator: Translator, number: str) -> str:
    """Return the answer to a cancellation that succeeded."""
    return translator.gettext("{number} is cancelled, and your money is back.").format(
        number=number
    )


def too_late_to_cancel(translator: Translator, state: OrderState) -> str:
    """Return why an order in this state cannot be cancelled."""
    _ = translator.gettext
    if state is OrderState.CANCELLED:
        return _("This order is already cancelled.")
    if state.is_final:
        return _("This order is already finished, so it cannot be cancelled.")
    return _("Too late: the order has just been sent. You will hear how it ends.")


def no_admins_text(translator: Translator, contact: str) -> str:
    """Return, as plain text, the answer to a request for help if no admin can be notified."""
    return lines(translator.gettext("Nobody can be told from here just now."), contact)


def _waiting_text(translator: Translator, reason: WaitReason | None) -> str:
    _ = translator.gettext
    match reason:
        case None:
            return _("🕐 In the queue: it goes out in a moment.")
        case WaitReason.SUPPLIER_AWAY:
            return _("🕐 Waiting: the operator cannot be reached just now. We keep trying.")
        case WaitReason.SAME_TARGET:
            return _(
                "🕐 Waiting: another order for this number is being checked first. Yours goes out "
                "soon."
            )
        case WaitReason.PAUSED:
            return _(
                "🕐 Waiting: the shop is taking a break. Your order goes out once it is open; if "
                "that takes too long, it is cancelled and your money comes back."
            )
        case WaitReason.BUSY:
            return _("🕐 Waiting: many orders are going out. Yours is next soon.")
        case _:
            assert_never(reason)


def _signed_head(translator: Translator, sign: str, order: Order, profile: PanelProfile) -> str:
    """Return a sign, then an order's number, product and destination."""
    destination = code(shown_destination(order, profile))
    return lines(f"{sign} {order_title(translator, order)}", destination)


def _success_text(translator: Translator, order: Order, profile: PanelProfile, balance: int) -> str:
    _ = translator.gettext
    voucher = voucher_of(order, profile)
    return paragraphs(
        _signed_head(translator, "✅", order, profile),
        _("Delivered. Thank you!") if voucher is None else delivered_text(translator, voucher),
        _("Price {price} · balance left {balance}").format(
            price=translator.money(order.price), balance=translator.money(balance)
        ),
    )
