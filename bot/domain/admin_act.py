"""An admin's act, recorded with who, when and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AdminAct:
    """Who did what, when and why."""

    actor_id: int
    action: str
    subject: str
    detail: str
    at: datetime
