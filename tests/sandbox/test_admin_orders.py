"""An admin's work with orders: status, parked orders settled once, and pausing the shop."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.order import OrderState
from bot.sandbox.supplier.server import Fault
from bot.sandbox.telegram.server import SARAH
from tests.sandbox.admins import open_with_admins
from tests.sandbox.chat_user import PAY, ChatUser
from tests.sandbox.shop_environment import FUNDS, PRICE, ShopEnvironment
from tests.sandbox.supplier.foreign_orders import add_foreign_order
from tests.sandbox.waiting import park

NUMBER, VANISHED = "081212345678", "081200000023"


@pytest.fixture
async def tuti(environment: ShopEnvironment) -> ChatUser:
    """The second admin; the bot is running."""
    return await open_with_admins(environment)


@pytest.fixture
def shop(environment: ShopEnvironment, tuti: ChatUser) -> ShopEnvironment:
    """The shop with two admins."""
    return environment


async def test_status_shows_counts_from_the_database(shop: ShopEnvironment) -> None:
    await shop.reaches(await shop.budi.buy("081200000001"), OrderState.SUCCEEDED)
    parked = await shop.budi.buy("081200000004")
    await shop.reaches(parked, OrderState.PARKED)
    shop.supplier.fail_next_order(Fault.LOST_AFTER)
    lost = await shop.sarah.buy(NUMBER)
    await shop.reaches(lost, OrderState.AMBIGUOUS)
    shop.pass_time(seconds=1)
    text = (await shop.admin.say("/status", shows="Shop status")).text
    for part in ("done: 1", "being checked: 1", "being checked by hand: 1", "The shop is open"):
        assert part in text
    assert f"The oldest open one is {parked}" in text
    assert "4 products" in text
    assert {parked, lost} <= {word for label in shop.admin.labels() for word in label.split()}


async def test_an_order_is_found_by_number_reference_destination_or_customer(
    shop: ShopEnvironment,
) -> None:
    number = await shop.sarah.buy(NUMBER)
    order = await shop.reaches(number, OrderState.SUCCEEDED)
    assert order.ref_id is not None
    terms = (number.lower(), order.ref_id, NUMBER, "+62 812-1234-5678", str(SARAH.user_id))
    for term in terms:
        await shop.admin.say(f"/status {term}", shows=number)


async def test_a_parked_order_is_refunded_after_one_more_look(shop: ShopEnvironment) -> None:
    number = await shop.sarah.buy(VANISHED)
    await park(shop, number)
    notice = await shop.admin.sees(f"{number} needs your decision")
    await shop.admin.tap("Refund", on=notice)
    await shop.reaches(number, OrderState.FAILED)
    await shop.sarah.sees("Your money is back: Rp11,200. Your balance is Rp500,000")
    wallet = await shop.wallet(SARAH.user_id)
    assert (wallet.posted, wallet.held) == (FUNDS, 0)
    assert "Refund" not in "".join(shop.admin.labels(notice))


async def test_a_refund_in_doubt_needs_a_second_confirmation(shop: ShopEnvironment) -> None:
    """Two rows may be the order's, so the goods may have been bought."""
    shop.supplier.fail_next_order(Fault.LOST_AFTER)
    number = await shop.sarah.buy(NUMBER)
    await shop.reaches(number, OrderState.AMBIGUOUS)
    add_foreign_order(shop.supplier, "SM10", NUMBER)
    shop.pass_time(seconds=4)
    await shop.reaches(number, OrderState.PARKED)
    notice = await shop.admin.sees(f"{number} needs your decision")
    await shop.admin.tap("Refund", on=notice)
    await shop.admin.sees_in(notice.message_id, "2 rows that may be this order")
    assert (await shop.wallet(SARAH.user_id)).held == PRICE
    await shop.admin.tap("Refund all the same", on=notice)
    await shop.reaches(number, OrderState.FAILED)
    await shop.sarah.sees("Your money is back")


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


async def test_a_typed_reference_is_checked_before_it_is_attached(shop: ShopEnvironment) -> None:
    other = await shop.reaches(await shop.budi.buy("081200010001"), OrderState.SUCCEEDED)
    stranger = add_foreign_order(shop.supplier, "SM10", "081277777777")
    number = await shop.sarah.buy(VANISHED)
    await park(shop, number)
    notice = await shop.admin.sees(f"{number} needs your decision")
    await shop.admin.tap("Attach", on=notice)
    await shop.admin.say("nosuchref", shows="no row with this reference")
    await shop.admin.say(stranger.ref_id, shows="another product or another number")
    await shop.admin.say(other.ref_id or "", shows="another")
    shop.bought(VANISHED)[0].is_deleted = False
    await shop.admin.say(shop.bought(VANISHED)[0].ref_id, shows="attached")
    await shop.reaches(number, OrderState.SUCCEEDED)
    await shop.sarah.sees(shop.bought(VANISHED)[0].voucher)


