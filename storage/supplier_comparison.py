"""The findings of the supplier comparison in the database."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from bot.domain.supplier_comparison import Finding, FindingKind
from storage.rows import Mapper, micros
from storage.statements import statements

FINDINGS = Mapper(Finding)


class SqlFindings:
    """Implements `Findings`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use the transaction that the connection is in."""
        self._connection = connection
        self._sql = statements("supplier_comparison")

    def record(self, account: str, finding: Finding) -> bool:
        values = FINDINGS.values(finding)
        del values["closed_at"], values["closed_by"]
        return self._sql.record(self._connection, account=account, **values) is not None

    def open(self, account: str) -> list[Finding]:
        return [FINDINGS.record(row) for row in self._sql.open(self._connection, account=account)]

    def close(
        self, account: str, kind: FindingKind, ref_id: str, at: datetime, actor_id: int | None
    ) -> bool:
        closed = self._sql.close(
            self._connection,
            account=account,
            kind=kind.value,
            ref_id=ref_id,
            at=micros(at),
            actor_id=actor_id,
        )
        return bool(closed)

    def empty(self, before: datetime, limit: int) -> int:
        return int(self._sql.empty(self._connection, before=micros(before), limit=limit))
