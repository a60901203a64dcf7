"""Killed at any point, the shop makes one order at the supplier and reports it to the customer.

A selection that covers each kind of point, with several kills in one order's life. `python -m
tests.faults.kill` runs every pair of a point and an answer.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.order import OrderState
from tests.faults.kill.__main__ import (
    NOT_REACHED,
    PLACES,
    SCENARIOS,
    Scenario,
    points_of,
    unreached,
)
from tests.faults.kill.answers import Answer
from tests.faults.kill.points import PLACE_ORDER, Point
from tests.faults.kill.round import run_round
from tests.faults.kill.soak import soak

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.timeout(240)
"""Starting processes takes long on a busy machine."""
DONE, REFUSED, PARKED = OrderState.SUCCEEDED, OrderState.FAILED, OrderState.PARKED
KILLED_ORDERS: tuple[tuple[Answer, OrderState, tuple[str, ...]], ...] = (
    (
        Answer.GOOD,
        DONE,
        (
            # The update with the press is not on disk yet: Telegram delivers it again.
            "UpdateInbox._keep/inside",
            # The order is on disk and its token is used: replaying the press makes no other order.
            "Buy._confirm/after",
            # Between confirm and send.
            "Send._start/inside",
            # The supplier has the request and has not answered.
            "place_order/inside",
            # While the next process recovers, and when the lost order is found.
            "Reconcile._make_orphans_ambiguous/inside",
            "Reconcile._decide_by_list/inside",
        ),
    ),
    # "sending" is on disk and no byte has left: indistinguishable from a lost answer.
    (Answer.GOOD, PARKED, ("Send._start/after",)),
    # The answer is received and not on disk.
    (Answer.GOOD, DONE, ("Send._record_accepted/inside",)),
    (Answer.LOST_BEFORE, PARKED, ("place_order/after",)),
    (Answer.SOMETHING_WRONG, DONE, ("Send._record_unknown/before",)),
    (Answer.REFUSED, REFUSED, ("Send._record_refused/after",)),
)
"""The supplier's answer, the final state of the order, and where the processes die in turn."""


@pytest.mark.parametrize(("answer", "state", "points"), KILLED_ORDERS)
async def test_one_confirm_is_one_order_wherever_processes_are_killed(
    tmp_path: Path, answer: Answer, state: OrderState, points: tuple[str, ...]
) -> None:
    ending = await run_round(tmp_path, answer, *map(Point.named, points))
    assert ending.killed == len(points)
    assert ending.order.state is state


async def test_a_voucher_that_may_not_have_arrived_is_sent_again(tmp_path: Path) -> None:
    """The message is sent but not marked as delivered: a repetition is better than none."""
    points = ("Reconcile._apply_rows/after", "_delivered[outcome]/before")
    ending = await run_round(tmp_path, Answer.GOOD, *map(Point.named, points))
    assert (ending.killed, ending.order.state, ending.told) == (2, DONE, 2)


def test_a_place_that_no_process_reached_is_reported() -> None:
    """When a use case is renamed, its rows must not pass unnoticed."""
    common = Scenario(Answer.GOOD, PLACES)
    rare = Scenario(Answer.GOOD, ("Renamed.since", "SupplierComparison._record"))
    results = {(story, point): "done" for story in (common, rare) for point in points_of(story)}
    assert unreached(results) == []
    results[common, Point.named("Send._start/inside")] = NOT_REACHED
    for point in points_of(rare)[:3]:
        results[rare, point] = NOT_REACHED
    assert unreached(results) == ["Send._start/inside", f"{rare}: Renamed.since"]


def qualified_names(tree: ast.AST, prefix: str = "") -> Iterator[str]:
    """Yield the `__qualname__` of every function in a module, without those of lambdas."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{prefix}{node.name}"
            yield from qualified_names(node, f"{prefix}{node.name}.<locals>.")
        elif isinstance(node, ast.ClassDef):
            yield from qualified_names(node, f"{prefix}{node.name}.")


def test_every_place_of_the_matrix_is_a_function_of_the_bot() -> None:
    """The whole matrix takes half an hour; a renamed use case is found here at once."""
    names = {
        name
        for folder in ("bot", "handlers")
        for path in (ROOT / folder).rglob("*.py")
        for name in qualified_names(ast.parse(path.read_text(encoding="utf-8")))
    }
    places = {point.place for story in SCENARIOS for point in points_of(story)}
    places |= {Point.named(name).place for _, _, points in KILLED_ORDERS for name in points}
    functions = {place.partition("[")[0].removesuffix(".<locals>.<lambda>") for place in places}
    assert functions - {PLACE_ORDER} - names == set()


async def test_random_kills_lose_and_repeat_no_order(tmp_path: Path) -> None:
    assert await soak(tmp_path, restarts=2, seed=7) > 0
