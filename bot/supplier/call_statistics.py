"""Counts the calls to the supplier by outcome, and how long the panel takes to answer."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import partial

from bot.domain.errors import (
    SupplierError,
    SupplierOutcomeUnknownError,
    SupplierRefusedError,
    SupplierUnavailableError,
)
from bot.domain.histogram import Histogram

BOUNDS_SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60)
ANSWERED = "answered"
CANCELLED = "cancelled"
"""The shop was stopped meanwhile."""
_READS = ("status", "service", "profile")
_COMMON = (
    *(("order", outcome) for outcome in (ANSWERED, "unavailable", "unknown")),
    *((kind, ANSWERED) for kind in _READS),
    *((kind, "failed") for kind in _READS),
)
"""Counted from 0 on, so that the first one after a start is seen as a rise."""


class CallStatistics:
    """The calls since the start, by their kind: "order", "status", "service" or "profile"."""

    def __init__(self) -> None:
        self.calls: Counter[tuple[str, str]] = Counter(dict.fromkeys(_COMMON, 0))
        """The calls that are over, by kind and outcome (`outcome_of`)."""
        self.seconds: defaultdict[str, Histogram] = defaultdict(partial(Histogram, BOUNDS_SECONDS))
        """How long the panel took, by kind; a read that is repeated counts once for each time."""


def outcome_of(error: SupplierError) -> str:
    """Return the class of outcome that an error stands for, such as "refused_product"."""
    match error:
        case SupplierRefusedError():
            return f"refused_{error.refusal}"
        case SupplierUnavailableError():
            return "unavailable"
        case SupplierOutcomeUnknownError():
            return "unknown"
        case _:
            return "failed"
