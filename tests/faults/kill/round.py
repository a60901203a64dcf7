"""One round: a customer confirms, the process is killed at a point, and the next one takes over."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.domain.order import Order, OrderState
from bot.ports.store import Transaction
from bot.sandbox.environment import PAYMENT_SETTINGS
from bot.sandbox.telegram.server import ADMIN, SARAH
from tests.faults.kill.answers import Answer, order_calls_taken, prepare
from tests.faults.kill.bot import NEVER
from tests.faults.kill.people import (
    BONUS,
    DEPOSIT,
    Action,
    bonuses_given,
    deposits_noted,
    perform,
    topups_credited,
)
from tests.faults.kill.points import PLACE_ORDER, Moment, Point
from tests.sandbox.shop_environment import (
    FUNDS,
    PRICE,
    ShopEnvironment,
    customer_of,
    open_environment,
)

CALM_SECONDS = 60.0

DURING = Point(PLACE_ORDER, Moment.INSIDE)
"""The supplier has the request and its answer is on the way; the process is killed from outside."""


@dataclass(frozen=True, slots=True)
class RoundResult:
    """The result of a round, once no work is left."""

    killed: int
    """How many processes died at their point."""
    order: Order
    told: int
    """How many messages reported the outcome to the customer."""


async def run_round(
    folder: Path, answer: Answer, *points: Point, act: Action = Action.BUY
) -> RoundResult:
    """Run one process after the other until each dies at its point; check the result of the last.

    Raises AssertionError when an invariant is broken.
    """
    if DURING in points and answer is Answer.GOOD:
        answer = Answer.SLOW
    async with open_environment(folder) as environment:
        _set_up(environment, answer)
        await environment.stock()
        killed = await _run_until_killed(environment, points, answer, act)
        await environment.until_true(lambda: _is_calm(environment), CALM_SECONDS)
        assert await environment.stop() == 0, environment.log
        (order,) = await environment.orders(SARAH.user_id)
        await check_order(environment, order, answer)
        await check_money(environment, act)
        return RoundResult(killed, order, len(endings_shown(environment, order)))


async def _run_until_killed(
    environment: ShopEnvironment, points: Sequence[Point], answer: Answer, act: Action
) -> int:
    """Return how many processes died at their point while people acted."""
    killed, people = 0, None
    try:
        for point in (*points, None):
            await environment.start(program(point or NEVER))
            people = people or asyncio.create_task(perform(environment, answer, act))
            if point is None or not await _dies_at_point(environment, point, people):
                break
            killed += 1
        if people is not None:
            await people
    finally:
        if people is not None:
            people.cancel()
    return killed


def program(point: Point) -> tuple[str, ...]:
    """Return the arguments of a process that dies at a point."""
    return ("-m", "tests.faults.kill.bot", str(point))


def _set_up(environment: ShopEnvironment, answer: Answer) -> None:
    environment.telegram.add_user(ADMIN.user_id, ADMIN.first_name, "en", ADMIN.username)
    environment.env |= PAYMENT_SETTINGS
    environment.env |= {
        "SUPPLIER_TIMEOUT_SECONDS": "1",
        # Long enough for a look after some failed ones.
        "RECONCILE_PARK_AFTER_SECONDS": "8" if answer is Answer.BLIND else "2",
        "LOG_LEVEL": "INFO",
    }
    prepare(environment, answer)


async def _dies_at_point(
    environment: ShopEnvironment, point: Point, people: asyncio.Task[None]
) -> bool:
    """Wait for the process to end; return False if all work was done without reaching the point."""
    process = environment.process
    assert process is not None
    if point == DURING:
        await environment.until(lambda: environment.supplier.order_calls > 0, CALM_SECONDS)
        await environment.kill()
        return True

    async def is_over() -> bool:
        if people.done():
            people.result()
        return process.returncode is not None or (people.done() and await _is_calm(environment))

    await environment.until_true(is_over, CALM_SECONDS)
    # Even when no work is left, the process may be dying after its last action.
    return await environment.stop() == -signal.SIGKILL


async def _is_calm(environment: ShopEnvironment) -> bool:
    """Return whether the order is final or parked, and every notice was delivered."""

    def ask(tx: Transaction) -> bool:
        orders = tx.orders.history_of(customer_of(tx, SARAH.user_id), 10, 0)
        is_over = [one.state.is_final or one.state is OrderState.PARKED for one in orders]
        return bool(orders) and all(is_over) and not tx.outbox.backlog()

    return not environment.telegram.updates.pending and await environment.read(ask)


# --- the checks ---

OUTCOME_TEXTS = {
    OrderState.SUCCEEDED: "SN / code:",
    OrderState.FAILED: "Your money is back: ",
    OrderState.PARKED: "Being checked by hand. Your money is safe",
    OrderState.CANCELLED: "You cancelled this order",
}
"""What the customer reads in the end."""
FORBIDDEN = {
    OrderState.SUCCEEDED: "❌",
    OrderState.FAILED: "✅",
    OrderState.PARKED: "❌|✅",
    OrderState.CANCELLED: "✅",
}
"""Symbols that must never appear, given the order's final state."""
TOP_UPS = {Action.TOP_UP: 1, Action.SECOND_PAYMENT: 2}
"""How many top-ups an act credits."""
LEFT_TO_AN_ADMIN = (Answer.FOREIGN_ECHO, Answer.DUPLICATE_REF, Answer.PARTIAL)
"""Answers after which a bought order may stay parked: the row is known, an admin must decide."""
WALLETS = {
    OrderState.SUCCEEDED: (FUNDS - PRICE, 0),
    OrderState.FAILED: (FUNDS, 0),
    OrderState.PARKED: (FUNDS, PRICE),
    OrderState.CANCELLED: (FUNDS, 0),
}
"""Posted and held amounts of the wallet at the end, in rupiah."""


async def check_order(environment: ShopEnvironment, order: Order, answer: Answer) -> None:
    """Compare the order with the supplier's rows and the messages that the customer received."""
    bought = [one for one in environment.bought(order.destination) if not one.is_deleted]
    assert order_calls_taken(environment, order.destination) <= 1, "the order was sent twice"
    if order.state is OrderState.PARKED and answer in LEFT_TO_AN_ADMIN:
        assert len(bought) <= 1
        assert order.ref_id or order.suspect_ref_id, "no row is shown to an admin"
    else:
        assert len(bought) == (1 if order.state is OrderState.SUCCEEDED else 0)
        assert {one.ref_id for one in bought} == {order.ref_id} - {None}
    wallet = await environment.wallet(SARAH.user_id)
    assert (wallet.posted, wallet.held) == WALLETS[order.state]
    assert not environment.sarah.was_shown(FORBIDDEN[order.state]), environment.sarah.texts
    assert endings_shown(environment, order), environment.sarah.texts


async def check_money(environment: ShopEnvironment, act: Action) -> None:
    """Check that each act moved its money exactly once."""
    noted, credited = (
        await environment.read(deposits_noted),
        await environment.read(topups_credited),
    )
    given = await environment.read(bonuses_given)
    assert noted == ([DEPOSIT] if act is Action.DEPOSIT else [])
    assert given == ([BONUS] if act is Action.BONUS else [])
    assert len(credited) == TOP_UPS.get(act, 0)
    assert len(set(credited)) <= 1, "a second payment has another amount"


def endings_shown(environment: ShopEnvironment, order: Order) -> set[int]:
    """Return the ids of the messages that told the customer how the order ended."""
    return {
        message_id
        for message_id, text in environment.sarah.shown
        if OUTCOME_TEXTS[order.state] in text and order.number in text
    }
