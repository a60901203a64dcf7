"""The buttons of a person's own data; those of other screens are in `handlers.ui.buttons`."""

from __future__ import annotations

from handlers.ui.buttons import Button


class SendOwnData(Button, tag="pd"):
    """Send the sender's data as files."""


class AskOwnErasure(Button, tag="pe"):
    """Show what an erasure of the sender's data would do."""


class Erase(Button, tag="px"):
    """Erase the data for which the one-time token was made."""

    token: str


class KeepData(Button, tag="pk"):
    """Erase nothing."""
