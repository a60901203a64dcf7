"""Killed at any point, the shop goes on: one order at the supplier, and the customer is told.

A covering choice; `python -m tests.faults.kill` plays every pair.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.kill.points import Point
from tests.faults.kill.round import Answer, play
from tests.faults.kill.soak import soak

pytestmark = pytest.mark.timeout(240)
"""Processes are started: a busy machine takes its time over that."""
DONE, REFUSED, PARKED = "succeeded", "failed", "parked"
ROUNDS: tuple[tuple[str, Answer, str], ...] = (
    # The press is not on disk yet: Telegram delivers it again.
    ("Inbox._keep/inside", Answer.GOOD, DONE),
    # The order is on disk, and its confirm token used: the replayed press makes no second one.
    ("Buy._confirm/after", Answer.LOST_AFTER, DONE),
    # Between confirm and send.
    ("Send._start/inside", Answer.ERROR_AFTER, DONE),
    # "sending" is on disk and no byte has left: it cannot be told from a lost answer.
    ("Send._start/after", Answer.GOOD, PARKED),
    ("place_order/before", Answer.REFUSED, PARKED),
    # The supplier has the request, and the answer is not back.
    ("place_order/inside", Answer.GOOD, DONE),
    # The answer is here, and is not on disk.
    ("place_order/after", Answer.GOOD, DONE),
    ("place_order/after", Answer.LOST_BEFORE, PARKED),
    ("Send._accepted/inside", Answer.GOOD, DONE),
    ("Send._unknown/before", Answer.SOMETHING_WRONG, DONE),
    ("Send._definitely_refused/after", Answer.REFUSED, REFUSED),
    # The end is on disk, and its message is not out.
    ("Reconcile._apply_rows/after", Answer.GOOD, DONE),
    # "Received" is shown, and that is not on disk. The order may be just about to be sent.
    ("_delivered[order]/before", Answer.GOOD, f"{DONE} or {PARKED}"),
)


@pytest.mark.parametrize(("point", "answer", "state"), ROUNDS)
async def test_one_confirm_is_one_order_wherever_the_process_dies(
    tmp_path: Path, point: str, answer: Answer, state: str
) -> None:
    """The next process finds out what became of it; money and words are right."""
    ending = await play(tmp_path, answer, Point.named(point))
    assert ending.killed == 1
    assert ending.order.state in state.split(" or ")


async def test_a_code_that_may_not_have_arrived_is_sent_once_more(tmp_path: Path) -> None:
    """The message is out, and that is not on disk: twice is better than never."""
    ending = await play(tmp_path, Answer.GOOD, Point.named("_delivered[outcome]/before"))
    assert (ending.killed, ending.order.state, ending.told) == (1, DONE, 2)


async def test_dying_again_while_taking_up_the_pieces_changes_nothing(tmp_path: Path) -> None:
    """Killed in the call, then at the start, then as the lost order is found."""
    points = ("place_order/inside", "Reconcile._orphan/inside", "Reconcile._judge_all/inside")
    ending = await play(tmp_path, Answer.GOOD, *map(Point.named, points))
    assert (ending.killed, ending.order.state) == (3, DONE)


async def test_customers_go_on_buying_while_the_process_is_killed(tmp_path: Path) -> None:
    """Five kills at any moment: every press is one order, bought at most once, and told."""
    assert await soak(tmp_path, restarts=5, seed=7) > 0
