"""The supplier is down: the shop says so, accepts orders, and sends each of them once."""

from __future__ import annotations

from bot.domain.order import OrderState, WaitReason
from tests.sandbox.chat_user import PAY
from tests.sandbox.shop_environment import ShopEnvironment

NUMBER = "081212345678"


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
    await environment.stock()
    await environment.stop_serving("supplier")
    environment.clock.move_to(12)
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


async def test_of_cancel_and_send_at_the_same_time_one_wins(shop: ShopEnvironment) -> None:
    for turn in range(6):
        destination = f"08120001010{turn}"
        screen = await shop.sarah.quote(destination)
        press = shop.sarah.press(PAY, on=screen)
        forged = shop.telegram.press_forged(
            shop.sarah.user_id, screen.message_id, f"1:q:{turn + 1}"
        )
        await shop.sarah.answer_to(press)
        await shop.sarah.answer_to(forged)
        order = await shop.reaches(f"K{turn + 1}", OrderState.SUCCEEDED, OrderState.CANCELLED)
        assert len(shop.bought(destination)) == (order.state is OrderState.SUCCEEDED)
