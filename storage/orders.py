"""The orders in the database."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.catalogue import ProductId
from bot.domain.errors import StaleOrderError
from bot.domain.order import CustomerId, Order, OrderId, OrderState, WaitReason, order_id_of
from bot.domain.row_matching import target_of
from bot.domain.sales import Sales
from bot.domain.typed_input.order_search import MAX_NAMES, MAX_NUMBERS, MAX_TERMS, Term
from storage.failures import duplicates_translated
from storage.rows import Mapper, instant, micros
from storage.statements import statements

ORDERS = Mapper(Order)
_USER_ID = re.compile(r"[0-9]{1,18}", re.ASCII)


class SqlOrders:
    """Implements `Orders`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use the transaction that the connection is in."""
        self._connection = connection
        self._sql = statements("orders")

    def add(self, order: Order) -> Order:
        _, target = target_of(order)
        row = self._sql.add(self._connection, **ORDERS.values(order), target=target)
        return replace(order, order_id=OrderId(row["order_id"]))

    def get(self, order_id: OrderId) -> Order | None:
        return self._one(self._sql.get(self._connection, order_id=order_id))

    def save(self, order: Order) -> Order:
        with duplicates_translated():
            row = self._sql.save(self._connection, **ORDERS.values(order))
        if row is None:
            raise StaleOrderError(f"{order.number}, version {order.version}")
        return replace(order, version=row["version"])

    def claimed_among(self, account: str, ref_ids: Collection[str]) -> frozenset[str]:
        claimed = self._sql.is_claimed
        return frozenset(
            ref_id
            for ref_id in ref_ids
            if claimed(self._connection, account=account, ref_id=ref_id) is not None
        )

    def by_ref(self, account: str, ref_id: str) -> Order | None:
        return self._one(self._sql.by_ref(self._connection, account=account, ref_id=ref_id))

    def claimed_since(self, account: str, send_number: int) -> frozenset[str]:
        rows = self._sql.claimed_since(self._connection, account=account, send_number=send_number)
        return frozenset(row["ref_id"] for row in rows)

    def oldest_queued(self, account: str) -> datetime | None:
        created_at = self._sql.oldest_queued(self._connection, account=account)["created_at"]
        return None if created_at is None else instant(created_at)

    def queued_until(self, account: str, until: datetime, limit: int) -> list[Order]:
        return self._all(
            self._sql.queued_until(
                self._connection, account=account, until=micros(until), limit=limit
            )
        )

    def queued_of_withheld(self, account: str, limit: int) -> list[Order]:
        return self._all(
            self._sql.queued_of_withheld(self._connection, account=account, limit=limit)
        )

    def sendable(
        self, account: str, since: datetime, after: Order | None, limit: int
    ) -> list[Order]:
        return self._all(
            self._sql.sendable(
                self._connection,
                account=account,
                since=micros(since),
                attempts=-1 if after is None else after.send_attempts,
                after_id=0 if after is None else after.order_id,
                limit=limit,
            )
        )

    def not_notified_of(self, account: str, reason: WaitReason, limit: int) -> list[Order]:
        wanted = {"account": account, "reason": reason.value, "limit": limit}
        if reason is WaitReason.SAME_TARGET:
            return self._all(self._sql.not_notified_of_target(self._connection, **wanted))
        return self._all(self._sql.not_notified_of(self._connection, **wanted))

    def in_states(self, account: str, states: Collection[OrderState]) -> list[Order]:
        return self._all(self._sql.in_states(self._connection, account=account, **_any_of(states)))

    def unfinished(self) -> list[Order]:
        return self._all(self._sql.unfinished(self._connection))

    def due(
        self,
        account: str,
        states: Collection[OrderState],
        until: datetime,
        limit: int,
        *,
        has_ref: bool,
    ) -> list[Order]:
        return self._all(
            self._sql.due(
                self._connection,
                account=account,
                until=micros(until),
                limit=limit,
                has_ref=has_ref,
                **_any_of(states),
            )
        )

    def next_due(self, account: str, states: Collection[OrderState]) -> datetime | None:
        row = self._sql.next_due(self._connection, account=account, **_any_of(states))
        return None if row["next_due"] is None else instant(row["next_due"])

    def newest_send(self, account: str) -> tuple[int, datetime | None]:
        row = self._sql.newest_send(self._connection, account=account)
        if row is None:
            return 0, None
        sent_at = row["sent_at"]
        return row["send_number"], None if sent_at is None else instant(sent_at)

    def ambiguous_since(self, account: str, since: datetime) -> list[datetime]:
        rows = self._sql.ambiguous_since(self._connection, account=account, since=micros(since))
        return [instant(row["ambiguous_at"]) for row in rows]

    def open_of(self, customer_id: CustomerId) -> list[Order]:
        return self._all(self._sql.open_of(self._connection, customer_id=customer_id))

    def history_of(self, customer_id: CustomerId, limit: int, offset: int) -> list[Order]:
        return self._all(
            self._sql.history_of(
                self._connection, customer_id=customer_id, limit=limit, offset=offset
            )
        )

    def count_of(self, customer_id: CustomerId) -> int:
        row = self._sql.count_of(self._connection, customer_id=customer_id)
        return int(row["orders"])

    def succeeded_of(self, customer_id: CustomerId, limit: int) -> list[Order]:
        return self._all(
            self._sql.succeeded_of(self._connection, customer_id=customer_id, limit=limit)
        )

    def fitting_of(
        self, customer_id: CustomerId, terms: Sequence[Term], limit: int, offset: int
    ) -> list[Order]:
        parts = _patterns(terms)
        rows = self._sql.fitting_of(
            self._connection, customer_id=customer_id, limit=limit, offset=offset, **parts
        )
        return self._all(rows)

    def count_fitting_of(self, customer_id: CustomerId, terms: Sequence[Term]) -> int:
        row = self._sql.count_fitting_of(
            self._connection, customer_id=customer_id, **_patterns(terms)
        )
        return int(row["orders"])

    def latest_same(
        self,
        customer_id: CustomerId,
        product_id: ProductId,
        destination: str,
        since: datetime,
    ) -> Order | None:
        return self._one(
            self._sql.latest_same(
                self._connection,
                customer_id=customer_id,
                product_id=product_id,
                destination=destination,
                since=micros(since),
            )
        )

    def count_open_beside(self, order: Order) -> int:
        row = self._sql.count_open_beside(
            self._connection, product_id=order.product_id, order_id=order.order_id
        )
        return int(row["orders"])

    def counts_by_state(self) -> dict[OrderState, int]:
        rows = self._sql.counts_by_state(self._connection)
        return {OrderState(row["state"]): row["orders"] for row in rows}

    def sales_since(self, since: datetime) -> Sales:
        row = self._sql.sales_since(self._connection, since=micros(since))
        return Sales(row["orders"], row["revenue"], row["margin"], row["at_counter"])

    def sold_since(self, since: datetime) -> dict[tuple[str, str], int]:
        rows = self._sql.sold_since(self._connection, since=micros(since))
        return {(row["category_type"], row["main"]): row["orders"] for row in rows}

    def find(self, term: str, limit: int) -> list[Order]:
        user_id = _USER_ID.fullmatch(term)
        return self._all(
            self._sql.find(
                self._connection,
                order_id=order_id_of(term),
                term=term,
                customer_id=None if user_id is None else int(term),
                limit=limit,
            )
        )

    @staticmethod
    def _one(row: sqlite3.Row | None) -> Order | None:
        return None if row is None else ORDERS.record(row)

    @staticmethod
    def _all(rows: Collection[sqlite3.Row]) -> list[Order]:
        return [ORDERS.record(row) for row in rows]


def _any_of(states: Collection[OrderState]) -> dict[str, str | None]:
    """Return the states as parameters of `state in (…)`: one for each `OrderState`.

    The parameters of unwanted states are None.
    """
    wanted = [state.value if state in states else None for state in OrderState]
    return {f"state_{index}": state for index, state in enumerate(wanted)}


def _patterns(terms: Sequence[Term]) -> dict[str, str | None]:
    """Return the terms as parameters of `like`, one for each spelling that a term may have.

    The texts have letters, digits and spaces only, so nothing needs to be escaped.
    """
    match_all = Term(names=("",))
    filled = [*terms[:MAX_TERMS], *[match_all] * (MAX_TERMS - len(terms))]
    patterns: dict[str, str | None] = {}
    for place, term in enumerate(filled):
        for kind, parts, most in (
            ("name", term.names, MAX_NAMES),
            ("number", term.numbers, MAX_NUMBERS),
        ):
            for number in range(most):
                part = f"%{parts[number]}%" if number < len(parts) else None
                patterns[f"{kind}_{place}_{number}"] = part
    return patterns
