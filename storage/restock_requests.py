"""The restock requests in the database."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime

from bot.domain.catalogue import ProductId
from bot.domain.order import CustomerId
from bot.domain.restock import RestockRequest, RestockRequestId
from storage.failures import duplicates_translated
from storage.rows import Mapper, micros
from storage.statements import statements

REQUESTS = Mapper(RestockRequest)


class SqlRestockRequests:
    """Implements `RestockRequests`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use the transaction that the connection is in."""
        self._connection = connection
        self._sql = statements("restock_requests")

    def add(self, request: RestockRequest) -> RestockRequest:
        with duplicates_translated():
            row = self._sql.add(self._connection, **REQUESTS.values(request))
        return replace(request, request_id=RestockRequestId(row["request_id"]))

    def open_of(self, customer_id: CustomerId, now: datetime) -> list[RestockRequest]:
        rows = self._sql.open_of(self._connection, customer_id=customer_id, now=micros(now))
        return [REQUESTS.record(row) for row in rows]

    def wanted(self, now: datetime) -> list[ProductId]:
        rows = self._sql.wanted(self._connection, now=micros(now))
        return [ProductId(row["product_id"]) for row in rows]

    def tell(self, product_id: ProductId, at: datetime) -> list[RestockRequest]:
        rows = self._sql.mark_notified(self._connection, product_id=product_id, at=micros(at))
        return [REQUESTS.record(row) for row in rows]

    def forget(self, customer_id: CustomerId, product_id: ProductId) -> None:
        self._sql.forget(self._connection, customer_id=customer_id, product_id=product_id)

    def forget_expired(self, now: datetime) -> None:
        self._sql.forget_expired(self._connection, now=micros(now))
