"""The repository of top-ups."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.topup import TopUp, TopUpId, TopUpMessage, TopUpState


class TopUps(Protocol):
    """Stores top-ups, and the messages about them."""

    def add(self, topup: TopUp) -> TopUp:
        """Store a top-up and return it with its id.

        Raises `DuplicateError` when its request key was used, or its total is reserved.
        """
        ...

    def get(self, topup_id: TopUpId) -> TopUp | None:
        """Return a top-up."""
        ...

    def by_key(self, request_key: str) -> TopUp | None:
        """Return the top-up with this request key."""
        ...

    def decide(
        self,
        topup_id: TopUpId,
        state: TopUpState,
        actor_id: int,
        at: datetime,
        credited: Rupiah | None = None,
        reason: str = "",
    ) -> TopUp | None:
        """Decide a pending top-up and return it; None when it is unknown or decided already."""
        ...

    def pending(self, limit: int) -> list[TopUp]:
        """Return the undecided top-ups of all customers, oldest first."""
        ...

    def awaiting_decision(self, now: datetime) -> list[TopUp]:
        """Return the undecided top-ups that an admin should look at, oldest first.

        Those that are neither cancelled nor expired, and all that have a payment proof.
        """
        ...

    def pending_of(self, customer_id: CustomerId) -> list[TopUp]:
        """Return a customer's undecided top-ups, newest first, cancelled and expired ones too."""
        ...

    def newest_of(self, customer_id: CustomerId) -> TopUp | None:
        """Return a customer's newest top-up, decided or not."""
        ...

    def requested_since(self, customer_id: CustomerId, since: datetime) -> list[TopUp]:
        """Return a customer's top-ups requested after `since`, decided or not, oldest first."""
        ...

    def approved_with_amount(self, amount: int, since: datetime) -> list[TopUp]:
        """Return all customers' top-ups approved at or after `since`, the latest decision first.

        Those whose total or whose credited amount is this amount.
        """
        ...

    def pending_with_total(self, total: int) -> list[TopUp]:
        """Return all customers' undecided top-ups with exactly this total, newest first."""
        ...

    def reserved_totals(self, least: int, most: int, since: datetime) -> frozenset[int]:
        """Return the totals in this range, both ends included, that a new top-up may not get.

        The reserved totals of undecided top-ups, and the totals of all top-ups with a code, decided
        or not, that expire at or after `since`.
        """
        ...

    def totals_last_used(self, least: int, most: int) -> dict[int, datetime]:
        """Return when each total in this range was last requested, without unused totals."""
        ...

    def release_expired(self, before: datetime) -> None:
        """End the reservation of the totals of undecided top-ups that expired before then."""
        ...

    def attach_proof(self, topup_id: TopUpId, proof: str) -> None:
        """Store Telegram's file id of a payment proof with an undecided top-up."""
        ...

    def cancel(
        self, topup_id: TopUpId, at: datetime, replaced_by: TopUpId | None = None
    ) -> TopUp | None:
        """Cancel an undecided top-up and return it; None when it is cancelled or decided."""
        ...

    def replaced_by(self, topup_id: TopUpId) -> list[TopUp]:
        """Return the top-ups that this one replaced, newest first."""
        ...

    def set_payment_message(self, topup_id: TopUpId, message_id: int) -> None:
        """Store the newest message that shows how to pay an undecided top-up."""
        ...

    def add_message(self, topup_id: TopUpId, message: TopUpMessage) -> None:
        """Store a message about a top-up that was sent without the outbox; once."""
        ...

    def messages(self, topup_id: TopUpId) -> list[TopUpMessage]:
        """Return those messages, ordered by chat, then newest first."""
        ...

    def due_to_expire(self, until: datetime, limit: int) -> list[TopUp]:
        """Return the top-ups that expired by `until` and are not marked so, oldest expiry first.

        Neither decided nor cancelled ones.
        """
        ...

    def next_expiry(self) -> datetime | None:
        """Return the earliest expiry of the top-ups that `due_to_expire` will return."""
        ...

    def mark_expired(self, topup_id: TopUpId, at: datetime) -> None:
        """Record that an undecided top-up expired."""
        ...
