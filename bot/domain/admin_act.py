"""Admin acts: the audit log entries of admins' actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AdminAct:
    """One entry of the audit log.

    `actor_id` is the admin's Telegram user id; `subject` is the thing acted on ("K12").
    """

    actor_id: int
    action: str
    subject: str
    detail: str
    at: datetime
