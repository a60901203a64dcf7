"""The ledger in the database; triggers and constraints update and check the balances."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from bot.domain.errors import DuplicateError, InsufficientFundsError, LedgerError
from bot.domain.ledger import Account, AccountId, Transfer, TransferId, owner_of, wallet_of
from bot.domain.order import CustomerId, OrderId
from storage.repository import Repository
from storage.rows import Mapper, micros

ACCOUNTS = Mapper(Account)
TRANSFERS = Mapper(Transfer)
_WALLET_CHECK = "wallet_is_above_its_limit"
"""A constraint of the table `accounts`."""


class SqlLedger(Repository):
    """Implements `Ledger`."""

    queries = "ledger"

    def open_wallet(self, customer_id: CustomerId, credit_limit: int) -> None:
        account_id = wallet_of(customer_id)
        with self._refusals_translated(account_id, 0):
            self._sql.open_wallet(account_id=account_id, granted_limit=credit_limit)

    def wallets_with_credit(self) -> list[CustomerId]:
        rows = self._sql.wallets_with_credit()
        return [owner_of(AccountId(row["account_id"])) for row in rows]

    def account(self, account_id: AccountId) -> Account:
        row = self._sql.account(account_id=account_id)
        return Account(account_id) if row is None else ACCOUNTS.record(row)

    def record(self, transfer: Transfer) -> Transfer:
        with self._refusals_translated(transfer.debit_account, transfer.amount):
            row = self._sql.record(**TRANSFERS.values(transfer))
        self._sql.lower_credit_limits(
            debit_account=transfer.debit_account, credit_account=transfer.credit_account
        )
        return replace(transfer, transfer_id=TransferId(row["transfer_id"]))

    def transfer(self, transfer_id: TransferId) -> Transfer | None:
        return TRANSFERS.record_or_none(self._sql.transfer(transfer_id=transfer_id))

    def hold_of(self, order_id: OrderId) -> Transfer | None:
        return TRANSFERS.record_or_none(self._sql.hold_of(order_id=order_id))

    def by_key(self, idempotency_key: str) -> Transfer | None:
        return TRANSFERS.record_or_none(self._sql.by_key(idempotency_key=idempotency_key))

    def transfers_of(self, account_id: AccountId, limit: int, offset: int) -> list[Transfer]:
        return TRANSFERS.records(
            self._sql.transfers_of(account_id=account_id, limit=limit, offset=offset)
        )

    def credited_by_hand(self, amount: int, since: datetime) -> list[Transfer]:
        return TRANSFERS.records(self._sql.credited_by_hand(amount=amount, since=micros(since)))

    def has_credit(self, account_id: AccountId) -> bool:
        return self._sql.has_credit(account_id=account_id) is not None

    def wallets_total(self) -> Account:
        return ACCOUNTS.record(self._sql.wallets_total())

    @contextmanager
    def _refusals_translated(self, account_id: AccountId, amount: int) -> Iterator[None]:
        """Translate failures of the constraints and triggers into the errors of the domain."""
        context = self._connection.refusable()
        try:
            with context:
                yield
        except self._connection.faults.refusals as error:
            if self._connection.faults.is_duplicate(error):
                raise DuplicateError(str(error)) from error
            if _WALLET_CHECK not in self._connection.faults.constraint_of(error):
                raise LedgerError(str(error)) from error
            raise InsufficientFundsError(self.account(account_id).available, amount) from error
