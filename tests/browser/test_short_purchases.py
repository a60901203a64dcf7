"""Short ways to a purchase in a real browser: typing the number first, and buying again."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.chromium import PATIENCE_MS, PHONE, BrowserTab
from tests.browser.conftest import Opener

pytestmark = pytest.mark.asyncio(loop_scope="package")

BOUGHT = "SN / kode:"


async def wait_until_bought(tab: BrowserTab, orders: int) -> None:
    """Wait until the supplier has so many orders, and the customer the voucher of each."""
    panel = await tab.open_panel("Supplier")
    rows = panel.get_by_role("button", name=re.compile("^ref "))
    await expect(rows).to_have_count(orders, timeout=PATIENCE_MS)
    chat = tab.page.get_by_role("log", name="Messages")
    codes = chat.get_by_role("listitem").filter(has_text=re.compile(BOUGHT))
    await expect(codes).to_have_count(orders, timeout=PATIENCE_MS)
    await tab.close_panel()


async def test_a_purchase_that_starts_with_the_number(visitor: Opener) -> None:
    tab = await visitor(PHONE)
    await tab.be("Budi")
    await tab.start()
    await tab.say("pulsa 10.000 ke +62 812-3456-0101 ya")
    await tab.sees("Mau beli apa")
    await tab.tap(r"^10\.000")
    await tab.sees("Untuk: 0812 3456 0101")
    assert await tab.overflow() == 0
    await tab.tap("Bayar")
    await wait_until_bought(tab, 1)


async def test_buying_the_same_again_takes_two_taps(newcomer: Opener) -> None:
    tab = await newcomer()
    await tab.start()
    await tab.say("081234560102 10")
    await tab.tap(r"^10\.000")
    await tab.tap("Bayar")
    await wait_until_bought(tab, 1)
    await tab.say("/start")
    await tab.tap("🔁")
    await tab.sees("baru beli produk ini")
    await tab.tap("Bayar")
    await wait_until_bought(tab, 2)
