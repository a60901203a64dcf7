"""The order protocol on simulated days: whatever goes wrong, money and goods come out right."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.simulation.__main__ import plan_of
from tests.faults.simulation.audits import RULES_ASKED
from tests.faults.simulation.guards import Guard
from tests.faults.simulation.plan import TRIALS, Plan, foul_plan, trial_plan
from tests.faults.simulation.run import Report, most_in_a_minute, simulate
from tests.faults.simulation.virtual_time import StandstillError, VirtualClock, VirtualLoop
from tests.faults.simulation.weather import Fault, Weather

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(600)
ORDERS = 40
DAYS: tuple[tuple[int, Plan], ...] = (
    (5, foul_plan(ORDERS)),
    (6, replace(foul_plan(ORDERS), has_outage=False, audit_every=50)),
    *((seed, replace(plan_of(seed, ORDERS), has_outage=False)) for seed in (10, 14, 18)),
)
"""Two days with everything, and some whose weather is drawn: odd lists, clocks apart, crashes."""
HARD: Mapping[Fault, float] = {
    Fault.LOST_AFTER: 0.3,
    Fault.OTHER_BOUGHT: 0.3,
    Fault.SHOWN_LATE: 0.7,
}
"""Losses so frequent that a day of a few orders has every misfortune."""


@pytest.fixture(scope="module")
def reports() -> list[Report]:
    """What a few days came to."""
    return [simulate(seed, plan) for seed, plan in DAYS]


def test_whatever_goes_wrong_money_and_goods_come_out_right(reports: list[Report]) -> None:
    """No order is bought twice, claimed by another, forgotten, or paid for without its goods."""
    wrong = {report.seed: report.violations for report in reports if report.violations}
    assert wrong == {}


def test_a_good_deal_went_wrong(reports: list[Report]) -> None:
    """The days of the test above had losses, crashes and an hour without the supplier."""
    faults = sum((report.faults for report in reports), start=Counter[str]())
    assert len(faults) >= 20
    assert faults["lost before"] + faults["lost after"] + faults["too slow"] >= 3
    assert faults["crash"] + faults["crash at a commit"] >= 5
    assert faults["not connected"] >= 10


def test_the_books_are_audited_after_every_step(reports: list[Report]) -> None:
    """On a day that is watched, each write that was committed is followed by every rule."""
    watched = reports[0]
    assert watched.counts["audits"] > watched.counts["writes"] > 500
    assert watched.counts["invariants"] > watched.counts["audits"] * RULES_ASKED


def test_a_seed_tells_the_same_story_twice(reports: list[Report]) -> None:
    """A run is repeated to the last event, also by a process that hashes its texts differently."""
    seed, plan = DAYS[-1]
    code = (
        "from dataclasses import replace\n"
        "from tests.faults.simulation.__main__ import plan_of\n"
        "from tests.faults.simulation.run import simulate\n"
        f"plan = replace(plan_of({seed}, {plan.orders}), has_outage=False)\n"
        f"print(simulate({seed}, plan).fingerprint)"
    )
    elsewhere = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "4711"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert elsewhere.stdout.strip() == reports[-1].fingerprint


def test_another_seed_tells_another_story(reports: list[Report]) -> None:
    """The fingerprint is one of what happened."""
    assert reports[0].fingerprint != reports[1].fingerprint


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
