"""The embedded Bot API with the operations that only tests need."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from typing_extensions import override

from bot.sandbox.telegram.server import (
    ApiCall,
    CallbackAnswer,
    Change,
    ChatMessage,
    EmbeddedBotApi,
    Person,
)
from bot.sandbox.telegram.state import ChangeSignal
from bot.sandbox.telegram.updates import UpdateQueue
from bot.sandbox.telegram.wire import Json, Params, RefusalError

TOKEN = "4242:test-token"
Predicate = Callable[[list[ChatMessage]], ChatMessage | bool | None]


class RepeatingQueue(UpdateQueue):
    """Also delivers updates again, as Telegram may, and raw ones."""

    def __init__(self, change_signal: ChangeSignal) -> None:
        super().__init__(change_signal)
        self._sent: dict[int, Json] = {}
        self._again: deque[Json] = deque()

    def inject(self, update: Json) -> int:
        """Queue an update unchanged, even with an id that was confirmed; returns its id."""
        update_id = int(update.get("update_id", self.next_id))
        self._last_id = max(self._last_id, update_id)
        self._queue(update | {"update_id": update_id})
        return update_id

    def redeliver(self, update_id: int) -> None:
        """Queue an update again; raises KeyError for an unknown one."""
        if update_id not in self._sent:
            raise KeyError(f"no update {update_id} was ever queued")
        self._queue(self._sent[update_id])

    def forget_sent(self) -> None:
        """Forget what was queued so far, which can then not be delivered again."""
        self._sent.clear()

    def deliver_raw(self, update: Json) -> None:
        """Deliver an update once and unchanged in the next poll, even without an id."""
        self._again.append(update)
        self._change_signal.notify()

    def _queue(self, update: Json) -> None:
        self._sent[update["update_id"]] = update
        if update["update_id"] < self.confirmed_below and self.webhook is None:
            # The offset of the next poll would drop an old id, so it is kept apart.
            self.deliver_raw(update)
        else:
            super()._queue(update)

    def _has_updates(self) -> bool:
        return bool(self._again) or super()._has_updates()

    def _batch(self, limit: int) -> list[Json]:
        again = [self._again.popleft() for _ in range(min(limit, len(self._again)))]
        return again + super()._batch(limit - len(again))


class BotApiForTests(EmbeddedBotApi):
    """Adds users, refuses calls, queues raw updates, and waits for what the bot does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._repeating = RepeatingQueue(self.state.change_signal)
        self.updates = self._updates = self._repeating
        self.root = ""
        """The address while the server is `served`."""
        self._refusals: dict[str, deque[RefusalError]] = defaultdict(deque)
        self._chat_signals: defaultdict[int, ChangeSignal] = defaultdict(ChangeSignal)
        self._answered: dict[str, CallbackAnswer] = {}
        self.state.listeners.append(self._note)

    def _note(self, change: Change) -> None:
        if isinstance(change.detail, CallbackAnswer):
            self._answered[change.detail.query_id] = change.detail
        if change.chat_id is not None:
            self._chat_signals[change.chat_id].notify()

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        """Serve on a free port of loopback."""
        runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.root = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield
        finally:
            await runner.cleanup()

    def refuse(self, method: str, code: int, description: str, count: int = 1) -> None:
        """Refuse the next `count` calls of a method; `fail_next` plans the other faults."""
        self._refusals[method].extend(RefusalError(code, description) for _ in range(count))

    @override
    async def _run(self, request: web.Request, method: str, params: Params) -> object:
        if self._refusals[method]:
            raise self._refusals[method].popleft()
        return await super()._run(request, method, params)

    def calls_of(self, method: str) -> list[ApiCall]:
        """The finished calls of one method, oldest first."""
        return [call for call in self.calls if call.method == method]

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
        return self._repeating.inject(update)

    def deliver_raw(self, update: Json) -> None:
        """Deliver an update once and unchanged in the next poll, even without an id."""
        self._repeating.deliver_raw(update)

    def redeliver(self, update_id: int) -> None:
        """Deliver an update again, as Telegram may; raises KeyError for an unknown one."""
        self._repeating.redeliver(update_id)

    def forget_sent(self) -> None:
        """Forget the answers, and the updates that could be delivered again."""
        self._repeating.forget_sent()
        self._answered.clear()
        self.state.answers.clear()

    @property
    def answers(self) -> list[CallbackAnswer]:
        """The answers to pressed buttons, oldest first."""
        return self.state.answers

    async def wait_for(
        self,
        chat_id: int,
        predicate: Predicate,
        timeout: float = 30,  # noqa: ASYNC109
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
                    await self._chat_signals[chat_id].wait()
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
        timeout: float = 30,  # noqa: ASYNC109
    ) -> CallbackAnswer:
        """Wait until the bot answers a pressed button; raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while query_id not in self._answered:
                await self.state.change_signal.wait()
        return self._answered[query_id]
