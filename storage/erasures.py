"""The list of erasures in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.customer import TelegramId
from bot.domain.erasure import Erasure
from bot.domain.notice import Notice
from bot.domain.order import CustomerId
from storage.erasing import WATCHED, erase
from storage.outbox import NOTICES
from storage.repository import Repository
from storage.rows import Mapper, micros

ERASURES = Mapper(Erasure)


class SqlErasures(Repository):
    """Implements `Erasures`."""

    queries = "erasures"

    def add(self, erasure: Erasure) -> None:
        self._sql.add(**ERASURES.values(erasure))

    def get(self, customer_id: CustomerId) -> Erasure | None:
        return ERASURES.record_or_none(self._sql.get(customer_id=customer_id))

    def all(self) -> Sequence[Erasure]:
        return ERASURES.records(self._sql.all())

    def incomplete(self, now: datetime) -> Sequence[Erasure]:
        return ERASURES.records(self._sql.incomplete(watched_since=micros(now - WATCHED)))

    def has_order_to_check(self, customer_id: CustomerId, now: datetime) -> bool:
        since = micros(now - WATCHED)
        row = self._sql.has_order_to_check(customer_id=customer_id, watched_since=since)
        return row is not None

    def erase(self, erasure: Erasure, at: datetime) -> None:
        erase(self._connection, self._touched, erasure, at)

    def notices_to(self, telegram_id: TelegramId) -> Sequence[Notice]:
        return NOTICES.records(self._sql.notices_to(telegram_id=telegram_id))
