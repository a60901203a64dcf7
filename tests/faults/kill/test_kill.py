"""Killed at any point, the shop goes on: one order at the supplier, and the customer is told.

A covering choice, several deaths in one order's life; `python -m tests.faults.kill` plays every
pair of a point and an answer.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.order import OrderState
from tests.faults.kill.__main__ import NOT_REACHED, PLACES, Story, points_of, unreached
from tests.faults.kill.answers import Answer
from tests.faults.kill.points import Point
from tests.faults.kill.round import play
from tests.faults.kill.soak import soak

pytestmark = pytest.mark.timeout(240)
"""Processes are started: a busy machine takes its time over that."""
DONE, REFUSED, PARKED = OrderState.SUCCEEDED, OrderState.FAILED, OrderState.PARKED
LIVES: tuple[tuple[Answer, OrderState, tuple[str, ...]], ...] = (
    (
        Answer.GOOD,
        DONE,
        (
            # The press is not on disk yet: Telegram delivers it again.
            "Inbox._keep/inside",
            # The order is on disk, and its confirm token used: the replayed press makes no other.
            "Buy._confirm/after",
            # Between confirm and send.
            "Send._start/inside",
            # The supplier has the request, and the answer is not back.
            "place_order/inside",
            # While the next process takes up the pieces, and as the lost order is found.
            "Reconcile._orphan/inside",
            "Reconcile._judge_all/inside",
        ),
    ),
    # "sending" is on disk and no byte has left: it cannot be told from a lost answer.
    (Answer.GOOD, PARKED, ("Send._start/after",)),
    # The answer is here, and is not on disk.
    (Answer.GOOD, DONE, ("Send._accepted/inside",)),
    (Answer.LOST_BEFORE, PARKED, ("place_order/after",)),
    (Answer.SOMETHING_WRONG, DONE, ("Send._unknown/before",)),
    (Answer.REFUSED, REFUSED, ("Send._definitely_refused/after",)),
)
"""What the supplier answers, what becomes of the order, and where one process after the other
dies."""


@pytest.mark.parametrize(("answer", "state", "points"), LIVES)
async def test_one_confirm_is_one_order_wherever_a_process_dies(
    tmp_path: Path, answer: Answer, state: OrderState, points: tuple[str, ...]
) -> None:
    """The next process finds out what became of it; money and words are right."""
    ending = await play(tmp_path, answer, *map(Point.named, points))
    assert ending.killed == len(points)
    assert ending.order.state is state


async def test_a_code_that_may_not_have_arrived_is_sent_once_more(tmp_path: Path) -> None:
    """The end is on disk; then its message is out, and that is not: twice is better than never."""
    points = ("Reconcile._apply_rows/after", "_delivered[outcome]/before")
    ending = await play(tmp_path, Answer.GOOD, *map(Point.named, points))
    assert (ending.killed, ending.order.state, ending.told) == (2, DONE, 2)


def test_a_place_that_no_process_came_to_is_found_out() -> None:
    """A use case with a new name leaves no row green: neither a common one nor a rarer one."""
    common = Story(Answer.GOOD, PLACES)
    rare = Story(Answer.GOOD, ("Renamed.since", "Recon._record"))
    results = {(story, point): "done" for story in (common, rare) for point in points_of(story)}
    assert unreached(results) == []
    results[common, Point.named("Send._start/inside")] = NOT_REACHED
    for point in points_of(rare)[:3]:
        results[rare, point] = NOT_REACHED
    assert unreached(results) == ["Send._start/inside", f"{rare}: Renamed.since"]


async def test_customers_go_on_buying_while_the_process_is_killed(tmp_path: Path) -> None:
    """Three kills at any moment: every press is one order, bought at most once, and told."""
    assert await soak(tmp_path, restarts=3, seed=7) > 0
