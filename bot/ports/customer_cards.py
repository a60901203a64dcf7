"""The repository of what the shop knows about its customers: lists, files, figures, links."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.customer_card import CustomerFigures, CustomerFile, CustomerList, CustomerRow
from bot.domain.order import CustomerId
from bot.domain.viewer import LevelId


class CustomerCards(Protocol):
    """Lists and finds customers, and keeps what staff know about each; times are in UTC."""

    def listed(self, which: CustomerList, limit: int, offset: int) -> list[CustomerRow]:
        """Return a part of a list, in its order."""
        ...

    def rows_of(self, customer_id: CustomerId) -> list[CustomerRow]:
        """Return a customer as one row; none if the id is unknown."""
        ...

    def named(self, part: str, limit: int) -> list[CustomerRow]:
        """Return customers whose name, user name or id has this part, the most active first.

        `part` is folded as `folded` does.
        """
        ...

    def bought_for(self, prefix: str, limit: int) -> list[CustomerRow]:
        """Return customers who bought for a number that begins so; one may be twice in it."""
        ...

    def bought_for_ending(self, ending: str, limit: int) -> list[CustomerRow]:
        """Return customers who bought for a number that ends so; of at least four characters."""
        ...

    def file(self, customer_id: CustomerId) -> CustomerFile | None:
        """Return what the shop keeps about a customer; None if the id is unknown."""
        ...

    def is_blocked(self, customer_id: CustomerId) -> bool:
        """Return whether a customer is blocked."""
        ...

    def granted_limit(self, customer_id: CustomerId) -> int:
        """Return the credit limit that an owner granted, in rupiah; 0 for none."""
        ...

    def set_note(self, customer_id: CustomerId, note: str) -> None:
        """Store the shop's note about a customer; empty: none."""
        ...

    def set_block(self, customer_id: CustomerId, blocked_at: datetime | None, reason: str) -> None:
        """Block a customer since then; None: not any more."""
        ...

    def set_credit_limit(self, customer_id: CustomerId, limit: int) -> None:
        """Store the credit limit that an owner granted, in rupiah."""
        ...

    def set_level(self, customer_id: CustomerId, level_id: LevelId | None) -> None:
        """Store a customer's level; None: everybody's prices."""
        ...

    def figures(self, customer_id: CustomerId, since: datetime) -> CustomerFigures:
        """Return a customer's figures since the day of an instant."""
        ...

    def count_complaint(self, customer_id: CustomerId, at: datetime) -> None:
        """Count a request for help."""
        ...

    def forget_days(self, before: datetime, limit: int) -> int:
        """Delete figures of days before that of an instant, the oldest first; return how many."""
        ...

    def add_link(self, token: str, customer_id: CustomerId, at: datetime) -> None:
        """Store a one-use link by which an account becomes a person's; their older ones end."""
        ...

    def use_link(self, token: str, since: datetime, at: datetime) -> CustomerId | None:
        """Use up a link made after `since`; None if it is unknown, too old, or was used."""
        ...
