"""The port to the audit of the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """Something that must never be: the rule that is broken, and where."""

    rule: str
    detail: str


class Audit(Protocol):
    """The invariants of the money, asked of the database itself."""

    def findings(self, now: datetime, sending_limit: timedelta) -> list[AuditFinding]:
        """Return every broken rule; `sending_limit` is how long an order may be `sending`."""
        ...

    def findings_of_books(self, now: datetime, sending_limit: timedelta) -> list[AuditFinding]:
        """Return those of our own books, whatever the supplier's rows say today.

        A supplier that rewrites its rows afterwards must not keep the shop from its backups.
        """
        ...
