"""Screens of a regular customer: number first, search, saved numbers, receipts."""

from __future__ import annotations

from playwright.async_api import expect

from bot.sandbox.environment import SandboxEnvironment
from tests.pictures.customer import PHONE
from tests.pictures.sandbox import EMPTY_CODE, until_fetched
from tests.pictures.translated_tab import TranslatedTab


async def is_quick(tab: TranslatedTab) -> None:
    """Shortcuts past the menu."""
    await tab.types(PHONE, "What do you need for this number?")
    await tab.shoot("number-first", 2)
    await tab.types("tsel 10rb", "Found for {query}")
    await tab.shoot("search", 2)
    await tab.types("apa kabar", "Sorry, nothing found.")
    await tab.shoot("search-nothing", 2)
    await tab.types("/start", "Your balance: {balance}")
    await tab.shoot("welcome-back")


async def waits(tab: TranslatedTab, environment: SandboxEnvironment) -> None:
    """A product is out of stock; the customer asks for a notice and gets it on restock."""
    await tab.types(EMPTY_CODE, "Found for {query}")
    await tab.tap(" · (kosong|out of stock)$")
    await tab.press("🔔 Tell me when it is back")
    await tab.reads("🔔 We will tell you once if it is back")
    await tab.shoot("restock-asked")
    environment.supplier.fault_settings.all_in_stock = True
    await tab.reads("🔔 Back in stock:")
    await tab.shoot("restock-told")
    environment.supplier.fault_settings.all_in_stock = False
    await until_fetched(environment)


async def keeps_numbers(tab: TranslatedTab) -> None:
    """The saved numbers, and a name for one."""
    await tab.types("/numbers", "Your saved numbers")
    await tab.shoot("numbers")
    await tab.tap("0812 3456 7890")
    await tab.reads("✏️ Name it")
    await tab.shoot("number-saved")
    await tab.press("✏️ Name it")
    await tab.reads("What do you call this number?")
    await tab.types("Mama", "Saved: {number}")
    await tab.shoot("numbers-named", 2)


async def sells_on(tab: TranslatedTab) -> None:
    """A receipt to forward, without a price and with one."""
    await tab.types("/history", "Your orders")
    await tab.tap("^✅ ")
    await tab.reads("✅ Done.")
    await tab.press("🧾 Receipt")
    await tab.page.locator("#messages .photo img").last.wait_for()
    await tab.reads("Forward this receipt to your customer.")
    await tab.shoot("receipt", 2)
    await tab.tap_first("^Rp")
    await expect(tab.page.locator("#messages .photo img")).to_have_count(2)
    await tab.shoot("receipt-price")
