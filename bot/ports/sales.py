"""The repository of the sums from which reports are made."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.money import Rupiah
from bot.domain.sales import BrandSales, PaidIn, Sales


class SalesSums(Protocol):
    """Sums over orders and bonuses that triggers keep; nothing here reads a table of all orders."""

    def between(self, since: datetime, until: datetime) -> Sales:
        """Return the totals of the orders that succeeded from `since` until before `until`.

        Both count in whole quarters of an hour, as do the two methods below.
        """
        ...

    def first_between(self, since: datetime, until: datetime) -> datetime | None:
        """Return the quarter of an hour of the first sale of a period; None without a sale."""
        ...

    def bonuses_between(self, since: datetime, until: datetime) -> int:
        """Return the bonuses that were given less those taken back, in rupiah; may be below 0."""
        ...

    def paid_in_between(self, since: datetime, until: datetime) -> PaidIn:
        """Return what customers paid in from `since` until before `until`, to the microsecond."""
        ...

    def brands_between(self, since: datetime, until: datetime, limit: int) -> list[BrandSales]:
        """Return the brands that sold most orders, in whole hours of UTC; the best comes first."""
        ...

    def cheapest_of_latest(self, account: str, latest: int) -> Rupiah | None:
        """Return the lowest cost among those of the `latest` orders that the supplier took.

        Orders of other supplier accounts do not count; None if no order is left.
        """
        ...
