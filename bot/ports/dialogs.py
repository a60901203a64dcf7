"""The repository of dialogs: the step at which each customer is."""

from __future__ import annotations

from typing import Protocol

from bot.domain.dialog import Dialog
from bot.domain.order import CustomerId


class Dialogs(Protocol):
    """What the bot waits for, one step a customer."""

    def put(self, dialog: Dialog) -> None:
        """Store a customer's step over the last one."""
        ...

    def get(self, customer_id: CustomerId) -> Dialog | None:
        """Return a customer's step."""
        ...

    def drop(self, customer_id: CustomerId) -> None:
        """Forget a customer's step."""
        ...

    def all(self, conversation: str) -> list[Dialog]:
        """Return every customer's step in one conversation."""
        ...
