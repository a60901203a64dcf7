"""A store whose reads and writes can be made to fail, or to be slow."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec, TypeVar

from bot.domain.errors import StoreUnavailableError
from bot.ports.store import Listener, Store, Transaction

P = ParamSpec("P")
T = TypeVar("T")


class FailingStore:
    """Forwards calls to a store, except for the reads and writes that it refuses."""

    def __init__(self, store: Store) -> None:
        self.past = store
        """The wrapped store, for the test's own reads and writes."""
        self._to_refuse = 0
        self._error: Exception = StoreUnavailableError()
        self._reads_left: int | None = None
        self.refused = 0
        self.after_read: Callable[[], Awaitable[None]] | None = None
        """Runs once after the next read, before its result arrives."""

    def refuse_writes(self, count: int, error: Exception | None = None) -> None:
        """Let the next writes raise `error`; by default `StoreUnavailableError`."""
        self._to_refuse = count
        self._error = error or StoreUnavailableError()

    def refuse_read(self, after: int) -> None:
        """Let one read raise `StoreUnavailableError`, after this many succeed."""
        self._reads_left = after

    async def write(
        self, use_case: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        if self._to_refuse:
            self._to_refuse -= 1
            self.refused += 1
            raise self._error
        return await self.past.write(use_case, *args, **kwargs)

    def write_soon(
        self,
        use_case: Callable[Concatenate[Transaction, P], object],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        self.past.write_soon(use_case, *args, **kwargs)

    def on_commit(self, listener: Listener) -> None:
        self.past.on_commit(listener)

    async def read(
        self, query: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        if self._reads_left is not None:
            self._reads_left -= 1
            if self._reads_left < 0:
                self._reads_left = None
                raise StoreUnavailableError
        result = await self.past.read(query, *args, **kwargs)
        after, self.after_read = self.after_read, None
        if after is not None:
            await after()
        return result
