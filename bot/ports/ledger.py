"""The repository of accounts and transfers."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.ledger import Account, AccountId, Transfer, TransferId
from bot.domain.order import CustomerId, OrderId


class Ledger(Protocol):
    """Accounts and transfers; the database itself updates and checks the balances."""

    def open_wallet(self, customer_id: CustomerId, credit_limit: int) -> None:
        """Open a customer's wallet with a credit limit in rupiah, or change that limit.

        While a wallet owes more than `credit_limit`, its limit is the amount that it owes. Each
        repayment lowers the limit in the same transaction, down to `credit_limit`. Raises
        `LedgerError` for a limit below 0.
        """
        ...

    def wallets_with_credit(self) -> list[CustomerId]:
        """Return the owners of all wallets with a credit limit, by account id."""
        ...

    def account(self, account_id: AccountId) -> Account:
        """Return an account; one that was never used has zero balances."""
        ...

    def record(self, transfer: Transfer) -> Transfer:
        """Store a transfer, change both balances, and return it with its id.

        Raises `DuplicateError` if its idempotency key is taken or its hold is resolved already,
        `InsufficientFundsError` if the wallet would fall below its credit limit, and
        `LedgerError` for a post or void that does not resolve a hold.
        """
        ...

    def transfer(self, transfer_id: TransferId) -> Transfer | None:
        """Return a transfer; None if the id is unknown."""
        ...

    def hold_of(self, order_id: OrderId) -> Transfer | None:
        """Return the hold of an order, resolved or not; None if there is none."""
        ...

    def by_key(self, idempotency_key: str) -> Transfer | None:
        """Return the transfer with this idempotency key; None if there is none."""
        ...

    def transfers_of(self, account_id: AccountId, limit: int, offset: int) -> list[Transfer]:
        """Return one page of an account's transfers, newest first."""
        ...

    def credited_by_hand(self, amount: int, since: datetime) -> list[Transfer]:
        """Return the admins' credits of exactly `amount` made at `since` or later, newest first."""
        ...

    def has_credit(self, account_id: AccountId) -> bool:
        """Return whether a wallet ever received a top-up or an admin's credit."""
        ...

    def wallets_total(self) -> Account:
        """Return the sums over all wallets as an account with the id "wallets"."""
        ...
