"""Send: make the order call for a queued order, once.

The call stands between two transactions. `start` commits `sending` to disk before the first byte
leaves; `carry_out` makes the call and records its result. The supplier does not deduplicate
(docs/supplier-api.md, "2.6 No idempotency"), so the call is never repeated unless it surely bought
nothing. Anything but a well-formed answer makes the order `ambiguous`: its money stays held, and
`reconcile` looks for its row.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain, repeat
from typing import TypeVar

import structlog

from bot.domain.catalogue import Catalogue
from bot.domain.destination import same_destination
from bot.domain.errors import (
    ProductUnavailableError,
    RefusalClass,
    StoreUnavailableError,
    SupplierError,
    SupplierOutcomeUnknownError,
    SupplierRefusedError,
    SupplierUnavailableError,
    UnavailableReason,
)
from bot.domain.lookup import SEND_WINDOW, blocks_sending
from bot.domain.notice import Alert
from bot.domain.order import (
    CancelReason,
    Event,
    Order,
    OrderId,
    OrderState,
    ParkReason,
    WaitReason,
    send_backoff,
)
from bot.domain.row_matching import target_of
from bot.domain.shop_rules import ShopRules
from bot.domain.supplier_profile import SupplierStatus
from bot.domain.supplier_row import SupplierRow
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.ports.supplier import Supplier
from bot.services.catalogue.browse import CatalogueCache
from bot.services.catalogue.current import available_offer
from bot.services.catalogue.terms import terms_now
from bot.services.notices import enqueue
from bot.services.orders import queue, settle
from bot.services.orders.circuit_breaker import is_breaker_open
from bot.services.orders.queue import Wait
from bot.services.orders.transitions import make_ambiguous, require_order, transition
from bot.services.permissions import viewer_of
from bot.services.selling_stop import selling_stop

A = TypeVar("A")

log = structlog.get_logger(__name__)

FIRST_BYTE_WITHIN = timedelta(seconds=5)
"""If the first byte cannot leave within this time after the commit, the order is queued again.

A lost order is looked for from its commit (`sent_at`) on, so the call has to start close to it.
"""
RECORD_RETRIES_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Pauses between attempts to write a result; the last one repeats."""


