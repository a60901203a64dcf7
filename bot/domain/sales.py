"""Sales figures of a period."""

from __future__ import annotations

from dataclasses import dataclass

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
