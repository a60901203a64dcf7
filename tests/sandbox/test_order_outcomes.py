"""How accepted orders end: every status word, every order of a panel's list, and a long wait."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.order import OrderState, ParkReason
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


async def test_a_final_reply_settles_the_order_without_a_poll(shop: ShopEnvironment) -> None:
    number = await shop.budi.buy("081200000001")
    await shop.reaches(number, OrderState.SUCCEEDED)
    await shop.budi.sees(shop.bought("081200000001")[0].voucher)
    assert not any("ref_id" in call.fields for call in shop.supplier.calls)


async def test_an_order_that_fails_later_is_refunded(shop: ShopEnvironment) -> None:
    number = await shop.sarah.buy("081200000002")
    await shop.reaches(number, OrderState.FAILED)
    await shop.sarah.sees("The order failed")
    await shop.sarah.sees("Your money is back: Rp11,200. Your balance is Rp500,000")
    wallet = await shop.wallet(SARAH.user_id)
    assert (wallet.posted, wallet.held) == (FUNDS, 0)


async def test_a_failure_shows_the_note_without_the_shops_secrets(shop: ShopEnvironment) -> None:
    """The supplier writes the note: it is escaped, and facts for the reseller alone are removed."""
    shop.supplier.delay_seconds = 60
    number = await shop.sarah.buy(NUMBER)
    await shop.reaches(number, OrderState.ACCEPTED)
    note = "Ditolak <b>operator</b> & jaringan. Sisa saldo Rp 4.123.456"
    shop.supplier.finish(shop.bought(NUMBER)[0].ref_id, "gagal", note=note)
    await shop.reaches(number, OrderState.FAILED)
    outcome = await shop.sarah.sees("Your money is back")
    assert "Ditolak <b>operator</b> & jaringan" in outcome.text
    assert "4.123.456" not in shop.sarah.texts


async def test_an_order_without_a_final_status_is_parked_after_a_day(shop: ShopEnvironment) -> None:
    number = await shop.sarah.buy("081200000003")
    await shop.reaches(number, OrderState.ACCEPTED)
    shop.pass_time(hours=23)
    assert (await shop.order(number)).state is OrderState.ACCEPTED
    shop.pass_time(hours=2)
    order = await shop.reaches(number, OrderState.PARKED)
    assert order.park_reason is ParkReason.NOT_FINAL
    await shop.sarah.sees("Being checked by hand")
    await shop.admin.sees(number)
    shop.supplier.finish(order.ref_id or "")
    shop.pass_time(seconds=61)
    await shop.reaches(number, OrderState.SUCCEEDED)
    assert not shop.sarah.was_shown("❌")


async def test_a_partial_status_parks_the_order(shop: ShopEnvironment) -> None:
    """Only an admin can judge the value of a "partial" delivery."""
    number = await shop.sarah.buy("081200000004")
    order = await shop.reaches(number, OrderState.PARKED)
    assert order.park_reason is ParkReason.PARTIAL
    assert number in (await shop.admin.sees(order.ref_id or "-")).text
    assert (await shop.wallet(SARAH.user_id)).held == PRICE


async def test_an_unknown_status_word_is_not_final(shop: ShopEnvironment) -> None:
    number = await shop.sarah.buy("081200000005")
    assert number in (await shop.admin.sees("menunggu")).text
    assert (await shop.order(number)).state is OrderState.ACCEPTED
    shop.supplier.finish(shop.bought("081200000005")[0].ref_id, "BERHASIL", voucher="SN77")
    shop.pass_time(seconds=31)
    await shop.reaches(number, OrderState.SUCCEEDED)


async def test_an_order_that_costs_more_keeps_the_shown_price(shop: ShopEnvironment) -> None:
    number = await shop.sarah.buy("081200000006")
    order = await shop.reaches(number, OrderState.SUCCEEDED)
    assert (order.cost, order.supplier_cost, order.price) == (10_200, 10_900, PRICE)
    assert number in (await shop.admin.sees("10200 -> 10900")).text
    assert (await shop.wallet(SARAH.user_id)).posted == FUNDS - PRICE


async def test_an_accepted_order_whose_row_is_missing_is_parked(shop: ShopEnvironment) -> None:
    shop.supplier.delay_seconds = 3_600
    number = await shop.sarah.buy(NUMBER)
    await shop.reaches(number, OrderState.ACCEPTED)
    shop.bought(NUMBER)[0].is_deleted = True
    asked = sum("ref_id" in call.fields for call in shop.supplier.calls)
    await shop.until(lambda: sum("ref_id" in call.fields for call in shop.supplier.calls) > asked)
    shop.pass_time(minutes=11)
    order = await shop.reaches(number, OrderState.PARKED)
    assert order.park_reason is ParkReason.ROW_MISSING
    assert (await shop.wallet(SARAH.user_id)).held == PRICE


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


async def test_failed_polls_are_repeated(shop: ShopEnvironment) -> None:
    shop.supplier.delay_seconds = 0
    shop.supplier.fault_settings.next_reads.extend([Fault.ERROR_AFTER, Fault.HTML, Fault.TRUNCATED])
    number = await shop.sarah.buy(NUMBER)
    await shop.until(lambda: len(shop.supplier.fault_settings.next_reads) < 3)
    await shop.reaches(number, OrderState.SUCCEEDED)
    assert not shop.sarah.was_shown("❌|🔎")


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
