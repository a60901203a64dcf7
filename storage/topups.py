"""Top-ups, and the messages about them, in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.topup import PAYMENT_GRACE, TopUp, TopUpId, TopUpMessage, TopUpState
from storage.connection import duplicates_translated
from storage.repository import Repository
from storage.rows import Mapper, instant, instant_or_none, micros

TOPUPS = Mapper(TopUp)


class SqlTopUps(Repository):
    """Implements `TopUps`."""

    queries = "topups"

    def add(self, topup: TopUp) -> TopUp:
        with duplicates_translated(self._connection):
            row = self._sql.add(**TOPUPS.values(topup))
        return replace(topup, topup_id=TopUpId(row["topup_id"]))

    def get(self, topup_id: TopUpId) -> TopUp | None:
        return TOPUPS.record_or_none(self._sql.get(topup_id=topup_id))

    def by_key(self, request_key: str) -> TopUp | None:
        return TOPUPS.record_or_none(self._sql.by_key(request_key=request_key))

    def decide(
        self,
        topup_id: TopUpId,
        state: TopUpState,
        actor_id: CustomerId,
        at: datetime,
        credited: Rupiah | None = None,
        reason: str = "",
    ) -> TopUp | None:
        return TOPUPS.record_or_none(
            self._sql.decide(
                topup_id=topup_id,
                state=state.value,
                actor_id=actor_id,
                at=micros(at),
                credited=credited,
                reason=reason,
            )
        )

    def awaiting_decision(self, now: datetime) -> list[TopUp]:
        return TOPUPS.records(self._sql.awaiting_decision(now=micros(now)))

    def payable_of(self, customer_id: CustomerId, now: datetime) -> list[TopUp]:
        return TOPUPS.records(
            self._sql.payable_of(
                customer_id=customer_id,
                expired_after=micros(now - PAYMENT_GRACE),
                asked_after=micros(now - 2 * PAYMENT_GRACE),
            )
        )

    def approved_with_amount(self, amount: int, since: datetime) -> list[TopUp]:
        return TOPUPS.records(self._sql.approved_with_amount(amount=amount, since=micros(since)))

    def pending_with_total(self, total: int) -> list[TopUp]:
        return TOPUPS.records(self._sql.pending_with_total(total=total))

    def requested_since(self, customer_id: CustomerId, since: datetime) -> list[TopUp]:
        return TOPUPS.records(
            self._sql.requested_since(customer_id=customer_id, since=micros(since))
        )

    def reserved_totals(self, least: int, most: int, since: datetime) -> frozenset[int]:
        rows = self._sql.reserved_totals(least=least, most=most, since=micros(since))
        return frozenset(row["total"] for row in rows)

    def totals_last_used(self, least: int, most: int) -> dict[int, datetime]:
        rows = self._sql.totals_last_used(least=least, most=most)
        return {row["total"]: instant(row["used_at"]) for row in rows}

    def release_expired(self, before: datetime) -> None:
        self._sql.release_expired(before=micros(before))

    def attach_proof(self, topup_id: TopUpId, proof: str) -> None:
        self._sql.attach_proof(topup_id=topup_id, proof=proof)

    def last_approved_of(self, customer_id: CustomerId) -> TopUp | None:
        return TOPUPS.record_or_none(self._sql.last_approved_of(customer_id=customer_id))

    def newest_of(self, customer_id: CustomerId) -> TopUp | None:
        return TOPUPS.record_or_none(self._sql.newest_of(customer_id=customer_id))

    def cancel(
        self, topup_id: TopUpId, at: datetime, replaced_by: TopUpId | None = None
    ) -> TopUp | None:
        return TOPUPS.record_or_none(
            self._sql.cancel(topup_id=topup_id, at=micros(at), replaced_by=replaced_by)
        )

    def replaced_by(self, topup_id: TopUpId) -> list[TopUp]:
        return TOPUPS.records(self._sql.replaced_by(topup_id=topup_id))

    def set_payment_message(self, topup_id: TopUpId, message_id: int) -> None:
        self._sql.set_payment_message(topup_id=topup_id, message_id=message_id)

    def add_message(self, topup_id: TopUpId, message: TopUpMessage) -> None:
        self._sql.add_message(
            topup_id=topup_id,
            chat_id=message.chat_id,
            message_id=message.message_id,
            shows_payment=int(message.shows_payment),
        )

    def messages(self, topup_id: TopUpId) -> list[TopUpMessage]:
        rows = self._sql.messages(topup_id=topup_id)
        return [
            TopUpMessage(row["chat_id"], row["message_id"], bool(row["shows_payment"]))
            for row in rows
        ]

    def forget_messages(self) -> None:
        self._sql.forget_messages()
        self._sql.forget_payment_messages()

    def due_to_expire(self, until: datetime, limit: int) -> list[TopUp]:
        return TOPUPS.records(self._sql.due_to_expire(until=micros(until), limit=limit))

    def next_expiry(self) -> datetime | None:
        return instant_or_none(self._sql.next_expiry()["expires_at"])

    def mark_expired(self, topup_id: TopUpId, at: datetime) -> None:
        self._sql.mark_expired(topup_id=topup_id, at=micros(at))
