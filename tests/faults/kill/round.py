"""One round: a customer confirms, the process dies at a point, and another one takes over."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.domain.order import CustomerId, Order, OrderState
from bot.ports import Transaction
from bot.sandbox.supplier import Fault
from bot.sandbox.telegram import SARAH
from tests.faults.kill.bot import NEVER
from tests.faults.kill.points import ARMED, PLACE_ORDER, Moment, Point
from tests.sandbox.guest import PAY
from tests.sandbox.house import FUNDS, PRICE, House, a_house

NUMBER, REFUSED_NUMBER = "081212345678", "081212340035"
CALM_SECONDS = 60.0


class Answer(StrEnum):
    """What the supplier does with the order call."""

    GOOD = "good"
    SLOW = "good, but slow"
    LOST_AFTER = "bought, answer lost"
    LOST_BEFORE = "not bought, answer lost"
    ERROR_AFTER = "bought, error 500"
    SOMETHING_WRONG = "bought, unknown refusal"
    REFUSED = "refused"


FAULTS = {
    Answer.SLOW: Fault.SLOW,
    Answer.LOST_AFTER: Fault.LOST_AFTER,
    Answer.LOST_BEFORE: Fault.LOST_BEFORE,
    Answer.ERROR_AFTER: Fault.ERROR_AFTER,
    Answer.SOMETHING_WRONG: Fault.SOMETHING_WRONG,
}
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


async def play(folder: Path, answer: Answer, *points: Point) -> Ending:
    """Let one process after the other die at its point, and a last one live; judge the end.

    Raises AssertionError when the shop did what it must not.
    """
    async with a_house(folder) as house:
        _prepare(house, Answer.SLOW if DURING in points and answer is Answer.GOOD else answer)
        await house.stock()
        killed = 0
        for point in points:
            await house.start(program(point))
            if killed == 0:
                await _press(house, answer)
            if not await _dies(house, point):
                break
            killed += 1
        else:
            await house.start(program(NEVER))
        await house.until_true(lambda: _is_calm(house), CALM_SECONDS)
        assert await house.stop() == 0, house.log
        (order,) = await house.orders(SARAH.user_id)
        await judge(house, order)
        return Ending(killed, order, len(endings_shown(house, order)))


def program(point: Point) -> tuple[str, ...]:
    """Return the command of a process that dies at a point."""
    return ("-m", "tests.faults.kill.bot", str(point))


def _prepare(house: House, answer: Answer) -> None:
    house.env |= {
        "SUPPLIER_TIMEOUT_SECONDS": "1",
        "RECONCILE_PARK_AFTER_SECONDS": "2",
        "LOG_LEVEL": "INFO",
    }
    # So slow that whoever waits for it can be killed meanwhile.
    house.supplier.troubles.slow_seconds = 0.8
    if answer in FAULTS:
        house.supplier.fail_next_order(FAULTS[answer])


async def _press(house: House, answer: Answer) -> None:
    """Come to the confirm screen; from the press on the process may die."""
    screen = await house.sarah.quote(REFUSED_NUMBER if answer is Answer.REFUSED else NUMBER)
    (house.folder / ARMED).touch()
    house.sarah.press(PAY, on=screen)


async def _dies(house: House, point: Point) -> bool:
    """Wait until the process is over; False when all is calm and it never came to the point."""
    process = house.process
    assert process is not None
    if point == DURING:
        await house.until(lambda: house.supplier.order_calls > 0)
        await house.kill()
        return True

    async def is_over() -> bool:
        return process.returncode is not None or await _is_calm(house)

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
    OrderState.SUCCEEDED: "Your code or reference number",
    OrderState.FAILED: "Your money is back: ",
    OrderState.PARKED: "Being checked by hand. Your money is safe",
}
"""What the customer reads in the end."""
LIES = {
    OrderState.SUCCEEDED: "❌",
    OrderState.FAILED: "✅",
    OrderState.PARKED: "❌|✅",
}
"""What would be wrong to say at any time."""
MONEY = {
    OrderState.SUCCEEDED: (FUNDS - PRICE, 0),
    OrderState.FAILED: (FUNDS, 0),
    OrderState.PARKED: (FUNDS, PRICE),
}
"""Posted and held in the wallet at the end."""


async def judge(house: House, order: Order) -> None:
    """Compare the end of an order with what the supplier knows and the customer has read."""
    bought = house.bought(order.destination)
    assert house.supplier.order_calls <= 1, "the order was sent twice"
    assert len(bought) == (1 if order.state is OrderState.SUCCEEDED else 0)
    assert {one.ref_id for one in bought} == {order.ref_id} - {None}
    wallet = await house.wallet(SARAH.user_id)
    assert (wallet.posted, wallet.held) == MONEY[order.state]
    assert not house.sarah.was_shown(LIES[order.state]), house.sarah.texts
    assert endings_shown(house, order), house.sarah.texts


def endings_shown(house: House, order: Order) -> set[int]:
    """Return the messages that told the customer how the order ended."""
    return {
        message_id
        for message_id, text in house.sarah.shown
        if ENDS[order.state] in text and order.number in text
    }
