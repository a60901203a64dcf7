"""The fault schedule of one run: which faults are injected, how often, and in which periods.

Every seed uses its own choice of faults and rates, because a fault that is always present hides the
effect of another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from random import Random


class Fault(StrEnum):
    """The faults; those of order calls come first."""

    NOT_CONNECTED = "not connected"
    LOST_BEFORE = "lost before"
    LOST_AFTER = "lost after"
    SLOW_ANSWER = "slow answer"
    TOO_SLOW = "too slow"
    SLOW_WAY = "request arrives late"
    REFUSED = "refused"
    OTHER_NOT_BOUGHT = "unknown refusal, not bought"
    OTHER_BOUGHT = "unknown refusal, bought"
    FOREIGN_ECHO = "foreign echo"
    DUPLICATE_REF = "another order's ref_id"
    OTHER_PRICE = "other price"
    FAR_DEARER = "costs far more than the list says"
    PROMISED_BOUGHT = "words of later processing, bought"
    PROMISED_NOT_BOUGHT = "words of later processing, not bought"

    SHOWN_LATE = "row late"
    VANISHES = "row vanishes"
    FLICKERS = "row hidden for a while"
    ODD_WORD = "unknown status word"
    ODD_ECHO = "row has the number in another form"
    ODD_TIME = "row has an absurd date"
    PARTIAL = "partial"
    FAILS = "fails at the supplier"

    READ_FAILS = "read fails"
    READ_REFUSED = "read refused"
    READ_SLOW = "read slow"
    ROW_UNREADABLE = "row unreadable"

    RETRY_LATER = "Telegram: retry later"
    TELLING_LOST = "Telegram: answer lost"
    UNREACHABLE = "Telegram: unreachable"
    UNDELIVERABLE = "Telegram: undeliverable"

    DATABASE_AWAY = "database not writable"
    GROUP_BROKEN = "database ends a shared transaction"
    CRASH = "crash"
    CRASH_AT_COMMIT = "crash at a commit"

    LIST_CHANGES = "price or stock changes"
    SUPPLIER_DOWN = "supplier down"
    READS_DOWN = "status calls down"
    BURST = "burst of lost answers"
    IGNORES_REF = "ref_id ignored"
    LIST_STALE = "list is stale"
    CLOCK_SET = "our clock is set"
    RESTORED = "restored from a backup"
    MOVED = "moved to another supplier account"


ORDER_FAULTS = tuple(Fault)[: list(Fault).index(Fault.SHOWN_LATE)]
"""At most one of these happens to an order call. SLOW_ANSWER is only a delay."""
_HIGHEST_RATES: Mapping[Fault, float] = {
    Fault.NOT_CONNECTED: 0.05,
    Fault.LOST_BEFORE: 0.06,
    Fault.LOST_AFTER: 0.10,
    Fault.SLOW_ANSWER: 0.15,
    Fault.TOO_SLOW: 0.05,
    Fault.SLOW_WAY: 0.03,
    Fault.REFUSED: 0.08,
    Fault.OTHER_NOT_BOUGHT: 0.05,
    Fault.OTHER_BOUGHT: 0.05,
    Fault.FOREIGN_ECHO: 0.02,
    Fault.DUPLICATE_REF: 0.02,
    Fault.OTHER_PRICE: 0.05,
    Fault.FAR_DEARER: 0.03,
    Fault.PROMISED_BOUGHT: 0.03,
    Fault.PROMISED_NOT_BOUGHT: 0.03,
    Fault.SHOWN_LATE: 0.30,
    Fault.VANISHES: 0.05,
    Fault.FLICKERS: 0.05,
    Fault.ODD_WORD: 0.20,
    Fault.ODD_ECHO: 0.04,
    Fault.ODD_TIME: 0.04,
    Fault.PARTIAL: 0.02,
    Fault.FAILS: 0.15,
    Fault.READ_FAILS: 0.15,
    Fault.READ_REFUSED: 0.10,
    Fault.READ_SLOW: 0.20,
    Fault.ROW_UNREADABLE: 0.05,
    Fault.RETRY_LATER: 0.05,
    Fault.TELLING_LOST: 0.05,
    Fault.UNREACHABLE: 0.01,
    Fault.UNDELIVERABLE: 0.002,
    Fault.DATABASE_AWAY: 0.002,
    Fault.GROUP_BROKEN: 0.05,
    Fault.CRASH_AT_COMMIT: 0.002,
    Fault.LIST_CHANGES: 0.3,
}


@dataclass(frozen=True)
class ClockStep:
    """Our own clock is set forward or back, for the rest of the run."""

    at: float
    """In seconds since the opening."""
    by: float


class ListOrder(StrEnum):
    """The order in which the panel lists its newest rows."""

    NEWEST_FIRST = "newest first"
    OLDEST_FIRST = "oldest first"
    SHUFFLED = "shuffled"
    CHANGED_FIRST = "last changed first"
    """The list then leaves out the rows that changed longest ago."""


@dataclass(frozen=True)
class FaultPeriod:
    """A period of one fault, in seconds since the opening."""

    kind: Fault
    begins: float
    ends: float


@dataclass(frozen=True)
class FaultSchedule:
    """Rates are probabilities per call, row, delivery or write."""

    rates: Mapping[Fault, float] = field(default_factory=dict)
    periods: tuple[FaultPeriod, ...] = ()
    list_order: ListOrder = ListOrder.NEWEST_FIRST
    skew_seconds: float = 0.0
    """The panel's clock minus ours, at the opening."""
    drift_seconds_per_hour: float = 0.0
    clock_steps: tuple[ClockStep, ...] = ()
    crash_every_seconds: float | None = None
    late_seconds: float = 90.0
    burst_rate: float = 0.7

    def skew_at(self, now: float) -> float:
        """Return the panel's clock minus ours in seconds, limited to 5 minutes either way."""
        return max(-300.0, min(300.0, self.skew_seconds + self.drift_seconds_per_hour * now / 3600))

    def clock_ahead(self, now: float) -> float:
        """Return by how many seconds our clock has been set forward by `now`."""
        return sum(step.by for step in self.clock_steps if step.at <= now)

    def is_active(self, kind: Fault, now: float) -> bool:
        """Return whether a period of this fault is active."""
        return any(
            period.kind is kind and period.begins <= now < period.ends for period in self.periods
        )

    def list_as_of(self, now: float) -> float:
        """Return the instant that the status list shows: `now`, or the start of a stale period."""
        stale = [period for period in self.periods if period.kind is Fault.LIST_STALE]
        return min((one.begins for one in stale if one.begins <= now < one.ends), default=now)

    def circumstances(self) -> Iterator[str]:
        """Yield the names of the faults that last for a period or the whole run."""
        for period in self.periods:
            yield f"a period: {period.kind}"
        if abs(self.skew_seconds) > 30:
            yield "a day: clocks more than 30 s apart"
        for _ in self.clock_steps:
            yield Fault.CLOCK_SET
        if self.drift_seconds_per_hour:
            yield "a day: clocks drifting apart"
        if self.list_order is not ListOrder.NEWEST_FIRST:
            yield f"a day: list {self.list_order}"

    def calmed(self, now: float) -> FaultSchedule:
        """Return a schedule without faults; the skew between the clocks stays."""
        skew = self.skew_at(now)
        return FaultSchedule(
            list_order=self.list_order, skew_seconds=skew, clock_steps=self.clock_steps
        )


