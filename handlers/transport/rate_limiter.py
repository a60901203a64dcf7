"""The rate limiter for calls to Telegram: spaces messages, waits after a 429, repeats calls."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

import structlog
from telegram.error import BadRequest, NetworkError, RetryAfter
from telegram.ext import BaseRateLimiter
from typing_extensions import override

from handlers.transport.pace import Pace, Precedence

log = structlog.get_logger(__name__)

MESSAGES_PER_SECOND = 28
"""Telegram allows a bot about 30 messages a second over all its chats (Bots FAQ)."""
MAX_WAIT_SECONDS = 10
"""The longest that an answer waits after a 429."""
RETRIES = 2
AGAIN_AFTER_SECONDS = 0.5
REPEATABLE = ("send", "edit", "answerCallbackQuery")
"""Methods that are repeated once after a network error: a screen shown twice does no harm.

Telegram may have closed a connection that was idle. A press that is not answered leaves its button
loading, and the text of an alert is nowhere else; Telegram refuses a second answer.
"""

_slots: ContextVar[asyncio.Semaphore | None] = ContextVar("slots", default=None)
"""The semaphore of which the current task holds a slot."""
_precedence: ContextVar[Precedence] = ContextVar("precedence", default=Precedence.ANSWER)

Reply = bool | dict[str, Any] | list[dict[str, Any]]


@contextmanager
def delivering(precedence: Precedence) -> Iterator[None]:
    """Make calls to Telegram for a notice, not as the answer to an update.

    They wait for their turn in the class `precedence`. A failed one is raised at once, and so is a
    429, since the outbox makes the call again later.
    """
    token = _precedence.set(precedence)
    try:
        yield
    finally:
        _precedence.reset(token)


class _RefusedChat:
    """A chat that was refused with a 429: nothing is sent to it until `until`."""

    def __init__(self) -> None:
        self.until = 0.0
        """By the event loop's clock."""
        self.queue = asyncio.Lock()
        """Keeps the calls that wait in their order."""


class RateLimiter(BaseRateLimiter[int]):
    """Keeps calls to the pace; a 429 answer delays only its own chat.

    The library's own limiter stops every chat while one waits, for as long as Telegram demands,
    and by default it does not repeat the message. Here further answers to the refused chat wait as
    well, in their order; other chats do not. Notices are not held back: for them the outbox has a
    time for each chat, in the database. `rate_limit_args` is not used.
    """

    def __init__(
        self,
        messages_per_second: int = MESSAGES_PER_SECOND,
        again_after_seconds: float = AGAIN_AFTER_SECONDS,
    ) -> None:
        """Take the pace over all chats, 0 for none, and the pause after a network error."""
        self._pace = Pace(messages_per_second)
        self._again_after_seconds = again_after_seconds
        self._refused: dict[Any, _RefusedChat] = {}

    @override
    async def initialize(self) -> None:
        """Do nothing."""

    @override
    async def shutdown(self) -> None:
        """Do nothing."""

    @override
    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Reply]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Reply:
        """Make a call to Telegram when it may be made.

        A call of `REPEATABLE` without an answer, or with a 5xx, is repeated once. Raises
        `RetryAfter` when the wait after a 429 is longer than `MAX_WAIT_SECONDS`. Calls for notices
        are neither repeated nor do they wait after a 429 (`delivering`).
        """
        precedence = _precedence.get()
        is_answer = precedence is Precedence.ANSWER
        may_repeat = is_answer and endpoint.startswith(REPEATABLE)
        chat_id = data.get("chat_id")
        for attempt in range(RETRIES + 1):
            if chat_id is not None:
                if is_answer:
                    await self._wait_for_chat(chat_id)
                await self._pace.turn(precedence)
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                pause_seconds = seconds_of(error)
                self._hold_back(chat_id, pause_seconds)
                if not is_answer or pause_seconds > MAX_WAIT_SECONDS or attempt == RETRIES:
                    raise
                log.info("telegram_rate_limited", endpoint=endpoint, seconds=pause_seconds)
                if chat_id is None:
                    async with _without_slot():
                        await asyncio.sleep(pause_seconds)
            except NetworkError as error:
                if isinstance(error, BadRequest) or not may_repeat or attempt == RETRIES:
                    raise
                may_repeat = False
                log.info("telegram_call_repeated", endpoint=endpoint, cause=str(error))
                await asyncio.sleep(self._again_after_seconds)
        raise AssertionError("the last attempt returns or raises")

    def _hold_back(self, chat_id: Any, seconds: float) -> None:
        """Send nothing to a chat for so many seconds."""
        if chat_id is None:
            return
        now = asyncio.get_running_loop().time()
        self._refused = {
            known: refused
            for known, refused in self._refused.items()
            if refused.until > now or refused.queue.locked()
        }
        refused = self._refused.setdefault(chat_id, _RefusedChat())
        refused.until = max(refused.until, now + seconds)

    async def _wait_for_chat(self, chat_id: Any) -> None:
        """Wait while a chat is held back; raise `RetryAfter` if that is too long."""
        refused = self._refused.get(chat_id)
        if refused is None:
            return
        _require_short_wait(refused)
        async with _without_slot(), refused.queue:
            # Another call may be refused meanwhile.
            while (left := _require_short_wait(refused)) > 0:  # noqa: ASYNC110
                await asyncio.sleep(left)


def _require_short_wait(refused: _RefusedChat) -> float:
    """Return for how many seconds a chat is held back; raise `RetryAfter` if they are too many."""
    left = refused.until - asyncio.get_running_loop().time()
    if left > MAX_WAIT_SECONDS:
        raise RetryAfter(math.ceil(left))
    return left


@asynccontextmanager
async def worker_slot(slots: asyncio.Semaphore) -> AsyncIterator[None]:
    """Hold one of `slots` for an update; it is released while the update waits after a 429."""
    async with slots:
        token = _slots.set(slots)
        try:
            yield
        finally:
            _slots.reset(token)


@asynccontextmanager
async def _without_slot() -> AsyncIterator[None]:
    """Release the update's slot for others while this call waits."""
    slots = _slots.get()
    if slots is None:
        yield
        return
    slots.release()
    try:
        yield
    finally:
        await slots.acquire()


def seconds_of(error: RetryAfter) -> float:
    """Return the wait that Telegram demands.

    The library gives it as a timedelta or as seconds, depending on its settings.
    """
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
