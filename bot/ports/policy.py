"""The repository of the shop's policy: settings, levels, prices, and what is sold."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.order import CustomerId
from bot.domain.policy import Policy


class Policies(Protocol):
    """The owner's decisions. Whoever changes them raises the version `Subject.POLICY`."""

    def current(self) -> Policy:
        """Return the policy of this transaction.

        It is read again only if its version has changed; otherwise it is the same object.
        """
        ...

    def set(self, name: str, value: str, by: CustomerId, at: datetime) -> None:
        """Set a setting, as `stored` writes it."""
        ...
