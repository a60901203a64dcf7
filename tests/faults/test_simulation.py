"""The order protocol on simulated days: with all faults, money and goods must be right.

The suite runs three short days with faults, and one day without each guard. `make simulate` runs
20 longer days and each guard on three, by default.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.order import Order
from bot.services.orders.queue import Wait
from bot.services.orders.send import Send
from tests.faults.simulation.__main__ import NO_GAP_PER_MINUTE, orders_of, plan_of
from tests.faults.simulation.auditor import RULES_ASKED
from tests.faults.simulation.fault_schedule import Fault, FaultPeriod, FaultSchedule
from tests.faults.simulation.guards import Guard
from tests.faults.simulation.plan import TRIALS, Plan, foul_plan, trial_plan
from tests.faults.simulation.run import most_in_a_minute, simulate
from tests.faults.simulation.virtual_time import StandstillError, VirtualLoop

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(600)
ORDERS = 40
FAULTY_SEEDS = (10, 14)
"""Days with drawn faults: odd lists, skewed clocks, crashes; the 14th is audited at every write."""
FREQUENT_LOSSES: Mapping[Fault, float] = {
    Fault.LOST_AFTER: 0.3,
    Fault.OTHER_BOUGHT: 0.3,
    Fault.SHOWN_LATE: 0.7,
}
"""Losses so frequent that a day of a few orders has every kind of harm."""


@pytest.mark.parametrize("seed", FAULTY_SEEDS)
def test_money_and_goods_are_right_on_days_with_faults(seed: int) -> None:
    plan = replace(plan_of(seed, ORDERS), has_outage=False)
    assert simulate(seed, plan).violations == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_orders_that_start_together_are_bought_once(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A supplier that wants no pause; the database ends some of the shared transactions."""
    together: list[int] = []

    async def start(send: Send, at_most: int = 1) -> Sequence[Order] | Wait:
        started = await real(send, at_most)
        together.append(0 if isinstance(started, Wait) else len(started))
        return started

    real = Send.start
    monkeypatch.setattr(Send, "start", start)
    plan = Plan(orders=ORDERS, per_minute=NO_GAP_PER_MINUTE, has_gap=False)
    assert simulate(seed, plan).violations == []
    assert max(together) > 1


def test_with_all_faults_the_books_are_right_after_every_write() -> None:
    day = simulate(5, foul_plan(ORDERS))
    assert day.violations == []
    assert day.counts["audits"] > day.counts["writes"] > 500
    assert day.counts["invariants"] > day.counts["audits"] * RULES_ASKED
    assert len(day.faults) >= 20
    assert day.faults["lost before"] + day.faults["lost after"] + day.faults["too slow"] > 0
    assert day.faults["crash"] + day.faults["crash at a commit"] >= 5
    assert day.faults["not connected"] >= 10


def test_a_partial_order_counted_as_delivered_by_an_admin_is_settled() -> None:
    plan = Plan(
        orders=15,
        per_minute=0.5,
        fault_schedule=FaultSchedule(rates={Fault.PARTIAL: 0.9, Fault.FAILS: 0.2}),
    )
    days = (simulate(seed, plan) for seed in range(2, 12))
    day = next(day for day in days if day.outcomes.counted)
    assert day.violations == []


def test_a_seed_gives_the_same_run_twice() -> None:
    """Another hash seed must not change a run either."""
    code = (
        "from tests.faults.simulation.__main__ import plan_of\n"
        "from tests.faults.simulation.run import simulate\n"
        "print(simulate(4, plan_of(4, 15)).fingerprint)"
    )
    elsewhere = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "4711"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert elsewhere.stdout.strip() == simulate(4, plan_of(4, 15)).fingerprint


def test_another_seed_gives_another_run() -> None:
    plan = Plan(orders=3)
    assert simulate(1, plan).fingerprint != simulate(2, plan).fingerprint


@pytest.mark.parametrize(
    ("guard", "harm"),
    [
        (Guard.NO_RETRY, "bought 2 times"),
        (Guard.NO_RESEND, "bought 2 times"),
        (Guard.KNOWN_CLASS, "was refunded"),
    ],
)
def test_a_guard_that_is_switched_off_causes_a_violation(guard: Guard, harm: str) -> None:
    """Proves that the simulation can fail.

    Not every day has the harm that a guard prevents, so the first days are run until one has it.
    """
    trial = next(trial for trial in TRIALS if trial.guard is guard)
    plan = replace(
        trial_plan(trial, 20, is_off=True), fault_schedule=FaultSchedule(rates=FREQUENT_LOSSES)
    )
    days = (simulate(seed, plan) for seed in range(1, 13))
    assert any(harm in violation for day in days for violation in day.violations)


SHORT_DAYS: tuple[tuple[Guard, str, Plan], ...] = (
    (
        Guard.WINDOW_GATE,
        "parked_and_bought",
        Plan(
            orders=30,
            per_minute=9.0,
            fault_schedule=FaultSchedule(
                rates={Fault.LOST_AFTER: 0.15}, periods=(FaultPeriod(Fault.READS_DOWN, 40, 400),)
            ),
        ),
    ),
    (
        Guard.ONE_UNRESOLVED,
        "parked_and_bought",
        Plan(
            orders=25,
            per_minute=9.0,
            fault_schedule=FaultSchedule(rates={**FREQUENT_LOSSES, Fault.LOST_BEFORE: 0.2}),
            shared=1.0,
        ),
    ),
    (
        Guard.COVERING,
        "given_back",
        Plan(
            orders=24,
            per_minute=3.0,
            fault_schedule=FaultSchedule(
                rates={Fault.OTHER_BOUGHT: 0.3}, periods=(FaultPeriod(Fault.LIST_STALE, 100, 460),)
            ),
        ),
    ),
)
"""A guard, what goes wrong without it, and the shortest plan that shows it. The stale list has some
rows: an empty one proves nothing once any row is known."""
SHORT_DAY_SEEDS = range(1, 9)


@pytest.mark.parametrize(("guard", "harm", "day"), SHORT_DAYS)
def test_harm_of_a_missing_guard_does_not_happen_with_it(
    guard: Guard, harm: str, day: Plan
) -> None:
    """The first day that has the harm without the guard, and those before it, lack it with it.

    `make simulate` compares longer days.
    """
    alone = replace(day, has_admins=False, is_impatient=True, audit_every=1_000)
    harmed = next(
        seed
        for seed in SHORT_DAY_SEEDS
        if getattr(simulate(seed, replace(alone, off=guard)).outcomes, harm)
    )
    guarded = [simulate(seed, alone) for seed in range(SHORT_DAY_SEEDS[0], harmed + 1)]
    assert [getattr(day.outcomes, harm) for day in guarded] == [0] * len(guarded)
    assert [violation for day in guarded for violation in day.violations] == []


def test_every_twentieth_seed_is_a_long_day() -> None:
    """A long day finds faults of many orders; a seed run alone keeps its number of orders."""
    orders = [orders_of(seed, 300, 2_000) for seed in range(1, 41)]
    assert (orders.count(2_000), orders.count(300)) == (2, 38)


# --- the simulation itself ---


def test_waiting_for_ever_raises_instead_of_hanging() -> None:
    loop = VirtualLoop()
    forgotten = loop.create_future()
    with pytest.raises(StandstillError):
        loop.run_until_complete(forgotten)
    loop.close()


def test_calls_are_counted_in_any_60_seconds_not_only_whole_minutes() -> None:
    assert most_in_a_minute([0, 59, 61, 62, 118, 119]) == 4
    assert most_in_a_minute([]) == 0