class Send:
    """The only caller of the supplier's order call."""

    def __init__(
        self,
        store: Store,
        supplier: Supplier,
        catalogue_cache: CatalogueCache,
        rules: ShopRules,
        clock: Clock,
    ) -> None:
        self._store = store
        self._supplier = supplier
        self._catalogue_cache = catalogue_cache
        self._rules = rules
        self._clock = clock
        self._failures = 0
        self._backoff_until: datetime | None = None

    async def start(self, at_most: int = 1) -> Sequence[Order] | Wait:
        """Commit the next order as `sending` and return it, or return how long to wait.

        With `at_most`, several orders are started in one transaction if the supplier wants no gap
        between calls. Each is checked as if the one before it had been committed, since a
        transaction reads its own changes. What is to be cancelled is looked for once, before the
        first: it depends on the time and on what is withheld, which stay the same meanwhile.

        When this returns orders, their state is on disk; if the commit fails, nothing may be sent.
        Orders that waited too long, or that may no longer be sold (withheld, not ready, disrupted,
        cutoff, cost above price), are cancelled on the way and their holds voided. One whose
        product was hidden since it was paid is sent: it was promised.
        """
        now = self._clock.now()
        wait = await self._store.read(self._wait_without_writing, now)
        if wait is not None:
            return wait
        at_most = 1 if self._supplier.order_gap_seconds else at_most
        catalogue = self._catalogue_cache.catalogue
        return await self._store.write(self._start, catalogue, now, at_most)

    def _wait_without_writing(self, tx: Transaction, now: datetime) -> Wait | None:
        """Return how long to wait if there is nothing to write; None when `_start` has to run.

        Every change of an order wakes the sender, mostly between two sends. A few reads must be
        enough then, however many orders are queued.
        """
        account = self._rules.account
        if tx.orders.oldest_queued(account) is None:
            return Wait()
        if queue.has_orders_to_cancel(tx, self._rules, now):
            return None
        wait, reason = self._wait_for_all(tx, now)
        if wait is None:
            wait, reason = Wait(), WaitReason.SAME_TARGET
            if queue.sendable(tx, self._rules, None, now, 1):
                return None
        if reason is not None and queue.not_notified_of(tx, self._rules, reason, now, 1):
            return None
        return queue.until_expiry(tx, self._rules, wait, now)

    def _start(
        self, tx: Transaction, catalogue: Catalogue | None, now: datetime, at_most: int
    ) -> Sequence[Order] | Wait:
        started: list[Order] = []
        is_done = queue.cancel_expired_and_withheld(tx, self._rules, now)
        while len(started) < at_most:
            following = self._start_one(tx, catalogue, now, is_done=is_done)
            if isinstance(following, Wait):
                return started or following
            started.append(following)
        return started

    def _start_one(
        self, tx: Transaction, catalogue: Catalogue | None, now: datetime, *, is_done: bool
    ) -> Order | Wait:
        """Start one order; `is_done` is whether the queue has no more orders to cancel."""
        wait, reason = self._wait_for_all(tx, now)
        if wait is None:
            reason = WaitReason.SAME_TARGET
        if reason is not None:
            is_done &= queue.notify_waiting_customers(tx, self._rules, reason, now)
        started = self._start_next(tx, catalogue, now) if wait is None else wait
        if isinstance(started, Order):
            return started
        if not is_done:
            return Wait(0)
        return queue.until_expiry(tx, self._rules, started or Wait(), now)

    def _start_next(
        self, tx: Transaction, catalogue: Catalogue | None, now: datetime
    ) -> Order | Wait | None:
        """Make the next order whose target is free `sending`; None when there is none.

        Orders that may no longer be sold are cancelled on the way, at most `queue.AT_ONCE` at a
        time.
        """
        targets = tx.orders.unresolved_targets(self._rules.account)
        last, ended, size = None, 0, queue.FIRST_PAGE
        while ended < queue.AT_ONCE:
            page = queue.sendable(tx, self._rules, last, now, size)
            for order in page:
                last = order
                # The query compares spellings as well, except of orders stored by old versions.
                if target_of(order) in targets:
                    queue.notify_wait_reason(tx, order, WaitReason.SAME_TARGET, now)
                    continue
                sellable = self._recheck(tx, catalogue, order, now)
                if sellable is not None:
                    return self._mark_sending(tx, sellable, now)
                ended += 1
            if len(page) < size:
                return None
            size = queue.PAGE
        return Wait(0)

    def _mark_sending(self, tx: Transaction, order: Order, now: datetime) -> Order:
        number, _ = tx.orders.newest_send(self._rules.account)
        return transition(
            tx,
            order,
            Event.STARTED,
            sent_at=now,
            send_number=number + 1,
            send_attempts=order.send_attempts + 1,
            wait_reason=None,
        )

    def _wait_for_all(
        self, tx: Transaction, now: datetime
    ) -> tuple[Wait | None, WaitReason | None]:
        """Return why no order at all may be sent now, with the reason that customers may read.

        Both are None when sending is allowed. A wait without a reason is the gap between two calls.
        """
        if selling_stop(tx, self._rules.account) is not None:
            return Wait(), WaitReason.PAUSED
        if is_breaker_open(tx, self._rules.account):
            return Wait(), WaitReason.SUPPLIER_AWAY
        if self._backoff_until is not None and now < self._backoff_until:
            return Wait((self._backoff_until - now).total_seconds()), WaitReason.SUPPLIER_AWAY
        number, sent_at = tx.orders.newest_send(self._rules.account)
        gap = timedelta(seconds=self._supplier.order_gap_seconds)
        if sent_at is not None and sent_at <= now < sent_at + gap:
            return Wait((sent_at + gap - now).total_seconds()), None
        passed = tx.orders.passed_by_sends(self._rules.account, number - SEND_WINDOW)
        if any(blocks_sending(order, number) for order in passed):
            return Wait(queue.BUSY_TOLD_AFTER.total_seconds()), WaitReason.BUSY
        return None, None

    def _recheck(
        self, tx: Transaction, catalogue: Catalogue | None, order: Order, now: datetime
    ) -> Order | None:
        """Return the order with today's cost; cancel it and return None if it may not be sold."""
        try:
            terms = terms_now(tx, self._rules, viewer_of(tx, self._rules, order.customer_id))
            offer = available_offer(tx, catalogue, order.product_id, terms, now, is_confirmed=True)
        except ProductUnavailableError as error:
            is_closed = error.reason is UnavailableReason.CLOSED
            reason = CancelReason.CUTOFF if is_closed else CancelReason.NOT_READY
            settle.cancel(tx, order, reason, now)
            return None
        cost = offer.product.listing.cost
        if cost > order.price:
            settle.cancel(tx, order, CancelReason.COST_ABOVE_PRICE, now)
            detail = f"{order.service_code}: {cost} > {order.price}"
            enqueue.alert(tx, self._rules, Alert.COST_ABOVE_PRICE, detail, now, order=order)
            return None
        return replace(order, cost=cost)

    async def carry_out(self, order: Order) -> None:
        """Make the one call for an order that `start` returned, and record its result.

        A cancellation (a shutdown that could not wait) leaves the order `sending`; the next start
        of the bot makes it ambiguous.
        """
        structlog.contextvars.bind_contextvars(order=order.number)
        try:
            await self._call(order)
        finally:
            structlog.contextvars.unbind_contextvars("order")

    async def _call(self, order: Order) -> None:
        assert order.sent_at is not None  # noqa: S101 - for the type checker
        passed = max(self._clock.now() - order.sent_at, timedelta(0))
        left = FIRST_BYTE_WITHIN - passed
        try:
            if left <= timedelta(0):
                raise SupplierUnavailableError("too late after the commit")
            reply = await self._supplier.place_order(
                order.service_code,
                order.destination,
                first_byte_within_seconds=left.total_seconds(),
            )
        except SupplierUnavailableError:
            self._failures += 1
            self._backoff_until = self._clock.now() + send_backoff(self._failures)
            log.warning("order_not_sent", failures=self._failures)
            await self._record(self._record_not_sent, order.order_id, WaitReason.SUPPLIER_AWAY)
            return
        except SupplierRefusedError as error:
            await self._handle_refusal(order.order_id, error)
        except SupplierOutcomeUnknownError as error:
            log.warning("order_outcome_unknown", cause=str(error))
            await self._record(self._record_unknown, order.order_id, error)
        except (
            Exception
        ):  # The request may have left: an error in our code must not count as not sent.
            log.exception("order_call_crashed")
            await self._record(self._record_unknown, order.order_id, None)
        else:
            log.info("order_accepted", ref_id=reply.ref_id)
            await self._record(self._record_accepted, order.order_id, reply)
        self._failures = 0
        self._backoff_until = None

    async def _handle_refusal(self, order_id: OrderId, error: SupplierRefusedError) -> None:
        log.warning("order_refused", refusal=error.refusal, message=error.message)
        if error.refusal is RefusalClass.THROTTLE:
            await self._record(self._record_not_sent, order_id, None)
        elif error.refusal is RefusalClass.OTHER:
            await self._record(self._record_unknown, order_id, error)
        else:
            await self._record(self._record_refused, order_id, error)

    async def _record(
        self,
        use_case: Callable[[Transaction, OrderId, A, datetime], None],
        order_id: OrderId,
        result: A,
    ) -> None:
        """Write the result of a call, and try again for as long as the database refuses it.

        The result exists only in this process: giving up would lose it.
        """
        pauses = chain(RECORD_RETRIES_SECONDS, repeat(RECORD_RETRIES_SECONDS[-1]))
        while True:
            try:
                await self._store.write(use_case, order_id, result, self._clock.now())
            except StoreUnavailableError:
                log.exception("order_result_not_recorded")
                await asyncio.sleep(next(pauses))
            else:
                return

    def _record_accepted(
        self, tx: Transaction, order_id: OrderId, reply: SupplierRow, now: datetime
    ) -> None:
        order = require_order(tx, order_id)
        owner = tx.orders.by_ref(order.account, reply.ref_id)
        if owner is not None and owner.order_id == order.order_id:
            return
        if order.state.is_final:
            if owner is None:
                self._record_late_success(tx, order, reply, now)
            else:  # The cost is booked with the order that claimed the ref_id.
                log.warning("late_reply_ref_id_claimed", ref_id=reply.ref_id)
            return
        is_ours = reply.service_code == order.service_code and same_destination(
            order.destination, reply.destination
        )
        if not is_ours or owner is not None or order.ref_id is not None:
            suspect = replace(order, suspect_ref_id=reply.ref_id)
            settle.park_or_keep(tx, self._rules, suspect, ParkReason.FOREIGN_REPLY, now)
            return
        settle.claim_row(tx, self._rules, order, reply, now)

    def _record_late_success(
        self, tx: Transaction, order: Order, reply: SupplierRow, now: datetime
    ) -> None:
        """Book goods bought for an order that is final already, unless the reply says failed."""
        if self._rules.profile.status_of(reply.status_word) is SupplierStatus.FAILED:
            return
        cost = settle.plausible_cost(self._rules, reply.cost) or order.cost
        settle.record_late_success(tx, self._rules, order, reply.ref_id, cost, now)

    def _record_refused(
        self, tx: Transaction, order_id: OrderId, error: SupplierRefusedError, now: datetime
    ) -> None:
        order = require_order(tx, order_id)
        if order.state.is_unresolved and order.ref_id is None:
            settle.refuse(tx, self._rules, order, error.refusal, error.message, now)

    def _record_not_sent(
        self, tx: Transaction, order_id: OrderId, reason: WaitReason | None, now: datetime
    ) -> None:
        order = require_order(tx, order_id)
        if order.state is not OrderState.SENDING:
            return
        queued = transition(tx, order, Event.NOT_SENT, wait_reason=reason)
        if reason is not None:
            enqueue.notify_order(tx, queued, now)

    def _record_unknown(
        self, tx: Transaction, order_id: OrderId, cause: SupplierError | None, now: datetime
    ) -> None:
        """Make an order ambiguous, with what the supplier said if it said anything.

        Only a refusal is stored as a refusal, because only that may later fail the order when
        covering lists lack it (`Event.REFUSAL_CONFIRMED`). No answer at all never fails an order.
        """
        order = require_order(tx, order_id)
        ref_id = cause.ref_id if isinstance(cause, SupplierOutcomeUnknownError) else None
        if order.state is not OrderState.SENDING:
            if ref_id is not None and order.state.is_unresolved and order.ref_id is None:
                tx.orders.save(replace(order, suspect_ref_id=ref_id))
            return
        if isinstance(cause, SupplierRefusedError):
            order = replace(order, refusal=RefusalClass.OTHER, refusal_message=cause.message)
            enqueue.alert(tx, self._rules, Alert.UNKNOWN_REFUSAL, cause.message, now, order=order)
        elif isinstance(cause, SupplierOutcomeUnknownError):
            order = replace(order, refusal_message=cause.message, suspect_ref_id=ref_id)
            if cause.message:
                enqueue.alert(
                    tx, self._rules, Alert.UNCLEAR_ANSWER, cause.message, now, order=order
                )
        make_ambiguous(tx, self._rules, order, now)
