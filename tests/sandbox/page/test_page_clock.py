"""The page moves the sandbox's clock: for the chat, the orders and the log."""

from datetime import timedelta

import pytest

from tests.sandbox.page.page_client import Browser
from tests.sandbox.supplier.foreign_orders import add_foreign_order

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_chat_orders_and_log_use_the_moved_clock(browser: Browser) -> None:
    before = (await browser.say("/start"))["date"]
    assert await browser.act("move_clock", seconds=7200) == {}
    await browser.until(lambda: browser.sections["clock"]["ahead_seconds"] == 7200)
    assert 7200 <= (await browser.say("/start"))["date"] - before < 7260
    order = add_foreign_order(browser.environment.supplier, "TPT755", "081234567890")
    assert 7200 <= order.created_at - before < 7260
    await browser.act("set_deposit", amount=1)
    await browser.until(lambda: browser.log()[-1]["source"] == "sandbox")
    assert 7200 <= browser.log()[-1]["at"] - before < 7260


async def test_an_order_ends_when_its_time_has_passed(browser: Browser) -> None:
    supplier = browser.environment.supplier
    supplier.delay_seconds = 1800
    order = add_foreign_order(supplier, "TPT755", "081234567890")
    await browser.act("move_clock", seconds=600)
    assert order.status == "waiting"
    await browser.act("move_clock", seconds=1200)
    assert order.status == "success"


@pytest.mark.parametrize(
    ("to", "shown"), [("23:30", "23:30"), ("0.15", "00:15"), ("7:05", "07:05")]
)
async def test_a_time_of_day_in_jakarta(to: str, shown: str, browser: Browser) -> None:
    assert await browser.act("move_clock_to", time=to) == {}
    assert f"{browser.environment.clock.local():%H:%M}" == shown
    await browser.until(lambda: 0 < browser.sections["clock"]["ahead_seconds"] <= 86_400)


@pytest.mark.parametrize("seconds", [None, -1, "60", True, 1.5, 10**30, 401 * 86_400])
async def test_an_invalid_step_is_refused(seconds: object, browser: Browser) -> None:
    assert (await browser.act("move_clock", seconds=seconds))["error"]
    assert browser.environment.clock.ahead == timedelta(0)


@pytest.mark.parametrize("time", ["24:00", "12:60", "noon", "١٢:٠٠", None])
async def test_an_invalid_time_of_day_is_refused(time: object, browser: Browser) -> None:
    assert (await browser.act("move_clock_to", time=time))["error"]
    assert browser.environment.clock.ahead == timedelta(0)
