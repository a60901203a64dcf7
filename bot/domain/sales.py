"""Sales figures of a period."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sales:
    """Totals over the orders that succeeded in a period; money is whole rupiah."""

    count: int
    revenue: int
    margin: int
    at_counter: int = 0
    """How many of these orders are counter sales by an admin."""
