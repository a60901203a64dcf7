"""How fast Telegram is written to, and how patiently: a 429 is waited for, a failure tried anew."""

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
"""Telegram allows a bot about 30 a second over all its chats."""
PATIENCE_SECONDS = 10
RETRIES = 2
AGAIN_AFTER_SECONDS = 0.5
REPEATABLE = ("send", "edit")
"""Methods that a failed network has tried once more: a screen shown twice harms nobody."""
NO_RETRY = -1
"""For `rate_limit_args` of a caller who keeps its own time; the library drops a zero."""

_place: ContextVar[asyncio.Semaphore | None] = ContextVar("place", default=None)

Reply = bool | dict[str, Any] | list[dict[str, Any]]


class RateLimiter(BaseRateLimiter[int]):
    """Spreads messages evenly, and lets only the refused one wait.

    The library's own limiter stops every chat while one waits, for as long as Telegram says,
    and by default gives the message up. Here `rate_limit_args` says how many seconds the
    caller has (`NO_RETRY`: none, who asks again by itself); a longer wait is raised at once.
    """

    def __init__(self, messages_per_second: float = MESSAGES_PER_SECOND) -> None:
        self._limiter = AsyncLimiter(messages_per_second, 1)

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
        """Make a call to Telegram; raises `RetryAfter` when the wait is longer than allowed.

        A screen that no answer came to, or a 5xx, is sent once more.
        """
        patience_seconds = PATIENCE_SECONDS if rate_limit_args is None else rate_limit_args
        may_repeat = rate_limit_args is None and endpoint.startswith(REPEATABLE)
        for _ in range(RETRIES):
            try:
                return await self._call(callback, args, kwargs, data)
            except RetryAfter as error:
                pause_seconds = seconds_of(error)
                if pause_seconds > patience_seconds:
                    raise
                log.info("telegram asks to wait", endpoint=endpoint, seconds=pause_seconds)
                await _rest(pause_seconds)
            except NetworkError as error:
                if isinstance(error, BadRequest) or not may_repeat:
                    raise
                may_repeat = False
                log.info("telegram is asked once more", endpoint=endpoint, cause=str(error))
                await asyncio.sleep(AGAIN_AFTER_SECONDS)
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
async def in_place(places: asyncio.Semaphore) -> AsyncIterator[None]:
    """Take one of the places for updates, which goes to another while Telegram makes it wait."""
    async with places:
        token = _place.set(places)
        try:
            yield
        finally:
            _place.reset(token)


async def _rest(seconds: float) -> None:
    places = _place.get()
    if places is None:
        await asyncio.sleep(seconds)
        return
    places.release()
    try:
        await asyncio.sleep(seconds)
    finally:
        await places.acquire()


def seconds_of(error: RetryAfter) -> float:
    """Return how long Telegram asks to wait, whichever way the library is told to say it."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
