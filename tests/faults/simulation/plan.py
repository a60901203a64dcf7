"""The plan of one run: number and rate of orders, faults, and who acts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.faults.simulation.fault_schedule import ALL_FAULTS, Fault, FaultPeriod, FaultSchedule
from tests.faults.simulation.guards import Guard


@dataclass(frozen=True)
class Plan:
    """What to simulate. Together with the seed it determines the run exactly."""

    orders: int = 300
    per_minute: float = 6.0
    """Orders that customers confirm per minute, without bursts; the supplier takes 10."""
    fault_schedule: FaultSchedule | None = None
    """None: drawn from the seed."""
    shared: float = 0.35
    """The share of orders for a number that other customers buy for as well."""
    has_admins: bool = True
    is_impatient: bool = False
    """An admin closes the circuit breaker as soon as it opens, so that it hides no other guard."""
    has_outage: bool = False
    """The supplier is unreachable for an hour, and orders may wait for two hours."""
    has_restore: bool = False
    """The database is lost some time after a backup, and the shop resumes from the backup."""
    has_gap: bool = True
    """The supplier wants a pause between order calls; without it, several start together."""
    has_move: bool = False
    """The owner moves the shop to another supplier account, whose clock is in another time zone."""
    off: Guard = Guard.NONE
    audit_every: int = 50
    """The books are audited after every so many writes."""


def foul_plan(orders: int) -> Plan:
    """Return a plan with all faults, audited after every write."""
    return Plan(orders=orders, fault_schedule=ALL_FAULTS, has_outage=True, audit_every=1)


LOSSES = FaultSchedule(
    rates={
        Fault.LOST_BEFORE: 0.08,
        Fault.LOST_AFTER: 0.08,
        Fault.TOO_SLOW: 0.02,
        Fault.OTHER_BOUGHT: 0.05,
        Fault.OTHER_NOT_BOUGHT: 0.05,
        Fault.SHOWN_LATE: 0.5,
        Fault.FAILS: 0.05,
    }
)
"""Answers are lost, and rows appear late."""
BLIND = replace(
    LOSSES,
    periods=tuple(
        FaultPeriod(Fault.READS_DOWN, begins, begins + 240) for begins in range(120, 9_000, 600)
    ),
)
"""Answers are lost, and the status calls fail for 4 minutes of every 10."""
STANDING = FaultSchedule(
    rates={Fault.OTHER_BOUGHT: 0.02, Fault.FAILS: 0.05},
    periods=tuple(
        FaultPeriod(Fault.LIST_STALE, begins, begins + 400) for begins in range(120, 9_000, 480)
    ),
)
"""Some unknown refusals, and a status list that is stale for most of the time."""


@dataclass(frozen=True)
class Trial:
    """A guard, with the faults and customers that it is needed for."""

    guard: Guard
    fault_schedule: FaultSchedule
    circumstances: str
    shared: float = 0.35


TRIALS = (
    Trial(Guard.WINDOW_GATE, BLIND, "status calls fail at times"),
    Trial(Guard.ONE_UNRESOLVED, LOSSES, "many buy for the same numbers", shared=0.9),
    Trial(Guard.COVERING, STANDING, "the list is stale at times"),
    Trial(Guard.KNOWN_CLASS, LOSSES, "some unknown refusals have bought"),
    Trial(Guard.NO_RETRY, LOSSES, "answers are lost"),
    Trial(Guard.NO_RESEND, LOSSES, "answers are lost, rows show late"),
)


def trial_plan(trial: Trial, orders: int, *, is_off: bool) -> Plan:
    """Return the plan that shows what a guard prevents; no admin helps."""
    return Plan(
        orders=orders,
        per_minute=9.0,
        fault_schedule=trial.fault_schedule,
        shared=trial.shared,
        has_admins=False,
        is_impatient=True,
        off=trial.guard if is_off else Guard.NONE,
        audit_every=1_000,
    )
