"""The repository of the shop's staff."""

from __future__ import annotations

from typing import Protocol

from bot.domain.customer import TelegramId
from bot.domain.order import CustomerId
from bot.domain.staff import Right, StaffMember


class Staff(Protocol):
    """Who works for the shop now; owners are not among them."""

    def rights_of(self, customer_id: CustomerId) -> frozenset[Right]:
        """Return what a person may do; nothing for those who are not staff."""
        ...

    def all(self) -> list[StaffMember]:
        """Return everybody, the longest serving first."""
        ...

    def accounts_with(self, right: Right) -> list[TelegramId]:
        """Return the Telegram accounts of everybody with a right, in order."""
        ...

    def put(self, member: StaffMember) -> None:
        """Add somebody, or change their rights."""
        ...

    def remove(self, customer_id: CustomerId) -> bool:
        """Remove somebody; return whether they were staff."""
        ...
