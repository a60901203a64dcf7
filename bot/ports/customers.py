"""The repository of persons and their Telegram accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.customer import Customer, Membership, TelegramId
from bot.domain.order import CustomerId


class Customers(Protocol):
    """The persons whom the shop knows, each with at most one Telegram account."""

    def seen(
        self,
        telegram_id: TelegramId,
        first_name: str,
        username: str,
        language: str,
        at: datetime,
    ) -> Customer:
        """Store the names and the language of an account, and return its person.

        Creates a person for an unknown account, and marks a known account reachable again. The
        language that the person chose stays.
        """
        ...

    def add(self, name: str, at: datetime) -> Customer:
        """Create a person without a Telegram account; `name` is the shop's name for them."""
        ...

    def get(self, customer_id: CustomerId) -> Customer | None:
        """Return a person; None if the id is unknown."""
        ...

    def by_telegram(self, telegram_id: TelegramId) -> Customer | None:
        """Return the person to whom an account is linked; None for an unknown account."""
        ...

    def telegram_id_of(self, customer_id: CustomerId) -> TelegramId | None:
        """Return a person's account; None if there is none."""
        ...

    def link(self, telegram_id: TelegramId, customer_id: CustomerId, at: datetime) -> None:
        """Link an account to a person, instead of the one it was linked to.

        Another account of that person is unlinked. The names of an unknown account are stored at
        its next update.
        """
        ...

    def unlink(self, customer_id: CustomerId) -> None:
        """Take a person's account away, if there is one; the person stays."""
        ...

    def choose_language(self, customer_id: CustomerId, language: str) -> None:
        """Store the language that a person chose."""
        ...

    def set_membership(self, customer_id: CustomerId, membership: Membership) -> None:
        """Store whether a person may use the shop; a new person is a member."""
        ...

    def mark_unreachable(self, telegram_id: TelegramId) -> None:
        """Record that an account cannot be written to, for example after blocking the bot."""
        ...
