"""Reconcile: poll accepted orders, and look up orders of unknown outcome; never send an order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.domain.errors import SupplierError
from bot.domain.lookup import (
    LIST_LENGTH,
    LookupDecision,
    LookupDecisionKind,
    decide_by_age,
    decide_lookup,
    next_lookup_delay,
)
from bot.domain.order import UNRESOLVED_STATES, Order, OrderId, OrderState, poll_pause
from bot.domain.row_matching import matches, row_of
from bot.domain.shop_rules import ShopRules
from bot.domain.supplier_comparison import is_number_masked, row_of_refunded_order
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.ports.supplier import ReadShare, StatusList, Supplier
from bot.services.orders import settle
from bot.services.orders.circuit_breaker import close_breaker, is_breaker_open
from bot.services.orders.elapsed import ElapsedTracker, loop_seconds
from bot.services.orders.parked_orders import announce_again, is_announcement_due, possible_rows
from bot.services.orders.row_evidence import (
    QueryContext,
    evidence_for,
    is_other_product,
    lookup_rules,
    query_context,
    record_covering_miss,
    record_rows,
    rows_of,
    was_named_in_reply,
)
from bot.services.orders.supplier_clock import learn_clock
from bot.services.orders.transitions import make_ambiguous, require_order

log = structlog.get_logger(__name__)

ORPHANED_AFTER = timedelta(seconds=30)
"""A `sending` order this much older than the call's timeout has no call in progress."""
BATCH = 50
"""How many due orders are read at a time."""
BREAKER_LOOK_EVERY = timedelta(seconds=15)
"""While the circuit breaker is open, the supplier's list is read this often."""
TOGETHER = timedelta(seconds=1)
"""Polls due within this time of each other share one list call."""
_POLLED_STATES = (OrderState.ACCEPTED, OrderState.PARKED)
_WATCHED_STATES = (OrderState.FAILED,)
"""Refunded orders with a ref_id are polled as well, while their goods may still arrive."""
_SEARCHED_STATES = (OrderState.AMBIGUOUS, OrderState.PARKED)


