"""Sales figures of a period, and the shop's profit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import IntEnum

LEAST_ENDED = 5
"""How many orders of a brand must have ended before its rate of success means anything."""


@dataclass(frozen=True, slots=True)
class Sales:
    """Totals over the orders that succeeded in a period; money is whole rupiah."""

    count: int
    revenue: int
    margin: int
    at_counter: int = 0
    """How many of these orders are counter sales by an admin."""


@dataclass(frozen=True, slots=True)
class PaidIn:
    """What customers paid into their wallets, by top-ups, cash or transfer."""

    count: int
    amount: int
    """In whole rupiah."""


@dataclass(frozen=True, slots=True)
class BrandOutcomes:
    """How many orders of a brand succeeded and failed in a period; cancelled ones do not count."""

    category_type: str
    main: str
    succeeded: int
    failed: int

    @property
    def ended(self) -> int:
        """The number of orders that succeeded or failed."""
        return self.succeeded + self.failed

    @property
    def mostly_fail(self) -> bool:
        """Whether enough orders ended, and more than half of them failed."""
        return self.ended >= LEAST_ENDED and self.failed > self.succeeded

    @property
    def mostly_succeed(self) -> bool:
        """Whether more orders succeeded than failed."""
        return self.succeeded > self.failed


@dataclass(frozen=True, slots=True)
class BrandSales:
    """The orders of one brand that succeeded in a period; money is whole rupiah."""

    brand: str
    """The supplier's name for it (`category.main`)."""
    count: int
    revenue: int
    margin: int


@dataclass(frozen=True, slots=True)
class Profit:
    """What a shop earned in a period, in whole rupiah."""

    sales: Sales
    bonuses: int = 0
    """Given to customers, less what was taken back; may be below 0."""

    @property
    def cost(self) -> int:
        """What the sold orders cost at the supplier."""
        return self.sales.revenue - self.sales.margin

    @property
    def profit(self) -> int:
        """The turnover less costs and bonuses; may be below 0."""
        return self.sales.margin - self.bonuses


class Period(IntEnum):
    """A period of a report, in days of the shop's time zone; the numbers are in buttons."""

    TODAY = 0
    YESTERDAY = 1
    LAST_7_DAYS = 2
    """Today and the six days before it."""
    THIS_MONTH = 3
    LAST_MONTH = 4


def span_of(period: Period, now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the first instant of a period, and the first one after it.

    A period that goes on ends with the day of `now`.
    """
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow, first = midnight + timedelta(days=1), midnight.replace(day=1)
    last_month = (first - timedelta(days=1)).replace(day=1)
    return {
        Period.TODAY: (midnight, tomorrow),
        Period.YESTERDAY: (midnight - timedelta(days=1), midnight),
        Period.LAST_7_DAYS: (midnight - timedelta(days=6), tomorrow),
        Period.THIS_MONTH: (first, tomorrow),
        Period.LAST_MONTH: (last_month, first),
    }[period]
