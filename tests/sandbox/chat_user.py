"""A person in a chat with the bot: what they write and press, and what the bot shows them."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress

from bot.sandbox.telegram.server import CallbackAnswer, Change, ChatMessage, Person
from tests.telegram_server import BotApiForTests

SHOP, PAY = r"Belanja|Shop", r"Bayar|Pay"
Steps = tuple[str, ...]
CATALOGUE = "Pilih (kategori|produk)|Choose a (category|product)"
"""In the text of the catalogue's first level."""
TELKOMSEL_10: Steps = ("Pulsa", "Telkomsel", r"^10\.000|^10,000")
"""The labels that lead from the top of the catalogue to a product."""


class ChatUser:
    """One person in a chat; every step waits for the bot's answer."""

    def __init__(self, telegram: BotApiForTests, person: Person) -> None:
        self.telegram = telegram
        self.user_id = person.user_id
        self.patience_seconds = 30.0
        """How long to wait for the bot."""
        self.taps = 0
        """How many buttons were pressed so far."""
        self.shown: list[tuple[int, str]] = []
        """Every text that the bot has shown here, with the id of its message."""
        telegram.state.listeners.append(self._note)

    def _note(self, change: Change) -> None:
        if change.chat_id == self.user_id and change.message_id is not None:
            message = self.telegram.state.message(self.user_id, change.message_id)
            if message is not None and message.is_from_bot:
                self.shown.append((message.message_id, message.text))

    # --- what the bot shows ---

    @property
    def messages(self) -> list[ChatMessage]:
        """The bot's messages in this chat, oldest first."""
        return [one for one in self.telegram.messages(self.user_id) if one.is_from_bot]

    @property
    def last(self) -> ChatMessage:
        """The bot's newest message."""
        return self.messages[-1]

    @property
    def texts(self) -> str:
        """All texts that the bot shows in this chat now."""
        return "\n---\n".join(one.text for one in self.messages)

    def was_shown(self, text: str) -> bool:
        """Return whether the bot ever showed a text that matches `text` (a regular expression)."""
        return any(re.search(text, shown) for _, shown in self.shown)

    def message(self, message_id: int) -> ChatMessage:
        """Return a message as it is now."""
        return next(one for one in self.messages if one.message_id == message_id)

    async def sees(self, text: str) -> ChatMessage:
        """Wait for a message that matches `text` (a regular expression); return the newest one."""
        return await self._see(lambda one: re.search(text, one.text) is not None)

    async def sees_in(self, message_id: int, text: str) -> ChatMessage:
        """Wait until one message matches `text` (a regular expression)."""
        return await self._see(
            lambda one: one.message_id == message_id and re.search(text, one.text) is not None
        )

    async def _see(self, matches: Callable[[ChatMessage], bool]) -> ChatMessage:
        def find(seen: list[ChatMessage]) -> ChatMessage | None:
            return next((one for one in reversed(seen) if one.is_from_bot and matches(one)), None)

        return await self.telegram.wait_for(self.user_id, find, timeout=self.patience_seconds)

    # --- what the person does ---

    async def say(self, text: str, shows: str = "", button: str = "") -> ChatMessage:
        """Write to the bot; return its answer that matches `shows` and has a `button` (patterns).

        A command is answered with a new message; the answer to a text may also be an edited
        message.
        """
        before = {one.message_id: one.edits for one in self.messages}
        is_command = text.startswith("/")

        def is_answer(one: ChatMessage) -> bool:
            old = before.get(one.message_id)
            is_new = old is None if is_command else old != one.edits
            return is_new and bool(re.search(shows, one.text)) and has_button(one, button)

        self.telegram.send_text(self.user_id, text)
        return await self._see(is_answer)

    async def tap(self, label: str, *, on: ChatMessage | None = None) -> CallbackAnswer:
        """Press a button whose label matches `label` (a pattern) and return the bot's answer.

        Waits for the button. Without `on`, it is the first match in the newest message that has
        one.
        """
        expected_id = None if on is None else on.message_id
        with suppress(TimeoutError):  # On a time-out `press` reports which buttons exist.
            await self._see(
                lambda one: expected_id in (None, one.message_id) and has_button(one, label)
            )
        return await self.answer_to(self.press(label, on=on))

    async def answer_to(self, query_id: str) -> CallbackAnswer:
        """Wait for the bot's answer to a press."""
        return await self.telegram.wait_answer(query_id, timeout=self.patience_seconds)

    def press(self, label: str, *, on: ChatMessage | None = None) -> str:
        """Press a button without waiting for the answer; return the query's id."""
        self.taps += 1
        message_id, data = self.button(label, on=on)
        return self.telegram.press(self.user_id, message_id, data=data)

    async def forge(self, data: str, message_id: int | None = None) -> CallbackAnswer:
        """Press a button with data that this person was never shown."""
        message_id = self.last.message_id if message_id is None else message_id
        query_id = self.telegram.press_forged(self.user_id, message_id, data)
        return await self.answer_to(query_id)

    def button(self, label: str, *, on: ChatMessage | None = None) -> tuple[int, str]:
        """Return message id and data of a visible button; raises AssertionError without one."""
        chat = self.messages if on is None else [self.message(on.message_id)]
        for one in reversed(chat):
            for button in (button for row in one.buttons for button in row):
                if re.search(label, button["text"]) and "callback_data" in button:
                    return one.message_id, button["callback_data"]
        seen = [button["text"] for one in chat for row in one.buttons for button in row]
        raise AssertionError(f"no button {label!r} for {self.user_id}: {seen}\n{self.texts}")

    def labels(self, on: ChatMessage | None = None) -> list[str]:
        """Return the button labels of the newest message, or of message `on`."""
        message = self.last if on is None else self.message(on.message_id)
        return [button["text"] for row in message.buttons for button in row]

    # --- a purchase ---

    async def choose(self, steps: Steps = TELKOMSEL_10) -> ChatMessage:
        """Open the catalogue and choose a product; return the question for its destination."""
        screen = await self.say("/order", shows=CATALOGUE, button=steps[0])
        for step in steps:
            await self.tap(step, on=screen)
        return self.message(screen.message_id)

    async def quote(self, number: str, steps: Steps = TELKOMSEL_10) -> ChatMessage:
        """Go to the confirm screen and return it."""
        await self.choose(steps)
        # After a crash, a screen of an earlier number may be shown again.
        digits = " ?".join(number) if number.isdigit() else ""
        return await self.say(number, shows=digits, button=PAY)

    async def buy(self, number: str, steps: Steps = TELKOMSEL_10) -> str:
        """Buy by the menu; return the order's number."""
        return await self.confirm(await self.quote(number, steps))

    async def confirm(self, screen: ChatMessage) -> str:
        """Press the confirm button of a screen; return the order's number."""
        answer = await self.tap(PAY, on=screen)
        found = re.search(r"K[0-9]+(-[0-9]+)?", answer.text)
        assert found is not None, f"{answer}\n{self.texts}"
        return found[0]


def has_button(message: ChatMessage, label: str) -> bool:
    """Return whether a message has a button whose label matches a pattern (empty: any label)."""
    return not label or any(
        re.search(label, button["text"]) for row in message.buttons for button in row
    )
