"""The buttons of conversations with customers."""

from __future__ import annotations

from handlers.ui.buttons import Button


class SendMessage(Button, tag="3e"):
    """Send a customer the message that was shown."""

    token: str


class AnswerShop(Button, tag="3f"):
    """Ask the customer for an answer to the shop."""

    thread_id: int


class IsOfCase(Button, tag="3g"):
    """Send the picture of a question to the staff, as a message of a case."""

    thread_id: int
    token: str
