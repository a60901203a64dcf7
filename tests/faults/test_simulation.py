"""The order protocol on simulated days: whatever goes wrong, money and goods come out right."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.simulation.__main__ import orders_of, plan_of
from tests.faults.simulation.audits import RULES_ASKED
from tests.faults.simulation.guards import Guard
from tests.faults.simulation.plan import TRIALS, Plan, foul_plan, trial_plan
from tests.faults.simulation.run import most_in_a_minute, simulate
from tests.faults.simulation.virtual_time import StandstillError, VirtualClock, VirtualLoop
from tests.faults.simulation.weather import Fault, Spell, Weather

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(600)
ORDERS = 40
DAYS: tuple[tuple[int, Plan], ...] = (
    (6, replace(foul_plan(ORDERS), has_outage=False, audit_every=50)),
    *((seed, replace(plan_of(seed, ORDERS), has_outage=False)) for seed in (10, 14, 18)),
)
"""A day with everything, and some whose weather is drawn: odd lists, clocks apart, crashes."""
HARD: Mapping[Fault, float] = {
    Fault.LOST_AFTER: 0.3,
    Fault.OTHER_BOUGHT: 0.3,
    Fault.SHOWN_LATE: 0.7,
}
"""Losses so frequent that a day of a few orders has every misfortune."""


@pytest.mark.parametrize(("seed", "plan"), DAYS)
def test_whatever_goes_wrong_money_and_goods_come_out_right(seed: int, plan: Plan) -> None:
    """No order is bought twice, claimed by another, forgotten, or paid for without its goods."""
    assert simulate(seed, plan).violations == []


def test_on_the_foulest_day_the_books_are_right_after_every_step() -> None:
    """Losses, crashes and an hour without the supplier; each write is followed by every rule."""
    day = simulate(5, foul_plan(ORDERS))
    assert day.violations == []
    assert day.counts["audits"] > day.counts["writes"] > 500
    assert day.counts["invariants"] > day.counts["audits"] * RULES_ASKED
    assert len(day.faults) >= 20
    assert day.faults["lost before"] + day.faults["lost after"] + day.faults["too slow"] > 0
    assert day.faults["crash"] + day.faults["crash at a commit"] >= 5
    assert day.faults["not connected"] >= 10


def test_what_is_partly_done_is_settled_by_an_admins_word() -> None:
    """The hold is posted once, the cost booked, and the customer told, as the verdict checks."""
    plan = Plan(
        orders=15,
        per_minute=0.5,
        weather=Weather(rates={Fault.PARTIAL: 0.9, Fault.FAILS: 0.2}),
    )
    days = (simulate(seed, plan) for seed in range(2, 12))
    day = next(day for day in days if day.verdict.counted)
    assert day.violations == []


def test_a_seed_tells_the_same_story_twice() -> None:
    """A run is repeated to the last event, also by a process that hashes its texts differently."""
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


def test_another_seed_tells_another_story() -> None:
    """The fingerprint is one of what happened."""
    plan = Plan(orders=3)
    assert simulate(1, plan).fingerprint != simulate(2, plan).fingerprint


@pytest.mark.parametrize(
    ("guard", "harm"),
    [
        (Guard.NO_RETRY, "bought 2 times"),
        (Guard.NO_RESEND, "bought 2 times"),
        (Guard.KNOWN_CLASS, "was given back"),
    ],
)
def test_without_a_guard_it_goes_wrong_and_is_found_out(guard: Guard, harm: str) -> None:
    """What bots do that ask again, or believe every refusal: the simulation can fail.

    Not every day has the misfortune that a guard is there for, so the first days are looked
    through until one has it.
    """
    trial = next(trial for trial in TRIALS if trial.guard is guard)
    plan = replace(trial_plan(trial, 20, is_off=True), weather=Weather(rates=HARD))
    days = (simulate(seed, plan) for seed in range(1, 13))
    assert any(harm in violation for day in days for violation in day.violations)


_MANY_LOSSES: Mapping[Fault, float] = {
    Fault.LOST_AFTER: 0.3,
    Fault.LOST_BEFORE: 0.2,
    Fault.OTHER_BOUGHT: 0.3,
    Fault.SHOWN_LATE: 0.7,
}
SMALL_DAYS: tuple[tuple[Guard, str, Plan], ...] = (
    (
        Guard.WINDOW_GATE,
        "parked_and_bought",
        Plan(
            orders=30,
            per_minute=9.0,
            weather=Weather(
                rates={Fault.LOST_AFTER: 0.15}, spells=(Spell(Fault.READS_DOWN, 40, 400),)
            ),
        ),
    ),
    (
        Guard.ONE_UNRESOLVED,
        "parked_and_bought",
        Plan(orders=25, per_minute=9.0, weather=Weather(rates=_MANY_LOSSES), shared=1.0),
    ),
    (
        Guard.COVERING,
        "given_back",
        Plan(
            orders=24,
            per_minute=3.0,
            weather=Weather(
                rates={Fault.OTHER_BOUGHT: 0.3}, spells=(Spell(Fault.LIST_STALE, 60, 420),)
            ),
        ),
    ),
)
"""A guard, what goes wrong without it, and a day as short as shows it."""


@pytest.mark.parametrize(("guard", "harm", "day"), SMALL_DAYS)
def test_a_day_that_goes_wrong_without_a_guard_goes_well_with_it(
    guard: Guard, harm: str, day: Plan
) -> None:
    """Orders scroll out of the list, cannot be told apart, or are believed to be absent.

    Of the first days one has the misfortune; the same day with the guard has none of it.
    """
    alone = replace(day, has_admins=False, is_impatient=True, audit_every=1_000)
    days = ((seed, simulate(seed, replace(alone, off=guard))) for seed in range(1, 10))
    seed, harmed = next((seed, day) for seed, day in days if getattr(day.verdict, harm))
    guarded = simulate(seed, alone)
    assert getattr(harmed.verdict, harm) > getattr(guarded.verdict, harm) == 0
    assert guarded.violations == []


def test_every_twentieth_seed_is_a_long_day() -> None:
    """Many seeds have thousands of orders somewhere; a short one is repeated as it was."""
    orders = [orders_of(seed, 300, 2_000) for seed in range(1, 41)]
    assert (orders.count(2_000), orders.count(300)) == (2, 38)


# --- the simulation itself ---


def test_hours_pass_at_once() -> None:
    """Sleeping takes simulated time only, and the shop's clock follows it."""
    loops: list[VirtualLoop] = []

    def make_loop() -> VirtualLoop:
        loops.append(VirtualLoop())
        return loops[0]

    async def sleep() -> float:
        clock = VirtualClock(loops[0])
        began = clock.now()
        await asyncio.sleep(36_000)
        return (clock.now() - began).total_seconds()

    with asyncio.Runner(loop_factory=make_loop) as runner:
        assert runner.run(sleep()) == pytest.approx(36_000, abs=0.01)


def test_a_town_in_which_nothing_is_due_is_found_out() -> None:
    """Somebody who waits for ever ends the run instead of hanging it."""
    loop = VirtualLoop()
    forgotten = loop.create_future()
    with pytest.raises(StandstillError):
        loop.run_until_complete(forgotten)
    loop.close()


def test_a_stampede_is_counted() -> None:
    """Any 60 seconds count, not only whole minutes."""
    assert most_in_a_minute([0, 59, 61, 62, 118, 119]) == 4
    assert most_in_a_minute([]) == 0
