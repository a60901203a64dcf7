"""Customers in the database."""

from __future__ import annotations

from datetime import datetime

from bot.domain.customer import Customer
from bot.domain.order import CustomerId
from storage.repository import Repository
from storage.rows import Mapper, micros

CUSTOMERS = Mapper(Customer)


class SqlCustomers(Repository):
    """Implements `Customers`."""

    queries = "customers"

    def seen(
        self, customer_id: CustomerId, first_name: str, username: str, language: str, at: datetime
    ) -> Customer:
        row = self._sql.seen(
            customer_id=customer_id,
            first_name=first_name,
            username=username,
            telegram_language=language,
            at=micros(at),
        )
        return CUSTOMERS.record(row)

    def get(self, customer_id: CustomerId) -> Customer | None:
        return CUSTOMERS.record_or_none(self._sql.get(customer_id=customer_id))

    def choose_language(self, customer_id: CustomerId, language: str) -> None:
        self._sql.choose_language(customer_id=customer_id, language=language)

    def mark_unreachable(self, customer_id: CustomerId) -> None:
        self._sql.mark_unreachable(customer_id=customer_id)
