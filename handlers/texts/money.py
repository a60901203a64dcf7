"""What customers are told of their wallets."""

from __future__ import annotations

from typing import assert_never

from bot.domain.customer import TopUp
from bot.domain.ledger import Account, Purpose, Transfer
from handlers.i18n import Words
from handlers.texts.markup import bold, escaped, lines, paragraphs
from handlers.texts.orders import questions


def wallet_text(words: Words, transfer: Transfer, wallet: Account, contact: str) -> str:
    """Return what moved in a customer's wallet by an admin's hand, and what is in it now."""
    _ = words.gettext
    is_debit = transfer.purpose is Purpose.DEBIT
    note = _("Note: {note}").format(note=escaped(transfer.note)) if transfer.note else ""
    return paragraphs(
        lines(
            f"💰 {_movement(words, transfer)}",
            note,
            _("Your balance: {balance}").format(balance=bold(words.money(wallet.balance))),
        ),
        questions(words, contact) if is_debit else "",
    )


def topup_rejected_text(words: Words, topup: TopUp, contact: str) -> str:
    """Return that a request to pay money in was turned down."""
    return paragraphs(
        words.gettext(
            "Your top-up of {amount} was not confirmed: we have not found the money."
        ).format(amount=bold(words.money(topup.amount))),
        questions(words, contact),
    )


def _movement(words: Words, transfer: Transfer) -> str:
    _ = words.gettext
    match transfer.purpose:
        case Purpose.TOPUP:
            text = _("Your top-up of {amount} has arrived.")
        case Purpose.CREDIT | Purpose.REFUND:
            text = _("The shop put {amount} into your wallet.")
        case Purpose.DEBIT:
            text = _("The shop took {amount} out of your wallet.")
        case Purpose.PURCHASE | Purpose.COST | Purpose.DEPOSIT:
            text = _("{amount} moved in your wallet.")
        case _:
            assert_never(transfer.purpose)
    return text.format(amount=bold(words.money(transfer.amount)))
