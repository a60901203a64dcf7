"""The ledger: double-entry transfers between accounts, in the phases single, hold, post, void.

The model is TigerBeetle's. A transfer is never updated: a hold is resolved by another transfer
that posts or voids it. The idempotency key identifies the act that a transfer belongs to, so the
same act cannot move money twice.
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
"""Money received from customers outside Konter; below 0, as all accounts are credit-normal."""
CASH = AccountId("cash")
"""Banknotes received from customers, less those paid out to them; below 0, as the bank is."""
BONUS = AccountId("bonus")
"""Money given to customers as bonuses; below 0, and a cost of the shop."""
CORRECTION = AccountId("correction")
"""What corrections put into wallets, less what they took out."""
REVENUE = AccountId("revenue")
SUPPLIER_COST = AccountId("supplier_cost")
SUPPLIER_DEPOSIT = AccountId("supplier_deposit")
"""Money deposited at the supplier and not yet spent there (the tracked balance); below 0."""
SUSPENSE = AccountId("suspense")
"""The cost of goods that the supplier delivered for an order that was already refunded."""
SHOP_ACCOUNTS = (
    BANK,
    CASH,
    BONUS,
    CORRECTION,
    REVENUE,
    SUPPLIER_COST,
    SUPPLIER_DEPOSIT,
    SUSPENSE,
)
"""All accounts that are no wallets."""

_WALLET_PREFIX = "wallet:"


def wallet_of(customer_id: CustomerId) -> AccountId:
    """Return the wallet account of a customer."""
    return AccountId(f"{_WALLET_PREFIX}{customer_id}")


def owner_of(account_id: AccountId) -> CustomerId:
    """Return the customer of a wallet account; raises `ValueError` for other accounts."""
    return CustomerId(int(account_id.removeprefix(_WALLET_PREFIX)))


def wallet_owner_of(transfer: Transfer) -> CustomerId:
    """Return the customer whose wallet a transfer moves; raises `ValueError` if it moves none."""
    wallet = transfer.credit_account
    return owner_of(wallet if is_wallet(wallet) else transfer.debit_account)


def is_wallet(account_id: AccountId) -> bool:
    """Return whether an account is a customer's wallet; a wallet's credit limit is enforced."""
    return account_id.startswith(_WALLET_PREFIX)


class Phase(StrEnum):
    """The phase of a transfer: SINGLE moves money at once, HOLD reserves it.

    POST moves the money of a hold, and VOID releases it.
    """

    SINGLE = "single"
    HOLD = "hold"
    POST = "post"
    VOID = "void"


class Purpose(StrEnum):
    """The reason of a transfer."""

    PURCHASE = "purchase"
    REFUND = "refund"
    TOPUP = "topup"
    CREDIT = "credit"
    """A customer paid, in cash or by transfer, and an admin credited it."""
    DEBIT = "debit"
    """An admin's debit of old versions, which did not ask where the money goes."""
    WITHDRAWAL = "withdrawal"
    """The shop paid money of a wallet out, in cash or by transfer."""
    BONUS = "bonus"
    """A bonus was given or, out of the wallet, taken back."""
    CORRECTION = "correction"
    """In either direction."""
    COST = "cost"
    DEPOSIT = "deposit"


@dataclass(frozen=True, slots=True)
class Account:
    """An account's figures in whole rupiah.

    `posted` is credits minus debits, `held` is the sum of open holds, and `credit_limit` is how
    far the balance may go below 0.
    """

    account_id: AccountId
    posted: int = 0
    held: int = 0
    credit_limit: int = 0

    @property
    def available(self) -> int:
        """The amount that a wallet may spend now, including its credit limit."""
        return self.posted - self.held + self.credit_limit

    @property
    def balance(self) -> int:
        """The posted amount minus the held amount; below 0 when the customer owes money."""
        return self.posted - self.held


@dataclass(frozen=True, slots=True)
class Transfer:
    """`amount` rupiah, above 0, that moves or is held from `debit_account` to `credit_account`.

    Raises `LedgerError` for a transfer that is malformed.
    """

    phase: Phase
    purpose: Purpose
    debit_account: AccountId
    credit_account: AccountId
    amount: Rupiah
    idempotency_key: str
    """Identifies the act ("hold:K12", "topup:7"); unique in the database."""
    created_at: datetime
    order_id: OrderId | None = None
    hold_id: TransferId | None = None
    """The hold that a post or void resolves; None for the other phases."""
    actor_id: CustomerId | None = None
    """The admin who made the transfer, if any."""
    note: str = ""
    transfer_id: TransferId | None = None
    """None until the database assigns it."""

    def __post_init__(self) -> None:
        """Reject a malformed transfer."""
        if self.amount <= 0 or self.debit_account == self.credit_account:
            raise LedgerError("a transfer needs an amount above 0 and two different accounts")
        if (self.phase in (Phase.POST, Phase.VOID)) != (self.hold_id is not None):
            raise LedgerError("hold_id must be set for post and void, and for no other phase")


def bank_transfer(
    account: AccountId,
    amount: int,
    purpose: Purpose,
    key: str,
    created_at: datetime,
    actor_id: CustomerId,
    note: str = "",
) -> Transfer:
    """Return the transfer by which an admin books what came into the bank for an account.

    `amount` is in rupiah; below 0, it left the bank for the account.
    """
    is_incoming = amount > 0
    return Transfer(
        phase=Phase.SINGLE,
        purpose=purpose,
        debit_account=BANK if is_incoming else account,
        credit_account=account if is_incoming else BANK,
        amount=Rupiah(abs(amount)),
        idempotency_key=key,
        created_at=created_at,
        actor_id=actor_id,
        note=note,
    )


def resolution(
    hold: Transfer, phase: Phase, created_at: datetime, actor_id: CustomerId | None = None
) -> Transfer:
    """Return the transfer that posts or voids a hold.

    Raises `LedgerError` when `hold` is not a hold, or `phase` is neither POST nor VOID.
    """
    if hold.phase is not Phase.HOLD or phase not in (Phase.POST, Phase.VOID):
        raise LedgerError("only a hold can be resolved, and only by post or void")
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
    """Return the debit account and the credit account after a transfer.

    Raises `InsufficientFundsError` when a wallet's available amount is too small. Raises
    `LedgerError` when the accounts are not those of the transfer, or when less is held than a
    post or void resolves.
    """
    if (debit.account_id, credit.account_id) != (
        transfer.debit_account,
        transfer.credit_account,
    ):
        raise LedgerError("the accounts do not belong to the transfer")
    amount = transfer.amount
    takes = transfer.phase in (Phase.SINGLE, Phase.HOLD)
    if takes and is_wallet(debit.account_id) and debit.available < amount:
        raise InsufficientFundsError(debit.available, amount)
    if not takes and debit.held < amount:
        raise LedgerError("the held amount is less than the amount to resolve")
    if transfer.phase is Phase.HOLD:
        return replace(debit, held=debit.held + amount), credit
    if transfer.phase is Phase.VOID:
        return replace(debit, held=debit.held - amount), credit
    released = amount if transfer.phase is Phase.POST else 0
    return (
        replace(debit, posted=debit.posted - amount, held=debit.held - released),
        replace(credit, posted=credit.posted + amount),
    )
