"""A person on the page who reads one language, driven by the message ids of the code."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from handlers.ui.command_names import INDONESIAN_NAMES
from handlers.ui.i18n import Translator
from tests.browser.chromium import ROOT, BrowserTab
from tests.check_translations import extract
from tests.pictures.camera import Camera

TEXTS = [message.id for message in extract(ROOT) if isinstance(message.id, str)]
NEXT = " ›$"
SEEN_MS = 60_000
"""The first looks for a lost order come after 3, 10 and 20 seconds."""


class TranslatedTab(BrowserTab):
    """A browser tab with translations; pictures are named for the screen and the language."""

    def __init__(self, page: Page, address: str, words: Translator, camera: Camera) -> None:
        """Use the translations of `words`."""
        super().__init__(page, address)
        self.words = words
        self.camera = camera

    def pattern(self, msgid: str) -> str:
        """Return a pattern for a message id (or its unique start) in this person's language."""
        parts = re.split(r"\{\w+\}|<[^>]+>", self.words.gettext(whole_text(msgid)))
        return ".*".join(re.escape(part) for part in parts)

    async def tap(self, label: str) -> None:
        """Press a button of the newest message that has buttons."""
        newest = self.page.locator("#messages .with-keyboard").last
        await newest.get_by_role("button", name=re.compile(label)).last.click()

    async def tap_first(self, label: str) -> None:
        """Press the first matching button of the newest message that has buttons."""
        newest = self.page.locator("#messages .with-keyboard").last
        await newest.get_by_role("button", name=re.compile(label)).first.click()

    async def turn(self, label: str) -> None:
        """Press a button that changes its own message, and wait for the change."""
        newest = self.page.locator("#messages .with-keyboard").last
        shown = await newest.inner_text()
        await self.tap(label)
        await expect(newest).not_to_have_text(shown, use_inner_text=True, timeout=SEEN_MS)

    async def reach(self, label: str) -> None:
        """Page through a list until a page has a matching button."""
        newest = self.page.locator("#messages .with-keyboard").last
        while not await newest.get_by_role("button", name=re.compile(label)).count():
            await self.turn(NEXT)

    async def say(self, text: str) -> None:
        """Send a message; commands are sent by their names in this person's language."""
        command, *rest = text.split(" ", 1)
        if command.startswith("/") and self.words.language == "id":
            command = f"/{INDONESIAN_NAMES.get(command[1:], command[1:])}"
        await super().say(" ".join([command, *rest]))

    async def press(self, msgid: str) -> None:
        """Press the newest button whose label is the text of a message id."""
        await self.tap(f"^{self.pattern(msgid)}$")

    async def expect_text(self, msgid: str) -> None:
        """Wait until the newest message contains the text of a message id."""
        await self.expect_pattern(self.pattern(msgid))

    async def expect_pattern(self, pattern: str) -> None:
        """Wait until the newest message matches a pattern."""
        last = self.page.locator("#messages .message").last
        await expect(last).to_contain_text(re.compile(pattern), timeout=SEEN_MS)

    async def ask(self, text: str, msgid: str) -> None:
        """Write something, and wait for the answer."""
        await self.say(text)
        await self.expect_text(msgid)

    async def shoot(self, name: str, count: int = 1) -> None:
        """Take a picture of the newest messages."""
        await self.camera.messages(f"{name}-{self.words.language}", count)

    async def shoot_window(self, name: str) -> None:
        """Take a picture of the whole window."""
        await self.camera.whole(f"{name}-{self.words.language}")


def whole_text(start: str) -> str:
    """Return the message id that starts with `start`; raises AssertionError unless it is unique."""
    found = [text for text in TEXTS if text == start] or [
        text for text in TEXTS if text.startswith(start)
    ]
    assert len(found) == 1, f"{start!r} begins {len(found)} texts of the code"
    return found[0]
