"""The customers' saved numbers in the database."""

from __future__ import annotations

from bot.domain.customer import SavedNumber, SavedNumberId
from bot.domain.order import CustomerId
from storage.repository import Repository
from storage.rows import Mapper

SAVED = Mapper(SavedNumber)


class SqlSavedNumbers(Repository):
    """Implements `SavedNumbers`."""

    queries = "saved_numbers"

    def use(self, number: SavedNumber, kept: int) -> None:
        self._sql.use(**SAVED.values(number))
        self._sql.trim(customer_id=number.customer_id, kept=kept)

    def of(self, customer_id: CustomerId) -> list[SavedNumber]:
        return SAVED.records(self._sql.of_customer(customer_id=customer_id))

    def get(self, number_id: SavedNumberId) -> SavedNumber | None:
        return SAVED.record_or_none(self._sql.get(number_id=number_id))

    def rename(self, number_id: SavedNumberId, name: str) -> None:
        self._sql.rename(number_id=number_id, name=name)

    def forget(self, number_id: SavedNumberId) -> None:
        self._sql.forget(number_id=number_id)
