"""The buttons of receipts."""

from __future__ import annotations

from handlers.ui.buttons import Button


class AskSellingPrice(Button, tag="K"):
    """Ask for the selling price on an order's receipt."""

    order_id: int
