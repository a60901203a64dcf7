"""The repository of admin acts; rows are added and never changed."""

from __future__ import annotations

from typing import Protocol

from bot.domain.admin_act import AdminAct


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
