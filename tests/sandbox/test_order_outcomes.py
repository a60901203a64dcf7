"""A success refunded weeks later, and each order its own voucher on every kind of panel."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.order import OrderState
from bot.sandbox.supplier.server import Fault, FaultSettings
from bot.sandbox.telegram.server import SARAH
from tests.sandbox.shop_environment import FUNDS, PRICE, ShopEnvironment

NUMBER = "081212345678"


def a_panel_that_ignores_ref_id(fault_settings: FaultSettings) -> None:
    fault_settings.ignores_ref_id = True


def a_panel_that_lists_the_oldest_first(fault_settings: FaultSettings) -> None:
    fault_settings.is_reversed = True


def a_panel_whose_clock_is_slow(fault_settings: FaultSettings) -> None:
    fault_settings.clock_skew_seconds = -90


def a_panel_whose_clock_is_fast(fault_settings: FaultSettings) -> None:
    fault_settings.clock_skew_seconds = 90


PANELS = (
    a_panel_that_ignores_ref_id,
    a_panel_that_lists_the_oldest_first,
    a_panel_whose_clock_is_slow,
    a_panel_whose_clock_is_fast,
)


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


@pytest.mark.parametrize("panel", PANELS)
async def test_every_list_order_gives_each_order_its_own_voucher(
    shop: ShopEnvironment, panel: Callable[[FaultSettings], None]
) -> None:
    panel(shop.supplier.fault_settings)
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
