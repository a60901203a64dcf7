"""Two admins of the whole bot: the shop's money, parked orders settled once, and a pause."""

from __future__ import annotations

import asyncio
import re

import pytest

from bot.domain.order import OrderState
from bot.sandbox.supplier.server import Fault
from bot.sandbox.telegram.server import ADMIN, SARAH, Person
from tests.sandbox.chat_user import ChatUser
from tests.sandbox.shop_environment import FUNDS, PRICE, ShopEnvironment
from tests.sandbox.supplier.foreign_orders import add_foreign_order
from tests.sandbox.waiting import park

NUMBER, VANISHED = "081212345678", "081200000023"
TUTI = Person(700_000_010, "Ibu Tuti", "en", "tuti_sandbox")


@pytest.fixture
async def tuti(environment: ShopEnvironment) -> ChatUser:
    """The second admin, who reads English as the first does; the bot is running."""
    for person in (ADMIN, TUTI):
        environment.telegram.add_user(person.user_id, person.first_name, "en", person.username)
    environment.env["ADMIN_IDS"] = f"{ADMIN.user_id},{TUTI.user_id}"
    environment.clock.move_to(12)
    await environment.enter_with_goods()
    tuti = ChatUser(environment.telegram, TUTI)
    # The bot learns a person's language from the first message.
    for admin in (environment.admin, tuti):
        await admin.say("/start", shows="Nothing needs you")
    return tuti


@pytest.fixture
def shop(environment: ShopEnvironment, tuti: ChatUser) -> ShopEnvironment:
    """The shop with two admins."""
    return environment


async def test_balance_shows_what_the_supplier_reports_or_else_the_notes(
    shop: ShopEnvironment,
) -> None:
    await shop.reaches(await shop.sarah.buy(NUMBER), OrderState.SUCCEEDED)
    await shop.admin.say("/deposit 2.000.000", button="Note Rp2,000,000")
    await shop.admin.tap("Note Rp2,000,000")
    await shop.admin.sees("Noted: Rp2,000,000")
    text = (await shop.admin.say("/balance", shows="The shop's money")).text
    assert f"At the supplier: Rp{shop.supplier.deposit:,}, as it reports" in text
    assert f"In the customers' wallets: Rp{2 * FUNDS - PRICE:,}" in text
    assert f"1 sale, revenue Rp{PRICE:,}, margin Rp{PRICE - 10_200:,}" in text
    shop.supplier.reports_balance = False
    await shop.admin.say("/balance", shows=r"Rp1,989,800, as tracked.*\n?.*does not report it")
    await shop.stop_serving("supplier")
    await shop.admin.say("/balance", shows="could not be asked just now")


async def test_a_confirmed_credit_is_made_once(shop: ShopEnvironment) -> None:
    asked = await shop.admin.say(f"/credit {SARAH.user_id} 50rb for <you>", button="Cash")
    await shop.admin.tap("Cash", on=asked)
    screen = await shop.admin.sees("The button works once")
    assert re.search(r"Sarah.*\n.*Rp500,000 → Rp550,000.*\n.*Cash\n.*for <you>", screen.text)
    assert (await shop.wallet(SARAH.user_id)).posted == FUNDS
    _, data = shop.admin.button("Credit", on=screen)
    await asyncio.gather(*(shop.admin.forge(data, screen.message_id) for _ in range(5)))
    assert (await shop.wallet(SARAH.user_id)).posted == FUNDS + 50_000
    told = await shop.sarah.sees("Your top-up of Rp50,000 in cash has arrived")
    assert "for <you>" in told.text
    assert shop.sarah.texts.count("in cash has arrived") == 1


@pytest.mark.usefixtures("each_database")
async def test_two_admins_decide_a_top_up_once(shop: ShopEnvironment, tuti: ChatUser) -> None:
    await shop.sarah.say("/balance")
    await shop.sarah.tap("Top up")
    await shop.sarah.say("75rb", shows="Your request for Rp75,000")
    mine, hers = await shop.admin.sees("Rp75,000"), await tuti.sees("Rp75,000")
    answers = await asyncio.gather(shop.admin.tap("Approve", on=mine), tuti.tap("Reject", on=hers))
    assert sorted("already" in answer.text for answer in answers) == [False, True]
    posted = (await shop.wallet(SARAH.user_id)).posted
    assert posted == (FUNDS if "already" in answers[0].text else FUNDS + 75_000)


@pytest.mark.usefixtures("each_database")
async def test_two_admins_refund_an_order_once_and_late_goods_are_reported(
    shop: ShopEnvironment, tuti: ChatUser
) -> None:
    number = await shop.sarah.buy(VANISHED)
    await park(shop, number)
    mine = await shop.admin.sees(f"{number} needs your decision")
    hers = await tuti.sees(f"{number} needs your decision")
    answers = await asyncio.gather(shop.admin.tap("Refund", on=mine), tuti.tap("Refund", on=hers))
    assert sorted("settled already" in answer.text for answer in answers) == [False, True]
    await shop.reaches(number, OrderState.FAILED)
    await shop.sarah.sees("Your money is back: Rp11,200. Your balance is Rp500,000")
    assert shop.sarah.texts.count("Your money is back: ") == 1
    row = shop.bought(VANISHED)[0]
    row.is_deleted = False
    shop.pass_time(hours=2)
    await shop.admin.sees(row.ref_id)
    wallet = await shop.wallet(SARAH.user_id)
    assert (wallet.posted, wallet.held) == (FUNDS, 0)
    assert row.voucher not in shop.sarah.texts


async def test_one_of_two_candidate_rows_is_attached_by_a_button(shop: ShopEnvironment) -> None:
    shop.supplier.fail_next_order(Fault.LOST_AFTER)
    number = await shop.sarah.buy(NUMBER)
    await shop.reaches(number, OrderState.AMBIGUOUS)
    mine = shop.bought(NUMBER)[0]
    add_foreign_order(shop.supplier, "SM10", NUMBER)
    shop.pass_time(seconds=4)
    await shop.reaches(number, OrderState.PARKED)
    notice = await shop.admin.sees(f"{number} needs your decision")
    await shop.admin.tap("Attach", on=notice)
    await shop.admin.tap(mine.ref_id)
    order = await shop.reaches(number, OrderState.SUCCEEDED)
    assert order.ref_id == mine.ref_id
    await shop.sarah.sees(mine.voucher)


async def test_a_queued_order_waits_out_a_pause(shop: ShopEnvironment) -> None:
    await shop.stop_serving("supplier")
    number = await shop.sarah.buy(NUMBER)
    await shop.sarah.sees("Waiting: the operator cannot be reached")
    await shop.admin.say("/pause", shows="The shop is paused")
    await shop.serve("supplier", shop.supplier.app)
    shop.pass_time(seconds=31)
    await shop.sarah.sees("Waiting: the shop is taking a break")
    assert shop.supplier.order_calls == 0
    await shop.admin.say("/resume", shows="The shop sells again")
    await shop.reaches(number, OrderState.SUCCEEDED)
    assert shop.supplier.order_calls == 1
