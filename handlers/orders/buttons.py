"""The buttons of orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from handlers.ui.buttons import Button


@dataclass(frozen=True, slots=True)
class ShowFoundOrder(Button):
    """An order of one's own; `page` and `query` are where "back" leads."""

    TAG: ClassVar[str] = "ho"
    order_id: int
    page: int
    query: str


@dataclass(frozen=True, slots=True)
class ShowOrder(Button):
    """An order of one's own; `page` is where "back" leads in the history."""

    TAG: ClassVar[str] = "o"
    order_id: int
    page: int = 0
