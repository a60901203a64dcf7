"""The buttons of invitations and of requests to join."""

from __future__ import annotations

from handlers.ui.buttons import Button


class MakeInvitation(Button, tag="im"):
    """Make an invitation for so many persons and days; 0: without that limit."""

    max_uses: int
    days: int


class DeleteInvitation(Button, tag="id"):
    """Take an invitation back."""

    code: str


class DecideJoin(Button, tag="jd"):
    """Let somebody in who asked to join, or refuse them."""

    accepts: bool
    customer_id: int
