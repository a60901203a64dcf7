"""Run the whole kill matrix: python -m tests.faults.kill [--at-once N] [--restarts N] [--seed N].

The bot's process is killed at every point, for each of the supplier's basic answers; rarer answers
and people's actions are combined only with the points that matter for them. A soak follows.

Prints the result of every round and the totals. Exits with 1 when a round failed, or when no round
of a row reached its place: then the place has probably been renamed.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import click

from bot.domain.order import OrderState
from tests.faults.kill.answers import BASIC, Answer
from tests.faults.kill.people import Action
from tests.faults.kill.points import PLACE_ORDER, Moment, Point
from tests.faults.kill.round import RoundResult, run_round
from tests.faults.kill.soak import soak
from tests.faults.markdown import grouped, markdown

PLACES = (
    "UpdateInbox._keep",
    "Buy._confirm",
    "_mark",
    "Send._start",
    PLACE_ORDER,
    "Send._record_accepted",
    "Send._record_unknown",
    "Send._record_refused",
    "Reconcile._decide_by_list",
    "Reconcile._apply_rows",
    "_delivered[order]",
    "_delivered[outcome]",
)
SETTLE = "Admin._settle.<locals>.settle_order"


@dataclass(frozen=True, slots=True)
class Scenario:
    """The supplier's answer, what people do, and the places at which the process is killed."""

    answer: Answer
    places: tuple[str, ...]
    act: Action = Action.BUY
    first: Point | None = None
    """Where the previous process was killed."""

    def __str__(self) -> str:
        before = "" if self.first is None else f", after {self.first}"
        return f"{self.act}: {self.answer}{before}"


SENT = Point(PLACE_ORDER, Moment.INSIDE)
SCENARIOS = (
    *(Scenario(answer, PLACES) for answer in BASIC),
    Scenario(Answer.ERROR_BEFORE, (PLACE_ORDER, "Send._record_unknown")),
    Scenario(Answer.HTML, ("Send._record_unknown", "Reconcile._decide_by_list")),
    Scenario(Answer.TRUNCATED, ("Send._record_unknown", "Reconcile._decide_by_list")),
    Scenario(Answer.EMPTY, ("Send._record_unknown", "Reconcile._decide_by_list")),
    Scenario(Answer.REDIRECT, (PLACE_ORDER, "Send._record_unknown")),
    Scenario(Answer.FOREIGN_ECHO, ("Send._record_accepted",)),
    Scenario(Answer.DUPLICATE_REF, ("Send._record_accepted",)),
    Scenario(Answer.THROTTLED, ("Send._record_not_sent", "Send._record_accepted")),
    Scenario(Answer.NOT_CONNECTED, ("Send._record_not_sent", "Send._record_accepted")),
    Scenario(Answer.ROW_LATE, ("Send._record_unknown", "Reconcile._decide_by_list")),
    Scenario(Answer.ROW_VANISHES, ("Send._record_unknown", "Reconcile._decide_by_list")),
    Scenario(Answer.BLIND, ("Reconcile._decide_without_list", "Reconcile._decide_by_list")),
    Scenario(Answer.PARTIAL, ("Reconcile._apply_rows",)),
    Scenario(Answer.PROMISED_AFTER, ("Send._record_unknown", "Reconcile._decide_by_list")),
    Scenario(Answer.PROMISED_BEFORE, ("Send._record_unknown", "Reconcile._decide_by_list")),
    Scenario(Answer.REFUSED_503, (PLACE_ORDER, "Send._record_unknown")),
    Scenario(Answer.DEAR, ("Send._record_accepted",)),
    Scenario(Answer.GOOD, ("Reconcile._make_orphans_ambiguous",), first=SENT),
    Scenario(Answer.LOST_BEFORE, ("Reconcile._make_orphans_ambiguous",), first=SENT),
    # The press of the confirm button is replayed, and its attempt counted.
    Scenario(Answer.GOOD, ("UpdateInbox._begin",), first=Point("Buy._confirm", Moment.INSIDE)),
    Scenario(Answer.GOOD, ("Buy._create_quote",), Action.QUOTE),
    Scenario(Answer.NOT_CONNECTED, ("Buy._cancel",), Action.CANCEL),
    Scenario(Answer.ROW_VANISHES, ("record_rows", SETTLE), Action.REFUND),
    Scenario(Answer.FOREIGN_ECHO, (SETTLE,), Action.ATTACH),
    Scenario(Answer.LOST_BEFORE, ("Admin.keep_waiting.<locals>.keep",), Action.KEEP_WAITING),
    Scenario(Answer.PARTIAL, (SETTLE,), Action.COUNT),
    Scenario(Answer.GOOD, ("Admin.pause.<locals>.pause",), Action.PAUSE),
    Scenario(Answer.GOOD, ("Admin.resume.<locals>.resume",), Action.RESUME),
    Scenario(Answer.GOOD, ("SupplierComparison._record",), Action.COMPARE),
    Scenario(Answer.GOOD, ("_record_deposit_paid",), Action.DEPOSIT),
    Scenario(Answer.GOOD, ("carry_out",), Action.BONUS),
    Scenario(Answer.GOOD, ("decide_topup",), Action.TOP_UP),
    Scenario(Answer.GOOD, ("confirm_second_payment",), Action.SECOND_PAYMENT),
    Scenario(Answer.DEAR, ("_release",), Action.SELL_AGAIN),
)
SHORT = {
    OrderState.SUCCEEDED: "done",
    OrderState.FAILED: "refused",
    OrderState.PARKED: "parked",
    OrderState.CANCELLED: "cancelled",
}
NOT_REACHED, WRONG = "-", "WRONG"
Results = dict[tuple[Scenario, Point], str]


