"""The rate limiter for calls to Telegram: spaces messages, waits after a 429, repeats calls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, nullcontext
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

import structlog
from aiolimiter import AsyncLimiter
from telegram.error import BadRequest, NetworkError, RetryAfter
from telegram.ext import BaseRateLimiter
from typing_extensions import override

log = structlog.get_logger(__name__)

MESSAGES_PER_SECOND = 28
"""Telegram allows a bot about 30 messages a second over all its chats (Bots FAQ)."""
MAX_WAIT_SECONDS = 10
"""The longest accepted wait after a 429 answer, unless the caller sets another."""
RETRIES = 2
AGAIN_AFTER_SECONDS = 0.5
REPEATABLE = ("send", "edit")
"""Methods that are repeated once after a network error: a screen shown twice does no harm."""
NO_RETRY = -1
"""For `rate_limit_args`: never wait, since the caller retries. The library would drop a zero."""

_slots: ContextVar[asyncio.Semaphore | None] = ContextVar("slots", default=None)
"""The semaphore of which the current task holds a slot."""

Reply = bool | dict[str, Any] | list[dict[str, Any]]


class RateLimiter(BaseRateLimiter[int]):
    """Spaces messages evenly; a 429 answer delays only the refused call.

    The library's own limiter stops every chat while one waits, for as long as Telegram demands,
    and by default it does not repeat the message. Here `rate_limit_args` is the longest wait in
    seconds that the caller accepts (`NO_RETRY`: none). A longer wait is raised at once.
    """

    def __init__(
        self,
        messages_per_second: float = MESSAGES_PER_SECOND,
        again_after_seconds: float = AGAIN_AFTER_SECONDS,
    ) -> None:
        self._limiter = AsyncLimiter(messages_per_second, 1)
        self._again_after_seconds = again_after_seconds

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
        """Make a call to Telegram; raises `RetryAfter` when the wait is longer than accepted.

        A call of `REPEATABLE` without an answer, or with a 5xx, is repeated once, unless the
        caller gives `rate_limit_args`.
        """
        longest_wait_seconds = MAX_WAIT_SECONDS if rate_limit_args is None else rate_limit_args
        may_repeat = rate_limit_args is None and endpoint.startswith(REPEATABLE)
        for _ in range(RETRIES):
            try:
                return await self._call(callback, args, kwargs, data)
            except RetryAfter as error:
                pause_seconds = seconds_of(error)
                if pause_seconds > longest_wait_seconds:
                    raise
                log.info("telegram_rate_limited", endpoint=endpoint, seconds=pause_seconds)
                await _wait_without_slot(pause_seconds)
            except NetworkError as error:
                if isinstance(error, BadRequest) or not may_repeat:
                    raise
                may_repeat = False
                log.info("telegram_call_repeated", endpoint=endpoint, cause=str(error))
                await asyncio.sleep(self._again_after_seconds)
        return await self._call(callback, args, kwargs, data)

    async def _call(
        self,
        callback: Callable[..., Coroutine[Any, Any, Reply]],
        args: Any,
        kwargs: dict[str, Any],
        data: dict[str, Any],
    ) -> Reply:
        async with self._limiter if "chat_id" in data else nullcontext():
            return await callback(*args, **kwargs)


@asynccontextmanager
async def worker_slot(slots: asyncio.Semaphore) -> AsyncIterator[None]:
    """Hold one of `slots` for an update; it is released while the update waits after a 429."""
    async with slots:
        token = _slots.set(slots)
        try:
            yield
        finally:
            _slots.reset(token)


async def _wait_without_slot(seconds: float) -> None:
    slots = _slots.get()
    if slots is None:
        await asyncio.sleep(seconds)
        return
    slots.release()
    try:
        await asyncio.sleep(seconds)
    finally:
        await slots.acquire()


def seconds_of(error: RetryAfter) -> float:
    """Return the wait that Telegram demands.

    The library gives it as a timedelta or as seconds, depending on its settings.
    """
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
