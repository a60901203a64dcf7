"""The embedded Bot API with the operations that only tests need."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.sandbox.telegram.server import CallbackAnswer, Change, ChatMessage, EmbeddedBotApi, Person
from bot.sandbox.telegram.wire import Json

Predicate = Callable[[list[ChatMessage]], ChatMessage | bool | None]


class BotApiForTests(EmbeddedBotApi):
    """Adds users, queues raw updates, and waits for what the bot does."""

    def add_user(
        self,
        user_id: int,
        first_name: str,
        language_code: str = "id",
        username: str | None = None,
        *,
        started: bool = True,
    ) -> Person:
        """Add a user; with `started=False` the chat exists only once the user writes."""
        person = Person(user_id, first_name, language_code, username, has_started=started)
        self.state.people[user_id] = person
        self.state.changed(Change("person", user_id))
        return person

    def inject(self, update: Json) -> int:
        """Queue a raw update, also a duplicate; returns its id, generated if missing."""
        return self.updates.inject(update)

    def redeliver(self, update_id: int) -> None:
        """Deliver an update again, as Telegram may; raises KeyError for an unknown one."""
        self.updates.redeliver(update_id)

    @property
    def answers(self) -> list[CallbackAnswer]:
        """The answers to pressed buttons, oldest first."""
        return self.state.answers

    async def wait_for(
        self,
        chat_id: int,
        predicate: Predicate,
        timeout: float = 10,  # noqa: ASYNC109
    ) -> ChatMessage:
        """Wait until `predicate` returns a message of the chat; True means the last message.

        Raises TimeoutError with the last messages of the chat after `timeout` seconds.
        """
        try:
            async with asyncio.timeout(timeout):
                while True:
                    messages = self.messages(chat_id)
                    found = predicate(messages)
                    if isinstance(found, ChatMessage):
                        return found
                    if found and messages:
                        return messages[-1]
                    await self.state.change_signal.wait()
        except TimeoutError:
            seen = "\n".join(
                f"  {one.message_id} {'bot' if one.is_from_bot else 'user'}: {one.text!r}"
                for one in self.messages(chat_id)[-8:]
            )
            raise TimeoutError(
                f"not in chat {chat_id} after {timeout} s; it ends:\n{seen}"
            ) from None

    async def wait_answer(
        self,
        query_id: str,
        timeout: float = 10,  # noqa: ASYNC109
    ) -> CallbackAnswer:
        """Wait until the bot answers a pressed button; raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while True:
                for answer in self.state.answers:
                    if answer.query_id == query_id:
                        return answer
                await self.state.change_signal.wait()