ALL_FAULTS = FaultSchedule(
    rates=_HIGHEST_RATES,
    periods=(
        FaultPeriod(Fault.READS_DOWN, 120, 300),
        FaultPeriod(Fault.BURST, 400, 500),
        FaultPeriod(Fault.IGNORES_REF, 300, 900),
    ),
    clock_steps=(ClockStep(350, -400.0), ClockStep(700, 90.0)),
    list_order=ListOrder.SHUFFLED,
    skew_seconds=-240.0,
    drift_seconds_per_hour=40.0,
    crash_every_seconds=300.0,
)
"""All faults at their highest rates, for every seed."""


def draw_fault_schedule(rng: Random, hours: float) -> FaultSchedule:
    """Draw the fault schedule of a run of about `hours` hours."""
    share = rng.choice([0.3, 0.6, 0.9])
    rates = {
        fault: highest * rng.uniform(0.1, 1.0)
        for fault, highest in _HIGHEST_RATES.items()
        if rng.random() < share
    }
    return FaultSchedule(
        rates=rates,
        periods=tuple(_draw_periods(rng, hours * 3600, share)),
        list_order=rng.choices(tuple(ListOrder), weights=(6, 1, 1, 1))[0],
        skew_seconds=rng.choice([0.0, 0.0, rng.uniform(-20, 20), rng.uniform(-300, 300)]),
        drift_seconds_per_hour=rng.choice([0.0, 0.0, rng.uniform(-60, 60)]),
        clock_steps=tuple(_draw_clock_steps(rng, hours * 3600, share)),
        crash_every_seconds=rng.choice([None, 300.0, 1_200.0]),
    )


def _draw_periods(rng: Random, seconds: float, share: float) -> list[FaultPeriod]:
    kinds = {
        Fault.SUPPLIER_DOWN: 900.0,
        Fault.READS_DOWN: 900.0,
        Fault.BURST: 300.0,
        Fault.IGNORES_REF: 1_800.0,
    }
    periods = []
    for kind, longest in kinds.items():
        while rng.random() < share / 2:
            begins = rng.uniform(0, seconds)
            periods.append(FaultPeriod(kind, begins, begins + rng.uniform(30, longest)))
    return periods


def _draw_clock_steps(rng: Random, seconds: float, share: float) -> list[ClockStep]:
    """Draw when our clock is set: by seconds, minutes, or up to the limit `lookup.CLOCK_SET`."""
    steps = []
    while rng.random() < share / 3:
        by = rng.choice([rng.uniform(-8, 8), rng.uniform(-120, 120), rng.uniform(-850, 850)])
        steps.append(ClockStep(rng.uniform(0, seconds), by))
    return steps


def with_supplier_down_for_an_hour(fault_schedule: FaultSchedule, begins: float) -> FaultSchedule:
    """Return the same schedule with the supplier unreachable for an hour from `begins`."""
    kept = tuple(
        period for period in fault_schedule.periods if period.kind is not Fault.SUPPLIER_DOWN
    )
    return replace(
        fault_schedule, periods=(*kept, FaultPeriod(Fault.SUPPLIER_DOWN, begins, begins + 3_600))
    )
