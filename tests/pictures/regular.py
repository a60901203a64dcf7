"""What a regular customer sees: a number first, words to look for, saved numbers, receipts."""

from __future__ import annotations

from tests.pictures.customer import PHONE
from tests.pictures.visitor import Visitor


async def is_quick(tab: Visitor) -> None:
    """Shortcuts past the menu."""
    await tab.types(PHONE, "What do you need for this number?")
    await tab.shoot("number-first", 2)
    await tab.types("tsel 10rb", "Found for {query}")
    await tab.shoot("search", 2)
    await tab.types("apa kabar", "We found nothing like that.")
    await tab.shoot("search-nothing", 2)
    await tab.types("/start", "Your ID: {user}")
    await tab.shoot("welcome-back")


async def keeps_numbers(tab: Visitor) -> None:
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


async def sells_on(tab: Visitor) -> None:
    """A receipt to forward, and the terms."""
    await tab.types("/history", "Your orders")
    await tab.tap("^✅ K")
    await tab.reads("✅ Done.")
    await tab.press("🧾 Receipt")
    await tab.page.locator("#messages .photo img").last.wait_for()
    await tab.reads("A receipt to forward to your customer.")
    await tab.shoot("receipt")
    await tab.types("/terms", "Terms of {shop}")
    await tab.shoot("terms")
