"""The restock requests in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.catalogue import ProductId
from bot.domain.order import CustomerId
from bot.domain.restock import RestockRequest, RestockRequestId
from storage.connection import duplicates_translated
from storage.repository import Repository
from storage.rows import Mapper, micros

REQUESTS = Mapper(RestockRequest)


class SqlRestockRequests(Repository):
    """Implements `RestockRequests`."""

    queries = "restock_requests"

    def add(self, request: RestockRequest) -> RestockRequest:
        with duplicates_translated(self._connection):
            row = self._sql.add(**REQUESTS.values(request))
        return replace(request, request_id=RestockRequestId(row["request_id"]))

    def open_of(self, customer_id: CustomerId, now: datetime) -> list[RestockRequest]:
        return REQUESTS.records(self._sql.open_of(customer_id=customer_id, now=micros(now)))

    def wanted(self, now: datetime) -> list[ProductId]:
        rows = self._sql.wanted(now=micros(now))
        return [ProductId(row["product_id"]) for row in rows]

    def mark_notified(self, product_id: ProductId, at: datetime) -> list[RestockRequest]:
        rows = self._sql.mark_notified(product_id=product_id, at=micros(at))
        return sorted(REQUESTS.records(rows), key=lambda request: request.request_id)

    def forget(self, customer_id: CustomerId, product_id: ProductId) -> None:
        self._sql.forget(customer_id=customer_id, product_id=product_id)

    def forget_expired(self, now: datetime) -> None:
        self._sql.forget_expired(now=micros(now))
