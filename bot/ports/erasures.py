"""The repository of erasures, and of what they erase."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.customer import TelegramId
from bot.domain.erasure import Erasure
from bot.domain.notice import Notice
from bot.domain.order import CustomerId


class Erasures(Protocol):
    """The list of the persons whose data was erased; nobody is taken from it."""

    def add(self, erasure: Erasure) -> None:
        """Add a person to the list; does nothing if they are on it."""
        ...

    def get(self, customer_id: CustomerId) -> Erasure | None:
        """Return a person's entry; None if they are not on the list."""
        ...

    def all(self) -> Sequence[Erasure]:
        """Return the whole list, oldest first."""
        ...

    def erase(self, erasure: Erasure, at: datetime) -> None:
        """Erase everything that says who a person on the list is.

        It may be called again, and erases what has come since. An order that is under way keeps
        its destination until it has ended.
        """
        ...

    def incomplete(self, now: datetime) -> Sequence[Erasure]:
        """Return the persons on the list who have an ended order that still has its destination."""
        ...

    def has_order_to_check(self, customer_id: CustomerId, now: datetime) -> bool:
        """Return whether an ended order of a person is still looked for at the supplier."""
        ...

    def notices_to(self, telegram_id: TelegramId) -> Sequence[Notice]:
        """Return every stored notice to a chat, oldest first."""
        ...
