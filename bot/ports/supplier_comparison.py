"""The repository of differences between the supplier's rows and the orders."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.supplier_comparison import Finding, FindingKind


class ReconFindings(Protocol):
    """Where the supplier's rows and our orders do not agree, each kept until it is settled."""

    def note(self, account: str, finding: Finding) -> bool:
        """Store a finding; False when it is open already, or an admin has settled it."""
        ...

    def open(self, account: str) -> list[Finding]:
        """Return what is not settled, oldest first."""
        ...

    def close(
        self, account: str, kind: FindingKind, ref_id: str, at: datetime, actor_id: int | None
    ) -> bool:
        """End a finding; False when it was not open."""
        ...

    def empty(self, before: datetime, limit: int) -> int:
        """Empty the details of up to `limit` findings that ended before then; return how many."""
        ...
