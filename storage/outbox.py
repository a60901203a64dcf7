"""The notices in the database."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime

from bot.domain.notice import Notice, NoticeId, NoticeKind, NoticeState
from storage.facts import SqlFacts
from storage.rows import Mapper, instant, micros
from storage.statements import statements

NOTICES = Mapper(Notice)
OUTCOMES_DELETED_UNTIL = "outcomes_forgotten_until"
"""The name of a fact: the latest end of an order whose outcome notice was deleted.

The value is in microseconds since 1970. The audit requires the notice of every order that ended
later.
"""


class SqlOutbox:
    """Implements `Outbox`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use the transaction that the connection is in."""
        self._connection = connection
        self._sql = statements("outbox")

    def add(self, notice: Notice) -> bool:
        columns = NOTICES.values(notice)
        return bool(self._sql.add(self._connection, urgency=notice.urgency.value, **columns))

    def next_per_chat(self, now: datetime, limit: int) -> list[Notice]:
        rows = self._sql.next_per_chat(self._connection, now=micros(now), limit=limit)
        return [NOTICES.record(row) for row in rows]

    def next_due(self, after: datetime) -> datetime | None:
        row = self._sql.next_due(self._connection, after=micros(after))
        return None if row["next_due"] is None else instant(row["next_due"])

    def delivered(self, notice: Notice, at: datetime) -> None:
        self._sql.delivered(self._connection, notice_id=notice.notice_id, at=micros(at))
        if notice.kind is NoticeKind.ORDER:
            self._sql.supersede(
                self._connection,
                notice_id=notice.notice_id,
                subject_id=notice.subject_id,
                chat_id=notice.chat_id,
                at=micros(at),
            )

    def set_message_id(self, notice: Notice, message_id: int | None) -> None:
        kept = {name: value for name, value in notice.data.items() if name != "message_id"}
        if message_id is not None:
            kept["message_id"] = message_id
        data = NOTICES.values(replace(notice, data=kept))["data"]
        self._sql.set_data(self._connection, notice_id=notice.notice_id, data=data)

    def about(self, kind: NoticeKind, subject_id: int) -> list[Notice]:
        rows = self._sql.about(self._connection, kind=kind.value, subject_id=subject_id)
        return [NOTICES.record(row) for row in rows]

    def retry(self, notice_id: NoticeId, next_at: datetime) -> None:
        self._sql.retry(self._connection, notice_id=notice_id, next_at=micros(next_at))

    def set_state(self, notice_id: NoticeId, state: NoticeState) -> None:
        self._sql.set_state(self._connection, notice_id=notice_id, state=state.value)

    def mark_unreachable(self, chat_id: int) -> None:
        self._sql.mark_unreachable(self._connection, chat_id=chat_id)

    def mark_reachable(self, chat_id: int) -> int:
        return int(self._sql.mark_reachable(self._connection, chat_id=chat_id))

    def backlog(self) -> int:
        return int(self._sql.backlog(self._connection)["notices"])

    def get(self, dedupe_key: str) -> Notice | None:
        row = self._sql.get(self._connection, dedupe_key=dedupe_key)
        return None if row is None else NOTICES.record(row)

    def forget(self, before: datetime, limit: int) -> int:
        rows = list(self._sql.forget(self._connection, before=micros(before), limit=limit))
        ends = [row["ended_at"] for row in rows if row["ended_at"] is not None]
        if ends:
            facts = SqlFacts(self._connection)
            newest = max(*ends, int(facts.get(OUTCOMES_DELETED_UNTIL) or 0))
            facts.put(OUTCOMES_DELETED_UNTIL, str(newest))
        return len(rows)
