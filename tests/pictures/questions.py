"""Screens of a customer who asks, cancels, or writes too fast."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.pictures.customer import FIVE, PULSA, TELKOMSEL, choose
from tests.pictures.translated_tab import TranslatedTab

TOO_FAST = "Wah, cepat sekali|That was very fast"


async def asks(tab: TranslatedTab) -> None:
    """Language, help, terms, cancelling, and an unknown command."""
    await tab.types("/language", "Which language do you prefer?")
    await tab.shoot("language")
    await tab.types("/help", "/history: your orders, with their codes")
    await tab.shoot("help")
    await tab.types("/paysupport", "Paid, and it is not in your balance?")
    await tab.shoot("paysupport")
    await tab.types("/terms", "Terms of {shop}")
    await tab.shoot("terms")
    await choose(tab, PULSA, TELKOMSEL, FIVE)
    await tab.types("/cancel", "Your purchase is cancelled.")
    await tab.shoot("cancelled", 2)
    await tab.types("/foo", "There is no such command.")
    await tab.shoot("unknown-command", 2)


async def hurries(tab: TranslatedTab) -> None:
    """Write more within a minute than the shop accepts from one customer."""
    answers = tab.page.locator("#messages .message.in")
    if await tab.page.locator("#begin").is_visible():
        await tab.start()
    while not await answers.filter(has_text=re.compile(TOO_FAST)).count():
        before = await answers.count()
        await tab.say("/balance")
        await expect(answers).not_to_have_count(before)
    await tab.shoot("too-fast", 2)
