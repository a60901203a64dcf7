"""The repository of admin acts; rows are added and never changed."""

from __future__ import annotations

from typing import Protocol

from bot.domain.admin_act import ActFilter, AdminAct
from bot.domain.order import CustomerId


class AdminActs(Protocol):
    """The record of the admins' decisions and adjustments."""

    def add(self, act: AdminAct) -> None:
        """Store an act."""
        ...

    def latest(self, limit: int) -> list[AdminAct]:
        """Return the newest `limit` acts, newest first."""
        ...

    def about(self, subject: str) -> list[AdminAct]:
        """Return every act on one subject, such as an order number, newest first."""
        ...

    def found(self, wanted: ActFilter, limit: int, offset: int) -> list[AdminAct]:
        """Return up to `limit` acts that a filter admits, newest first, after `offset` others."""
        ...

    def actors(self) -> list[CustomerId]:
        """Return everybody who has done anything, in the order of their ids."""
        ...
