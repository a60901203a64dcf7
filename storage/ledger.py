"""The ledger in the database, which moves and checks the balances itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from bot.domain.errors import InsufficientFundsError, LedgerError
from bot.domain.ledger import Account, AccountId, Transfer, TransferId, wallet_of
from bot.domain.order import CustomerId, OrderId
from storage.failures import duplicates_translated
from storage.rows import Mapper
from storage.statements import statements

ACCOUNTS = Mapper(Account)
TRANSFERS = Mapper(Transfer)
_WALLET_CHECK = "wallet_is_above_its_limit"
"""The constraint of the table `accounts`, which SQLite names in its message."""


class SqlLedger:
    """Implements `Ledger`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Work in whatever transaction the connection is in."""
        self._connection = connection
        self._sql = statements("ledger")

    def open_wallet(self, customer_id: CustomerId, credit_limit: int) -> None:
        """Also raises `InsufficientFundsError` for a limit below what the wallet owes."""
        account_id = wallet_of(customer_id)
        with self._refusals_translated(account_id, 0, credit_limit):
            self._sql.open_wallet(
                self._connection, account_id=account_id, credit_limit=credit_limit
            )

    def account(self, account_id: AccountId) -> Account:
        row = self._sql.account(self._connection, account_id=account_id)
        return Account(account_id) if row is None else ACCOUNTS.record(row)

    def record(self, transfer: Transfer) -> Transfer:
        """Also raises `LedgerError` for a post or void of something else than a hold."""
        with (
            self._refusals_translated(transfer.debit_account, transfer.amount),
            duplicates_translated(),
        ):
            row = self._sql.record(self._connection, **TRANSFERS.values(transfer))
        return replace(transfer, transfer_id=TransferId(row["transfer_id"]))

    def transfer(self, transfer_id: TransferId) -> Transfer | None:
        return self._one(self._sql.transfer(self._connection, transfer_id=transfer_id))

    def hold_of(self, order_id: OrderId) -> Transfer | None:
        return self._one(self._sql.hold_of(self._connection, order_id=order_id))

    def by_key(self, idempotency_key: str) -> Transfer | None:
        return self._one(self._sql.by_key(self._connection, idempotency_key=idempotency_key))

    def transfers_of(self, account_id: AccountId, limit: int, offset: int) -> list[Transfer]:
        rows = self._sql.transfers_of(
            self._connection, account_id=account_id, limit=limit, offset=offset
        )
        return [TRANSFERS.record(row) for row in rows]

    def wallets_total(self) -> Account:
        return ACCOUNTS.record(self._sql.wallets_total(self._connection))

    @staticmethod
    def _one(row: sqlite3.Row | None) -> Transfer | None:
        return None if row is None else TRANSFERS.record(row)

    @contextmanager
    def _refusals_translated(
        self, account_id: AccountId, amount: int, credit_limit: int | None = None
    ) -> Iterator[None]:
        """Say in the domain's words what the database's checks and triggers refuse."""
        try:
            yield
        except sqlite3.IntegrityError as error:
            if _WALLET_CHECK not in str(error):
                raise LedgerError(str(error)) from error
            account = self.account(account_id)
            if credit_limit is not None:
                account = replace(account, credit_limit=credit_limit)
            raise InsufficientFundsError(account.available, amount) from error
