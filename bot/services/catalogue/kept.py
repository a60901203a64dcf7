"""Results that are kept as long as what they were made from is the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from bot.domain.viewer import Viewer
from bot.services.catalogue.browse import Assortment, CatalogueState

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """The results used last, at most `most`; those of an earlier state are dropped.

    Each is kept for the viewers of its assortment.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._state: CatalogueState | None = None
        self._results: OrderedDict[tuple[Viewer, K], V] = OrderedDict()

    def get(self, assortment: Assortment, key: K, make: Callable[[], V]) -> V:
        """Return the result of a key; `make` is called if there is none yet."""
        if assortment.state is not self._state:
            self._results.clear()
            self._state = assortment.state
        kept = assortment.terms.viewer, key
        if kept in self._results:
            self._results.move_to_end(kept)
            return self._results[kept]
        made = self._results[kept] = make()
        if len(self._results) > self._most:
            self._results.popitem(last=False)
        return made
