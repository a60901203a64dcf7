"""Somebody on the page who reads one language: presses and reads by the texts of the code."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from handlers.commands import INDONESIAN_NAMES
from handlers.i18n import Words
from tests.browser.chromium import ROOT, Newcomer
from tests.check_translations import extract
from tests.pictures.camera import Camera

TEXTS = [message.id for message in extract(ROOT) if isinstance(message.id, str)]
NEXT = " ›$"
SEEN_MS = 60_000
"""A lost order is looked for after 3, 10 and 20 seconds."""


class Visitor(Newcomer):
    """A newcomer who knows the words; pictures are named for the screen and the language."""

    def __init__(self, page: Page, address: str, words: Words, camera: Camera) -> None:
        """Read what `words` say."""
        super().__init__(page, address)
        self.words = words
        self.camera = camera

    def pattern(self, msgid: str) -> str:
        """Return a pattern for a text of the code as this person reads it; its start will do."""
        parts = re.split(r"\{\w+\}|<[^>]+>", self.words.gettext(whole_text(msgid)))
        return ".*".join(re.escape(part) for part in parts)

    async def tap(self, label: str) -> None:
        """Press a button of the newest message that has some: older screens stay as they are."""
        newest = self.page.locator("#messages .with-keyboard").last
        await newest.get_by_role("button", name=re.compile(label)).last.click()

    async def tap_first(self, label: str) -> None:
        """Press the first such button of the newest message that has some."""
        newest = self.page.locator("#messages .with-keyboard").last
        await newest.get_by_role("button", name=re.compile(label)).first.click()

    async def turn(self, label: str) -> None:
        """Press a button that shows something else on the same message, and wait for that."""
        newest = self.page.locator("#messages .with-keyboard").last
        shown = await newest.inner_text()
        await self.tap(label)
        await expect(newest).not_to_have_text(shown, use_inner_text=True, timeout=SEEN_MS)

    async def reach(self, label: str) -> None:
        """Turn the pages of a list until one has such a button."""
        newest = self.page.locator("#messages .with-keyboard").last
        while not await newest.get_by_role("button", name=re.compile(label)).count():
            await self.turn(NEXT)

    async def say(self, text: str) -> None:
        """Send a message; commands have the names by which readers of the language know them."""
        command, *rest = text.split(" ", 1)
        if command.startswith("/") and self.words.language == "id":
            command = f"/{INDONESIAN_NAMES.get(command[1:], command[1:])}"
        await super().say(" ".join([command, *rest]))

    async def press(self, msgid: str) -> None:
        """Press the newest button with a text of the code."""
        await self.tap(f"^{self.pattern(msgid)}$")

    async def reads(self, msgid: str) -> None:
        """Wait until the newest message holds a text of the code."""
        await self.shows(self.pattern(msgid))

    async def shows(self, pattern: str) -> None:
        """Wait until the newest message holds a pattern."""
        last = self.page.locator("#messages .message").last
        await expect(last).to_contain_text(re.compile(pattern), timeout=SEEN_MS)

    async def types(self, text: str, msgid: str) -> None:
        """Write something, and wait for the answer."""
        await self.say(text)
        await self.reads(msgid)

    async def shoot(self, name: str, count: int = 1) -> None:
        """Keep a picture of the newest messages."""
        await self.camera.messages(f"{name}-{self.words.language}", count)

    async def shoot_window(self, name: str) -> None:
        """Keep a picture of the whole window."""
        await self.camera.whole(f"{name}-{self.words.language}")


def whole_text(start: str) -> str:
    """Return the text of the code that begins so; raises AssertionError when none or many do."""
    found = [text for text in TEXTS if text == start] or [
        text for text in TEXTS if text.startswith(start)
    ]
    assert len(found) == 1, f"{start!r} begins {len(found)} texts of the code"
    return found[0]
