"""The buttons of orders."""

from __future__ import annotations

from handlers.ui.buttons import Button


class ShowFoundOrder(Button, tag="ho"):
    """Show one of the customer's orders.

    "Back" leads to this `page`, from 0, of the orders that match `query`.
    """

    order_id: int
    page: int
    query: str


class ShowOrder(Button, tag="o"):
    """Show one of the customer's orders; "back" leads to this `page`, from 0, of the history."""

    order_id: int
    page: int = 0
