"""Where the money of an admin's credit comes from, and where that of a debit goes to."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from bot.domain.ledger import (
    BANK,
    BONUS,
    CASH,
    CORRECTION,
    Phase,
    Purpose,
    Transfer,
    is_wallet,
    wallet_of,
)
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.staff import Right


class MoneySource(StrEnum):
    """The other side of a credit or debit; a debit by CASH or TRANSFER is a withdrawal."""

    CASH = "cash"
    """Banknotes: paid in at the counter, or paid out."""
    TRANSFER = "transfer"
    """The shop's bank account."""
    BONUS = "bonus"
    """A gift of the shop, which lowers its profit; a debit takes one back."""
    CORRECTION = "correction"
    """A mistake is put right; no money came in or went out."""


SOURCES = tuple(MoneySource)
"""In the order in which they are offered; buttons hold the position, so new ones go to the end."""
_ACCOUNTS = {
    MoneySource.CASH: CASH,
    MoneySource.TRANSFER: BANK,
    MoneySource.BONUS: BONUS,
    MoneySource.CORRECTION: CORRECTION,
}
_PURPOSES = {
    MoneySource.BONUS: Purpose.BONUS,
    MoneySource.CORRECTION: Purpose.CORRECTION,
}


def is_payment(source: MoneySource, amount: int) -> bool:
    """Return whether a customer has paid the money of an adjustment, by cash or transfer."""
    return amount > 0 and source not in _PURPOSES


def right_for(source: MoneySource | None, amount: int) -> Right:
    """Return the right that an adjustment needs; None: its source is still to be chosen."""
    is_for_cashiers = amount > 0 and (source is None or is_payment(source, amount))
    return Right.TOPUPS if is_for_cashiers else Right.OWNER


def source_of(transfer: Transfer) -> MoneySource | None:
    """Return the source of an admin's credit or debit; None for all other transfers.

    Debits of old versions, of which it is unknown, have none.
    """
    if transfer.purpose not in (
        Purpose.CREDIT,
        Purpose.WITHDRAWAL,
        Purpose.BONUS,
        Purpose.CORRECTION,
    ):
        return None
    is_credit = is_wallet(transfer.credit_account)
    other = transfer.debit_account if is_credit else transfer.credit_account
    return next((source for source, account in _ACCOUNTS.items() if account == other), None)


def adjustment(
    customer_id: CustomerId,
    amount: int,
    source: MoneySource | None,
    key: str,
    created_at: datetime,
    actor_id: CustomerId,
    note: str,
) -> Transfer:
    """Return the transfer of an admin's credit or, below 0, debit; `amount` is in rupiah.

    Without a source, as in confirmations of old versions, the money is the bank's.
    """
    wallet, other = wallet_of(customer_id), _ACCOUNTS[source or MoneySource.TRANSFER]
    taken_out = Purpose.DEBIT if source is None else Purpose.WITHDRAWAL
    paid = Purpose.CREDIT if amount > 0 else taken_out
    return Transfer(
        phase=Phase.SINGLE,
        purpose=paid if source is None else _PURPOSES.get(source, paid),
        debit_account=other if amount > 0 else wallet,
        credit_account=wallet if amount > 0 else other,
        amount=Rupiah(abs(amount)),
        idempotency_key=key,
        created_at=created_at,
        actor_id=actor_id,
        note=note,
    )
