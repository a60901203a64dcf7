"""Screens of a regular customer: number first, search, saved numbers, receipts."""

from __future__ import annotations

from playwright.async_api import expect

from bot.sandbox.environment import SandboxEnvironment
from tests.pictures.customer import PHONE
from tests.pictures.sandbox import EMPTY_CODE, until_fetched
from tests.pictures.translated_tab import TranslatedTab


async def use_shortcuts(tab: TranslatedTab) -> None:
    """Shortcuts past the menu."""
    await tab.ask(PHONE, "What do you need for this number?")
    await tab.shoot("number-first", 2)
    await tab.ask("tsel 10rb", "Found for {query}")
    await tab.shoot("search", 2)
    await tab.ask("apa kabar", "Sorry, nothing found.")
    await tab.shoot("search-nothing", 2)
    await tab.ask("/start", "Your balance: {balance}")
    await tab.shoot("welcome-back")


async def ask_for_restock_notice(tab: TranslatedTab, environment: SandboxEnvironment) -> None:
    """A product is out of stock; the customer asks for a notice and gets it on restock."""
    await tab.ask(EMPTY_CODE, "Found for {query}")
    await tab.tap(" · (kosong|out of stock)$")
    await tab.press("🔔 Tell me when it is back")
    await tab.expect_text("🔔 We will tell you once if it is back")
    await tab.shoot("restock-asked")
    environment.supplier.fault_settings.all_in_stock = True
    await tab.expect_text("🔔 Back in stock:")
    await tab.shoot("restock-told")
    environment.supplier.fault_settings.all_in_stock = False
    await until_fetched(environment)


async def name_number(tab: TranslatedTab) -> None:
    """The saved numbers, and a name for one."""
    await tab.ask("/numbers", "Your saved numbers")
    await tab.shoot("numbers")
    await tab.tap("0812 3456 7890")
    await tab.expect_text("✏️ Name it")
    await tab.shoot("number-saved")
    await tab.press("✏️ Name it")
    await tab.expect_text("What do you call this number?")
    await tab.ask("Mama", "Saved: {number}")
    await tab.shoot("numbers-named", 2)


async def make_receipts(tab: TranslatedTab) -> None:
    """A receipt to forward, without a price and with one."""
    await tab.ask("/history", "Your orders")
    await tab.tap("^✅ ")
    await tab.expect_text("✅ Done.")
    await tab.press("🧾 Receipt")
    await tab.page.locator("#messages .photo img").last.wait_for()
    await tab.expect_text("Forward this receipt to your customer.")
    await tab.shoot("receipt", 2)
    await tab.tap_first("^Rp")
    await expect(tab.page.locator("#messages .photo img")).to_have_count(2)
    await tab.shoot("receipt-price")
