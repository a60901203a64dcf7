"""The buttons of search results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from handlers.ui.buttons import Button


@dataclass(frozen=True, slots=True)
class Find(Button):
    """A page of what was found for some words, from 0."""

    TAG: ClassVar[str] = "W"
    page: int
    query: str


@dataclass(frozen=True, slots=True)
class FindSources(Button):
    """The same with the other offers of what was found."""

    TAG: ClassVar[str] = "V"
    page: int
    query: str
