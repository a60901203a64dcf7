"""A success refunded weeks later, and each order its own voucher on every kind of panel."""

from __future__ import annotations

import pytest

from bot.domain.order import OrderState
from bot.sandbox.supplier.server import Fault
from bot.sandbox.telegram.server import SARAH
from tests.sandbox.shop_environment import FUNDS, PRICE, ShopEnvironment

NUMBER = "081212345678"


PANELS = {
    "ignores the ref_id": ("ignores_ref_id", True),
    "lists the oldest first": ("is_reversed", True),
    "has a slow clock": ("clock_skew_seconds", -90),
    "has a fast clock": ("clock_skew_seconds", 90),
}


@pytest.mark.usefixtures("each_database")
async def test_a_success_that_is_refunded_later_is_reported_to_the_admin(
    shop: ShopEnvironment,
) -> None:
    """The supplier may refund weeks later; nothing is taken back from the customer."""
    number = await shop.sarah.buy(NUMBER)
    order = await shop.reaches(number, OrderState.SUCCEEDED)
    await shop.sarah.sees(order.voucher)
    shop.supplier.finish(order.ref_id or "", "refund", note="Transaksi Refund")
    shop.pass_time(hours=2)
    await shop.admin.sees(order.ref_id or "-")
    assert (await shop.order(number)).state is OrderState.SUCCEEDED
    assert (await shop.wallet(SARAH.user_id)).posted == FUNDS - PRICE


@pytest.mark.parametrize(("setting", "value"), PANELS.values(), ids=PANELS)
async def test_each_order_gets_its_own_voucher_from_every_kind_of_panel(
    shop: ShopEnvironment, setting: str, value: object
) -> None:
    setattr(shop.supplier.fault_settings, setting, value)
    destinations = ("081200010101", "081200010102", "081200010103")
    orders = [await shop.budi.buy(destinations[0]), await shop.sarah.buy(destinations[1])]
    for number in orders:
        await shop.reaches(number, OrderState.SUCCEEDED)
    shop.supplier.fail_next_order(Fault.LOST_AFTER)
    orders.append(await shop.sarah.buy(destinations[2]))
    await shop.reaches(orders[2], OrderState.AMBIGUOUS)
    shop.pass_time(seconds=4)
    for number, destination in zip(orders, destinations, strict=True):
        order = await shop.reaches(number, OrderState.SUCCEEDED)
        assert [one.voucher for one in shop.bought(destination)] == [order.voucher]
