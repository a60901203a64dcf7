"""The notices in the database."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from datetime import datetime

from bot.domain.customer import TelegramId
from bot.domain.notice import Notice, NoticeId, NoticeKind, NoticeState
from storage.facts import SqlFacts
from storage.repository import Repository
from storage.rows import Mapper, instant_or_none, micros

NOTICES = Mapper(Notice)
OUTCOMES_DELETED_UNTIL = "outcomes_forgotten_until"
"""The name of a fact: the latest end of an order whose outcome notice was deleted.

The value is in microseconds since 1970. The audit requires the notice of every order that ended
later.
"""


class SqlOutbox(Repository):
    """Implements `Outbox`."""

    queries = "outbox"

    def add(self, notice: Notice) -> None:
        self._sql.add(urgency=notice.urgency.value, **NOTICES.values(notice))

    def next_per_chat(
        self, now: datetime, limit: int, busy: Set[int] = frozenset()
    ) -> list[Notice]:
        rows = self._sql.next_per_chat(now=micros(now), limit=limit + len(busy))
        return NOTICES.records([row for row in rows if row["chat_id"] not in busy][:limit])

    def next_due(self, after: datetime) -> datetime | None:
        return instant_or_none(self._sql.next_due(after=micros(after))["next_due"])

    def delivered(self, notice: Notice, at: datetime) -> None:
        self._sql.delivered(notice_id=notice.notice_id, at=micros(at))
        if notice.kind is NoticeKind.ORDER:
            self._sql.supersede_older(
                notice_id=notice.notice_id,
                subject_id=notice.subject_id,
                chat_id=notice.chat_id,
                at=micros(at),
            )

    def supersede(self, notice: Notice) -> None:
        place = {
            "dedupe_key": notice.dedupe_key,
            "kind": notice.kind.value,
            "subject_id": notice.subject_id,
            "chat_id": notice.chat_id,
        }
        self._sql.wait_as_older(**place)
        self._sql.supersede(at=micros(notice.created_at), **place)

    def set_message_id(self, notice: Notice, message_id: int | None) -> None:
        kept = {name: value for name, value in notice.data.items() if name != "message_id"}
        if message_id is not None:
            kept["message_id"] = message_id
        self.set_data(notice, kept)

    def undelivered_proofs(self) -> list[Notice]:
        return NOTICES.records(self._sql.undelivered_proofs())

    def set_data(self, notice: Notice, data: Mapping[str, str | int]) -> None:
        stored = NOTICES.values(replace(notice, data=data))["data"]
        self._sql.set_data(notice_id=notice.notice_id, data=stored)

    def about(self, kind: NoticeKind, subject_id: int) -> list[Notice]:
        return NOTICES.records(self._sql.about(kind=kind.value, subject_id=subject_id))

    def retry(self, notice_id: NoticeId, next_at: datetime) -> None:
        self._sql.retry(notice_id=notice_id, next_at=micros(next_at))

    def set_state(self, notice_id: NoticeId, state: NoticeState) -> None:
        self._sql.set_state(notice_id=notice_id, state=state.value)

    def pending_in(self, chat_id: TelegramId, kind: NoticeKind) -> list[Notice]:
        return NOTICES.records(self._sql.pending_in(chat_id=chat_id, kind=kind.value))

    def mark_unreachable(self, chat_id: TelegramId) -> None:
        self._sql.mark_unreachable(chat_id=chat_id)

    def mark_reachable(self, chat_id: TelegramId) -> int:
        return int(self._sql.mark_reachable(chat_id=chat_id))

    def backlog(self) -> int:
        return int(self._sql.backlog()["notices"])

    def oldest_pending(self) -> datetime | None:
        return instant_or_none(self._sql.oldest_pending()["created_at"])

    def get(self, dedupe_key: str) -> Notice | None:
        return NOTICES.record_or_none(self._sql.get(dedupe_key=dedupe_key))

    def forget_updates(self, before: datetime, limit: int) -> int:
        return int(self._sql.forget_updates(before=micros(before), limit=limit))

    def forget(self, before: datetime, limit: int) -> int:
        rows = list(self._sql.forget(before=micros(before), limit=limit))
        ends = [row["ended_at"] for row in rows if row["ended_at"] is not None]
        if ends:
            facts = SqlFacts(self._connection, self._touched)
            newest = max(*ends, int(facts.get(OUTCOMES_DELETED_UNTIL) or 0))
            facts.put(OUTCOMES_DELETED_UNTIL, str(newest))
        return len(rows)
