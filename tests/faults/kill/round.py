"""One round: a customer confirms, the process dies at a point, and another one takes over."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.domain.order import CustomerId, Order, OrderState
from bot.ports.store import Transaction
from bot.sandbox.environment import PAYING
from bot.sandbox.telegram.server import ADMIN, SARAH
from tests.faults.kill.acts import DEPOSIT, Act, deposits_noted, perform, topups_credited
from tests.faults.kill.answers import Answer, order_calls_taken, prepare
from tests.faults.kill.bot import NEVER
from tests.faults.kill.points import PLACE_ORDER, Moment, Point
from tests.sandbox.running_shop import FUNDS, PRICE, House, a_house

CALM_SECONDS = 60.0

DURING = Point(PLACE_ORDER, Moment.INSIDE)
"""The supplier has the request, and its answer is on the way: killed from outside."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What a round came to, once all is calm."""

    killed: int
    """How many processes died at their point."""
    order: Order
    told: int
    """How many messages told the customer of the end."""


async def play(folder: Path, answer: Answer, *points: Point, act: Act = Act.BUY) -> Ending:
    """Let one process after the other die at its point, and a last one live; judge the end.

    Raises AssertionError when the shop did what it must not.
    """
    if DURING in points and answer is Answer.GOOD:
        answer = Answer.SLOW
    async with a_house(folder) as house:
        _set_up(house, answer)
        await house.stock()
        killed = await _live_and_die(house, points, answer, act)
        await house.until_true(lambda: _is_calm(house), CALM_SECONDS)
        assert await house.stop() == 0, house.log
        (order,) = await house.orders(SARAH.user_id)
        await judge(house, order, answer)
        await judge_money(house, act)
        return Ending(killed, order, len(endings_shown(house, order)))


async def _live_and_die(house: House, points: Sequence[Point], answer: Answer, act: Act) -> int:
    """Return how many processes died at their point, while people did what they do."""
    killed, people = 0, None
    try:
        for point in (*points, None):
            await house.start(program(point or NEVER))
            people = people or asyncio.create_task(perform(house, answer, act))
            if point is None or not await _dies(house, point, people):
                break
            killed += 1
        if people is not None:
            await people
    finally:
        if people is not None:
            people.cancel()
    return killed


def program(point: Point) -> tuple[str, ...]:
    """Return the command of a process that dies at a point."""
    return ("-m", "tests.faults.kill.bot", str(point))


def _set_up(house: House, answer: Answer) -> None:
    house.telegram.add_user(ADMIN.user_id, ADMIN.first_name, "en", ADMIN.username)
    house.env |= PAYING
    house.env |= {
        "SUPPLIER_TIMEOUT_SECONDS": "1",
        # Long enough for a look that comes after some that failed.
        "RECONCILE_PARK_AFTER_SECONDS": "8" if answer is Answer.BLIND else "2",
        "LOG_LEVEL": "INFO",
    }
    prepare(house, answer)


async def _dies(house: House, point: Point, people: asyncio.Task[None]) -> bool:
    """Wait until the process is over; False when all is calm and it never came to the point."""
    process = house.process
    assert process is not None
    if point == DURING:
        await house.until(lambda: house.supplier.order_calls > 0, CALM_SECONDS)
        await house.kill()
        return True

    async def is_over() -> bool:
        if people.done():
            people.result()
        return process.returncode is not None or (people.done() and await _is_calm(house))

    await house.until_true(is_over, CALM_SECONDS)
    # When all is calm it may be dying all the same, of the last thing that it did.
    return await house.stop() == -signal.SIGKILL


async def _is_calm(house: House) -> bool:
    """Tell whether the order is over or left to an admin, and everybody was told."""

    def ask(tx: Transaction) -> bool:
        orders = tx.orders.history_of(CustomerId(SARAH.user_id), 10, 0)
        is_over = [one.state.is_final or one.state is OrderState.PARKED for one in orders]
        return bool(orders) and all(is_over) and not tx.outbox.backlog()

    return not house.telegram.updates.pending and await house.read(ask)


# --- the verdict ---

ENDS = {
    OrderState.SUCCEEDED: "SN / code:",
    OrderState.FAILED: "Your money is back: ",
    OrderState.PARKED: "Being checked by hand. Your money is safe",
    OrderState.CANCELLED: "You cancelled this order",
}
"""What the customer reads in the end."""
LIES = {
    OrderState.SUCCEEDED: "❌",
    OrderState.FAILED: "✅",
    OrderState.PARKED: "❌|✅",
    OrderState.CANCELLED: "✅",
}
"""What would be wrong to say at any time."""
TOP_UPS = {Act.TOP_UP: 1, Act.SECOND_PAYMENT: 2}
"""How many top-ups an act credits."""
LEFT_TO_AN_ADMIN = (Answer.FOREIGN_ECHO, Answer.DUPLICATE_REF, Answer.PARTIAL)
"""What may stay parked although it was bought: the row is known, and a person has to look."""
MONEY = {
    OrderState.SUCCEEDED: (FUNDS - PRICE, 0),
    OrderState.FAILED: (FUNDS, 0),
    OrderState.PARKED: (FUNDS, PRICE),
    OrderState.CANCELLED: (FUNDS, 0),
}
"""Posted and held in the wallet at the end."""


async def judge(house: House, order: Order, answer: Answer) -> None:
    """Compare the end of an order with what the supplier knows and the customer has read."""
    bought = [one for one in house.bought(order.destination) if not one.is_deleted]
    assert order_calls_taken(house, order.destination) <= 1, "the order was sent twice"
    if order.state is OrderState.PARKED and answer in LEFT_TO_AN_ADMIN:
        assert len(bought) <= 1
        assert order.ref_id or order.suspect_ref_id, "an admin is not told of a row"
    else:
        assert len(bought) == (1 if order.state is OrderState.SUCCEEDED else 0)
        assert {one.ref_id for one in bought} == {order.ref_id} - {None}
    wallet = await house.wallet(SARAH.user_id)
    assert (wallet.posted, wallet.held) == MONEY[order.state]
    assert not house.sarah.was_shown(LIES[order.state]), house.sarah.texts
    assert endings_shown(house, order), house.sarah.texts


async def judge_money(house: House, act: Act) -> None:
    """Compare what was moved besides the order: each act moved its money once."""
    noted, credited = await house.read(deposits_noted), await house.read(topups_credited)
    assert noted == ([DEPOSIT] if act is Act.DEPOSIT else [])
    assert len(credited) == TOP_UPS.get(act, 0)
    assert len(set(credited)) <= 1, "a second payment is the first one's amount"


def endings_shown(house: House, order: Order) -> set[int]:
    """Return the messages that told the customer how the order ended."""
    return {
        message_id
        for message_id, text in house.sarah.shown
        if ENDS[order.state] in text and order.number in text
    }
