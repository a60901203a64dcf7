"""Texts for customers about top-ups: how to pay, limits, how they end, and payment proofs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, assert_never

from bot.domain.errors import TooManyTopUpsError
from bot.domain.money import Rupiah
from bot.domain.qris import MAX_PAYMENT
from bot.domain.topup import TopUp, TopUpState
from bot.services.money.topups.proof import SubmittedProof
from bot.services.money.topups.request import MAX_CODE
from handlers.ui.html import bold, escaped, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.order_card import questions
from handlers.ui.topup_card import (
    open_topup_line,
    paid_all_the_same,
    send_picture_again,
    settled_at,
    until_text,
)

MIN_ACCOUNT_DIGITS: Final = 8
MAX_BY_CODE: Final = Rupiah((MAX_PAYMENT - MAX_CODE) // 1_000 * 1_000)
"""The largest amount that can be requested by QRIS, as the unique digits are added to it."""
_ACCOUNT = re.compile(r"(?<!\d)\d(?:[ .-]?\d){7,19}(?!\d)", re.ASCII)
"""An account number of a bank or an e-wallet: 8 to 20 digits, possibly in groups."""
_NOT_A_DIGIT = re.compile(r"\D", re.ASCII)


def payment_text(
    translator: Translator,
    topup: TopUp,
    instructions: str,
    contact: str,
    *,
    with_code: bool,
    is_too_much: bool = False,
) -> str:
    """Return how to pay a top-up: the exact amount, until when, and where to.

    `with_code`: the text is the caption of a picture with the code. `is_too_much`: there is no
    code, because the total is more than a QRIS may carry.
    """
    _ = translator.gettext
    limit = translator.money(MAX_PAYMENT)
    return paragraphs(
        lines(
            _("Pay exactly {amount}").format(amount=bold(translator.money(topup.total))),
            _("The unique digits at the end mark your payment and are credited too."),
            until_text(translator, topup.expires_at),
        ),
        _(
            "Save this picture, open your bank or e-wallet app → QRIS → choose it from the "
            "gallery. The amount is in it."
        )
        if with_code
        else "",
        _("A QRIS carries at most {limit}, so please transfer this:").format(limit=limit)
        if is_too_much
        else "",
        escaped(instructions),
        _("When you have paid, send the picture of the transfer here."),
        questions(translator, contact),
    )


def accounts_in(instructions: str) -> list[str]:
    """Return the account numbers in the shop's payment instructions, without separators."""
    found = (_NOT_A_DIGIT.sub("", one) for one in _ACCOUNT.findall(instructions))
    return list(dict.fromkeys(one for one in found if len(one) >= MIN_ACCOUNT_DIGITS))


def too_many_topups(
    translator: Translator, error: TooManyTopUpsError, topups: Sequence[TopUp], contact: str
) -> str:
    """Return the limit of unpaid top-ups, when the next is possible, and what to do until then.

    `topups` are those that can still be paid.
    """
    _ = translator.gettext
    return paragraphs(
        _(
            "You have asked for {count} top-ups within a day that are not paid, so there can be no "
            "more for now. You can ask for the next one from {time}."
        ).format(
            count=translator.number(error.most), time=bold(translator.datetime(error.again_at))
        ),
        _("The last one is still open: you can pay it now.") if topups else "",
        _("Have you paid already? Send the picture of the transfer here."),
        questions(translator, contact),
    )


def amounts_taken(translator: Translator) -> str:
    """Return that every exact amount near the requested one is reserved by other top-ups."""
    return translator.gettext(
        "Too many people top up about as much now. Please choose another amount, at least "
        "Rp1,000 more or less, or ask the shop."
    )


def too_much_for_a_code(translator: Translator) -> str:
    """Return the largest amount of a top-up, where QRIS is the only way to pay."""
    return translator.gettext(
        "By QRIS it is at most {limit} at a time. Choose less; you can top up several times."
    ).format(limit=translator.money(MAX_BY_CODE))


def open_topups_text(translator: Translator, topups: Sequence[TopUp]) -> str:
    """Return the top-ups that can still be paid, and what can be done about them."""
    _ = translator.gettext
    return paragraphs(
        lines(
            bold(_("You have asked for this already")),
            *(f"• {open_topup_line(translator, topup)}" for topup in topups),
        ),
        _("You can look at it again, cancel it, or ask for another amount in its place."),
    )


