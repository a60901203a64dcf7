"""Commands and buttons of admins are unknown to everybody else."""

from __future__ import annotations

from dataclasses import replace

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
)
from handlers.ui.buttons import Button
from handlers.ui.staff_buttons import Pause, Resume, ShowOverview, ShowParked
from tests.handlers.admins import (
    ADMIN_COMMANDS,
    ENGLISH_ADMIN,
    acts,
    balance_of,
    park_and_announce,
)
from tests.handlers.harness import CLARE, BotHarness
from tests.services.shop import ADMIN_CHAT, ANNI

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


async def test_admin_commands_are_unknown_to_customers(harness: BotHarness) -> None:
    """The answer equals that to a command that does not exist, so that nothing is disclosed."""
    await harness.to_destination()
    await harness.say("/nonsense")
    unknown = (harness.text(), harness.labels())
    for command in ADMIN_COMMANDS:
        await harness.say(command)
        assert (harness.text(), harness.labels()) == unknown, command
        assert harness.library_step() == Step.DESTINATION
    assert await acts(harness) == []
    assert await balance_of(harness, ANNI) == 100_000


async def test_admin_buttons_are_unknown_to_customers(harness: BotHarness) -> None:
    order = await park_and_announce(harness)
    await harness.say("/help", CLARE)
    before = harness.shown(CLARE)
    unknown = await harness.forge("1:~:1", CLARE)
    for button in BUTTONS:
        answer = await harness.forge(button, CLARE)
        assert (answer.text, answer.show_alert) == (unknown.text, unknown.show_alert), button
        assert harness.shown(CLARE) == before
        assert await harness.is_idle(CLARE)
    assert (await harness.shop.get(order.order_id)).state is OrderState.PARKED
    assert await acts(harness) == []


async def dismiss(harness: BotHarness) -> None:
    """Remove the second admin, as a restart with another ADMIN_IDS does."""
    harness.shop.rules = replace(harness.shop.rules, owner_ids=frozenset({ADMIN_CHAT}))
    await harness.restart()


async def test_buttons_of_a_dismissed_admin_are_refused(harness: BotHarness) -> None:
    order = await park_and_announce(harness)
    await dismiss(harness)
    for label in ("Attach", "Refund", "Keep"):
        answer = await harness.press(label, ENGLISH_ADMIN)
        assert "older version" in answer.text
    await harness.say("/status", ENGLISH_ADMIN)
    assert "You have no order under way" in harness.text(ENGLISH_ADMIN)
    await harness.say("/balance", ENGLISH_ADMIN)
    assert "Your balance" in harness.text(ENGLISH_ADMIN)
    assert (await harness.shop.get(order.order_id)).state is OrderState.PARKED
    assert await acts(harness) == []


async def test_an_open_question_to_a_dismissed_admin_ends(harness: BotHarness) -> None:
    order = await park_and_announce(harness)
    harness.shop.supplier.shows(harness.shop.row(order, "late1"))
    await harness.press("Attach", ENGLISH_ADMIN)
    await dismiss(harness)
    await harness.say("late1", ENGLISH_ADMIN)
    assert "Press the button to shop" in harness.text(ENGLISH_ADMIN)
    assert await harness.is_idle(ENGLISH_ADMIN)
    assert (await harness.shop.get(order.order_id)).state is OrderState.PARKED


async def test_services_check_permission_even_if_the_handlers_do_not(harness: BotHarness) -> None:
    order = await park_and_announce(harness)
    harness.shop.rules = replace(harness.shop.rules, owner_ids=frozenset({ADMIN_CHAT}))
    harness.shop.build()
    services = harness.services
    harness.application.bot_data.services = replace(
        services, admin=harness.shop.admin, wallets=harness.shop.wallets
    )
    answer = await harness.press("Refund", ENGLISH_ADMIN)
    assert "older version" in answer.text
    await harness.say("/credit 1001 50rb", ENGLISH_ADMIN)
    assert "no such command" in harness.text(ENGLISH_ADMIN)
    assert (await harness.shop.get(order.order_id)).state is OrderState.PARKED
    assert await acts(harness) == []
