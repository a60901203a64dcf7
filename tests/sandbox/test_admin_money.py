"""An admin's work with money: the shop's figures, adjustments made once, and top-ups."""

from __future__ import annotations

import asyncio
import re

import pytest

from bot.domain.ledger import SUPPLIER_DEPOSIT
from bot.domain.order import OrderState
from bot.sandbox.telegram.server import BUDI, SARAH
from tests.sandbox.admins import open_with_admins
from tests.sandbox.chat_user import ChatUser
from tests.sandbox.shop_environment import FUNDS, PRICE, ShopEnvironment

NUMBER = "081212345678"
COMMANDS = (
    f"/credit {SARAH.user_id} 50000",
    f"/debit {BUDI.user_id} 50000",
    "/deposit 1000000",
    "/pause",
    "/resume",
)
MALFORMED = (
    ("/credit", "Write it like this"),
    ("/credit 5", "Write it like this"),
    (f"/credit {SARAH.user_id} ١٠٠٠", "That is not an amount"),
    (f"/credit {SARAH.user_id} -5000", "amount"),
    (f"/credit {SARAH.user_id} 1.5", "amount|two ways"),
    ("/credit ٧٠٠ 5000", "is no ID"),
    ("/credit @sarah 5000", "is no ID"),
    ("/credit 12345 5000", "Nobody with the ID"),
    (f"/credit {SARAH.user_id} 99999999999", "too much"),
    ("/deposit ١٠٠٠", "That is not an amount"),
    ("/deposit", "Write what you paid"),
)
"""Commands, and what the admin reads instead of a proposal (a pattern)."""


@pytest.fixture
async def tuti(environment: ShopEnvironment) -> ChatUser:
    """The second admin; the bot is running."""
    return await open_with_admins(environment)


@pytest.fixture
def shop(environment: ShopEnvironment, tuti: ChatUser) -> ShopEnvironment:
    """The shop with two admins."""
    return environment


async def test_balance_shows_the_figures_of_supplier_and_ledger(shop: ShopEnvironment) -> None:
    await shop.reaches(await shop.sarah.buy(NUMBER), OrderState.SUCCEEDED)
    shop.supplier.delay_seconds = 3_600
    await shop.reaches(await shop.budi.buy(NUMBER), OrderState.ACCEPTED)
    text = (await shop.admin.say("/balance", shows="The shop's money")).text
    assert f"At the supplier: Rp{shop.supplier.deposit:,}, as it reports" in text
    assert f"In the customers' wallets: Rp{2 * FUNDS - PRICE:,}" in text
    assert f"Of it held for open orders: Rp{PRICE:,}" in text
    assert f"1 sale, revenue Rp{PRICE:,}, margin Rp{PRICE - 10_200:,}" in text


async def test_balance_without_the_suppliers_answer_shows_the_tracked_figure(
    shop: ShopEnvironment,
) -> None:
    await shop.admin.say("/deposit 2.000.000", button="Note Rp2,000,000")
    await shop.admin.tap("Note Rp2,000,000")
    await shop.admin.sees("Noted: Rp2,000,000")
    shop.supplier.reports_balance = False
    await shop.admin.say("/balance", shows=r"Rp2,000,000, as tracked.*\n?.*does not report it")
    await shop.stop_serving("supplier")
    await shop.admin.say("/balance", shows="could not be asked just now")


async def test_a_confirmed_credit_is_made_once(shop: ShopEnvironment) -> None:
    screen = await shop.admin.say(f"/credit {SARAH.user_id} 50rb for <you>", button="Credit")
    assert re.search(r"Sarah.*\n.*Rp500,000 → Rp550,000.*\n.*for <you>", screen.text)
    assert (await shop.wallet(SARAH.user_id)).posted == FUNDS
    _, data = shop.admin.button("Credit", on=screen)
    await asyncio.gather(*(shop.admin.forge(data, screen.message_id) for _ in range(5)))
    assert (await shop.wallet(SARAH.user_id)).posted == FUNDS + 50_000
    told = await shop.sarah.sees("The shop put Rp50,000 into your wallet")
    assert "for <you>" in told.text
    assert shop.sarah.texts.count("The shop put") == 1


async def test_a_debit_above_the_available_balance_is_refused(shop: ShopEnvironment) -> None:
    shop.supplier.delay_seconds = 3_600
    await shop.reaches(await shop.sarah.buy(NUMBER), OrderState.ACCEPTED)
    await shop.admin.say(f"/debit {SARAH.user_id} 495000", shows="has only Rp488,800 free")
    screen = await shop.admin.say(f"/debit {SARAH.user_id} 400000", button="Debit")
    await shop.admin.tap("Debit", on=screen)
    assert (await shop.wallet(SARAH.user_id)).available == FUNDS - PRICE - 400_000
    await shop.sarah.sees("The shop took Rp400,000 out of your wallet")


