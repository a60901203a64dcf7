"""The whole matrix: python -m tests.faults.kill [--at-once N] [--restarts N] [--seed N].

Every point at which the process may die, against every answer of the supplier; then a soak.
Prints what came of every pair and the figures of them all, and ends with 1 when a round ended as
it must not.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections import Counter
from pathlib import Path

import click

from bot.domain.order import OrderState
from tests.faults.kill.points import PLACE_ORDER, Moment, Point
from tests.faults.kill.round import Answer, Ending, play
from tests.faults.kill.soak import soak
from tests.faults.markdown import grouped, markdown

PLACES = (
    "Inbox._keep",
    "Inbox._begin",
    "Buy._confirm",
    "Inbox.done.<locals>.<lambda>",
    "Send._start",
    PLACE_ORDER,
    "Send._accepted",
    "Send._unknown",
    "Send._definitely_refused",
    "Reconcile._judge_all",
    "Reconcile._apply_rows",
    "_delivered[order]",
    "_delivered[outcome]",
)
POINTS = tuple(Point(place, moment) for place in PLACES for moment in Moment)
SHORT = {OrderState.SUCCEEDED: "done", OrderState.FAILED: "refused", OrderState.PARKED: "parked"}
NOT_REACHED, WRONG = "-", "WRONG"
Results = dict[tuple[Point, Answer], str]


async def matrix(folder: Path, at_once: int) -> Results:
    """Play every round and return what came of it, in a word."""
    free = asyncio.Semaphore(at_once)
    results: Results = {}

    async def one(point: Point, answer: Answer) -> None:
        async with free:
            results[point, answer] = await _word(folder / f"{len(results)}", answer, point)
            click.echo(".", nl=False)

    async with asyncio.TaskGroup() as rounds:
        for point in POINTS:
            for answer in Answer:
                rounds.create_task(one(point, answer))
    click.echo()
    return results


async def _word(folder: Path, answer: Answer, point: Point) -> str:
    folder = Path(tempfile.mkdtemp(prefix="round-", dir=folder.parent))
    try:
        ending = await play(folder, answer, point)
    except Exception as error:  # noqa: BLE001 - a failed round is a row of the table
        return f"{WRONG}: {type(error).__name__}: {error}"
    return _shown(ending)


def _shown(ending: Ending) -> str:
    if not ending.killed:
        return NOT_REACHED
    twice = f" x{ending.told}" if ending.told > 1 else ""
    return SHORT[ending.order.state] + twice


def table(results: Results) -> str:
    """Return the results as a table: a row a point, a column an answer."""
    rows = [(str(point), *(results[point, answer][:60] for answer in Answer)) for point in POINTS]
    return markdown(("killed", *Answer), rows)


def figures(results: Results, restarts: int, soaked: int) -> str:
    """Return what all rounds and the soak came to, as a table."""
    words = Counter(word.split(" ")[0] for word in results.values())
    rows = (
        ("rounds: a point to die at, and an answer of the supplier", len(results)),
        ("of them killed there; the others never came to the point", _killed(results)),
        ("orders done, refused, parked", ", ".join(f"{words[word]}" for word in SHORT.values())),
        ("customers told twice of the end", sum(" x" in word for word in results.values())),
        ("kills at any moment, one after the other", restarts),
        ("orders of that shop, each bought once or known to be in doubt", soaked),
        ("**kills survived**", _killed(results) + restarts),
        ("**rounds in which goods, money or words came out wrong**", len(_wrong(results))),
    )
    return markdown(("the real process", ""), [(name, grouped(value)) for name, value in rows])


def _killed(results: Results) -> int:
    return sum(word != NOT_REACHED and not word.startswith(WRONG) for word in results.values())


def _wrong(results: Results) -> Results:
    return {pair: word for pair, word in results.items() if word.startswith(WRONG)}


async def whole(at_once: int, restarts: int, seed: int) -> int:
    """Run the matrix and the soak; return the exit code."""
    with tempfile.TemporaryDirectory(prefix="konter-kill-") as folder:
        results = await matrix(Path(folder), at_once)
        click.echo(table(results))
        click.echo("-: the process never came to this point. x2: the customer was told twice.")
        wrong = _wrong(results)
        for (point, answer), word in wrong.items():
            click.echo(f"{point} when {answer}: {word}", err=True)
        soaked = Path(tempfile.mkdtemp(prefix="soak-", dir=folder))
        orders = await soak(soaked, restarts, seed)
    click.echo(f"\n{figures(results, restarts, orders)}")
    return int(bool(wrong))


@click.command()
@click.option("--at-once", default=2, show_default=True, help="Rounds side by side.")
@click.option("--restarts", default=30, show_default=True, help="Kills of the soak.")
@click.option("--seed", default=1, show_default=True, help="Of the soak.")
def main(at_once: int, restarts: int, seed: int) -> None:
    """Kill the bot at every point, and compare its books with the supplier's."""
    sys.exit(asyncio.run(whole(at_once, restarts, seed)))


if __name__ == "__main__":
    main()
