"""Persons and their Telegram accounts in the database."""

from __future__ import annotations

from datetime import datetime

from bot.domain.customer import Customer, Membership, TelegramId
from bot.domain.customer_card import search_text_of
from bot.domain.order import CustomerId
from storage.repository import Repository
from storage.rows import Mapper, micros

CUSTOMERS = Mapper(Customer)


class SqlCustomers(Repository):
    """Implements `Customers`."""

    queries = "customers"

    def seen(
        self, telegram_id: TelegramId, first_name: str, username: str, language: str, at: datetime
    ) -> Customer:
        account: dict[str, str | int] = {
            "telegram_id": telegram_id,
            "first_name": first_name,
            "username": username,
            "telegram_language": language,
        }
        if not self._sql.update_account(**account):
            person, linked_at = self._add("", at), micros(at)
            self._sql.add_account(customer_id=person, linked_at=linked_at, **account)
        return self._made_findable(CUSTOMERS.record(self._sql.by_telegram(telegram_id=telegram_id)))

    def add(self, name: str, at: datetime) -> Customer:
        return self._made_findable(CUSTOMERS.record(self._sql.get(customer_id=self._add(name, at))))

    def _add(self, name: str, at: datetime) -> CustomerId:
        customer_id = CustomerId(self._sql.next_id()["last_id"])
        self._sql.add(customer_id=customer_id, name=name, created_at=micros(at))
        return customer_id

    def get(self, customer_id: CustomerId) -> Customer | None:
        return CUSTOMERS.record_or_none(self._sql.get(customer_id=customer_id))

    def by_telegram(self, telegram_id: TelegramId) -> Customer | None:
        return CUSTOMERS.record_or_none(self._sql.by_telegram(telegram_id=telegram_id))

    def telegram_id_of(self, customer_id: CustomerId) -> TelegramId | None:
        row = self._sql.telegram_id_of(customer_id=customer_id)
        return None if row is None else TelegramId(row["telegram_id"])

    def link(self, telegram_id: TelegramId, customer_id: CustomerId, at: datetime) -> None:
        former = self.by_telegram(telegram_id)
        self._sql.unlink_other(customer_id=customer_id, telegram_id=telegram_id)
        if self._sql.is_known(telegram_id=telegram_id) is not None:
            self._sql.move_account(
                telegram_id=telegram_id, customer_id=customer_id, linked_at=micros(at)
            )
        else:
            self._sql.add_account(
                telegram_id=telegram_id,
                customer_id=customer_id,
                first_name="",
                username="",
                telegram_language="",
                linked_at=micros(at),
            )
        for changed in (customer_id, None if former is None else former.customer_id):
            person = None if changed is None else self.get(changed)
            if person is not None:
                self._made_findable(person)

    def _made_findable(self, customer: Customer) -> Customer:
        """Store the words by which staff find a customer."""
        words = search_text_of(
            customer.name, customer.username, customer.telegram_id, customer.customer_id
        )
        self._sql.set_search_text(customer_id=customer.customer_id, search_text=words)
        return customer

    def unlink(self, customer_id: CustomerId) -> None:
        self._sql.unlink(customer_id=customer_id)

    def choose_language(self, customer_id: CustomerId, language: str) -> None:
        self._sql.choose_language(customer_id=customer_id, language=language)

    def set_membership(self, customer_id: CustomerId, membership: Membership) -> None:
        self._sql.set_membership(customer_id=customer_id, membership=membership)

    def mark_unreachable(self, telegram_id: TelegramId) -> None:
        self._sql.mark_unreachable(telegram_id=telegram_id)
