"""How to pay money in, and what customers and admins are told of it."""

from __future__ import annotations

from datetime import datetime

from bot.domain.customer import Customer, TopUp
from handlers.i18n import Words
from handlers.texts.alerts import who
from handlers.texts.markup import bold, code, escaped, lines, paragraphs
from handlers.texts.orders import questions


def payment_text(
    words: Words, topup: TopUp, instructions: str, contact: str, *, with_code: bool
) -> str:
    """Return how to pay a deposit: the exact amount, until when, and where to."""
    _ = words.gettext
    return paragraphs(
        lines(
            _("Pay exactly {amount}").format(amount=bold(words.money(topup.total))),
            _("The last digits tell us that it is yours, and are credited too."),
            _until(words, topup.expires_at),
        ),
        _("Scan this QRIS with any bank or e-wallet app; the amount is in it.")
        if with_code
        else "",
        escaped(instructions),
        _("When you have paid, send the picture of the transfer here."),
        questions(words, contact),
    )


def _until(words: Words, expires_at: datetime | None) -> str:
    if expires_at is None:
        return ""
    return words.gettext("Pay before {time}.").format(time=words.datetime(expires_at))


def too_many_deposits(words: Words) -> str:
    """Return that no more deposits can be opened for now."""
    return words.gettext(
        "You have unpaid top-ups already. Pay one of them, or wait until they have run out."
    )


def proof_taken(words: Words, topup: TopUp | None) -> str:
    """Return that the picture of a transfer has reached the admins."""
    _ = words.gettext
    if topup is None:
        return _("Thank you, we look at your picture. There is no open top-up that it belongs to.")
    return _("Thank you! We look for your {amount}, and tell you here once it is credited.").format(
        amount=words.money(topup.total)
    )


def stray_proof_text(words: Words, customer_id: int, customer: Customer | None) -> str:
    """Return to an admin that a picture came without an open request."""
    _ = words.gettext
    return paragraphs(
        bold(_("A picture without an open top-up")),
        who(words, customer_id, customer),
        _("If money has arrived, credit it: {command}").format(
            command=code(f"/credit {customer_id} 50000")
        ),
    )


def ask_arrived_text(words: Words, topup: TopUp, problem: str = "") -> str:
    """Return the question how much has arrived."""
    return paragraphs(
        f"⚠️ {problem}" if problem else "",
        words.gettext("How much has arrived, instead of {amount}? Type the amount.").format(
            amount=bold(words.money(topup.total))
        ),
    )


def ask_reason_text(words: Words, topup: TopUp) -> str:
    """Return the question why a request is rejected."""
    return words.gettext(
        "Why is the top-up of {amount} rejected? The customer reads what you type."
    ).format(amount=bold(words.money(topup.total)))


def go_on_label(words: Words) -> str:
    """Return what stands on the button that leads back to what money was lacking for."""
    return words.gettext("🔁 Go on with your purchase")
