"""The buttons of search results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from handlers.ui.buttons import Button


@dataclass(frozen=True, slots=True)
class Find(Button):
    """A page of search results, from 0."""

    TAG: ClassVar[str] = "W"
    page: int
    query: str


@dataclass(frozen=True, slots=True)
class FindSources(Button):
    """A page of the other offers of the products found, from 0."""

    TAG: ClassVar[str] = "V"
    page: int
    query: str
