"""Texts for admins when an amount equals that of another payment, which may be the same money."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.domain.ledger import Transfer
from bot.domain.topup import TopUp
from bot.services.money.topups.decision import SamePaymentQuestion
from bot.services.money.topups.same_amount import SameAmountDetails
from handlers.admin.list_texts import rest_line
from handlers.ui.html import bold, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.people import who

SHOWN_AT_MOST: Final = 5
"""The largest number of payments of the same amount that are listed."""


def same_payment_question_text(translator: Translator, question: SamePaymentQuestion) -> str:
    """Return the question whether a second payment of this amount arrived."""
    _ = translator.gettext
    title = _("Is this a second payment of {amount}?").format(
        amount=translator.money(question.amount)
    )
    return paragraphs(
        lines(f"⚠️ {bold(title)}", who(translator, question.topup.customer_id, question.customer)),
        same_amount_text(translator, question.same),
        _(
            "Nothing has moved yet. Look at your bank: press the button only if this money is "
            "there once more. It works once, for 30 minutes."
        ),
    )


def same_amount_text(translator: Translator, same: Sequence[SameAmountDetails]) -> str:
    """Return the payments of the same amount with their customers; empty without any."""
    if not same:
        return ""
    return lines(
        bold(translator.gettext("The same amount")),
        *(f"• {_one(translator, one)}" for one in same[:SHOWN_AT_MOST]),
        rest_line(translator, len(same) - SHOWN_AT_MOST),
    )


def _one(translator: Translator, one: SameAmountDetails) -> str:
    """Return a payment in two lines: its customer, and when and by whom it was credited."""
    return lines(
        who(translator, one.customer_id, one.customer), f"  {_state_text(translator, one)}"
    )


def _state_text(translator: Translator, one: SameAmountDetails) -> str:
    _ = translator.gettext
    same = one.same
    if isinstance(same, Transfer):
        form, amount, at = _("{amount} by hand, {time}, by {admin}"), same.amount, same.created_at
    elif same.decided_at is None:
        form = _("Top-up of {amount}, asked for {time}, not decided yet")
        amount, at = same.total, same.created_at
    elif same.credited is None or same.credited == same.total:
        form, amount, at = (
            _("Top-up of {amount}, credited {time} by {admin}"),
            same.total,
            same.decided_at,
        )
    else:
        form = _("Top-up of {amount}, of which {credited} arrived, credited {time} by {admin}")
        amount, at = same.total, same.decided_at
    credited = same.credited if isinstance(same, TopUp) else None
    return form.format(
        amount=translator.money(amount),
        credited=translator.money(credited or amount),
        time=translator.datetime(at),
        admin=_admin(translator, one),
    )


def _admin(translator: Translator, one: SameAmountDetails) -> str:
    return "" if one.actor_id is None else who(translator, one.actor_id, one.admin)


def second_payment_too_late(translator: Translator) -> str:
    """Return that the button for a second payment has expired or is unknown."""
    return translator.gettext(
        "This button no longer works, and nothing was credited. Decide the top-up anew."
    )
