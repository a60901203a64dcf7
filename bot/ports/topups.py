"""The repository of top-ups: customers' requests to pay money into their wallets."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.topup import TopUp, TopUpId, TopUpMessage, TopUpState


class TopUps(Protocol):
    """The top-ups. A top-up is pending until an admin approves or rejects it.

    A pending top-up may be cancelled or expired and is then still to be decided if money arrives.
    Its total is the amount plus the code, in rupiah. "Oldest" and "newest" are by id, except
    where noted.
    """

    def add(self, topup: TopUp) -> TopUp:
        """Store a top-up and return it with its id.

        Raises `DuplicateError` if its request key was used before or its total is reserved.
        """
        ...

    def get(self, topup_id: TopUpId) -> TopUp | None:
        """Return a top-up; None if the id is unknown."""
        ...

    def by_key(self, request_key: str) -> TopUp | None:
        """Return the top-up with this request key; None if there is none."""
        ...

    def decide(
        self,
        topup_id: TopUpId,
        state: TopUpState,
        actor_id: CustomerId,
        at: datetime,
        credited: Rupiah | None = None,
        reason: str = "",
    ) -> TopUp | None:
        """Decide a pending top-up and return it; None if it is decided already."""
        ...

    def payable_of(self, customer_id: CustomerId, now: datetime) -> list[TopUp]:
        """Return a customer's top-ups whose payment may still arrive, newest first.

        Those are the ones of `domain.topup.payment_may_arrive`, also cancelled and expired ones.
        """
        ...

    def approved_with_amount(self, amount: int, since: datetime) -> list[TopUp]:
        """Return top-ups of all customers approved at `since` or later for this amount.

        Either the total or the credited amount is `amount`. The newest decision comes first.
        """
        ...

    def pending_with_total(self, total: int) -> list[TopUp]:
        """Return pending top-ups of all customers with exactly this total, newest first."""
        ...

    def requested_since(self, customer_id: CustomerId, since: datetime) -> list[TopUp]:
        """Return a customer's top-ups created after `since`, by creation, oldest first."""
        ...

    def reserved_totals(self, least: int, most: int, since: datetime) -> frozenset[int]:
        """Return the totals from `least` to `most` that no other top-up may be given.

        These are the reserved totals of pending top-ups, and the totals with a code of all
        top-ups, decided or not, that expire at `since` or later.
        """
        ...

    def totals_last_used(self, least: int, most: int) -> dict[int, datetime]:
        """Return when each total from `least` to `most` was last given to a top-up."""
        ...

    def release_expired(self, before: datetime) -> None:
        """End the reservation of the totals of pending top-ups that expired before `before`."""
        ...

    def attach_proof(self, topup_id: TopUpId, proof: str) -> None:
        """Store the payment proof, a Telegram file id, of a pending top-up."""
        ...

    def awaiting_decision(self, now: datetime) -> list[TopUp]:
        """Return the pending top-ups that need an admin, oldest first.

        These are the ones that may still be paid, and the ones with a payment proof even if they
        are cancelled or expired.
        """
        ...

    def last_approved_of(self, customer_id: CustomerId) -> TopUp | None:
        """Return a customer's newest top-up that was approved; None if there is none."""
        ...

    def newest_of(self, customer_id: CustomerId) -> TopUp | None:
        """Return a customer's newest top-up, decided or not; None if there is none."""
        ...

    def cancel(
        self, topup_id: TopUpId, at: datetime, replaced_by: TopUpId | None = None
    ) -> TopUp | None:
        """Cancel a pending top-up and return it; None if it is cancelled or decided already."""
        ...

    def replaced_by(self, topup_id: TopUpId) -> list[TopUp]:
        """Return the top-ups that were cancelled because this one replaced them, newest first."""
        ...

    def set_payment_message(self, topup_id: TopUpId, message_id: int) -> None:
        """Store the id of the message with the payment instructions of a pending top-up."""
        ...

    def add_message(self, topup_id: TopUpId, message: TopUpMessage) -> None:
        """Store that a message shows a top-up; messages sent by the outbox are not stored here."""
        ...

    def messages(self, topup_id: TopUpId) -> list[TopUpMessage]:
        """Return the messages stored by `add_message`, by chat, the newest of a chat first."""
        ...

    def forget_messages(self) -> None:
        """Delete the messages stored by `add_message`, and those of `set_payment_message`."""
        ...

    def due_to_expire(self, until: datetime, limit: int) -> list[TopUp]:
        """Return pending top-ups that expire at `until` or earlier and are not marked expired.

        Cancelled ones are left out. The earliest expiry comes first.
        """
        ...

    def next_expiry(self) -> datetime | None:
        """Return the earliest expiry among those of `due_to_expire`; None if there is none."""
        ...

    def mark_expired(self, topup_id: TopUpId, at: datetime) -> None:
        """Mark a pending top-up expired."""
        ...
