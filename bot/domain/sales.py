"""Figures of the orders that succeeded in a period."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sales:
    """Orders that succeeded in a period, in whole rupiah."""

    count: int
    revenue: int
    margin: int
    at_counter: int = 0
    """How many of them an admin sold at the counter."""
