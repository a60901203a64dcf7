"""Threads and their messages in the database."""

from __future__ import annotations

from datetime import datetime

from bot.domain.customer import TelegramId
from bot.domain.order import CustomerId
from bot.domain.thread import About, Thread, ThreadId, ThreadMessage, ThreadMessageId, Topic
from storage.repository import Repository
from storage.rows import Mapper, micros

THREADS = Mapper(Thread)
MESSAGES = Mapper(ThreadMessage)


class SqlThreads(Repository):
    """Implements `Threads`."""

    queries = "threads"

    def get(self, thread_id: ThreadId) -> Thread | None:
        return THREADS.record_or_none(self._sql.get(thread_id=thread_id))

    def about(self, topic: Topic) -> Thread | None:
        row = self._sql.about(
            customer_id=topic.customer_id, about=topic.about.value, subject_id=topic.subject_id
        )
        return THREADS.record_or_none(row)

    def add(self, topic: Topic, opened_at: datetime) -> Thread:
        row = self._sql.add(
            customer_id=topic.customer_id,
            about=topic.about.value,
            subject_id=topic.subject_id,
            opened_at=micros(opened_at),
        )
        return THREADS.record(row)

    def save(self, thread: Thread) -> None:
        values = THREADS.values(thread)
        self._sql.save(
            thread_id=values["thread_id"],
            opened_at=values["opened_at"],
            asked_at=values["asked_at"],
            waits_since=values["waits_since"],
            closed_at=values["closed_at"],
            closed_by=values["closed_by"],
        )

    def cases_of(self, customer_id: CustomerId, limit: int) -> list[Thread]:
        return THREADS.records(self._sql.cases_of(customer_id=customer_id, limit=limit))

    def waiting(self, about: About, limit: int) -> list[Thread]:
        return THREADS.records(self._sql.waiting(about=about.value, limit=limit))

    def count_waiting(self, about: About) -> int:
        return int(self._sql.count_waiting(about=about.value)["threads"])

    def add_message(self, message: ThreadMessage) -> ThreadMessage | None:
        values = MESSAGES.values(message)
        del values["message_id"]
        return MESSAGES.record_or_none(self._sql.add_message(**values))

    def message(self, message_id: ThreadMessageId) -> ThreadMessage | None:
        return MESSAGES.record_or_none(self._sql.message(message_id=message_id))

    def latest_messages(self, thread_id: ThreadId, limit: int) -> list[ThreadMessage]:
        return MESSAGES.records(self._sql.latest_messages(thread_id=thread_id, limit=limit))

    def messages_of(self, customer_id: CustomerId) -> list[ThreadMessage]:
        found = MESSAGES.records(self._sql.messages_of(customer_id=customer_id))
        return sorted(found, key=lambda message: message.message_id)

    def count_from(self, customer_id: CustomerId, since: datetime) -> int:
        row = self._sql.count_from(customer_id=customer_id, since=micros(since))
        return int(row["messages"])

    def add_delivery(self, message_id: ThreadMessageId, chat_id: TelegramId, shown_id: int) -> None:
        self._sql.add_delivery(chat_id=chat_id, shown_id=shown_id, message_id=message_id)

    def shown_in(self, chat_id: TelegramId, shown_id: int) -> Thread | None:
        return THREADS.record_or_none(self._sql.shown_in(chat_id=chat_id, shown_id=shown_id))

    def forget_deliveries(self) -> None:
        self._sql.forget_deliveries()

    def forget_messages(self, before: datetime, limit: int) -> int:
        old = list(self._sql.old_messages(before=micros(before), limit=limit))
        for row in old:
            self._sql.forget_deliveries_of(message_id=row["message_id"])
            self._sql.forget_message(message_id=row["message_id"])
        return len(old)
