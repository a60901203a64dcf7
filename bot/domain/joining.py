"""Joining: who may use the shop, the invitations to it, and the requests to join."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.order import CustomerId


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that makes whoever opens it a member."""

    code: str
    made_by: CustomerId
    made_at: datetime
    max_uses: int = 0
    """How many persons may come by it; 0: any number."""
    uses: int = 0
    expires_at: datetime | None = None
    """None: it does not end."""
    deleted_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Return whether somebody may come by it now."""
        is_over = self.expires_at is not None and self.expires_at <= now
        is_used_up = 0 < self.max_uses <= self.uses
        return self.deleted_at is None and not is_over and not is_used_up


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """Somebody's request to join."""

    customer_id: CustomerId
    asked_at: datetime
    destination: str = ""
    """The payload of a start link to open once the person is accepted; empty for the menu."""
    decided_at: datetime | None = None
    decided_by: CustomerId | None = None
