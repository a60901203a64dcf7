"""The ledger: double-entry transfers between accounts, reserved, then posted or voided.

As TigerBeetle has them: nothing is updated, everything is another transfer, and the
idempotency key says which act a transfer is, so that the same act cannot move money twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.errors import InsufficientFundsError, LedgerError
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId, OrderId

AccountId = NewType("AccountId", str)
TransferId = NewType("TransferId", int)

BANK = AccountId("bank")
"""Money received from customers outside the shop: below 0, as every account is credit-normal."""
REVENUE = AccountId("revenue")
SUPPLIER_COST = AccountId("supplier_cost")
SUPPLIER_DEPOSIT = AccountId("supplier_deposit")
"""Money paid to the supplier and not yet spent there, below 0: the tracked balance."""
SUSPENSE = AccountId("suspense")
"""What the supplier took without a sale: goods bought for an order already given back."""

_WALLET_PREFIX = "wallet:"


def wallet_of(customer_id: CustomerId) -> AccountId:
    """Return the account that holds a customer's money."""
    return AccountId(f"{_WALLET_PREFIX}{customer_id}")


def owner_of(account_id: AccountId) -> CustomerId:
    """Return whose wallet an account is; raises `ValueError` for one that is no wallet."""
    return CustomerId(int(account_id.removeprefix(_WALLET_PREFIX)))


def is_wallet(account_id: AccountId) -> bool:
    """Tell whether an account is a customer's, and so may not go below its credit limit."""
    return account_id.startswith(_WALLET_PREFIX)


class Phase(StrEnum):
    """A transfer at once, a reservation, and the two ways in which a reservation ends."""

    SINGLE = "single"
    HOLD = "hold"
    POST = "post"
    VOID = "void"


class Purpose(StrEnum):
    """What a transfer is for."""

    PURCHASE = "purchase"
    REFUND = "refund"
    TOPUP = "topup"
    CREDIT = "credit"
    DEBIT = "debit"
    COST = "cost"
    DEPOSIT = "deposit"


@dataclass(frozen=True, slots=True)
class Account:
    """An account's figures: `posted` is credits less debits, `held` is reserved debits."""

    account_id: AccountId
    posted: int = 0
    held: int = 0
    credit_limit: int = 0

    @property
    def available(self) -> int:
        """What a wallet may spend now, credit included."""
        return self.posted - self.held + self.credit_limit

    @property
    def balance(self) -> int:
        """What a wallet's owner has: posted less held, below 0 on credit."""
        return self.posted - self.held


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money that moves (or is reserved to move) from `debit_account` to `credit_account`."""

    phase: Phase
    purpose: Purpose
    debit_account: AccountId
    credit_account: AccountId
    amount: Rupiah
    idempotency_key: str
    """Names the act: "hold:K12", "topup:7"; the database takes each once."""
    created_at: datetime
    order_id: OrderId | None = None
    hold_id: TransferId | None = None
    """The hold that a post or void resolves."""
    actor_id: int | None = None
    """The Telegram user id of the admin whose act it is."""
    note: str = ""
    transfer_id: TransferId | None = None
    """Given by the database."""

    def __post_init__(self) -> None:
        """Refuse what no ledger can mean."""
        if self.amount <= 0 or self.debit_account == self.credit_account:
            raise LedgerError("a transfer moves 1 rupiah or more between two accounts")
        if (self.phase in (Phase.POST, Phase.VOID)) != (self.hold_id is not None):
            raise LedgerError("a post or void, and nothing else, resolves a hold")


def resolution(
    hold: Transfer, phase: Phase, created_at: datetime, actor_id: int | None = None
) -> Transfer:
    """Return the transfer that posts or voids a hold; raises `LedgerError` for other phases."""
    if hold.phase is not Phase.HOLD or phase not in (Phase.POST, Phase.VOID):
        raise LedgerError("only a hold is resolved, by a post or a void")
    return replace(
        hold,
        phase=phase,
        hold_id=hold.transfer_id,
        transfer_id=None,
        idempotency_key=f"{phase}:{hold.idempotency_key}",
        created_at=created_at,
        actor_id=actor_id,
    )


def apply(debit: Account, credit: Account, transfer: Transfer) -> tuple[Account, Account]:
    """Return both accounts after a transfer.

    Raises `InsufficientFundsError` when a wallet lacks the money, `LedgerError` when the
    accounts are not the transfer's or less is held than a post or void resolves.
    """
    if (debit.account_id, credit.account_id) != (
        transfer.debit_account,
        transfer.credit_account,
    ):
        raise LedgerError("these are not the transfer's accounts")
    amount = transfer.amount
    takes = transfer.phase in (Phase.SINGLE, Phase.HOLD)
    if takes and is_wallet(debit.account_id) and debit.available < amount:
        raise InsufficientFundsError(debit.available, amount)
    if not takes and debit.held < amount:
        raise LedgerError("less is held than is resolved")
    if transfer.phase is Phase.HOLD:
        return replace(debit, held=debit.held + amount), credit
    if transfer.phase is Phase.VOID:
        return replace(debit, held=debit.held - amount), credit
    released = amount if transfer.phase is Phase.POST else 0
    return (
        replace(debit, posted=debit.posted - amount, held=debit.held - released),
        replace(credit, posted=credit.posted + amount),
    )
