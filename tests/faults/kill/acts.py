"""What people do in a round, besides pressing the confirm button; a process dies over it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum

from bot.domain.order import CustomerId, Order, OrderState
from bot.domain.rules import PAUSED
from bot.ports import Transaction
from bot.sandbox.supplier import Fault
from bot.sandbox.telegram import ADMIN, SARAH, ChatMessage
from bot.services.restore import rows_seen_at
from tests.faults.kill.answers import Answer, fail_reads, number_for
from tests.faults.kill.points import ARMED
from tests.sandbox.guest import PAY
from tests.sandbox.house import USER_ID, House

NUMBER_OF_ANOTHER = "081200010001"
PATIENCE_SECONDS = 60.0
"""Whoever does something waits for a process to die, and for the next to start."""


class Act(StrEnum):
    """What is done, and by whom."""

    BUY = "a customer buys"
    QUOTE = "a customer asks for the price"
    CANCEL = "a customer cancels"
    REFUND = "an admin gives back"
    ATTACH = "an admin attaches a row"
    KEEP_WAITING = "an admin keeps waiting"
    COUNT = "an admin counts as delivered"
    PAUSE = "an admin pauses"
    RESUME = "an admin resumes"
    COMPARE = "an admin compares the rows"


def arm(house: House) -> None:
    """From now on the process may die."""
    (house.folder / ARMED).touch()


async def perform(house: House, answer: Answer, act: Act) -> None:
    """Buy, and do what the round is about; ends when its effect is there."""
    house.admin.patience_seconds = house.sarah.patience_seconds = PATIENCE_SECONDS
    if act not in (Act.BUY, Act.QUOTE, Act.CANCEL):
        # Until somebody has written, the bot does not know their language.
        await house.admin.say("/start", shows="Welcome")
    if answer is Answer.DUPLICATE_REF:
        await _sell_to_another(house)
    if act is Act.QUOTE:
        arm(house)
    screen = await house.sarah.quote(number_for(answer))
    if act is Act.BUY:
        arm(house)
    await _press_pay(house, answer, screen)
    if act in _ACTS:
        await _ACTS[act](house)
    if answer is Answer.NOT_CONNECTED:
        await house.serve("supplier", house.supplier.app)


async def _sell_to_another(house: House) -> None:
    """Let somebody buy whose reference the next answer names."""
    house.budi.patience_seconds = PATIENCE_SECONDS
    await house.reaches(
        await house.budi.buy(NUMBER_OF_ANOTHER), OrderState.SUCCEEDED, seconds=PATIENCE_SECONDS
    )
    house.supplier.fail_next_order(Fault.DUPLICATE_REF)


async def _press_pay(house: House, answer: Answer, screen: ChatMessage) -> None:
    if answer is Answer.BLIND:
        fail_reads(house)
    if answer is Answer.NOT_CONNECTED:
        await house.stop_serving("supplier")
    house.sarah.press(PAY, on=screen)
    if answer is Answer.NOT_CONNECTED:
        await _until(house, _was_tried)


def _was_tried(tx: Transaction) -> bool:
    order = _order(tx)
    return order is not None and order.send_attempts > 0 and order.state is not OrderState.SENDING


def _order(tx: Transaction) -> Order | None:
    orders = tx.orders.history_of(CustomerId(SARAH.user_id), 1, 0)
    return orders[0] if orders else None


async def _until(house: House, condition: Callable[[Transaction], bool]) -> None:
    await house.until_true(lambda: house.read(condition), PATIENCE_SECONDS)


def _is(state: OrderState) -> Callable[[Transaction], bool]:
    def ask(tx: Transaction) -> bool:
        order = _order(tx)
        return order is not None and order.state is state

    return ask


# --- the acts ---


async def _cancel(house: House) -> None:
    """Press the button until it takes effect: while the order is tried again, it is too late."""
    card = await house.sarah.sees("You can cancel it until it is sent")
    arm(house)
    is_cancelled = _is(OrderState.CANCELLED)
    while not await house.read(is_cancelled):
        await house.sarah.tap("Cancel the order", on=card)


async def _parked_notice(house: House) -> ChatMessage:
    notice = await house.admin.sees("needs your decision")
    await _until(house, lambda tx: not tx.outbox.backlog())
    return notice


async def _refund(house: House) -> None:
    notice = await _parked_notice(house)
    arm(house)
    await house.admin.tap("Refund", on=notice)
    await house.admin.tap("Refund all the same", on=notice)
    await _until(house, _is(OrderState.FAILED))


async def _attach(house: House) -> None:
    notice = await _parked_notice(house)
    await house.admin.tap("Attach", on=notice)
    await house.admin.sees("reference")
    arm(house)
    (bought,) = house.bought(number_for(Answer.FOREIGN_ECHO))
    house.telegram.send_text(ADMIN.user_id, bought.ref_id)
    await _until(house, _is(OrderState.SUCCEEDED))


async def _keep_waiting(house: House) -> None:
    notice = await _parked_notice(house)
    arm(house)
    await house.admin.tap("Keep waiting", on=notice)


async def _count(house: House) -> None:
    notice = await _parked_notice(house)
    # The code is there before the status says so.
    (row,) = house.bought(number_for(Answer.PARTIAL))
    row.voucher = "SN00000000000777"
    await house.admin.tap("Count as delivered", on=notice)
    arm(house)
    await house.admin.tap("Yes, it has arrived", on=notice)
    await _until(house, _is(OrderState.SUCCEEDED))


def _is_paused(tx: Transaction) -> bool:
    return tx.conditions.get(PAUSED) is not None


async def _pause(house: House) -> None:
    await _until(house, _is(OrderState.SUCCEEDED))
    arm(house)
    house.telegram.send_text(ADMIN.user_id, "/pause lunch")
    await _until(house, _is_paused)


async def _resume(house: House) -> None:
    await _until(house, _is(OrderState.SUCCEEDED))
    house.telegram.send_text(ADMIN.user_id, "/pause lunch")
    await _until(house, _is_paused)
    arm(house)
    house.telegram.send_text(ADMIN.user_id, "/resume")
    await _until(house, lambda tx: not _is_paused(tx))


async def _compare(house: House) -> None:
    await _until(house, _is(OrderState.SUCCEEDED))
    before = await house.read(lambda tx: rows_seen_at(tx, USER_ID))
    arm(house)
    house.telegram.send_text(ADMIN.user_id, "/recon")
    await _until(house, lambda tx: rows_seen_at(tx, USER_ID) != before)


_ACTS: dict[Act, Callable[[House], Awaitable[None]]] = {
    Act.CANCEL: _cancel,
    Act.REFUND: _refund,
    Act.ATTACH: _attach,
    Act.KEEP_WAITING: _keep_waiting,
    Act.COUNT: _count,
    Act.PAUSE: _pause,
    Act.RESUME: _resume,
    Act.COMPARE: _compare,
}
