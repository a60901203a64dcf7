"""Top-ups, and the messages about them, in the database."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime

from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.topup import TopUp, TopUpId, TopUpMessage, TopUpState
from storage.failures import duplicates_translated
from storage.rows import Mapper, instant, micros
from storage.statements import statements

TOPUPS = Mapper(TopUp)


class SqlTopUps:
    """Implements `TopUps`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use the transaction that the connection is in."""
        self._connection = connection
        self._sql = statements("topups")

    def add(self, topup: TopUp) -> TopUp:
        with duplicates_translated():
            row = self._sql.add(self._connection, **TOPUPS.values(topup))
        return replace(topup, topup_id=TopUpId(row["topup_id"]))

    def get(self, topup_id: TopUpId) -> TopUp | None:
        row = self._sql.get(self._connection, topup_id=topup_id)
        return None if row is None else TOPUPS.record(row)

    def by_key(self, request_key: str) -> TopUp | None:
        row = self._sql.by_key(self._connection, request_key=request_key)
        return None if row is None else TOPUPS.record(row)

    def decide(
        self,
        topup_id: TopUpId,
        state: TopUpState,
        actor_id: int,
        at: datetime,
        credited: Rupiah | None = None,
        reason: str = "",
    ) -> TopUp | None:
        row = self._sql.decide(
            self._connection,
            topup_id=topup_id,
            state=state.value,
            actor_id=actor_id,
            at=micros(at),
            credited=credited,
            reason=reason,
        )
        return None if row is None else TOPUPS.record(row)

    def pending(self, limit: int) -> list[TopUp]:
        return [TOPUPS.record(row) for row in self._sql.pending(self._connection, limit=limit)]

    def awaiting_decision(self, now: datetime) -> list[TopUp]:
        rows = self._sql.awaiting_decision(self._connection, now=micros(now))
        return [TOPUPS.record(row) for row in rows]

    def pending_of(self, customer_id: CustomerId) -> list[TopUp]:
        rows = self._sql.pending_of(self._connection, customer_id=customer_id)
        return [TOPUPS.record(row) for row in rows]

    def approved_with_amount(self, amount: int, since: datetime) -> list[TopUp]:
        rows = self._sql.approved_with_amount(self._connection, amount=amount, since=micros(since))
        return [TOPUPS.record(row) for row in rows]

    def pending_with_total(self, total: int) -> list[TopUp]:
        rows = self._sql.pending_with_total(self._connection, total=total)
        return [TOPUPS.record(row) for row in rows]

    def requested_since(self, customer_id: CustomerId, since: datetime) -> list[TopUp]:
        rows = self._sql.requested_since(
            self._connection, customer_id=customer_id, since=micros(since)
        )
        return [TOPUPS.record(row) for row in rows]

    def reserved_totals(self, least: int, most: int, since: datetime) -> frozenset[int]:
        rows = self._sql.reserved_totals(
            self._connection, least=least, most=most, since=micros(since)
        )
        return frozenset(row["total"] for row in rows)

    def totals_last_used(self, least: int, most: int) -> dict[int, datetime]:
        rows = self._sql.totals_last_used(self._connection, least=least, most=most)
        return {row["total"]: instant(row["used_at"]) for row in rows}

    def release_expired(self, before: datetime) -> None:
        self._sql.release_expired(self._connection, before=micros(before))

    def attach_proof(self, topup_id: TopUpId, proof: str) -> None:
        self._sql.attach_proof(self._connection, topup_id=topup_id, proof=proof)

    def newest_of(self, customer_id: CustomerId) -> TopUp | None:
        row = self._sql.newest_of(self._connection, customer_id=customer_id)
        return None if row is None else TOPUPS.record(row)

    def cancel(
        self, topup_id: TopUpId, at: datetime, replaced_by: TopUpId | None = None
    ) -> TopUp | None:
        row = self._sql.cancel(
            self._connection, topup_id=topup_id, at=micros(at), replaced_by=replaced_by
        )
        return None if row is None else TOPUPS.record(row)

    def replaced_by(self, topup_id: TopUpId) -> list[TopUp]:
        rows = self._sql.replaced_by(self._connection, topup_id=topup_id)
        return [TOPUPS.record(row) for row in rows]

    def set_payment_message(self, topup_id: TopUpId, message_id: int) -> None:
        self._sql.set_payment_message(self._connection, topup_id=topup_id, message_id=message_id)

    def add_message(self, topup_id: TopUpId, message: TopUpMessage) -> None:
        self._sql.add_message(
            self._connection,
            topup_id=topup_id,
            chat_id=message.chat_id,
            message_id=message.message_id,
            shows_payment=int(message.shows_payment),
        )

    def messages(self, topup_id: TopUpId) -> list[TopUpMessage]:
        rows = self._sql.messages(self._connection, topup_id=topup_id)
        return [
            TopUpMessage(row["chat_id"], row["message_id"], bool(row["shows_payment"]))
            for row in rows
        ]

    def due_to_expire(self, until: datetime, limit: int) -> list[TopUp]:
        rows = self._sql.due_to_expire(self._connection, until=micros(until), limit=limit)
        return [TOPUPS.record(row) for row in rows]

    def next_expiry(self) -> datetime | None:
        end = self._sql.next_expiry(self._connection)["expires_at"]
        return None if end is None else instant(end)

    def mark_expired(self, topup_id: TopUpId, at: datetime) -> None:
        self._sql.mark_expired(self._connection, topup_id=topup_id, at=micros(at))
