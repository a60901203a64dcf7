"""A user who reads one language, with a transcript of the chat for snapshots."""

from __future__ import annotations

from typing import Any

from bot.domain.order import CustomerId
from bot.sandbox.telegram.server import ChatMessage
from handlers.ui.i18n import Translator
from tests.handlers.harness import BotHarness


class TranscribedUser:
    """Writes and presses as one user, and keeps a transcript of the chat."""

    def __init__(self, harness: BotHarness, who: CustomerId, words: Translator) -> None:
        self.harness = harness
        self.who = who
        self.words = words
        self._lines: list[str] = []
        self._seen: dict[int, str] = {}
        self.look()
        self._lines.clear()

    async def say(self, text: str) -> None:
        """Send a text."""
        await self.harness.say(text, self.who)
        self._record(f"> {text}")

    async def send(self, what: str, content: dict[str, Any]) -> None:
        """Send a message that is not text; `what` names it in the transcript."""
        await self.harness.send(content, self.who)
        self._record(f"> ({what})")

    async def press(self, msgid: str, **fields: object) -> None:
        """Press the newest button with the translation of this msgid, or with this label."""
        label = self.words.gettext(msgid).format(**fields)
        message, data = self.harness.find(label, self.who)
        shown = next(
            one["text"]
            for row in message.buttons
            for one in row
            if one.get("callback_data") == data and label in one["text"]
        )
        answer = await self.harness.press_data(data, message.message_id, self.who)
        self._record(f"> [{shown}]")
        if answer.text:
            self._lines.append(f"({'pop-up' if answer.show_alert else 'toast'}: {answer.text})\n")

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
        for message in self.harness.said(self.who):
            shown = _shown(message)
            before = self._seen.get(message.message_id)
            if before != shown:
                self._seen[message.message_id] = shown
                self._lines.append(f"{'(edited) ' if before else ''}{shown}\n")


def _shown(message: ChatMessage) -> str:
    """Return a message as text: picture, text, rows of buttons."""
    picture = "(picture)\n" if message.photo is not None else ""
    keyboard = (message.reply_markup or {}).get("keyboard", [])
    below = [f"below the chat: {row}" for row in rows_of(keyboard)]
    return picture + "\n".join((message.text, *rows_of(message.buttons), *below))


def rows_of(buttons: list[list[dict[str, Any]]]) -> list[str]:
    """Return rows of buttons (Bot API fields) as text."""
    return [" ".join(map(_button, row)) for row in buttons]


def _button(button: dict[str, Any]) -> str:
    """Return a button's label, with its colour and what it does beside sending its data."""
    kinds = [button["style"]] if "style" in button else []
    if "copy_text" in button:
        kinds.append(f"copies {button['copy_text']['text']}")
    if "url" in button:
        kinds.append(f"opens {button['url']}")
    if "request_contact" in button:
        kinds.append("sends the own number")
    return f"[{' | '.join([button['text'], *kinds])}]"
