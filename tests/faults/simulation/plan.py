"""What one run is about: how long, how busy, in which weather, and who acts."""

from __future__ import annotations

from dataclasses import dataclass

from tests.faults.simulation.guards import Guard
from tests.faults.simulation.weather import Fault, Weather


@dataclass(frozen=True)
class Plan:
    """Says what to simulate; with the seed, it says it exactly."""

    orders: int = 300
    per_minute: float = 6.0
    """How many orders customers confirm, outside of bursts; the supplier takes 10."""
    weather: Weather | None = None
    """None: drawn from the seed."""
    has_admins: bool = True
    has_outage: bool = False
    """The supplier is away for an hour, and orders may wait for two."""
    off: Guard = Guard.NONE


LOSSES = Weather(
    rates={
        Fault.LOST_BEFORE: 0.06,
        Fault.LOST_AFTER: 0.06,
        Fault.TOO_SLOW: 0.02,
        Fault.OTHER_BOUGHT: 0.03,
        Fault.OTHER_NOT_BOUGHT: 0.03,
        Fault.SHOWN_LATE: 0.3,
        Fault.ROW_UNREADABLE: 0.05,
        Fault.FLICKERS: 0.05,
    }
)
"""The weather in which one guard at a time is switched off: answers are lost, rows show late."""


def guard_plan(off: Guard, orders: int = 300) -> Plan:
    """Return the plan that shows what a guard is for; nobody helps the machine."""
    return Plan(orders=orders, per_minute=9.0, weather=LOSSES, has_admins=False, off=off)
