"""The buttons of the first start."""

from __future__ import annotations

from handlers.ui.buttons import Button


class UseMyContact(Button, tag="f2"):
    """Take the owner's own user name as the shop's contact."""


class ApplyPayment(Button, tag="f3"):
    """Make a proposed change of how customers pay, and go on."""

    token: str


class SetProfit(Button, tag="f4"):
    """Set the profit on everything: rupiah, and tenths of a percent of the cost."""

    flat: int
    permille: int


class SwitchType(Button, tag="f5"):
    """Set to whom the products of a type are sold, by the number of the policy."""

    category_id: int
    policy: int


class NoteOpening(Button, tag="f6"):
    """Record the money at the supplier as opening deposit."""

    token: str


class OpenShop(Button, tag="f7"):
    """Open the shop to customers."""
