"""The repository of notices to deliver and delivered."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import datetime
from typing import Protocol

from bot.domain.customer import TelegramId
from bot.domain.notice import Notice, NoticeId, NoticeKind, NoticeState


class Outbox(Protocol):
    """The notices; one is stored in the transaction that causes it, and delivered afterwards."""

    def add(self, notice: Notice) -> None:
        """Store a notice, unless its dedupe key was used before."""
        ...

    def next_per_chat(
        self, now: datetime, limit: int, busy: Set[int] = frozenset()
    ) -> list[Notice]:
        """Return the next pending notice of each chat that is due, without the chats of `busy`.

        The more urgent notice comes first, then the older one, within a chat and among the
        chats. A chat is not due while any of its pending notices has a `next_at` after `now`.
        """
        ...

    def next_due(self, after: datetime) -> datetime | None:
        """Return when the first chat that is not due at `after` becomes due; None if all are."""
        ...

    def supersede(self, notice: Notice) -> None:
        """Mark the older pending notices of the same kind, subject and chat delivered.

        Call this after adding a notice whose text says all that theirs would. If one of them
        waits for a retry, this notice waits as long, because Telegram's rate limit is for the chat.
        """
        ...

    def delivered(self, notice: Notice, at: datetime) -> None:
        """Mark a notice delivered.

        With an ORDER notice, the older pending ORDER notices of the same order and chat are
        marked delivered too: its text shows the newer state.
        """
        ...

    def set_message_id(self, notice: Notice, message_id: int | None) -> None:
        """Store the id of the message that shows a notice in its data; None removes the id."""
        ...

    def undelivered_proofs(self) -> list[Notice]:
        """Return the notices about payment proofs that are not delivered yet, oldest first."""
        ...

    def set_data(self, notice: Notice, data: Mapping[str, str | int]) -> None:
        """Replace the data of a notice."""
        ...

    def about(self, kind: NoticeKind, subject_id: int) -> list[Notice]:
        """Return all notices of one kind and subject, newest first."""
        ...

    def retry(self, notice_id: NoticeId, next_at: datetime) -> None:
        """Count a failed attempt and set the time of the next one.

        If the notice was superseded during the attempt, the one that replaced it waits.
        """
        ...

    def set_state(self, notice_id: NoticeId, state: NoticeState) -> None:
        """Set the state of a notice."""
        ...

    def pending_in(self, chat_id: TelegramId, kind: NoticeKind) -> list[Notice]:
        """Return a chat's pending notices of a kind, oldest first."""
        ...

    def mark_unreachable(self, chat_id: TelegramId) -> None:
        """Mark a chat's pending notices unreachable."""
        ...

    def mark_reachable(self, chat_id: TelegramId) -> int:
        """Make a chat's unreachable notices pending again; return their number."""
        ...

    def backlog(self) -> int:
        """Return the number of pending notices, those waiting for a retry included."""
        ...

    def oldest_pending(self) -> datetime | None:
        """Return when the oldest of these notices was stored; None if there is none."""
        ...

    def get(self, dedupe_key: str) -> Notice | None:
        """Return the notice with this dedupe key; None if there is none."""
        ...

    def forget_updates(self, before: datetime, limit: int) -> int:
        """Delete up to `limit` done updates (ORDER, ORDER_PARKED) of orders that ended before it.

        Done means delivered, undeliverable or stale. Returns the number deleted.
        """
        ...

    def forget(self, before: datetime, limit: int) -> int:
        """Delete up to `limit` other notices that were done before `before`, oldest first.

        Notices of orders that are open, or ended at `before` or later, are kept, and so are those
        about a top-up that is still open, because their messages are edited later. Alerts of a late
        success are kept for ever, so that none is sent twice. Returns the number deleted.
        """
        ...
