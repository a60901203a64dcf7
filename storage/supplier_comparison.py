"""The findings of the supplier comparison in the database."""

from __future__ import annotations

from datetime import datetime

from bot.domain.order import CustomerId
from bot.domain.supplier_comparison import Finding, FindingKind
from storage.repository import Repository
from storage.rows import Mapper, micros

FINDINGS = Mapper(Finding)


class SqlFindings(Repository):
    """Implements `Findings`."""

    queries = "supplier_comparison"

    def record(self, account: str, finding: Finding) -> bool:
        values = FINDINGS.values(finding)
        del values["closed_at"], values["closed_by"]
        return self._sql.record(account=account, **values) is not None

    def open(self, account: str) -> list[Finding]:
        return FINDINGS.records(self._sql.open(account=account))

    def close(
        self,
        account: str,
        kind: FindingKind,
        ref_id: str,
        at: datetime,
        actor_id: CustomerId | None,
    ) -> bool:
        closed = self._sql.close(
            account=account, kind=kind.value, ref_id=ref_id, at=micros(at), actor_id=actor_id
        )
        return bool(closed)

    def empty(self, before: datetime, limit: int) -> int:
        return int(self._sql.empty(before=micros(before), limit=limit))
