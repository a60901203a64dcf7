"""Texts for admins who decide a top-up."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.customer import Customer
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.topup import TopUp, TopUpState
from handlers.ui.html import bold, code, lines, paragraphs, warning
from handlers.ui.i18n import Translator
from handlers.ui.people import id_to_type, who
from handlers.ui.topup_card import end_of_topup, other_topups, proof_lost_line

_UNUSUAL_FACTOR = 2
"""An amount this many times larger or smaller than the requested one gets a warning."""


def ask_arrived_text(translator: Translator, topup: TopUp, problem: str = "") -> str:
    """Return the question how much arrived."""
    return paragraphs(
        warning(problem),
        translator.gettext("How much arrived instead of {amount}? Type the amount.").format(
            amount=bold(translator.money(topup.total))
        ),
    )


def other_amount_text(
    translator: Translator, topup: TopUp, amount: Rupiah, others: Sequence[TopUp] = ()
) -> str:
    """Return the question before another amount than the requested one is credited."""
    _ = translator.gettext
    is_unusual = not topup.total // _UNUSUAL_FACTOR <= amount <= topup.total * _UNUSUAL_FACTOR
    return paragraphs(
        lines(
            _("Asked for: {amount}").format(amount=translator.money(topup.total)),
            _("Arrived: {amount}").format(amount=bold(translator.money(amount))),
            end_of_topup(translator, topup),
        ),
        _("⚠️ That is far from what was asked for. Please look twice.") if is_unusual else "",
        other_topups(translator, others),
        _("Credit this? To change it, type the amount again."),
    )


def asked_for_elsewhere(translator: Translator, other: TopUp) -> str:
    """Return that the amount is that of another top-up, which is to be approved instead."""
    return translator.gettext(
        "The customer asked for exactly {amount} in another top-up. Approve that one, so that it "
        "is not credited twice."
    ).format(amount=bold(translator.money(other.total)))


def ask_reason_text(translator: Translator, topup: TopUp) -> str:
    """Return the question why a top-up is rejected."""
    return translator.gettext(
        "Why is the top-up of {amount} rejected? The customer reads what you type."
    ).format(amount=bold(translator.money(topup.total)))


def stray_proof_text(
    translator: Translator, customer_id: CustomerId, customer: Customer | None, *, is_lost: bool
) -> str:
    """Return that a payment proof arrived that belongs to no open top-up."""
    _ = translator.gettext
    return paragraphs(
        bold(_("A picture without an open top-up")),
        who(translator, customer_id, customer),
        proof_lost_line(translator) if is_lost else "",
        _("If money has arrived, credit it: {command}").format(
            command=code(f"/credit {id_to_type(customer_id, customer)} 50000")
        ),
    )


def topup_decided(translator: Translator, state: TopUpState) -> str:
    """Return the pop-up after a decision about a top-up."""
    _ = translator.gettext
    if state is TopUpState.APPROVED:
        return _("Credited, and the customer will be told.")
    return _("Rejected, and the customer will be told.")


def topup_decided_before(translator: Translator) -> str:
    """Return the pop-up for a top-up that was decided before."""
    return translator.gettext("This request is decided already.")
