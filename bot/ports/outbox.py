"""The repository of notices."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.notice import Notice, NoticeId, NoticeKind, NoticeState


class Outbox(Protocol):
    """Messages on their way."""

    def add(self, notice: Notice) -> bool:
        """Store a notice; False when its dedupe key was used before."""
        ...

    def heads(self, now: datetime, limit: int) -> list[Notice]:
        """Return the next pending notice of each chat that is due by now.

        In a chat, and among the chats, the more urgent goes first and then the older. A chat of
        which any notice waits for a later time is not due: all of it waits.
        """
        ...

    def next_due(self, after: datetime) -> datetime | None:
        """Return when, after this instant, the first of the chats that wait becomes due."""
        ...

    def delivered(self, notice: Notice, at: datetime) -> None:
        """Mark a notice delivered; an ORDER notice takes the older pending ones of its order."""
        ...

    def shown(self, notice: Notice, message_id: int | None) -> None:
        """Keep which message shows a notice, in its data; None: none does any more."""
        ...

    def about(self, kind: NoticeKind, subject_id: int) -> list[Notice]:
        """Return every notice of a kind about one thing, newest first."""
        ...

    def retry(self, notice_id: NoticeId, next_at: datetime) -> None:
        """Count a failed attempt and set when to try again."""
        ...

    def set_state(self, notice_id: NoticeId, state: NoticeState) -> None:
        """Take a notice out of, or back into, delivery."""
        ...

    def hold_chat(self, chat_id: int) -> None:
        """Make a chat's pending notices wait until its owner comes back."""
        ...

    def release_chat(self, chat_id: int) -> int:
        """Make a chat's waiting notices pending again and return how many there were."""
        ...

    def backlog(self) -> int:
        """Return how many notices are on their way, those that wait for a retry included."""
        ...

    def get(self, dedupe_key: str) -> Notice | None:
        """Return a notice by its dedupe key."""
        ...

    def forget(self, before: datetime, limit: int) -> int:
        """Delete up to `limit` notices that were over before then; return how many.

        Kept are those that wait for their reader, those of orders that are open or ended later,
        those that ask for the decision of an open top-up, and what is told once for ever.
        """
        ...