async def matrix(folder: Path, at_once: int, stories: tuple[Scenario, ...]) -> Results:
    """Run every round and return its result as one word."""
    free = asyncio.Semaphore(at_once)
    results: Results = {}

    async def run_round(story: Scenario, point: Point) -> None:
        async with free:
            results[story, point] = await _result_of_round(folder, story, point)
            click.echo(".", nl=False, err=True)

    async with asyncio.TaskGroup() as rounds:
        for story in stories:
            for point in points_of(story):
                rounds.create_task(run_round(story, point))
    click.echo(err=True)
    return results


def points_of(story: Scenario) -> list[Point]:
    """Return the points of a story; each gets a round."""
    return [Point(place, moment) for place in story.places for moment in Moment]


async def _result_of_round(folder: Path, story: Scenario, point: Point) -> str:
    points = (point,) if story.first is None else (story.first, point)
    folder = Path(tempfile.mkdtemp(prefix="round-", dir=folder))
    try:
        ending = await run_round(folder, story.answer, *points, act=story.act)
    except Exception as error:  # noqa: BLE001 - a failed round is a row of the table
        return f"{WRONG}: {type(error).__name__}: {error}"
    return _word_of(ending, len(points))


def _word_of(ending: RoundResult, points: int) -> str:
    if ending.killed < points:
        return NOT_REACHED
    twice = f" x{ending.told}" if ending.told > 1 else ""
    return SHORT[ending.order.state] + twice


def unreached(results: Results) -> list[str]:
    """Return the points that no answer reached, and the places that a rarer story never reached."""
    reached = {pair for pair, word in results.items() if word != NOT_REACHED}
    points = {point for story, point in results if story.places == PLACES}
    seen = {point for _, point in reached}
    missing = [str(point) for point in sorted(points - seen, key=str)]
    places = {(story, point.place) for story, point in reached}
    return missing + [
        f"{story}: {place}"
        for story in dict.fromkeys(story for story, _ in results)
        for place in story.places
        if story.places != PLACES and (story, place) not in places
    ]


def table(results: Results) -> str:
    """Return the results as a table: one row per place of a story, one column per moment."""
    rows = [
        (str(story), place, *(results[story, Point(place, moment)][:40] for moment in Moment))
        for story in dict.fromkeys(story for story, _ in results)
        for place in story.places
    ]
    return markdown(("what happens", "killed at", *Moment), rows)


def figures(results: Results, restarts: int, soaked: int) -> str:
    """Return the totals of all rounds and the soak, as a table."""
    words = Counter(word.split(" ")[0] for word in results.values())
    stories = {story for story, _ in results}
    ends = ", ".join(f"{words[word]}" for word in SHORT.values())
    rows = (
        ("answers of the supplier, and actions of people", len(stories)),
        ("points to be killed at", len({point for _, point in results})),
        ("rounds: one point with one answer or action", len(results)),
        ("of these killed there; the others never reach the point", _killed(results)),
        ("orders succeeded, failed, parked, cancelled", ends),
        ("customers who got the outcome twice", sum(" x" in word for word in results.values())),
        ("kills at random moments of one shop", restarts),
        ("orders of that shop, each bought once or parked", soaked),
        ("**kills survived**", _killed(results) + restarts),
        ("**rounds with wrong goods, money or messages**", len(_wrong(results))),
    )
    return markdown(("the real process", ""), [(name, grouped(value)) for name, value in rows])


def _killed(results: Results) -> int:
    return sum(word != NOT_REACHED and not word.startswith(WRONG) for word in results.values())


def _wrong(results: Results) -> Results:
    return {pair: word for pair, word in results.items() if word.startswith(WRONG)}


async def whole(at_once: int, restarts: int, seed: int, stories: tuple[Scenario, ...]) -> int:
    """Run the matrix and the soak; return the exit code."""
    with tempfile.TemporaryDirectory(prefix="konter-kill-") as folder:
        results = await matrix(Path(folder), at_once, stories)
        click.echo(table(results))
        click.echo("-: the process never reached this point. x2: the customer was told twice.")
        for (story, point), word in _wrong(results).items():
            click.echo(f"{point} when {story}: {word}", err=True)
        missing = unreached(results)
        for place in missing:
            click.echo(f"No process reached this place; was it renamed?  {place}", err=True)
        soaked = Path(tempfile.mkdtemp(prefix="soak-", dir=folder))
        orders = await soak(soaked, restarts, seed) if restarts else 0
    click.echo(f"\n{figures(results, restarts, orders)}")
    return int(bool(_wrong(results) or missing))


@click.command()
@click.option("--at-once", default=2, show_default=True, help="Rounds side by side.")
@click.option("--restarts", default=30, show_default=True, help="Kills of the soak; 0: none.")
@click.option("--seed", default=1, show_default=True, help="Of the soak.")
@click.option("--only", default="", help="Only rows whose name contains this text.")
def main(at_once: int, restarts: int, seed: int, only: str) -> None:
    """Kill the bot at every point, and compare its books with the supplier's."""
    stories = tuple(story for story in SCENARIOS if only in str(story))
    sys.exit(asyncio.run(whole(at_once, restarts, seed, stories)))


if __name__ == "__main__":
    main()