async def test_a_proposed_credit_expires_after_half_an_hour(shop: ShopEnvironment) -> None:
    screen = await shop.admin.say(f"/credit {SARAH.user_id} 50000", button="Credit")
    shop.pass_time(minutes=31)
    await shop.admin.tap("Credit", on=screen)
    await shop.admin.sees_in(screen.message_id, "too old, and nothing was moved")
    assert (await shop.wallet(SARAH.user_id)).posted == FUNDS


async def test_malformed_commands_move_nothing(shop: ShopEnvironment) -> None:
    for command, answer in MALFORMED:
        await shop.admin.say(command, shows=answer)
        assert (await shop.wallet(SARAH.user_id)).posted == FUNDS, command
        deposit = await shop.read(lambda tx: tx.ledger.account(SUPPLIER_DEPOSIT))
        assert deposit.posted == 0, command


async def test_an_edited_or_repeated_command_acts_once(shop: ShopEnvironment) -> None:
    await shop.admin.say("/deposit 1.000.000", button="Note Rp1,000,000")
    await shop.admin.tap("Note Rp1,000,000")
    await shop.admin.sees("Noted: Rp1,000,000")
    update_id = shop.telegram.updates.next_id - 1
    message = next(m for m in shop.telegram.messages(shop.admin.user_id) if not m.is_from_bot)
    shop.telegram.redeliver(update_id)
    shop.telegram.edit_text(shop.admin.user_id, message.message_id, "/deposit 9.000.000")
    text = (await shop.admin.say("/balance", shows="The shop's money")).text
    assert "By your /deposit notes: Rp1,000,000" in text


async def test_admin_commands_of_a_customer_are_unknown_commands(shop: ShopEnvironment) -> None:
    """A customer must not learn that the commands exist."""
    for command in COMMANDS:
        await shop.sarah.say(command, shows="There is no such command")
        assert (await shop.wallet(SARAH.user_id)).posted == FUNDS, command
        assert (await shop.wallet(BUDI.user_id)).posted == FUNDS, command
        assert await shop.read(lambda tx: tx.conditions.get("paused")) is None, command
        deposit = await shop.read(lambda tx: tx.ledger.account(SUPPLIER_DEPOSIT))
        assert deposit.posted == 0, command


async def test_an_admin_button_pressed_by_a_customer_does_nothing(shop: ShopEnvironment) -> None:
    _, data = shop.admin.button(
        "Credit", on=await shop.admin.say(f"/credit {SARAH.user_id} 50000", button="Credit")
    )
    await shop.sarah.say("/start")
    await shop.sarah.forge(data)
    assert (await shop.wallet(SARAH.user_id)).posted == FUNDS


async def test_a_top_up_is_requested_approved_and_spent(shop: ShopEnvironment) -> None:
    await drain(shop)
    await shop.sarah.choose()
    quote = await shop.sarah.say(NUMBER, button="Top up")
    await shop.sarah.tap("Top up", on=quote)
    await shop.sarah.tap("50,000")
    request = await shop.admin.sees("Top-up of Rp50,000")
    assert "Sarah" in request.text
    await shop.admin.tap("Approve", on=request)
    await shop.sarah.sees("Your top-up of Rp50,000 has arrived")
    await shop.sarah.tap("Check my balance again", on=quote)
    number = await shop.sarah.confirm(shop.sarah.message(quote.message_id))
    await shop.reaches(number, OrderState.SUCCEEDED)
    assert (await shop.wallet(SARAH.user_id)).posted == 50_000 - PRICE


async def test_two_admins_decide_a_top_up_once(shop: ShopEnvironment, tuti: ChatUser) -> None:
    await shop.sarah.say("/balance")
    await shop.sarah.tap("Top up")
    await shop.sarah.say("75rb", shows="Your request for Rp75,000")
    mine, hers = await shop.admin.sees("Rp75,000"), await tuti.sees("Rp75,000")
    answers = await asyncio.gather(shop.admin.tap("Approve", on=mine), tuti.tap("Reject", on=hers))
    assert sorted("already" in answer.text for answer in answers) == [False, True]
    posted = (await shop.wallet(SARAH.user_id)).posted
    assert posted == (FUNDS if "already" in answers[0].text else FUNDS + 75_000)


async def test_an_admin_sells_at_the_counter_on_credit(shop: ShopEnvironment) -> None:
    """On the first day the shop's own account has no money; it may owe up to the admins' limit."""
    number = await shop.admin.buy(NUMBER)
    order = await shop.reaches(number, OrderState.SUCCEEDED)
    assert order.is_counter_sale
    assert (await shop.wallet(shop.admin.user_id)).posted == -PRICE


async def drain(shop: ShopEnvironment) -> None:
    """Remove all of Sarah's money."""
    screen = await shop.admin.say(f"/debit {SARAH.user_id} {FUNDS}", button="Debit")
    await shop.admin.tap("Debit", on=screen)
    await shop.sarah.sees("The shop took")
