"""A store whose database is away for a while."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from bot.domain.errors import StoreUnavailableError
from bot.ports import Store, Transaction

P = ParamSpec("P")
T = TypeVar("T")


class TornStore:
    """Passes everything on to a store, but for the writes that it refuses."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._to_refuse = 0
        self.refused = 0

    def refuse_writes(self, count: int) -> None:
        """Refuse the next writes."""
        self._to_refuse = count

    async def write(
        self, use_case: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        if self._to_refuse:
            self._to_refuse -= 1
            self.refused += 1
            raise StoreUnavailableError
        return await self._store.write(use_case, *args, **kwargs)

    async def read(
        self, query: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await self._store.read(query, *args, **kwargs)
