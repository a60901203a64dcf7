"""The repository of the admins' acts, which only grows."""

from __future__ import annotations

from typing import Protocol

from bot.domain.admin_act import AdminAct


class AdminActs(Protocol):
    """The record of what admins did."""

    def add(self, act: AdminAct) -> None:
        """Store an act."""
        ...

    def latest(self, limit: int) -> list[AdminAct]:
        """Return the newest acts first."""
        ...

    def about(self, subject: str) -> list[AdminAct]:
        """Return what was done about one order or the like, newest first."""
        ...
