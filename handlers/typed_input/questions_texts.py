"""What is answered to questions: where an order or a payment stands, and how to reach the shop."""

from __future__ import annotations

from typing import assert_never

from bot.domain.customer import TopUp, TopUpState
from bot.domain.question import Asked
from handlers.ui.fallbacks import nobody_to_call
from handlers.ui.html import bold, lines
from handlers.ui.i18n import Words
from handlers.ui.topup_card import paid_all_the_same, why_not_open


def asked_head(words: Words, asked: Asked) -> str:
    """Return what is said first to a question, above how things stand; empty for most."""
    _ = words.gettext
    match asked:
        case Asked.REFUND:
            return _(
                "When an order fails, its money is back in your balance at once. Is something "
                "wrong all the same? Ask the shop with the button below."
            )
        case Asked.CONTACT:
            return _("Press the button below: the shop is called and will write to you.")
        case Asked.STATE | Asked.BILL | Asked.WAY:
            return ""
        case _:
            assert_never(asked)


def nothing_open(words: Words) -> str:
    """Return that neither an order nor a top-up is under way."""
    return words.gettext("You have no order and no top-up under way.")


def last_order(words: Words, order_text: str) -> str:
    """Return the last order, as it is shown elsewhere."""
    return lines(words.gettext("Your last order:"), order_text)


def last_topup(words: Words, topup_text: str) -> str:
    """Return the last top-up, as `topup_state` tells it."""
    return lines(words.gettext("Your last top-up:"), topup_text)


def balance_line(words: Words, balance: int) -> str:
    """Return what the customer has."""
    return words.gettext("Your balance: {balance}").format(balance=bold(words.money(balance)))


def topup_state(words: Words, topup: TopUp, *, is_open: bool) -> str:
    """Return where a top-up stands, in a sentence or two; `is_open`: it may still be paid."""
    _ = words.gettext
    head = bold(_("Top-up of {amount}").format(amount=words.money(topup.total)))
    if topup.state is not TopUpState.PENDING or topup.proof:
        return lines(head, why_not_open(words, topup))
    if not is_open:
        return lines(head, _("⌛ The time to pay is over."), paid_all_the_same(words))
    until = (
        ""
        if topup.expires_at is None
        else _("Pay before {time}.").format(time=words.datetime(topup.expires_at))
    )
    return lines(
        head, lines(_("⏳ We have not seen this money yet."), until), paid_all_the_same(words)
    )


def no_bills(words: Words) -> str:
    """Return that bills which are paid afterwards are not sold, and what is."""
    return words.gettext(
        "We do not sell bills yet: electricity paid afterwards, BPJS, water, internet. There are "
        "PLN tokens, for prepaid meters."
    )


def tokens_label(words: Words) -> str:
    """Return what stands on the button that shows the tokens."""
    return words.gettext("⚡ PLN tokens")


def shop_called(words: Words, contact: str, *, has_admins: bool) -> str:
    """Return what pops up when the shop was called, or cannot be: plain text."""
    if not has_admins:
        return nobody_to_call(words, contact)
    called = words.gettext("We have been told, and will write to you.")
    return lines(called, contact)
