"""The button that opens the help."""

from __future__ import annotations

from handlers.ui.buttons import Button


class ShowHelp(Button, tag="y"):
    """Show how the shop works."""


class SeeAsCustomer(Button, tag="f9"):
    """Show somebody of the staff the first screen of a customer."""


class ShowPricesAndProducts(Button, tag="f0"):
    """Show an owner the ways to prices, and to what is sold."""
