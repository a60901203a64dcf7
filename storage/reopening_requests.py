"""The reopening requests in the database."""

from __future__ import annotations

from datetime import datetime

from bot.domain.order import CustomerId
from bot.domain.reopening import ReopeningRequest
from storage.repository import Repository
from storage.rows import Mapper, micros

REQUESTS = Mapper(ReopeningRequest)


class SqlReopeningRequests(Repository):
    """Implements `ReopeningRequests`."""

    queries = "reopening_requests"

    def add(self, customer_id: CustomerId, at: datetime) -> None:
        self._sql.add(customer_id=customer_id, asked_at=micros(at))

    def of(self, customer_id: CustomerId) -> ReopeningRequest | None:
        return REQUESTS.record_or_none(self._sql.of(customer_id=customer_id))

    def take(self) -> list[ReopeningRequest]:
        rows = REQUESTS.records(self._sql.take())
        return sorted(rows, key=lambda request: request.request_id)

    def forget(self, customer_id: CustomerId) -> None:
        self._sql.forget(customer_id=customer_id)
