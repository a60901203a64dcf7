"""The repository of dialogs: the current step of each customer."""

from __future__ import annotations

from typing import Protocol

from bot.domain.dialog import Dialog
from bot.domain.order import CustomerId


class Dialogs(Protocol):
    """The dialog of each customer; a customer has at most one."""

    def put(self, dialog: Dialog) -> None:
        """Store a customer's dialog in place of the previous one."""
        ...

    def get(self, customer_id: CustomerId) -> Dialog | None:
        """Return a customer's dialog; None if there is none."""
        ...

    def drop(self, customer_id: CustomerId) -> None:
        """Delete a customer's dialog, if there is one."""
        ...

    def all(self, conversation: str) -> list[Dialog]:
        """Return all dialogs of one conversation, by customer id."""
        ...
