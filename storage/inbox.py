"""The received Telegram updates in the database."""

from __future__ import annotations

from datetime import datetime

from bot.ports.inbox import REPEATED_WITHIN, InboxUpdate
from storage.repository import Repository
from storage.rows import Mapper, micros

UPDATES = Mapper(InboxUpdate)


class SqlInbox(Repository):
    """Implements `Inbox`."""

    queries = "inbox"

    def add(self, update_id: int, payload: str, at: datetime) -> bool:
        moments = {"at": micros(at), "repeated_since": micros(at - REPEATED_WITHIN)}
        return bool(self._sql.add(update_id=update_id, payload=payload, **moments))

    def begin(self, update_id: int) -> int:
        row = self._sql.begin(update_id=update_id)
        return 0 if row is None else int(row["attempts"])

    def done(self, update_id: int, at: datetime, error: str = "") -> None:
        self._sql.done(update_id=update_id, at=micros(at), error=error)

    def is_done(self, update_id: int) -> bool:
        return self._sql.is_done(update_id=update_id) is not None

    def pending(self) -> list[InboxUpdate]:
        return UPDATES.records(self._sql.pending())

    def forget(self, before: datetime, limit: int) -> int:
        return int(self._sql.forget(before=micros(before), limit=limit))

    def free_ids(self) -> None:
        self._sql.forget_handled()
        span = self._sql.span()
        # Below all of them, so that none gets the id that another one still has.
        distance = span["highest"] - span["lowest"] + max(span["highest"], 0) + 1
        self._sql.lower_ids(distance=distance)
