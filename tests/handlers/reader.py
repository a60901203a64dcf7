"""A user who reads one language, with a transcript of the chat for snapshots."""

from __future__ import annotations

from typing import Any

from bot.domain.order import CustomerId
from bot.sandbox.telegram.server import ChatMessage
from handlers.ui.i18n import Translator
from tests.handlers.counter import Counter


class Reader:
    """Writes and presses as one user, and keeps a transcript of the chat."""

    def __init__(self, counter: Counter, who: CustomerId, words: Translator) -> None:
        self.counter = counter
        self.who = who
        self.words = words
        self._lines: list[str] = []
        self._seen: dict[int, str] = {}
        self.look()
        self._lines.clear()

    async def say(self, text: str) -> None:
        """Send a text."""
        await self.counter.say(text, self.who)
        self._record(f"> {text}")

    async def send(self, what: str, content: dict[str, Any]) -> None:
        """Send a message that is not text; `what` names it in the transcript."""
        await self.counter.send(content, self.who)
        self._record(f"> ({what})")

    async def press(self, msgid: str, **fields: object) -> None:
        """Press the newest button with the translation of this msgid, or with this label."""
        label = self.words.gettext(msgid).format(**fields)
        message, data = self.counter.find(label, self.who)
        shown = next(
            one["text"]
            for row in message.buttons
            for one in row
            if one.get("callback_data") == data and label in one["text"]
        )
        answer = await self.counter.press_data(data, message.message_id, self.who)
        self._record(f"> [{shown}]")
        if answer.text:
            self._lines.append(f"({answer.text})\n")

    def look(self, happening: str = "") -> None:
        """Add new and changed bot messages to the transcript; `happening` says why."""
        self._record(f"# {happening}" if happening else "")

    @property
    def transcript(self) -> str:
        """The acts and messages in order, each message with its buttons."""
        return "\n".join(self._lines)

    def _record(self, act: str) -> None:
        if act:
            self._lines.append(f"{act}\n")
        for message in self.counter.said(self.who):
            shown = _shown(message)
            before = self._seen.get(message.message_id)
            if before != shown:
                self._seen[message.message_id] = shown
                self._lines.append(f"{'(edited) ' if before else ''}{shown}\n")


def _shown(message: ChatMessage) -> str:
    """Return a message as text: picture, text, rows of buttons."""
    picture = "(picture)\n" if message.photo is not None else ""
    rows = (" ".join(f"[{one['text']}]" for one in row) for row in message.buttons)
    return picture + "\n".join((message.text, *rows))
