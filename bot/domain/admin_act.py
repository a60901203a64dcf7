"""Admin acts: the audit log entries of admins' actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.order import CustomerId


@dataclass(frozen=True, slots=True)
class AdminAct:
    """One entry of the audit log.

    `actor_id` is the admin; `subject` is the thing acted on ("K12").
    """

    actor_id: CustomerId
    action: str
    subject: str
    detail: str
    at: datetime
