"""Texts for customers about the wallet's balance and transfers, and requests for a top-up."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from bot.domain.errors import TopUpLimitError
from bot.domain.ledger import Account, Phase, Purpose, Transfer, is_wallet
from bot.domain.order import order_number_of
from bot.domain.topup import TopUp
from handlers.ui.html import bold, escaped, lines, paragraphs, warning
from handlers.ui.i18n import Translator
from handlers.ui.order_card import questions
from handlers.ui.topup_card import balance_line, open_topup_line
from handlers.wallet.source_texts import entry_form, movement_form


def wallet_text(
    translator: Translator,
    transfer: Transfer,
    wallet: Account,
    contact: str,
    topup: TopUp | None = None,
) -> str:
    """Return a transfer that an admin made in a customer's wallet, and the balance now.

    If the `topup` was requested with another amount, both amounts are named.
    """
    _ = translator.gettext
    asked = 0 if topup is None or topup.total == transfer.amount else topup.total
    is_taken = transfer.purpose is not Purpose.TOPUP and not is_wallet(transfer.credit_account)
    note = _("Note: {note}").format(note=escaped(transfer.note)) if transfer.note else ""
    return paragraphs(
        lines(
            f"💰 {_movement(translator, transfer)}",
            _("You had asked for {amount}.").format(amount=translator.money(asked))
            if asked
            else "",
            note,
            balance_line(translator, wallet.balance),
        ),
        questions(translator, contact) if asked or is_taken else "",
    )


def topup_rejected_text(translator: Translator, topup: TopUp, contact: str) -> str:
    """Return that a top-up was rejected, with the admin's reason if any."""
    _ = translator.gettext
    return paragraphs(
        _("Your top-up of {amount} was not confirmed: we have not found the money.").format(
            amount=bold(translator.money(topup.total))
        ),
        _("The shop says: {reason}").format(reason=escaped(topup.reason)) if topup.reason else "",
        questions(translator, contact),
    )


def balance_text(
    translator: Translator,
    wallet: Account,
    transfers: Sequence[Transfer],
    topups: Sequence[TopUp] = (),
) -> str:
    """Return balance, held amount, credit line, open top-ups and latest transfers."""
    _ = translator.gettext
    entries = _by_day(translator, transfers)
    return paragraphs(
        lines(
            balance_line(translator, wallet.balance),
            _("Reserved for orders under way: {held}").format(held=translator.money(wallet.held))
            if wallet.held
            else "",
            _("Your credit line: {limit}").format(limit=translator.money(wallet.credit_limit))
            if wallet.credit_limit
            else "",
        ),
        lines(bold(_("Open top-ups")), *(f"• {open_topup_line(translator, one)}" for one in topups))
        if topups
        else "",
        lines(bold(_("Latest")), *entries) if entries else _("Nothing has moved yet."),
    )


def shown_transfers(transfers: Sequence[Transfer]) -> list[Transfer]:
    """Return the transfers to be listed.

    A resolved hold is left out, because its post or void is listed.
    """
    resolved = {transfer.hold_id for transfer in transfers if transfer.hold_id is not None}
    return [
        transfer
        for transfer in transfers
        if transfer.phase is not Phase.HOLD or transfer.transfer_id not in resolved
    ]


def movement_line(translator: Translator, transfer: Transfer) -> str:
    """Return a transfer in one line."""
    form = _purchase_form(translator, transfer.phase)
    if transfer.purpose is not Purpose.PURCHASE:
        form = _other_form(translator, transfer)
    order = "" if transfer.order_id is None else order_number_of(transfer.order_id)
    return form.format(order=order, amount=translator.money(transfer.amount))


def ask_amount_text(translator: Translator, contact: str, problem: str = "") -> str:
    """Return the question for the amount of a top-up, below the `problem` if any."""
    _ = translator.gettext
    return paragraphs(
        warning(problem),
        _("How much do you want to top up? Choose, or type an amount such as 50k or 75,000."),
        _("The shop tells you how to pay, and credits it once the money is there."),
        questions(translator, contact),
    )


def outside_limits(translator: Translator, amount: int, error: TopUpLimitError) -> str:
    """Return the smallest or the largest amount of a top-up, whichever was passed."""
    _ = translator.gettext
    if amount < error.least:
        return _("A top-up is {least} or more.").format(least=translator.money(error.least))
    return _("A top-up is {most} at most.").format(most=translator.money(error.most))


def topup_requested_text(translator: Translator, amount: int, contact: str) -> str:
    """Return that a top-up without a code was requested."""
    _ = translator.gettext
    return paragraphs(
        _("Your request for {amount} is with the shop.").format(
            amount=bold(translator.money(amount))
        ),
        _("You will get a message here as soon as it is credited."),
        questions(translator, contact),
    )


def topup_asked_already(translator: Translator) -> str:
    """Return that this request was made before."""
    return translator.gettext("The shop has this request already.")


def _movement(translator: Translator, transfer: Transfer) -> str:
    _ = translator.gettext
    form = movement_form(translator, transfer)
    if form is None:
        match transfer.purpose:
            case Purpose.TOPUP:
                form = _("Your top-up of {amount} has arrived.")
            case Purpose.DEBIT:
                form = _("The shop took {amount} out of your wallet.")
            case Purpose.REFUND:
                form = _("The shop put {amount} into your wallet.")
            case _:
                form = _("{amount} moved in your wallet.")
    return form.format(amount=bold(translator.money(transfer.amount)))


def _by_day(translator: Translator, transfers: Sequence[Transfer]) -> list[str]:
    """Return a line for each transfer, below its date."""
    return [
        line
        for day, entries in groupby(transfers, lambda one: translator.date(one.created_at))
        for line in (day, *(f"• {movement_line(translator, one)}" for one in entries))
    ]


def _purchase_form(translator: Translator, phase: Phase) -> str:
    _ = translator.gettext
    if phase is Phase.HOLD:
        return _("{order} under way, {amount} reserved")
    if phase is Phase.VOID:
        return _("{order} did not go through, {amount} back")
    return _("{order} paid, -{amount}")


def _other_form(translator: Translator, transfer: Transfer) -> str:
    _ = translator.gettext
    form = entry_form(translator, transfer)
    if form is not None:
        return form
    if transfer.purpose is Purpose.TOPUP:
        return _("Top-up, +{amount}")
    if transfer.purpose is Purpose.DEBIT:
        return _("Taken out by the shop, -{amount}")
    return _("Put in by the shop, +{amount}")