def replaced_text(translator: Translator, replaced: Sequence[TopUp]) -> str:
    """Return which earlier top-ups a new one replaces; empty without any."""
    if not replaced:
        return ""
    amounts = ", ".join(bold(translator.money(one.total)) for one in replaced)
    return translator.gettext(
        "This top-up takes the place of {amounts}, which is cancelled: please do not pay it any "
        "more. Have you paid it already? Send the picture of the transfer here."
    ).format(amounts=amounts)


def cancelled_topup_text(translator: Translator, topup: TopUp) -> str:
    """Return that a top-up is cancelled, and what to do if it has been paid already."""
    _ = translator.gettext
    return paragraphs(
        _("Your top-up of {amount} is cancelled. Please do not pay it any more.").format(
            amount=bold(translator.money(topup.total))
        ),
        paid_all_the_same(translator),
    )


def expired_text(translator: Translator, topup: TopUp, contact: str) -> str:
    """Return that the time to pay is over, and what to do if it has been paid already."""
    _ = translator.gettext
    return paragraphs(
        _("⌛ The time to pay {amount} is over. Please do not pay it any more.").format(
            amount=bold(translator.money(topup.total))
        ),
        paid_all_the_same(translator),
        questions(translator, contact),
    )


def settled_text(translator: Translator, topup: TopUp) -> str:
    """Return how a top-up ended, in place of how to pay it."""
    _ = translator.gettext
    at = settled_at(translator, topup)
    match topup.state:
        case TopUpState.APPROVED:
            amount = bold(translator.money(topup.credited or topup.total))
            return _("✅ {amount} credited by the shop, {time}").format(amount=amount, time=at)
        case TopUpState.REJECTED:
            return _("❌ Top-up of {amount} rejected by the shop, {time}").format(
                amount=bold(translator.money(topup.total)), time=at
            )
        case TopUpState.PENDING:
            if topup.cancelled_at is not None:
                return cancelled_topup_text(translator, topup)
            return expired_text(translator, topup, "")
        case _:
            assert_never(topup.state)


def proof_taken(translator: Translator, proved: SubmittedProof, contact: str) -> str:
    """Return the answer to a payment proof.

    It depends on whether the proof belongs to a top-up, and on whether the customer has sent more
    proofs today than are shown to the admins.
    """
    _ = translator.gettext
    topup = proved.topup
    if not proved.is_shown:
        return paragraphs(
            _(
                "You have sent many pictures today. The shop looks at them: please wait for its "
                "answer."
            ),
            questions(translator, contact),
        )
    if topup is None:
        return paragraphs(
            _(
                "Thank you, we are looking at your picture. It matches no open top-up, so this may"
                " take a little longer."
            ),
            questions(translator, contact),
        )
    return _(
        "Thank you! We are checking your {amount} and will tell you here once it is credited."
    ).format(amount=translator.money(topup.total))


def proof_lost_text(translator: Translator, topup: TopUp | None) -> str:
    """Return the request to send a picture again that the shop's former bot received.

    `topup` is None if the picture belongs to none.
    """
    _ = translator.gettext
    about = (
        _("The shop has a new bot, and it cannot show the picture that you sent to the old one.")
        if topup is None
        else _(
            "The shop has a new bot, and it cannot show the picture of your transfer of {amount} "
            "that you sent to the old one."
        ).format(amount=bold(translator.money(topup.total)))
    )
    return paragraphs(about, send_picture_again(translator))


def no_topup_for_proof(translator: Translator) -> str:
    """Return, as plain text, that a picture is no payment proof, because nothing is to be paid."""
    return translator.gettext(
        "You have asked for no top-up, so there is nothing to prove. Ask for a top-up first."
    )


def no_proof(translator: Translator, most_megabytes: int) -> str:
    """Return in which forms a payment proof is accepted."""
    return translator.gettext(
        "Please send the transfer as a picture, or as a PDF of at most {size} MB."
    ).format(size=translator.number(most_megabytes))


def go_on(translator: Translator) -> str:
    """Return that the question before the payment proof is still open."""
    return translator.gettext("You can go on above with what you were doing.")
