"""The supplier is down: the shop says so, accepts orders, and sends each of them once."""

from __future__ import annotations

from bot.domain.order import CancelReason, OrderState, WaitReason
from tests.sandbox.chat_user import PAY
from tests.sandbox.shop_environment import FUNDS, PRICE, ShopEnvironment

NUMBER = "081212345678"
CANCEL = "Cancel the order"


async def test_a_shop_without_a_list_sells_once_the_supplier_is_up(
    environment: ShopEnvironment,
) -> None:
    environment.supplier.fault_settings.is_down = True
    konter = await environment.enter()
    await environment.sarah.say("/order", shows="The list of products is being updated")
    await environment.sarah.say("/start", shows="Welcome")
    environment.supplier.fault_settings.is_down = False
    await konter.sync.fetch()
    await environment.reaches(await environment.sarah.buy(NUMBER), OrderState.SUCCEEDED)


async def test_the_stored_list_is_on_sale_while_the_supplier_is_down(
    environment: ShopEnvironment,
) -> None:
    await stock(environment)
    await environment.stop_serving("supplier")
    await environment.enter_with_goods()
    number = await environment.sarah.buy(NUMBER)
    await environment.sarah.sees("Waiting: the operator cannot be reached")
    order = await environment.reaches(number, OrderState.QUEUED)
    assert order.wait_reason is WaitReason.SUPPLIER_AWAY
    await environment.sarah.say("/history", button="^🕐|^⏳")
    await environment.sarah.say("/status", shows="Waiting: the operator cannot be reached")
    await environment.serve("supplier", environment.supplier.app)
    environment.pass_time(seconds=31)
    await environment.reaches(number, OrderState.SUCCEEDED)
    await environment.sarah.sees(environment.bought(NUMBER)[0].voucher)
    assert (environment.supplier.order_calls, len(environment.bought(NUMBER))) == (1, 1)
    assert not environment.sarah.was_shown("❌")


async def test_a_queued_order_can_be_cancelled(environment: ShopEnvironment) -> None:
    await stock(environment)
    await environment.stop_serving("supplier")
    await environment.enter_with_goods()
    number = await environment.sarah.buy(NUMBER)
    screen = await environment.sarah.sees("Waiting: the operator cannot be reached")
    assert "your money is back" in (await environment.sarah.tap(CANCEL, on=screen)).text
    order = await environment.reaches(number, OrderState.CANCELLED)
    assert order.cancel_reason is CancelReason.BY_CUSTOMER
    await environment.sarah.sees_in(screen.message_id, "You cancelled this order")
    wallet = await environment.wallet(environment.sarah.user_id)
    assert (wallet.posted, wallet.held) == (FUNDS, 0)
    await environment.serve("supplier", environment.supplier.app)
    environment.pass_time(seconds=31)
    await environment.reaches(await environment.budi.buy("081233334444"), OrderState.SUCCEEDED)
    assert environment.bought(NUMBER) == []


async def test_of_cancel_and_send_at_the_same_time_one_wins(shop: ShopEnvironment) -> None:
    for turn in range(6):
        destination = f"08120001010{turn}"
        screen = await shop.sarah.quote(destination)
        press = shop.sarah.press(PAY, on=screen)
        order_number = f"K{turn + 1}"
        forged = shop.telegram.press_forged(
            shop.sarah.user_id, screen.message_id, f"1:q:{turn + 1}"
        )
        await shop.sarah.answer_to(press)
        await shop.sarah.answer_to(forged)
        order = await shop.reaches(order_number, OrderState.SUCCEEDED, OrderState.CANCELLED)
        assert len(shop.bought(destination)) == (order.state is OrderState.SUCCEEDED)


async def test_a_queued_order_is_cancelled_after_queue_max_seconds(
    environment: ShopEnvironment,
) -> None:
    await stock(environment)
    await environment.stop_serving("supplier")
    environment.env["QUEUE_MAX_SECONDS"] = "600"
    await environment.enter_with_goods()
    number = await environment.sarah.buy(NUMBER)
    await environment.sarah.sees("Waiting: the operator cannot be reached")
    environment.pass_time(minutes=9)
    order = await environment.reaches(number, OrderState.QUEUED)
    environment.pass_time(minutes=2)
    order = await environment.reaches(number, OrderState.CANCELLED)
    assert order.cancel_reason is CancelReason.WAITED_TOO_LONG
    await environment.sarah.sees("Your money is back: Rp11,200. Your balance is Rp500,000")
    assert environment.supplier.order_calls == 0


async def test_an_order_on_a_connection_closed_without_answer_is_not_sent_again(
    shop: ShopEnvironment,
) -> None:
    shop.supplier.fault_settings.is_down = True
    number = await shop.sarah.buy(NUMBER)
    await shop.reaches(number, OrderState.AMBIGUOUS)
    await shop.sarah.sees("Being checked")
    shop.supplier.fault_settings.is_down = False
    shop.pass_time(seconds=4)
    assert (await shop.wallet(shop.sarah.user_id)).held == PRICE
    assert shop.supplier.order_calls == 1


async def stock(environment: ShopEnvironment) -> None:
    """Let a first run of the bot store the list, and stop it."""
    environment.clock.move_to(12)
    await environment.enter_with_goods()
    await environment.leave()
