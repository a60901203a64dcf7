"""A top-up as its customer and the admins read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from bot.domain.topup import TopUp, TopUpState
from handlers.ui.html import (
    bold,
    lines,
)
from handlers.ui.i18n import Translator


def settled_at(words: Translator, topup: TopUp) -> str:
    """Return when a request was decided: the time, and the day where it is another one."""
    if topup.decided_at is None:
        return ""
    is_same_day = words.date(topup.decided_at) == words.date(topup.created_at)
    return words.clock(topup.decided_at) if is_same_day else words.datetime(topup.decided_at)


def other_topups(words: Translator, others: Sequence[TopUp]) -> str:
    """Return a customer's other undecided requests, or an empty text."""
    if not others:
        return ""
    title = words.gettext("Other undecided top-ups of this customer")
    return lines(bold(title), *(f"• {_other_topup(words, one)}" for one in others))


def _other_topup(words: Translator, one: TopUp) -> str:
    amount, fate = bold(words.money(one.total)), end_of_topup(words, one)
    return lines(f"{amount}, {words.datetime(one.created_at)}", f"  {fate}" if fate else "")


def end_of_topup(words: Translator, topup: TopUp) -> str:
    """Return that no money is to be expected any more, where that is so."""
    _ = words.gettext
    if topup.cancelled_at is not None and topup.replaced_by is not None:
        return _("The customer asked for another amount instead: {time}").format(
            time=words.datetime(topup.cancelled_at)
        )
    if topup.cancelled_at is not None:
        return _("The customer cancelled it: {time}").format(
            time=words.datetime(topup.cancelled_at)
        )
    if topup.expired_at is not None and topup.expires_at is not None:
        return _("Its time to be paid is over: {time}").format(
            time=words.datetime(topup.expires_at)
        )
    return ""


def until_text(words: Translator, expires_at: datetime | None) -> str:
    if expires_at is None:
        return ""
    return words.gettext("Pay before {time}.").format(time=words.datetime(expires_at))


def open_topup_line(words: Translator, topup: TopUp) -> str:
    """Return one of them in a line, with its time."""
    _ = words.gettext
    amount = bold(words.money(topup.total))
    if topup.expires_at is None:
        return _("{amount}, with the shop").format(amount=amount)
    return _("{amount}, to be paid before {time}").format(
        amount=amount, time=words.datetime(topup.expires_at)
    )


def show_label(words: Translator, topup: TopUp) -> str:
    """Return what stands on the button that shows once more how to pay."""
    return words.gettext("📄 Pay {amount}").format(amount=words.money(topup.total))


def paid_all_the_same(words: Translator) -> str:
    """Return what to do about money that is on its way."""
    return words.gettext(
        "Have you paid already? Send the picture of the transfer here, and we will look for it."
    )


def why_not_open(words: Translator, topup: TopUp) -> str:
    """Return what pops up for a request that cannot be paid or let go any more."""
    _ = words.gettext
    match topup.state:
        case TopUpState.APPROVED:
            return _("This top-up is already credited.")
        case TopUpState.REJECTED:
            return _("The shop has not confirmed this top-up. You can ask for another one.")
        case TopUpState.PENDING:
            if topup.proof:
                return _("The shop has your picture and is looking for this money.")
            if topup.replaced_by is not None:
                return _("You have asked for another amount instead of this one.")
            if topup.cancelled_at is not None:
                return _("You have cancelled this top-up. You can ask for another one.")
            return _("The time to pay this top-up is over. You can ask for another one.")
        case _:
            assert_never(topup.state)
