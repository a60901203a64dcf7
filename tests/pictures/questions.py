"""Screens of a customer who asks, cancels, or writes too fast."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.pictures.customer import FIVE, PULSA, TELKOMSEL, choose
from tests.pictures.translated_tab import TranslatedTab

TOO_FAST = "Wah, cepat sekali|That was very fast"


async def show_help_and_terms(tab: TranslatedTab) -> None:
    """Language, help, terms, cancelling, and an unknown command."""
    await tab.ask("/language", "Which language do you prefer?")
    await tab.shoot("language")
    await tab.ask("/help", "/history: your orders, with their codes")
    await tab.shoot("help")
    await tab.ask("/paysupport", "Paid, and it is not in your balance?")
    await tab.shoot("paysupport")
    await tab.ask("/terms", "Terms of {shop}")
    await tab.shoot("terms")
    await choose(tab, PULSA, TELKOMSEL, FIVE)
    await tab.ask("/cancel", "Your purchase is cancelled.")
    await tab.shoot("cancelled", 2)
    await tab.ask("/foo", "There is no such command.")
    await tab.shoot("unknown-command", 2)


async def write_too_fast(tab: TranslatedTab) -> None:
    """Write more within a minute than the shop accepts from one customer."""
    answers = tab.page.locator("#messages .message.in")
    if await tab.page.locator("#begin").is_visible():
        await tab.start()
    while not await answers.filter(has_text=re.compile(TOO_FAST)).count():
        before = await answers.count()
        await tab.say("/balance")
        await expect(answers).not_to_have_count(before)
    await tab.shoot("too-fast", 2)
