"""The sums for reports in the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.money import Rupiah
from bot.domain.sales import BrandSales, PaidIn, Sales
from storage.repository import Repository
from storage.rows import MICROSECOND, instant, micros

_QUARTER = timedelta(minutes=15) // MICROSECOND
_HOUR = timedelta(hours=1) // MICROSECOND


class SqlSalesSums(Repository):
    """Implements `SalesSums`."""

    queries = "sales"

    def between(self, since: datetime, until: datetime) -> Sales:
        row = self._sql.sales_between(**_quarters(since, until))
        return Sales(row["orders"], row["revenue"], row["margin"], row["at_counter"])

    def first_between(self, since: datetime, until: datetime) -> datetime | None:
        first_at = self._sql.sales_between(**_quarters(since, until))["first_at"]
        return instant(first_at) if first_at else None

    def bonuses_between(self, since: datetime, until: datetime) -> int:
        return int(self._sql.bonuses_between(**_quarters(since, until))["bonuses"])

    def paid_in_between(self, since: datetime, until: datetime) -> PaidIn:
        row = self._sql.paid_in_between(since=micros(since), until=micros(until))
        return PaidIn(row["payments"], row["amount"])

    def brands_between(self, since: datetime, until: datetime, limit: int) -> list[BrandSales]:
        rows = self._sql.brands_between(
            since=micros(since) // _HOUR, until=-(-micros(until) // _HOUR), limit=limit
        )
        return [
            BrandSales(row["main"], row["orders"], row["revenue"], row["margin"]) for row in rows
        ]

    def cheapest_of_latest(self, account: str, latest: int) -> Rupiah | None:
        cost = self._sql.cheapest_of_latest(account=account, latest=latest)["cost"]
        return None if cost is None else Rupiah(cost)


def _quarters(since: datetime, until: datetime) -> dict[str, int]:
    """Return the beginnings of the first quarter of an hour, and of the first one after it."""
    return {
        "since": micros(since) // _QUARTER * _QUARTER,
        "until": -(-micros(until) // _QUARTER) * _QUARTER,
    }
