"""The orders in the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.catalogue import ProductId
from bot.domain.destination import comparison_key
from bot.domain.errors import StaleOrderError
from bot.domain.order import CustomerId, Order, OrderId, OrderState, WaitReason, order_id_of
from bot.domain.row_matching import target_of
from bot.domain.sales import BrandOutcomes, Sales
from bot.domain.typed_input.order_search import MAX_NAMES, MAX_NUMBERS, MAX_TERMS, Term
from bot.ports.store import topic_of
from storage.connection import duplicates_translated
from storage.repository import Repository
from storage.rows import MICROSECOND, Mapper, instant, instant_or_none, micros

ORDERS = Mapper(Order)
OUTCOMES = Mapper(BrandOutcomes)
LATEST = datetime(9999, 1, 1, tzinfo=UTC)
_QUARTER = timedelta(minutes=15) // MICROSECOND
_WEEK = timedelta(weeks=1) // MICROSECOND
"""Sales are kept by these periods, in microseconds, counted from 1970 in UTC."""


class SqlOrders(Repository):
    """Implements `Orders`."""

    queries = "orders"

    def add(self, order: Order) -> Order:
        _, target = target_of(order)
        row = self._sql.add(**ORDERS.values(order), target=target)
        self._touched.add(topic_of(order.state))
        return replace(order, order_id=OrderId(row["order_id"]))

    def get(self, order_id: OrderId) -> Order | None:
        return ORDERS.record_or_none(self._sql.get(order_id=order_id))

    def save(self, order: Order) -> Order:
        with duplicates_translated(self._connection):
            row = self._sql.save(**ORDERS.values(order))
        if row is None:
            raise StaleOrderError(f"{order.number}, version {order.version}")
        self._touched.add(topic_of(order.state))
        return replace(order, version=row["version"])

    def claimed_among(self, account: str, ref_ids: Collection[str]) -> frozenset[str]:
        by_ref = self._sql.by_ref
        return frozenset(
            ref_id for ref_id in ref_ids if by_ref(account=account, ref_id=ref_id) is not None
        )

    def by_ref(self, account: str, ref_id: str) -> Order | None:
        return ORDERS.record_or_none(self._sql.by_ref(account=account, ref_id=ref_id))

    def claimed_since(self, account: str, send_number: int) -> frozenset[str]:
        rows = self._sql.claimed_since(account=account, send_number=send_number)
        return frozenset(row["ref_id"] for row in rows)

    def last_claimed_before(self, account: str, send_number: int) -> frozenset[str]:
        rows = self._sql.last_claimed_before(account=account, send_number=send_number)
        return frozenset(row["ref_id"] for row in rows)

    def oldest_queued(self, account: str) -> datetime | None:
        return instant_or_none(self._sql.oldest_queued(account=account)["created_at"])

    def queued_until(self, account: str, until: datetime, limit: int) -> list[Order]:
        return ORDERS.records(
            self._sql.queued_until(account=account, until=micros(until), limit=limit)
        )

    def queued_of_withheld(self, account: str, limit: int) -> list[Order]:
        return ORDERS.records(self._sql.queued_of_withheld(account=account, limit=limit))

    def sendable(
        self, account: str, since: datetime, after: Order | None, limit: int
    ) -> list[Order]:
        return ORDERS.records(
            self._sql.sendable(
                account=account,
                since=micros(since),
                attempts=-1 if after is None else after.send_attempts,
                after_id=0 if after is None else after.order_id,
                limit=limit,
            )
        )

    def not_notified_of(
        self, account: str, reason: WaitReason, limit: int, until: datetime | None = None
    ) -> list[Order]:
        wanted = {
            "account": account,
            "reason": reason.value,
            "limit": limit,
            "until": micros(until or LATEST),
        }
        if reason is WaitReason.SAME_TARGET:
            return ORDERS.records(self._sql.not_notified_of_target(**wanted))
        return ORDERS.records(self._sql.not_notified_of(**wanted))

    def in_states(self, account: str, states: Collection[OrderState]) -> list[Order]:
        return ORDERS.records(self._sql.in_states(account=account, **_any_of(states)))

    def passed_by_sends(self, account: str, send_number: int) -> list[Order]:
        rows = self._sql.passed_by_sends(account=account, send_number=send_number)
        return ORDERS.records(rows)

    def unresolved_targets(self, account: str) -> frozenset[tuple[str, str]]:
        rows = self._sql.unresolved_targets(account=account)
        return frozenset((row["service_code"], comparison_key(row["destination"])) for row in rows)

    def unfinished(self) -> list[Order]:
        return ORDERS.records(self._sql.unfinished())

    def due(
        self,
        account: str,
        states: Collection[OrderState],
        until: datetime,
        limit: int,
        *,
        has_ref: bool,
    ) -> list[Order]:
        return ORDERS.records(
            self._sql.due(
                account=account,
                until=micros(until),
                limit=limit,
                has_ref=has_ref,
                **_any_of(states),
            )
        )

    def next_due(
        self, account: str, states: Collection[OrderState], *, has_ref: bool
    ) -> datetime | None:
        row = self._sql.next_due(account=account, has_ref=has_ref, **_any_of(states))
        return instant_or_none(row["next_due"])

    def newest_send(self, account: str) -> tuple[int, datetime | None]:
        row = self._sql.newest_send(account=account)
        return (0, None) if row is None else (row["send_number"], instant_or_none(row["sent_at"]))

    def ambiguous_since(self, account: str, since: datetime) -> list[datetime]:
        rows = self._sql.ambiguous_since(account=account, since=micros(since))
        return [instant(row["ambiguous_at"]) for row in rows]

    def open_of(self, customer_id: CustomerId) -> list[Order]:
        return ORDERS.records(self._sql.open_of(customer_id=customer_id))

    def history_of(self, customer_id: CustomerId, limit: int, offset: int) -> list[Order]:
        return ORDERS.records(
            self._sql.newest_of(customer_id=customer_id, limit=limit, offset=offset)
        )

    def count_of(self, customer_id: CustomerId) -> int:
        kept = self._sql.order_count(customer_id=customer_id)
        return 0 if kept is None else int(kept["order_count"])

    def found_of(self, customer_id: CustomerId, terms: Sequence[Term]) -> list[OrderId]:
        rows = self._sql.found_of(customer_id=customer_id, **_patterns(terms))
        return [OrderId(row["order_id"]) for row in rows]

    def succeeded_of(self, customer_id: CustomerId, limit: int) -> list[Order]:
        return ORDERS.records(self._sql.succeeded_of(customer_id=customer_id, limit=limit))

    def latest_same(
        self, customer_id: CustomerId, product_id: ProductId, destination: str, since: datetime
    ) -> Order | None:
        return ORDERS.record_or_none(
            self._sql.latest_same(
                customer_id=customer_id,
                product_id=product_id,
                destination=destination,
                since=micros(since),
            )
        )

    def count_open_beside(self, order: Order) -> int:
        row = self._sql.count_open_beside(product_id=order.product_id, order_id=order.order_id)
        return int(row["orders"])

    def counts_by_state(self) -> dict[OrderState, int]:
        rows = self._sql.counts_by_state()
        return {OrderState(row["state"]): row["orders"] for row in rows}

    def oldest_by_state(self) -> dict[OrderState, datetime]:
        rows = self._sql.oldest_by_state()
        return {OrderState(row["state"]): instant(row["since"]) for row in rows}

    def sales_since(self, since: datetime) -> Sales:
        began_at = micros(since) // _QUARTER * _QUARTER
        row = self._sql.sales_since(began_at=began_at)
        return Sales(row["orders"], row["revenue"], row["margin"], row["at_counter"])

    def sold_since(self, since: datetime) -> dict[tuple[str, str], int]:
        rows = self._sql.sold_since(week=micros(since) // _WEEK)
        return {(row["category_type"], row["main"]): row["orders"] for row in rows}

    def outcomes_by_brand(self, since: datetime, until: datetime) -> list[BrandOutcomes]:
        rows = self._sql.outcomes_by_brand(since=micros(since), until=micros(until))
        return OUTCOMES.records(rows)

    def find(self, term: str, customer_id: CustomerId | None, limit: int) -> list[Order]:
        return ORDERS.records(
            self._sql.find(
                order_id=order_id_of(term),
                term=term,
                customer_id=customer_id,
                limit=limit,
            )
        )


def _any_of(states: Collection[OrderState]) -> dict[str, str | None]:
    """Return the states as parameters of `state in (…)`: one for each `OrderState`.

    The parameters of unwanted states are None.
    """
    wanted = [state.value if state in states else None for state in OrderState]
    return {f"state_{index}": state for index, state in enumerate(wanted)}


def _patterns(terms: Sequence[Term]) -> dict[str, str | None]:
    """Return the terms as parameters of `like`, one for each spelling that a term may have.

    The parameters of missing terms are None, those of missing spellings are empty. The texts have
    letters, digits and spaces only, so nothing needs to be escaped.
    """
    patterns: dict[str, str | None] = {}
    for place in range(MAX_TERMS):
        term = terms[place] if place < len(terms) else None
        for number in range(MAX_NAMES):
            name = None if term is None else _pattern(term.names, number)
            patterns[f"name_{place}_{number}"] = name
        for number in range(MAX_NUMBERS):
            destination = None if term is None else _pattern(term.numbers, number)
            patterns[f"number_{place}_{number}"] = destination
    return patterns


def _pattern(spellings: Sequence[str], number: int) -> str:
    return f"%{spellings[number]}%" if number < len(spellings) else ""
