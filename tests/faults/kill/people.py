"""What people do in a round besides confirming an order; the process is killed meanwhile."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum

from bot.domain.ledger import BONUS as BONUS_ACCOUNT
from bot.domain.ledger import SUPPLIER_DEPOSIT, Purpose, wallet_of
from bot.domain.order import Order, OrderState
from bot.domain.shop_rules import PAUSED
from bot.ports.store import Transaction
from bot.sandbox.supplier.server import Fault
from bot.sandbox.telegram.server import ADMIN, BUDI, SARAH, ChatMessage
from bot.services.orders.row_evidence import rows_seen_at
from tests.faults.kill.answers import Answer, fail_reads, number_for
from tests.faults.kill.points import ARMED
from tests.sandbox.chat_user import PAY
from tests.sandbox.shop_environment import USER_ID, ShopEnvironment, customer_of

DEPOSIT = 2_000_000
BONUS = 30_000
NUMBER_OF_ANOTHER = "081200010001"
PATIENCE_SECONDS = 60.0
"""A person waits this long, because a process is killed and the next one starts."""


class Action(StrEnum):
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
    DEPOSIT = "an admin notes a deposit"
    BONUS = "an admin gives a bonus"
    TOP_UP = "an admin credits a top-up"
    SECOND_PAYMENT = "an admin credits a second payment"
    SELL_AGAIN = "an admin sells a withheld product again"


def arm(environment: ShopEnvironment) -> None:
    """Allow the process to kill itself from now on."""
    (environment.folder / ARMED).touch()


async def perform(environment: ShopEnvironment, answer: Answer, act: Action) -> None:
    """Buy, and do what the round is about; return when its effect is there."""
    environment.admin.patience_seconds = environment.sarah.patience_seconds = PATIENCE_SECONDS
    if act not in (Action.BUY, Action.QUOTE, Action.CANCEL):
        # The bot learns a person's language from the first message.
        await environment.admin.say("/start", shows="Today: ")
    if answer is Answer.DUPLICATE_REF:
        await _sell_to_another(environment)
    if act is Action.QUOTE:
        arm(environment)
    screen = await environment.sarah.quote(number_for(answer))
    if act is Action.BUY:
        arm(environment)
    await _press_pay(environment, answer, screen)
    if act in _ACTS:
        await _ACTS[act](environment)
    if answer is Answer.NOT_CONNECTED:
        await environment.serve("supplier", environment.supplier.app)


async def _sell_to_another(environment: ShopEnvironment) -> None:
    """Let another customer buy; the next answer names the ref_id of that purchase."""
    environment.budi.patience_seconds = PATIENCE_SECONDS
    await environment.reaches(
        await environment.budi.buy(NUMBER_OF_ANOTHER),
        OrderState.SUCCEEDED,
        seconds=PATIENCE_SECONDS,
    )
    environment.supplier.fail_next_order(Fault.DUPLICATE_REF)


async def _press_pay(environment: ShopEnvironment, answer: Answer, screen: ChatMessage) -> None:
    if answer is Answer.BLIND:
        fail_reads(environment)
    if answer is Answer.NOT_CONNECTED:
        await environment.stop_serving("supplier")
    environment.sarah.press(PAY, on=screen)
    if answer is Answer.NOT_CONNECTED:
        await _until(environment, _was_tried)


def _was_tried(tx: Transaction) -> bool:
    order = _order(tx)
    return order is not None and order.send_attempts > 0 and order.state is not OrderState.SENDING


def _order(tx: Transaction) -> Order | None:
    orders = tx.orders.history_of(customer_of(tx, SARAH.user_id), 1, 0)
    return orders[0] if orders else None


async def _until(environment: ShopEnvironment, condition: Callable[[Transaction], bool]) -> None:
    await environment.until_true(lambda: environment.read(condition), PATIENCE_SECONDS)


def _is(state: OrderState) -> Callable[[Transaction], bool]:
    def is_in_state(tx: Transaction) -> bool:
        order = _order(tx)
        return order is not None and order.state is state

    return is_in_state


# --- the acts ---


async def _cancel(environment: ShopEnvironment) -> None:
    """Press the cancel button until it works: during an attempt to send it is refused."""
    card = await environment.sarah.sees("You can cancel it until it is sent")
    arm(environment)
    is_cancelled = _is(OrderState.CANCELLED)
    while not await environment.read(is_cancelled):
        await environment.sarah.tap("Cancel the order", on=card)


async def _parked_notice(environment: ShopEnvironment) -> ChatMessage:
    notice = await environment.admin.sees("needs your decision")
    await _until(environment, lambda tx: not tx.outbox.backlog())
    return notice


async def _refund(environment: ShopEnvironment) -> None:
    notice = await _parked_notice(environment)
    arm(environment)
    await environment.admin.tap("Refund", on=notice)
    await environment.admin.tap("Refund all the same", on=notice)
    await _until(environment, _is(OrderState.FAILED))


async def _attach(environment: ShopEnvironment) -> None:
    notice = await _parked_notice(environment)
    await environment.admin.tap("Attach", on=notice)
    await environment.admin.sees("reference")
    arm(environment)
    (bought,) = environment.bought(number_for(Answer.FOREIGN_ECHO))
    environment.telegram.send_text(ADMIN.user_id, bought.ref_id)
    await _until(environment, _is(OrderState.SUCCEEDED))


async def _keep_waiting(environment: ShopEnvironment) -> None:
    notice = await _parked_notice(environment)
    arm(environment)
    await environment.admin.tap("Keep waiting", on=notice)


async def _count(environment: ShopEnvironment) -> None:
    notice = await _parked_notice(environment)
    # The voucher arrives before the status says so.
    (row,) = environment.bought(number_for(Answer.PARTIAL))
    row.voucher = "SN00000000000777"
    await environment.admin.tap("Count as delivered", on=notice)
    arm(environment)
    await environment.admin.tap("Yes, it has arrived", on=notice)
    await _until(environment, _is(OrderState.SUCCEEDED))


def _is_paused(tx: Transaction) -> bool:
    return tx.conditions.get(PAUSED) is not None


async def _pause(environment: ShopEnvironment) -> None:
    await _until(environment, _is(OrderState.SUCCEEDED))
    arm(environment)
    environment.telegram.send_text(ADMIN.user_id, "/pause lunch")
    await _until(environment, _is_paused)


async def _resume(environment: ShopEnvironment) -> None:
    await _until(environment, _is(OrderState.SUCCEEDED))
    environment.telegram.send_text(ADMIN.user_id, "/pause lunch")
    await _until(environment, _is_paused)
    arm(environment)
    environment.telegram.send_text(ADMIN.user_id, "/resume")
    await _until(environment, lambda tx: not _is_paused(tx))


async def _compare(environment: ShopEnvironment) -> None:
    await _until(environment, _is(OrderState.SUCCEEDED))
    before = await environment.read(lambda tx: rows_seen_at(tx, USER_ID))
    arm(environment)
    environment.telegram.send_text(ADMIN.user_id, "/recon")
    await _until(environment, lambda tx: rows_seen_at(tx, USER_ID) != before)


async def _deposit(environment: ShopEnvironment) -> None:
    await _until(environment, _is(OrderState.SUCCEEDED))
    await environment.admin.say(f"/deposit {DEPOSIT}", button="Note Rp")
    arm(environment)
    await environment.admin.tap("Note Rp")
    await _until(environment, lambda tx: deposits_noted(tx) == [DEPOSIT])


def deposits_noted(tx: Transaction) -> list[int]:
    """Return the amounts noted as paid to the supplier."""
    transfers = tx.ledger.transfers_of(SUPPLIER_DEPOSIT, 100, 0)
    return [one.amount for one in transfers if one.purpose is Purpose.DEPOSIT]


async def _bonus(environment: ShopEnvironment) -> None:
    await _until(environment, _is(OrderState.SUCCEEDED))
    await environment.admin.say(f"/credit {BUDI.user_id} {BONUS}", button="Bonus")
    await environment.admin.tap("Bonus")
    arm(environment)
    await environment.admin.tap("Credit Rp")
    await _until(environment, lambda tx: bonuses_given(tx) == [BONUS])


def bonuses_given(tx: Transaction) -> list[int]:
    """Return the amounts given as bonuses."""
    return [one.amount for one in tx.ledger.transfers_of(BONUS_ACCOUNT, 100, 0)]


async def _ask_for_topup(environment: ShopEnvironment) -> ChatMessage:
    """Let a customer ask for a top-up; return the message that asks the admin."""
    environment.budi.patience_seconds = PATIENCE_SECONDS
    before = len(topups_of(environment))
    await environment.budi.say("/balance")
    await environment.budi.tap("(?i)isi saldo|top-up")
    await environment.budi.tap("50[.,]000")
    await environment.until(lambda: len(topups_of(environment)) > before, PATIENCE_SECONDS)
    return topups_of(environment)[-1]


def topups_of(environment: ShopEnvironment) -> list[ChatMessage]:
    """Return the messages that ask the admin to decide a top-up."""
    return [
        one for one in environment.admin.messages if one.is_from_bot and "Top-up of Rp" in one.text
    ]


async def _top_up(environment: ShopEnvironment) -> None:
    await _until(environment, _is(OrderState.SUCCEEDED))
    request = await _ask_for_topup(environment)
    arm(environment)
    await environment.admin.tap("Approve", on=request)
    await _until(environment, lambda tx: len(topups_credited(tx)) == 1)


def topups_credited(tx: Transaction) -> list[int]:
    """Return the amounts of the other customer's top-ups in the wallet, newest first."""
    transfers = tx.ledger.transfers_of(wallet_of(customer_of(tx, BUDI.user_id)), 100, 0)
    return [one.amount for one in transfers if one.purpose is Purpose.TOPUP]


