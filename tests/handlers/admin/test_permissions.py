"""Commands and buttons of admins are unknown to everybody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.dialog import Step
from bot.domain.order import OrderState
from handlers.admin.buttons import (
    Adjust,
    ApproveAmount,
    Attach,
    AttachRow,
    CountDelivered,
    CountForGood,
    DecideTopUp,
    DropAdjust,
    KeepWaiting,
    Refund,
    RefundAnyway,
    SellAgain,
    ShowParked,
)
from handlers.ui.buttons import Button, Pause, Resume, ShowOverview
from tests.handlers.admins import ADMIN_COMMANDS, AIDE, BOSS, acts, balance_of, told_of_parked
from tests.handlers.counter import CLARE, Counter
from tests.services.shop import ANNI

BUTTONS: list[Button | str] = [
    DecideTopUp(1, approve=True),
    ApproveAmount(1, 50_000),
    Adjust("token0000001"),
    DropAdjust("token0000001"),
    ShowParked(1),
    Attach(1),
    AttachRow(1, "r1"),
    Refund(1),
    Refund(1, force=True),
    CountDelivered(1),
    CountForGood(1, "x"),
    RefundAnyway(1, "x"),
    SellAgain(1, 1),
    KeepWaiting(1),
    Resume(1),
    Pause(),
    ShowOverview(),
    "1:a:x",
    "1:f:1",
]


@pytest.mark.parametrize("command", ADMIN_COMMANDS)
async def test_admin_commands_are_unknown_to_customers(counter: Counter, command: str) -> None:
    """The answer equals that to a command that does not exist, so that nothing is disclosed."""
    await counter.to_destination()
    await counter.say("/nonsense")
    unknown = (counter.text(), counter.labels())
    await counter.say(command)
    assert (counter.text(), counter.labels()) == unknown
    assert counter.remembered() == Step.DESTINATION
    assert await acts(counter) == []
    assert await balance_of(counter, ANNI) == 100_000


@pytest.mark.parametrize("button", BUTTONS)
async def test_admin_buttons_are_unknown_to_customers(
    counter: Counter, button: Button | str
) -> None:
    order = await told_of_parked(counter)
    await counter.say("/help", CLARE)
    before = counter.shown(CLARE)
    unknown = await counter.forge("1:~:1", CLARE)
    answer = await counter.forge(button, CLARE)
    assert (answer.text, answer.show_alert) == (unknown.text, unknown.show_alert)
    assert counter.shown(CLARE) == before
    assert (await counter.dialog(CLARE), counter.remembered(CLARE)) == (None, None)
    assert (await counter.shop.get(order.order_id)).state is OrderState.PARKED
    assert await acts(counter) == []


async def dismiss(counter: Counter) -> None:
    """Remove the second admin, as a restart with another ADMIN_IDS does."""
    counter.shop.rules = replace(counter.shop.rules, admin_ids=frozenset({BOSS}))
    await counter.restart()


async def test_buttons_of_a_dismissed_admin_are_refused(counter: Counter) -> None:
    order = await told_of_parked(counter)
    await dismiss(counter)
    for label in ("Attach", "Refund", "Keep"):
        answer = await counter.press(label, AIDE)
        assert "older version" in answer.text
    await counter.say("/status", AIDE)
    assert "You have no order under way" in counter.text(AIDE)
    await counter.say("/balance", AIDE)
    assert "Your balance" in counter.text(AIDE)
    assert (await counter.shop.get(order.order_id)).state is OrderState.PARKED
    assert await acts(counter) == []


async def test_an_open_question_to_a_dismissed_admin_ends(counter: Counter) -> None:
    order = await told_of_parked(counter)
    counter.shop.supplier.shows(counter.shop.row(order, "late1"))
    await counter.press("Attach", AIDE)
    await dismiss(counter)
    await counter.say("late1", AIDE)
    assert "Press the button to shop" in counter.text(AIDE)
    assert (await counter.dialog(AIDE), counter.remembered(AIDE)) == (None, None)
    assert (await counter.shop.get(order.order_id)).state is OrderState.PARKED


async def test_services_check_permission_even_if_the_handlers_do_not(counter: Counter) -> None:
    order = await told_of_parked(counter)
    counter.shop.rules = replace(counter.shop.rules, admin_ids=frozenset({BOSS}))
    counter.shop.build()
    services = counter.services
    counter.application.bot_data.services = replace(
        services, admin=counter.shop.admin, wallets=counter.shop.wallets
    )
    answer = await counter.press("Refund", AIDE)
    assert "older version" in answer.text
    await counter.say("/credit 1001 50rb", AIDE)
    assert "no such command" in counter.text(AIDE)
    assert (await counter.shop.get(order.order_id)).state is OrderState.PARKED
    assert await acts(counter) == []
