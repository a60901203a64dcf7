"""The reopening requests in the database."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from bot.domain.order import CustomerId
from bot.domain.reopening import ReopeningRequest
from storage.rows import Mapper, micros
from storage.statements import statements

REQUESTS = Mapper(ReopeningRequest)


class SqlReopeningRequests:
    """Implements `ReopeningRequests`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use the transaction that the connection is in."""
        self._connection = connection
        self._sql = statements("reopening_requests")

    def add(self, customer_id: CustomerId, at: datetime) -> None:
        self._sql.add(self._connection, customer_id=customer_id, asked_at=micros(at))

    def of(self, customer_id: CustomerId) -> ReopeningRequest | None:
        row = self._sql.of(self._connection, customer_id=customer_id)
        return None if row is None else REQUESTS.record(row)

    def take(self) -> list[ReopeningRequest]:
        rows = [REQUESTS.record(row) for row in self._sql.take(self._connection)]
        return sorted(rows, key=lambda request: request.request_id)

    def forget(self, customer_id: CustomerId) -> None:
        self._sql.forget(self._connection, customer_id=customer_id)
