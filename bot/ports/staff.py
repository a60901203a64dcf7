"""The repository of the shop's staff."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.customer import TelegramId
from bot.domain.order import CustomerId
from bot.domain.staff import Right, StaffLink, StaffLinkId, StaffMember


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


class StaffLinks(Protocol):
    """The links by which people ask to become employees."""

    def add(self, link: StaffLink) -> StaffLink:
        """Store a new link, and return it with its id."""
        ...

    def get(self, link_id: StaffLinkId) -> StaffLink | None:
        """Return a link; None if the id is unknown."""
        ...

    def by_code(self, code: str) -> StaffLink | None:
        """Return the link with a code; None if there is none."""
        ...

    def take(self, link_id: StaffLinkId, asked_by: CustomerId, at: datetime) -> bool:
        """Record who asks by a link; False if somebody has already."""
        ...

    def decide(
        self, link_id: StaffLinkId, decided_by: CustomerId, at: datetime, *, is_accepted: bool
    ) -> bool:
        """Record an owner's decision; False if somebody has decided already, or nobody asked."""
        ...

    def undecided(self) -> list[StaffLink]:
        """Return the links by which somebody asks, oldest first."""
        ...

    def asks(self, customer_id: CustomerId) -> bool:
        """Return whether somebody asks, and nobody has decided."""
        ...

    def forget_unused(self, made_before: datetime, limit: int) -> int:
        """Delete up to `limit` links made before `made_before` by which nobody asked.

        Returns the number deleted.
        """
        ...
