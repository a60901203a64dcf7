"""The texts of a top-up, for its customer and for admins, and the button to pay it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from bot.domain.topup import TopUp, TopUpState, is_proof_lost
from handlers.ui.buttons import ShowTopUp
from handlers.ui.html import bold, lines
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import Row, button


def balance_line(translator: Translator, balance: int) -> str:
    """Return the line with a customer's balance, in rupiah."""
    return translator.gettext("Your balance: {balance}").format(
        balance=bold(translator.money(balance))
    )


def settled_at(translator: Translator, topup: TopUp) -> str:
    """Return when a top-up was decided; with the date if it is not the day of the request."""
    if topup.decided_at is None:
        return ""
    is_same_day = translator.date(topup.decided_at) == translator.date(topup.created_at)
    return (
        translator.clock(topup.decided_at) if is_same_day else translator.datetime(topup.decided_at)
    )


def other_topups(translator: Translator, others: Sequence[TopUp]) -> str:
    """Return the list of a customer's other undecided top-ups, or an empty text."""
    if not others:
        return ""
    title = translator.gettext("Other undecided top-ups of this customer")
    return lines(bold(title), *(f"• {_other_topup(translator, one)}" for one in others))


def end_of_topup(translator: Translator, topup: TopUp) -> str:
    """Return that a top-up was replaced, cancelled or expired; empty if it was not."""
    _ = translator.gettext
    if topup.cancelled_at is not None and topup.replaced_by is not None:
        return _("The customer asked for another amount instead: {time}").format(
            time=translator.datetime(topup.cancelled_at)
        )
    if topup.cancelled_at is not None:
        return _("The customer cancelled it: {time}").format(
            time=translator.datetime(topup.cancelled_at)
        )
    if topup.expired_at is not None and topup.expires_at is not None:
        return _("Its time to be paid is over: {time}").format(
            time=translator.datetime(topup.expires_at)
        )
    return ""


def proof_lost_line(translator: Translator) -> str:
    """Return, for an admin, that only the former bot can show a picture."""
    return translator.gettext(
        "🖼 The picture was sent to the shop's former bot, so it cannot be shown here. The customer"
        " is asked to send it again."
    )


def send_picture_again(translator: Translator) -> str:
    """Return the request to a customer to send a picture that the former bot received."""
    return translator.gettext(
        "Please send the picture here once more. You do not have to pay again."
    )


def until_text(translator: Translator, expires_at: datetime | None) -> str:
    """Return until when a top-up can be paid; empty without a limit."""
    if expires_at is None:
        return ""
    return translator.gettext("Pay before {time}.").format(time=translator.datetime(expires_at))


def open_topup_line(translator: Translator, topup: TopUp) -> str:
    """Return an open top-up as one line, with the time until which it can be paid."""
    _ = translator.gettext
    amount = bold(translator.money(topup.total))
    if topup.expires_at is None:
        return _("{amount}, with the shop").format(amount=amount)
    return _("{amount}, to be paid before {time}").format(
        amount=amount, time=translator.datetime(topup.expires_at)
    )


def payment_row(translator: Translator, topup: TopUp) -> Row:
    """Return the button that shows how to pay a top-up."""
    label = translator.gettext("📄 Pay {amount}").format(amount=translator.money(topup.total))
    return [button(label, ShowTopUp(topup.topup_id))]


def paid_all_the_same(translator: Translator) -> str:
    """Return what to do if the money was already sent."""
    return translator.gettext(
        "Have you paid already? Send the picture of the transfer here, and we will look for it."
    )


def why_not_open(translator: Translator, topup: TopUp) -> str:
    """Return the callback answer for a top-up that can no longer be paid or cancelled."""
    _ = translator.gettext
    match topup.state:
        case TopUpState.APPROVED:
            return _("This top-up is already credited.")
        case TopUpState.REJECTED:
            return _("The shop has not confirmed this top-up. You can ask for another one.")
        case TopUpState.PENDING:
            if is_proof_lost(topup):
                return send_picture_again(translator)
            if topup.proof:
                return _("The shop has your picture and is looking for this money.")
            if topup.replaced_by is not None:
                return _("You have asked for another amount instead of this one.")
            if topup.cancelled_at is not None:
                return _("You have cancelled this top-up. You can ask for another one.")
            return _("The time to pay this top-up is over. You can ask for another one.")
        case _:
            assert_never(topup.state)


def _other_topup(translator: Translator, one: TopUp) -> str:
    amount, fate = bold(translator.money(one.total)), end_of_topup(translator, one)
    return lines(f"{amount}, {translator.datetime(one.created_at)}", f"  {fate}" if fate else "")
