"""The buttons of saved numbers."""

from __future__ import annotations

from handlers.ui.buttons import Button


class ShowNumbers(Button, tag="S"):
    """Show the customer's saved numbers."""


class ShowSaved(Button, tag="D"):
    """Show a saved number, with the possible actions."""

    number_id: int


class NameSaved(Button, tag="E"):
    """Ask for the name of a saved number."""

    number_id: int


class ForgetSaved(Button, tag="F"):
    """Delete a saved number."""

    number_id: int
