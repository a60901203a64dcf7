"""The buttons of search results."""

from __future__ import annotations

from handlers.ui.buttons import Button


class Find(Button, tag="W"):
    """A page of search results, from 0."""

    page: int
    query: str


class FindSources(Button, tag="V"):
    """A page of the other offers of the products found, from 0."""

    page: int
    query: str
