"""The port to the audit of the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """A violation of an invariant: the name of the broken rule, and where it is broken."""

    rule: str
    detail: str


class Audit(Protocol):
    """Checks the invariants of money and orders on the stored rows."""

    def findings(self, now: datetime, sending_limit: timedelta) -> list[AuditFinding]:
        """Return all violations; an order may be `sending` for at most `sending_limit`."""
        ...

    def findings_of_books(self, now: datetime, sending_limit: timedelta) -> list[AuditFinding]:
        """Return the violations that do not depend on the supplier's rows.

        Backups are checked with these: a supplier that changes its rows later must not prevent
        backups.
        """
        ...
