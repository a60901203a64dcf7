"""The buttons of orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from handlers.ui.buttons import Button


@dataclass(frozen=True, slots=True)
class ShowFoundOrder(Button):
    """Show one of the customer's orders.

    "Back" leads to this `page`, from 0, of the orders that match `query`.
    """

    TAG: ClassVar[str] = "ho"
    order_id: int
    page: int
    query: str


@dataclass(frozen=True, slots=True)
class ShowOrder(Button):
    """Show one of the customer's orders; "back" leads to this `page`, from 0, of the history."""

    TAG: ClassVar[str] = "o"
    order_id: int
    page: int = 0
