"""The buttons of the wallet and top-ups."""

from __future__ import annotations

from handlers.ui.buttons import Button


class AskNewTopUp(Button, tag="T"):
    """Ask for the amount of a new top-up, although another one is open."""


class CancelTopUp(Button, tag="X"):
    """Cancel a top-up."""

    topup_id: int


class RequestTopUp(Button, tag="m"):
    """Request a top-up of an offered amount, in whole rupiah."""

    amount: int
