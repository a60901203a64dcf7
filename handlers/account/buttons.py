"""The button that opens the help."""

from __future__ import annotations

from handlers.ui.buttons import Button


class ShowHelp(Button, tag="y"):
    """Show how the shop works."""
