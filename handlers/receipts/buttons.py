"""The buttons of receipts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from handlers.ui.buttons import Button


@dataclass(frozen=True, slots=True)
class AskSellingPrice(Button):
    """Ask for the selling price on an order's receipt."""

    TAG: ClassVar[str] = "K"
    order_id: int
