"""Results that are kept as long as the assortment from which they were made."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from bot.services.catalogue.browse import Assortment

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """The results used last, at most `most`; those of an earlier assortment are dropped."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._assortment: Assortment | None = None
        self._results: OrderedDict[K, V] = OrderedDict()

    def get(self, assortment: Assortment, key: K, make: Callable[[], V]) -> V:
        """Return the result of a key; `make` is called if there is none yet."""
        if assortment is not self._assortment:
            self._results.clear()
            self._assortment = assortment
        if key in self._results:
            self._results.move_to_end(key)
            return self._results[key]
        made = self._results[key] = make()
        if len(self._results) > self._most:
            self._results.popitem(last=False)
        return made