async def _second_payment(environment: ShopEnvironment) -> None:
    """Credit the same amount twice; the second time the admin confirms a second payment."""
    await _until(environment, _is(OrderState.SUCCEEDED))
    await environment.admin.tap("Approve", on=await _ask_for_topup(environment))
    await _until(environment, lambda tx: len(topups_credited(tx)) == 1)
    (amount,) = await environment.read(topups_credited)
    request = await _ask_for_topup(environment)
    await environment.admin.tap("Other amount", on=request)
    question = await environment.admin.say(str(amount), button="Paid again")
    arm(environment)
    await environment.admin.tap("Paid again", on=question)
    await _until(environment, lambda tx: topups_credited(tx) == [amount, amount])


async def _release_withheld(environment: ShopEnvironment) -> None:
    notice = await environment.admin.sees("Held back from sale")
    arm(environment)
    await environment.admin.tap("Sell it again", on=notice)
    await _until(environment, lambda tx: not tx.withheld_products.product_ids())


_ACTS: dict[Action, Callable[[ShopEnvironment], Awaitable[None]]] = {
    Action.CANCEL: _cancel,
    Action.REFUND: _refund,
    Action.ATTACH: _attach,
    Action.KEEP_WAITING: _keep_waiting,
    Action.COUNT: _count,
    Action.PAUSE: _pause,
    Action.RESUME: _resume,
    Action.COMPARE: _compare,
    Action.DEPOSIT: _deposit,
    Action.BONUS: _bonus,
    Action.TOP_UP: _top_up,
    Action.SECOND_PAYMENT: _second_payment,
    Action.SELL_AGAIN: _release_withheld,
}