async def test_keep_waiting_reminds_the_admins_after_an_hour(shop: ShopEnvironment) -> None:
    number = await shop.sarah.buy(VANISHED)
    await park(shop, number)
    notice = await shop.admin.sees(f"{number} needs your decision")
    answer = await shop.admin.tap("Keep waiting", on=notice)
    assert "asked again in an hour" in answer.text
    assert (await shop.order(number)).state is OrderState.PARKED
    before = len(shop.admin.messages)
    shop.pass_time(minutes=61)
    await shop.until(lambda: len(shop.admin.messages) > before)
    assert f"{number} needs your decision" in shop.admin.last.text


async def test_two_admins_settle_an_order_once(shop: ShopEnvironment, tuti: ChatUser) -> None:
    number = await shop.sarah.buy(VANISHED)
    await park(shop, number)
    mine = await shop.admin.sees(f"{number} needs your decision")
    hers = await tuti.sees(f"{number} needs your decision")
    answers = await asyncio.gather(shop.admin.tap("Refund", on=mine), tuti.tap("Refund", on=hers))
    assert sorted("settled already" in answer.text for answer in answers) == [False, True]
    await shop.sarah.sees("Your money is back: ")
    wallet = await shop.wallet(SARAH.user_id)
    assert (wallet.posted, wallet.held) == (FUNDS, 0)
    assert shop.sarah.texts.count("Your money is back: ") == 1


async def test_goods_that_arrive_after_a_refund_are_reported_as_a_loss(
    shop: ShopEnvironment,
) -> None:
    number = await shop.sarah.buy(VANISHED)
    await park(shop, number)
    await shop.admin.tap("Refund", on=await shop.admin.sees(f"{number} needs your decision"))
    await shop.reaches(number, OrderState.FAILED)
    row = shop.bought(VANISHED)[0]
    row.is_deleted = False
    shop.pass_time(hours=2)
    await shop.admin.sees(row.ref_id)
    assert (await shop.wallet(SARAH.user_id)).posted == FUNDS
    assert row.voucher not in shop.sarah.texts


async def test_a_pause_stops_confirms_and_sends_and_nothing_else(shop: ShopEnvironment) -> None:
    shop.supplier.delay_seconds = 3_600
    sent = await shop.budi.buy("081200010101")
    await shop.reaches(sent, OrderState.ACCEPTED)
    screen = await shop.sarah.quote(NUMBER)
    await shop.admin.say("/pause stock-taking", shows="The shop is paused")
    assert "is taking a break" in (await shop.sarah.tap(PAY, on=screen)).text
    assert await shop.orders(SARAH.user_id) == []
    shop.supplier.finish((await shop.order(sent)).ref_id or "")
    shop.pass_time(seconds=31)
    await shop.reaches(sent, OrderState.SUCCEEDED)
    await shop.admin.say("/status", shows="stock-taking")
    await shop.admin.say("/resume", shows="The shop sells again")
    await shop.reaches(await shop.sarah.confirm(screen), OrderState.ACCEPTED)


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


async def test_resume_closes_the_circuit_breaker(shop: ShopEnvironment) -> None:
    shop.supplier.fault_settings.status_down = True
    shop.supplier.fail_next_order(*[Fault.LOST_AFTER] * 3)
    for turn in range(3):
        number = await shop.budi.buy(f"08120001010{turn}")
        await shop.reaches(number, OrderState.AMBIGUOUS)
    waiting = await shop.sarah.buy("081200000001")
    alert = await shop.admin.sees("Three orders in five minutes got no clear answer")
    assert (await shop.order(waiting)).state is OrderState.QUEUED
    await shop.admin.tap("Sell again", on=alert)
    await shop.reaches(waiting, OrderState.SUCCEEDED)


async def test_a_customers_request_for_help_reaches_each_admin_once(shop: ShopEnvironment) -> None:
    number = await shop.sarah.buy("081200000003")
    await shop.reaches(number, OrderState.ACCEPTED)
    await shop.sarah.tap("Ask the shop")
    await shop.sarah.tap("Ask the shop")
    asked = await shop.admin.sees(f"A customer asks for help with {number}")
    assert "Sarah" in asked.text
    assert shop.admin.texts.count("asks for help") == 1
