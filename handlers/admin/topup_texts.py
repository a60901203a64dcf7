"""What admins read while they decide about a top-up."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.customer import Customer
from bot.domain.money import Rupiah
from bot.domain.topup import TopUp
from handlers.ui.html import bold, code, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.people import who
from handlers.ui.topup_card import (
    end_of_topup,
    other_topups,
)


def ask_arrived_text(words: Translator, topup: TopUp, problem: str = "") -> str:
    """Return the question how much has arrived."""
    return paragraphs(
        f"⚠️ {problem}" if problem else "",
        words.gettext("How much arrived instead of {amount}? Type the amount.").format(
            amount=bold(words.money(topup.total))
        ),
    )


def other_amount_text(
    words: Translator, topup: TopUp, amount: Rupiah, others: Sequence[TopUp] = ()
) -> str:
    """Return what another amount would do, before it is credited, and whether it is odd."""
    _ = words.gettext
    is_far = not topup.total // _FAR <= amount <= topup.total * _FAR
    return paragraphs(
        lines(
            _("Asked for: {amount}").format(amount=words.money(topup.total)),
            _("Arrived: {amount}").format(amount=bold(words.money(amount))),
            end_of_topup(words, topup),
        ),
        _("⚠️ That is far from what was asked for. Please look twice.") if is_far else "",
        other_topups(words, others),
        _("Credit this? To change it, type the amount again."),
    )


def asked_for_elsewhere(words: Translator, other: TopUp) -> str:
    """Return that an amount is that of another request, which is to be approved instead."""
    return words.gettext(
        "The customer asked for exactly {amount} in another top-up. Approve that one, so that it "
        "is not credited twice."
    ).format(amount=bold(words.money(other.total)))


def ask_reason_text(words: Translator, topup: TopUp) -> str:
    """Return the question why a request is rejected."""
    return words.gettext(
        "Why is the top-up of {amount} rejected? The customer reads what you type."
    ).format(amount=bold(words.money(topup.total)))


_FAR = 2
"""Another amount is odd when it is so many times more or less than was asked for."""


def stray_proof_text(words: Translator, customer_id: int, customer: Customer | None) -> str:
    """Return to an admin that a picture came without an open request."""
    _ = words.gettext
    return paragraphs(
        bold(_("A picture without an open top-up")),
        who(words, customer_id, customer),
        _("If money has arrived, credit it: {command}").format(
            command=code(f"/credit {customer_id} 50000")
        ),
    )
