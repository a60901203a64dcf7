"""The repository of findings: differences between the supplier's rows and the orders."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.order import CustomerId
from bot.domain.supplier_comparison import Finding, FindingKind


class Findings(Protocol):
    """The findings of the supplier comparison, by account, kind and ref_id.

    A finding is open until it no longer applies or an admin closes it.
    """

    def record(self, account: str, finding: Finding) -> bool:
        """Store a finding; return False if it is open already or an admin has closed it.

        A finding that was closed without an admin is opened again.
        """
        ...

    def open(self, account: str) -> list[Finding]:
        """Return the open findings, oldest first."""
        ...

    def close(
        self,
        account: str,
        kind: FindingKind,
        ref_id: str,
        at: datetime,
        actor_id: CustomerId | None,
    ) -> bool:
        """Close a finding (`actor_id` None: it no longer applies); False if it was not open."""
        ...

    def empty(self, before: datetime, limit: int) -> int:
        """Delete the details of up to `limit` findings closed before `before`, oldest first.

        The findings themselves stay, so that they are not reported again. Returns the number
        emptied.
        """
        ...
