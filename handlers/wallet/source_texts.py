"""What a customer reads of the source of an admin's credit or debit."""

from __future__ import annotations

from bot.domain.ledger import Transfer, is_wallet
from bot.domain.money_source import MoneySource, source_of
from handlers.ui.i18n import Translator


def movement_form(  # noqa: PLR0911 - one each
    translator: Translator, transfer: Transfer
) -> str | None:
    """Return the sentence of a notice, with {amount}; None for a transfer without a source."""
    _ = translator.gettext
    match source_of(transfer), is_wallet(transfer.credit_account):
        case MoneySource.CASH, True:
            return _("Your top-up of {amount} in cash has arrived.")
        case MoneySource.CASH, False:
            return _("{amount} of your balance was paid out to you in cash.")
        case MoneySource.TRANSFER, True:
            return _("Your top-up of {amount} by transfer has arrived.")
        case MoneySource.TRANSFER, False:
            return _("{amount} of your balance was paid out to you by transfer.")
        case MoneySource.BONUS, True:
            return _("The shop gave you a bonus of {amount}.")
        case MoneySource.BONUS, False:
            return _("The shop took back a bonus of {amount}.")
        case MoneySource.CORRECTION, True:
            return _("The shop corrected your balance: {amount} more.")
        case MoneySource.CORRECTION, False:
            return _("The shop corrected your balance: {amount} less.")
        case _:
            return None


def entry_form(  # noqa: PLR0911 - one each
    translator: Translator, transfer: Transfer
) -> str | None:
    """Return the line of a statement, with {amount}; None for a transfer without a source."""
    _ = translator.gettext
    match source_of(transfer), is_wallet(transfer.credit_account):
        case MoneySource.CASH, True:
            return _("Top-up in cash, +{amount}")
        case MoneySource.CASH, False:
            return _("Paid out in cash, -{amount}")
        case MoneySource.TRANSFER, True:
            return _("Top-up by transfer, +{amount}")
        case MoneySource.TRANSFER, False:
            return _("Paid out by transfer, -{amount}")
        case MoneySource.BONUS, True:
            return _("Bonus, +{amount}")
        case MoneySource.BONUS, False:
            return _("Bonus taken back, -{amount}")
        case MoneySource.CORRECTION, True:
            return _("Correction, +{amount}")
        case MoneySource.CORRECTION, False:
            return _("Correction, -{amount}")
        case _:
            return None
