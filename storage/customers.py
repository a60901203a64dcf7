"""Customers in the database."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from bot.domain.customer import Customer
from bot.domain.order import CustomerId
from storage.rows import Mapper, micros
from storage.statements import statements

CUSTOMERS = Mapper(Customer)


class SqlCustomers:
    """Implements `Customers`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use the transaction that the connection is in."""
        self._connection = connection
        self._sql = statements("customers")

    def seen(
        self,
        customer_id: CustomerId,
        first_name: str,
        username: str,
        language: str,
        at: datetime,
    ) -> Customer:
        row = self._sql.seen(
            self._connection,
            customer_id=customer_id,
            first_name=first_name,
            username=username,
            telegram_language=language,
            at=micros(at),
        )
        return CUSTOMERS.record(row)

    def get(self, customer_id: CustomerId) -> Customer | None:
        row = self._sql.get(self._connection, customer_id=customer_id)
        return None if row is None else CUSTOMERS.record(row)

    def choose_language(self, customer_id: CustomerId, language: str) -> None:
        self._sql.choose_language(self._connection, customer_id=customer_id, language=language)

    def mark_unreachable(self, customer_id: CustomerId) -> None:
        self._sql.mark_unreachable(self._connection, customer_id=customer_id)
