"""The repository of accounts and transfers."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.ledger import Account, AccountId, Transfer, TransferId
from bot.domain.order import CustomerId, OrderId


class Ledger(Protocol):
    """Accounts and transfers; the balances are kept by the database and checked by it."""

    def open_wallet(self, customer_id: CustomerId, credit_limit: int) -> None:
        """Open a customer's wallet, or set what is lent to an open one.

        A wallet that owes more than `credit_limit` keeps as much credit as it owes; what is paid
        back of that lowers the limit in the same act.
        """
        ...

    def lent_to(self) -> list[CustomerId]:
        """Return the owners of all wallets that have a credit limit."""
        ...

    def account(self, account_id: AccountId) -> Account:
        """Return an account; one never used has nothing."""
        ...

    def record(self, transfer: Transfer) -> Transfer:
        """Store a transfer, move both balances, and return it with its id.

        Raises `DuplicateError` when its idempotency key, or its hold's resolution, is taken,
        `InsufficientFundsError` when the database finds a wallet below its limit.
        """
        ...

    def transfer(self, transfer_id: TransferId) -> Transfer | None:
        """Return a transfer."""
        ...

    def hold_of(self, order_id: OrderId) -> Transfer | None:
        """Return the hold of an order, resolved or not."""
        ...

    def by_key(self, idempotency_key: str) -> Transfer | None:
        """Return the transfer with this idempotency key."""
        ...

    def transfers_of(self, account_id: AccountId, limit: int, offset: int) -> list[Transfer]:
        """Return an account's transfers, newest first."""
        ...

    def credited_by_hand(self, amount: int, since: datetime) -> list[Transfer]:
        """Return the credits of exactly this amount that admins gave since then, newest first."""
        ...

    def has_credit(self, account_id: AccountId) -> bool:
        """Tell whether a top-up or a credit was ever paid into a wallet."""
        ...

    def wallets_total(self) -> Account:
        """Return the sums of all wallets' figures, under the id "wallets"."""
        ...
