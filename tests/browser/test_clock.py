"""The sandbox's clock in a real browser; it moves for the bot's process as well."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.chromium import PATIENCE_MS, PHONE, BrowserTab
from tests.browser.conftest import Opener

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def move(tab: BrowserTab, button: str) -> None:
    """Open the clock if it is closed, and press one of its buttons."""
    panel = await tab.open_panel("Supplier")
    clock = panel.locator("#clock")
    if await clock.get_attribute("open") is None:
        await clock.locator("summary").click()
    await clock.get_by_role("button", name=button, exact=True).click()


async def go_to(tab: BrowserTab, time: str) -> None:
    """Type a time of day and move the clock to it."""
    await tab.page.get_by_label("Time in Jakarta").fill(time)
    await move(tab, "Go to this time")
    shown = tab.page.locator("#clock time")
    await expect(shown).to_contain_text(time.replace(".", ":"), timeout=PATIENCE_MS)


async def choose(tab: BrowserTab) -> None:
    """Search for a product that the supplier closes from 23:30 to 00:15, and press it."""
    await tab.say("dana 10.000")
    await tab.sees("Hasil untuk dana 10.000")
    await tab.tap(r"10\.000")


async def test_a_product_with_a_nightly_cutoff_is_shown_closed_then(visitor: Opener) -> None:
    tab = await visitor()
    panel = await tab.open_panel("Bot")
    process = await panel.get_by_role("definition").first.inner_text()
    await move(tab, "To 12:00")
    await tab.start()
    await choose(tab)
    await tab.sees("Kirim nomor")
    await tab.say("/batal")
    await move(tab, "To 23:30")
    await choose(tab)
    await tab.sees("tutup sampai")
    await move(tab, "To 00:15")
    await choose(tab)
    await tab.sees("Kirim nomor")
    await tab.open_panel("Bot")
    assert await panel.get_by_role("definition").first.inner_text() == process


async def test_messages_keep_the_sandbox_time_they_were_sent_at(visitor: Opener) -> None:
    tab = await visitor()
    await move(tab, "To 12:00")
    await tab.start()
    await tab.sees("Selamat datang")
    newest = tab.page.locator("#messages .message time").last
    await expect(newest).to_have_text(re.compile("^12:0[0-2]$"))
    await go_to(tab, "23.58")
    await tab.say("/saldo")
    await expect(newest).to_have_text(re.compile("^23:5[89]$"), timeout=PATIENCE_MS)
    await move(tab, "To 00:15")
    await tab.say("/saldo")
    days = tab.page.locator("#messages .day")
    await expect(days).to_have_text(["Kemarin", "Hari ini"], timeout=PATIENCE_MS)


async def test_a_top_up_expires_when_the_clock_moves_past_its_deadline(visitor: Opener) -> None:
    tab = await visitor()
    await tab.start()
    await tab.tap("Isi saldo")
    await tab.tap("50.000")
    await tab.sees("Bayar tepat")
    await move(tab, "+1 day")
    await tab.sees("⌛")


async def test_moving_the_clock_back_resets_the_sandbox(newcomer: Opener) -> None:
    tab = await newcomer(PHONE)
    await tab.be("Budi")
    await tab.start()
    await tab.sees("Selamat datang")
    await move(tab, "+1 hour")
    await expect(tab.page.locator("#clock .ahead")).to_have_text("1 h ahead")
    await move(tab, "+1 day")
    await expect(tab.page.locator("#clock .ahead")).to_have_text("1 d 1 h ahead")
    await move(tab, "Back to now…")
    dialog = tab.page.get_by_role("dialog")
    await expect(dialog).to_contain_text("everything begins anew")
    await dialog.get_by_role("button", name="Begin anew").click()
    await expect(tab.page.locator("#clock .ahead")).to_have_text("")
    await tab.page.get_by_role("button", name="Close").click()
    await tab.start()
    await tab.sees("Selamat datang")
