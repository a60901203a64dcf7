"""The repository of threads and their messages."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.customer import TelegramId
from bot.domain.order import CustomerId
from bot.domain.thread import About, Thread, ThreadId, ThreadMessage, ThreadMessageId, Topic


class Threads(Protocol):
    """The conversations between the shop and its customers."""

    def get(self, thread_id: ThreadId) -> Thread | None:
        """Return a thread; None if the id is unknown."""
        ...

    def about(self, topic: Topic) -> Thread | None:
        """Return the thread about a topic; None if there is none yet."""
        ...

    def add(self, topic: Topic, opened_at: datetime) -> Thread:
        """Store and return a new thread; its topic has none yet."""
        ...

    def save(self, thread: Thread) -> None:
        """Store a changed thread; its topic never changes."""
        ...

    def cases_of(self, customer_id: CustomerId, limit: int) -> list[Thread]:
        """Return a customer's open cases, the newest first."""
        ...

    def waiting(self, about: About, limit: int) -> list[Thread]:
        """Return the threads in which a customer waits for the shop, the longest wait first."""
        ...

    def count_waiting(self, about: About) -> int:
        """Return the number of these threads."""
        ...

    def add_message(self, message: ThreadMessage) -> ThreadMessage | None:
        """Store a message and return it with its id, or None if its request key was used before.

        The `message_id` that it has is ignored.
        """
        ...

    def message(self, message_id: ThreadMessageId) -> ThreadMessage | None:
        """Return a message; None if it is unknown or was deleted."""
        ...

    def latest_messages(self, thread_id: ThreadId, limit: int) -> list[ThreadMessage]:
        """Return the newest messages of a thread, the newest first."""
        ...

    def messages_of(self, customer_id: CustomerId) -> list[ThreadMessage]:
        """Return the messages of all threads with a customer, the oldest first."""
        ...

    def count_from(self, customer_id: CustomerId, since: datetime) -> int:
        """Return how many messages a customer sent to the shop after `since`."""
        ...

    def add_delivery(self, message_id: ThreadMessageId, chat_id: TelegramId, shown_id: int) -> None:
        """Store which message of a chat shows a message of a thread."""
        ...

    def shown_in(self, chat_id: TelegramId, shown_id: int) -> Thread | None:
        """Return the thread of which a chat's message shows a message; None if it shows none."""
        ...

    def forget_deliveries(self) -> None:
        """Delete what `add_delivery` stored: for another bot, whose messages have other ids."""
        ...

    def forget_messages(self, before: datetime, limit: int) -> int:
        """Delete up to `limit` messages older than `before`, and return their number.

        Kept are those of threads in which the customer waits, or that were closed since.
        """
        ...