class Reconcile:
    """Reads the supplier's list, and applies its rows and proven absences to the orders."""

    def __init__(
        self,
        store: Store,
        supplier: Supplier,
        rules: ShopRules,
        clock: Clock,
        jitter: Callable[[], float],
        seconds: Callable[[], float] = loop_seconds,
    ) -> None:
        """Take `jitter`, which returns numbers from -1 to 1 that spread the polls.

        `seconds` is a monotonic clock; `clock` is the system's, which may be set.
        """
        self._store = store
        self._supplier = supplier
        self._rules = rules
        self._clock = clock
        self._jitter = jitter
        self._polled_singly: set[OrderId] = set()
        """Orders missing from the last list: polled next by their own ref_id."""
        self._looked_at: datetime | None = None
        self._elapsed = ElapsedTracker(seconds)

    # --- orders whose call is not in progress any more ---

    async def recover(self) -> int:
        """Make every `sending` order ambiguous; return how many there were.

        Called at start, when no call is in progress: the process may have died after the first
        byte, so none of them may be sent again.
        """
        return await self._store.write(self._make_orphans_ambiguous, self._clock.now(), None)

    async def sweep(self) -> int:
        """Make orders ambiguous that are `sending` beyond the timeout; return how many there were.

        Also those with a `sent_at` that far in the future: the clock was set back, and their real
        age is unknown.
        """
        limit = self._rules.supplier_timeout + ORPHANED_AFTER
        now = self._clock.now()
        if not await self._store.read(self._orphans, now, limit):
            return 0
        return await self._store.write(self._make_orphans_ambiguous, now, limit)

    def _orphans(self, tx: Transaction, now: datetime, limit: timedelta | None) -> list[Order]:
        return [
            order
            for order in tx.orders.in_states(self._rules.account, (OrderState.SENDING,))
            if limit is None or order.sent_at is None or abs(now - order.sent_at) >= limit
        ]

    def _make_orphans_ambiguous(
        self, tx: Transaction, now: datetime, limit: timedelta | None
    ) -> int:
        orphans = self._orphans(tx, now, limit)
        for order in orphans:
            make_ambiguous(tx, self._rules, order, now)
        return len(orphans)

    # --- polling orders whose ref_id is known ---

    async def poll(self) -> float | None:
        """Poll the orders that are due; return the seconds until the next poll.

        None when no order is to be polled.
        """
        now = self._clock.now()
        due_at, due, newest_send = await self._store.read(self._due_polls, now)
        if due:
            await self._poll(due, QueryContext(now, newest_send))
            due_at = await self._store.read(self._next_poll)
        return self._seconds_until(due_at)

    def _next_poll(self, tx: Transaction) -> datetime | None:
        states = _POLLED_STATES + _WATCHED_STATES
        return tx.orders.next_due(self._rules.account, states, has_ref=True)

    def _due_polls(
        self, tx: Transaction, now: datetime
    ) -> tuple[datetime | None, list[Order], int]:
        """Return when the next poll is due; if now, the orders and the newest send number too."""
        due_at = self._next_poll(tx)
        if due_at is None or due_at > now:
            return due_at, [], 0
        account, states = self._rules.account, _POLLED_STATES + _WATCHED_STATES
        due = tx.orders.due(account, states, now + TOGETHER, BATCH, has_ref=True)
        return due_at, due, tx.orders.newest_send(account)[0]

    async def _poll(self, due: Sequence[Order], asked: QueryContext) -> None:
        listed = [
            order
            for order in due
            if order.order_id not in self._polled_singly
            and asked.newest_send - (order.send_number or 0) < LIST_LENGTH
        ]
        if len(listed) >= 2:
            await self._poll_list(listed, asked)
        else:
            await self._poll_one(due[0], asked)

    async def _poll_list(self, orders: Sequence[Order], asked: QueryContext) -> None:
        try:
            answer = await self._supplier.recent_rows(ReadShare.POLL)
        except SupplierError as error:
            await self._poll_failed(orders, error)
            return
        order_ids = [order.order_id for order in orders]
        missing = await self._store.write(
            self._apply_rows, order_ids, answer, asked, self._clock.now(), True
        )
        self._polled_singly.update(missing)

    async def _poll_one(self, order: Order, asked: QueryContext) -> None:
        self._polled_singly.discard(order.order_id)
        try:
            answer = await rows_of(self._supplier, self._rules, order.ref_id or "", ReadShare.POLL)
        except SupplierError as error:
            await self._poll_failed([order], error)
            return
        await self._store.write(
            self._apply_rows, [order.order_id], answer, asked, self._clock.now(), False
        )

    async def _poll_failed(self, orders: Sequence[Order], error: SupplierError) -> None:
        log.warning("poll_failed", cause=str(error), orders=len(orders))
        order_ids = [order.order_id for order in orders]
        await self._store.write(self._postpone, order_ids, self._clock.now())

    def _postpone(self, tx: Transaction, order_ids: Sequence[OrderId], now: datetime) -> None:
        """Poll again later; a row that could not be requested does not count as missing."""
        load = self._load(tx)
        for order_id in order_ids:
            order = require_order(tx, order_id)
            if order.state in _WATCHED_STATES:
                settle.follow_refunded_row(tx, self._rules, order, None, now)
            elif order.state in _POLLED_STATES:
                due_at = now + self._pause(order, load, now)
                settle.record_missing_row(
                    tx, self._rules, replace(order, row_seen_at=now), now, due_at
                )

    def _apply_rows(
        self,
        tx: Transaction,
        order_ids: Sequence[OrderId],
        answer: StatusList,
        asked: QueryContext,
        now: datetime,
        is_list: bool,
    ) -> list[OrderId]:
        """Apply the rows to the polled orders; return the orders that a list lacked.

        Those are due again at once, each by its own ref_id: absence from the 15 newest rows proves
        nothing. A row is an order's own only if ref_id, service and destination match, since a
        panel may ignore the `ref_id` in a request (docs/supplier-api.md, "2.5 Status rows").
        """
        record_rows(tx, self._rules, answer, asked)
        load = self._load(tx)
        missing = []
        for order_id in order_ids:
            order = require_order(tx, order_id)
            row, due_at = row_of(order, answer.rows), now + self._pause(order, load, now)
            if order.state in _WATCHED_STATES and order.next_check_at is not None:
                settle.follow_refunded_row(
                    tx, self._rules, order, row_of_refunded_order(order, answer.rows), now
                )
            elif order.state not in _POLLED_STATES or order.ref_id is None:
                continue
            elif row is not None:
                learn_clock(tx, order, row)
                settle.apply_row(tx, self._rules, order, row, now, due_at)
            elif self._belongs_to_another_order(tx, order, answer, asked):
                settle.release_ref_id(tx, self._rules, order, now, due_at)
            elif is_list:
                missing.append(order_id)
                tx.orders.save(replace(order, next_check_at=now))
            else:
                settle.record_missing_row(tx, self._rules, order, now, due_at)
        return missing

    def _belongs_to_another_order(
        self, tx: Transaction, order: Order, answer: StatusList, asked: QueryContext
    ) -> bool:
        """Whether the row with an order's ref_id belongs to another order.

        A different destination alone proves nothing, because panels write numbers in their own
        ways. The row is another order's if it matches an unresolved order without a ref_id, or if
        an unclaimed row may be this order's. A row that hides the number counts only if it names
        another product.
        """
        same = (row for row in answer.rows if row.ref_id == order.ref_id)
        named = [row for row in same if not is_number_masked(row) or is_other_product(order, row)]
        if not named:
            return False
        unresolved = tx.orders.in_states(self._rules.account, UNRESOLVED_STATES)
        is_expected = any(
            other.ref_id is None and (matches(other, row) or was_named_in_reply(other, row))
            for row in named
            for other in unresolved
        )
        return is_expected or bool(possible_rows(tx, order, answer.rows, asked))

    def _load(self, tx: Transaction) -> float:
        """Return the poll calls wanted per minute, roughly, as a multiple of those allowed."""
        accepted = tx.orders.counts_by_state().get(OrderState.ACCEPTED, 0)
        wanted = accepted * 60 / max(self._rules.poll_min.total_seconds(), 1) / 2
        return wanted / max(self._rules.calls_per_minute, 1)

    def _pause(self, order: Order, load: float, now: datetime) -> timedelta:
        age = now - (order.accepted_at or order.created_at)
        return poll_pause(age, self._rules.poll_min, load, self._jitter())

    # --- looking up orders whose outcome is unknown ---

    async def look_up(self) -> float | None:
        """Look up the due orders of unknown outcome; return the seconds until the next lookup.

        One status list serves them all. Also closes the circuit breaker after a good answer if no
        order is ambiguous any more, announces parked orders to the admins again every hour, and
        notifies a customer once when the promised hour has passed. Returns None when there is
        nothing to look up.
        """
        now = self._clock.now()
        unresolved, breaker_is_open = await self._store.read(self._unresolved)
        if any(is_announcement_due(order, now) for order in unresolved):
            await self._store.write(announce_again, self._rules, now)
            unresolved, _ = await self._store.read(self._unresolved)
        due = [order_id for due_at, order_id in _lookups(unresolved) if due_at <= now]
        if due or (breaker_is_open and not self._has_looked_recently(now)):
            self._looked_at = now
            await self._look(due[:BATCH])
            unresolved, _ = await self._store.read(self._unresolved)
        self._elapsed.track(order.order_id for order in unresolved)
        seconds = self._seconds_until(min((at for at, _ in _lookups(unresolved)), default=None))
        if breaker_is_open:
            pause = BREAKER_LOOK_EVERY.total_seconds()
            return pause if seconds is None else min(pause, seconds)
        return seconds

    def _unresolved(self, tx: Transaction) -> tuple[list[Order], bool]:
        """Return the orders of unknown outcome, and whether the circuit breaker is open."""
        account = self._rules.account
        return tx.orders.in_states(account, _SEARCHED_STATES), is_breaker_open(tx, account)

    def _has_looked_recently(self, now: datetime) -> bool:
        """Whether the list was read less than `BREAKER_LOOK_EVERY` ago.

        Each change of an order that is being sent or looked for wakes this worker: without a pause
        it would read the list each time.
        """
        looked_at = self._looked_at
        return looked_at is not None and timedelta(0) <= now - looked_at < BREAKER_LOOK_EVERY

    async def _look(self, order_ids: Sequence[OrderId]) -> None:
        asked = await query_context(self._store, self._rules, self._clock)
        ages = self._elapsed.elapsed()
        try:
            answer = await self._supplier.recent_rows(ReadShare.RECONCILE)
        except SupplierError as error:
            log.warning("lookup_failed", cause=str(error), orders=len(order_ids))
            await self._store.write(self._decide_without_list, order_ids, self._clock.now())
            return
        elapsed = {order_id: ages.get(order_id, timedelta(0)) for order_id in order_ids}
        await self._store.write(self._decide_by_list, elapsed, answer, asked, self._clock.now())

    def _decide_without_list(
        self, tx: Transaction, order_ids: Sequence[OrderId], now: datetime
    ) -> None:
        for order_id in order_ids:
            order = require_order(tx, order_id)
            if order.state in _SEARCHED_STATES and order.ref_id is None:
                rules = lookup_rules(tx, self._rules, order)
                decision = decide_by_age(order, rules, now, is_covering=False)
                self._apply_decision(tx, order, decision, now)

    def _decide_by_list(
        self,
        tx: Transaction,
        elapsed: Mapping[OrderId, timedelta],
        answer: StatusList,
        asked: QueryContext,
        now: datetime,
    ) -> None:
        """Decide each order by the list; an absence dates from the request, not from the reply."""
        first_seen = record_rows(tx, self._rules, answer, asked)
        for order_id, age in elapsed.items():
            order = require_order(tx, order_id)
            if order.state in _SEARCHED_STATES and order.ref_id is None:
                bounds = lookup_rules(tx, self._rules, order)
                view = evidence_for(tx, order, answer, first_seen, bounds)
                decision = decide_lookup(order, view, bounds, asked.at, age)
                if decision.is_covering:
                    order = record_covering_miss(order, asked, age)
                self._apply_decision(tx, order, decision, now)
        if not tx.orders.in_states(self._rules.account, (OrderState.AMBIGUOUS,)):
            close_breaker(tx, self._rules.account, now)

    def _apply_decision(
        self, tx: Transaction, order: Order, decision: LookupDecision, now: datetime
    ) -> Order:
        if decision.kind is LookupDecisionKind.CLAIM and decision.row is not None:
            return settle.claim_row(tx, self._rules, order, decision.row, now)
        if decision.kind is LookupDecisionKind.REFUSED:
            return settle.confirm_refusal(tx, order, now)
        if decision.kind is LookupDecisionKind.PARK and decision.reason is not None:
            return settle.park(tx, self._rules, order, decision.reason, now)
        since = order.ambiguous_at or order.sent_at or now
        pause = next_lookup_delay(order.lookups + 1, now - since)
        return tx.orders.save(replace(order, lookups=order.lookups + 1, next_check_at=now + pause))

    def _seconds_until(self, at: datetime | None) -> float | None:
        return None if at is None else max(0.0, (at - self._clock.now()).total_seconds())


def _lookups(unresolved: Sequence[Order]) -> list[tuple[datetime, OrderId]]:
    """Return the orders to look up, each with when it is due, the earliest first."""
    return sorted(
        (order.next_check_at, order.order_id)
        for order in unresolved
        if order.ref_id is None and order.next_check_at is not None
    )
