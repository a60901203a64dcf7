"""Admins' use cases: show reports, settle parked orders, pause and resume the shop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from bot.domain.admin_act import AdminAct
from bot.domain.customer import Actor
from bot.domain.errors import (
    AttachError,
    AttachFault,
    ConfirmationOutdatedError,
    SupplierError,
)
from bot.domain.order import CustomerId, Event, Order, OrderId, ParkReason
from bot.domain.reopening import clean_note
from bot.domain.row_matching import SeenRelativeToSend, matches, row_of, seen_relative_to_send
from bot.domain.shop_rules import PAUSED, ShopRules
from bot.domain.staff import Right
from bot.domain.supplier_comparison import unclaimed_finding
from bot.domain.supplier_row import SupplierRow
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.ports.supplier import ReadShare, StatusList, Supplier
from bot.services.admin.front_door import FrontDoor, front_door
from bot.services.admin.pending_decisions import Waiting, waiting
from bot.services.admin.reports import (
    BalanceReport,
    Overview,
    SupplierAnswer,
    balance_report,
    stopped_since,
)
from bot.services.admin.views import evidence_for, orders_for, overview_for, reference_for
from bot.services.catalogue.browse import CatalogueCache
from bot.services.machine_health import MachineHealth
from bot.services.notices import enqueue
from bot.services.orders import settle
from bot.services.orders.circuit_breaker import close_breaker
from bot.services.orders.parked_orders import (
    OrderEvidence,
    Resumed,
    candidates_of,
    delivered_digest,
    possible_rows,
    refund_doubt,
    refund_doubt_on_other_account,
)
from bot.services.orders.row_evidence import QueryContext, query_context, record_rows, rows_of
from bot.services.orders.transitions import require_parked, transition
from bot.services.permissions import permitted, require, require_not_own
from bot.services.reopening import public_note
from bot.services.restores import RESTORED, require_rows_seen
from bot.services.selling_stop import NOT_OPENED, buying_stop, clear_stop
from bot.services.supplier_health import SupplierHealth
from bot.services.supplier_money import expected_at_supplier

log = structlog.get_logger(__name__)


class Admin:
    """The admins' use cases; each raises `NotPermittedError` unless `admin` is one now."""

    def __init__(
        self,
        store: Store,
        supplier: Supplier,
        catalogue_cache: CatalogueCache,
        rules: ShopRules,
        clock: Clock,
        health: SupplierHealth | None = None,
        machine: MachineHealth | None = None,
    ) -> None:
        """Methods that call the supplier say so; the others read its state from `health`."""
        self._health, self._machine = health or SupplierHealth(), machine
        self._store = store
        self._supplier = supplier
        self._catalogue_cache = catalogue_cache
        self._rules = rules
        self._clock = clock

    async def balance(self, admin: Actor) -> BalanceReport:
        """Return the report of `/balance`; calls the supplier for its balance."""
        expected = permitted(expected_at_supplier, self._rules, admin, Right.COSTS)
        before = await self._store.read(expected, self._rules, self._clock.now())
        is_answered, balance = True, None
        try:
            balance = await self._supplier.balance()
        except SupplierError:
            is_answered = False
        answer = SupplierAnswer(balance, is_answered, before)
        return await self._store.read(
            balance_report, self._rules, answer, admin.customer_id, self._clock.now()
        )

    async def overview(self, admin: Actor) -> Overview:
        """Return the report of `/status`."""
        seen = self._catalogue_cache.catalogue, self._health, self._clock.now(), self._machine
        return await self._store.read(overview_for, self._rules, admin, *seen)

    async def waiting(self, admin: Actor) -> Waiting:
        """Return what waits for somebody's decision or answer."""
        return await self._store.read(waiting, self._rules, admin, self._clock.now())

    async def front_door(self, reader: Actor) -> FrontDoor:
        """Return how the shop stands, for the staff's first screen."""
        return await self._store.read(front_door, self._rules, reader, self._clock.now())

    async def find(self, admin: Actor, term: str) -> Sequence[Order]:
        """Find orders by number, ref_id, destination or the id of a customer, newest first."""
        return await self._store.read(orders_for, self._rules, admin, term)

    async def order_evidence(self, admin: Actor, order_id: OrderId) -> OrderEvidence:
        """Return an order with its customer and candidate rows; raises `NotFoundError`."""
        return await self._store.read(evidence_for, self._rules, admin, order_id)

    # --- settling parked orders ---

    async def ask_reference(
        self, admin: Actor, order_id: OrderId, message_id: int | None
    ) -> OrderEvidence:
        """Open the dialog for a parked order's ref_id, whose question is message `message_id`.

        Raises `NotFoundError`, `AlreadyDecidedError`.
        """
        now = self._clock.now()
        return await self._store.write(reference_for, self._rules, admin, order_id, message_id, now)

    async def attach(
        self, admin: Actor, order_id: OrderId, ref_id: str, message_id: int | None = None
    ) -> Order:
        """Attach the supplier's row of a ref_id to a parked order; calls the supplier for the row.

        The row must have the same service and destination, be claimed by no order, and not have
        been seen before the order was sent. `message_id` is the message that shows the result to
        the admin, here and below. Raises `AttachError`, `NotFoundError`, `AlreadyDecidedError`.
        """
        if (await self._parked(admin, order_id)).account != self._rules.account:
            raise AttachError(AttachFault.OTHER_ACCOUNT)
        asked = await query_context(self._store, self._rules, self._clock)
        try:
            answer = await rows_of(self._supplier, self._rules, ref_id, ReadShare.RECONCILE)
        except SupplierError:
            raise AttachError(AttachFault.NO_ANSWER) from None

        def attach(tx: Transaction) -> Order:
            order, now = require_parked(tx, order_id), self._clock.now()
            row = next((row for row in answer.rows if row.ref_id == ref_id), None)
            if row is None:
                raise AttachError(AttachFault.NO_SUCH_ROW)
            if not matches(
                order, row, self._rules.profile.kind_of(order.category_type, order.main)
            ):
                raise AttachError(AttachFault.OTHER_TARGET)
            is_replaceable = order.park_reason is ParkReason.ROW_MISSING
            if order.ref_id not in (None, ref_id) and not is_replaceable:
                raise AttachError(AttachFault.KNOWN)
            seen = record_rows(tx, self._rules, answer, asked)[ref_id]
            owner = tx.orders.by_ref(order.account, ref_id)
            if owner is not None and owner.order_id != order_id:
                raise AttachError(AttachFault.CLAIMED)
            if order.sent_at and seen_relative_to_send(order, seen) is SeenRelativeToSend.BEFORE:
                raise AttachError(AttachFault.OLDER_THAN_ORDER)
            self._log(tx, admin.customer_id, "attach", order, ref_id, now)
            return settle.claim_row(tx, self._rules, order, row, now)

        return await self._settle(attach, admin, message_id)

    async def count_delivered(
        self,
        admin: Actor,
        order_id: OrderId,
        message_id: int | None = None,
        *,
        shown: str | None = None,
    ) -> Order:
        """Settle a parked order with a ref_id as delivered; calls the supplier first.

        If its row is final by now, the row decides: the order returned may have failed. `shown` is
        the `delivered_digest` of the question that the admin answered, or None if there was none.
        Raises `ConfirmationOutdatedError` when the order has changed since, `AttachError` when the
        supplier does not answer or the order has no ref_id, `NotFoundError`, `AlreadyDecidedError`.
        """
        row = await self._fetch_own_row(admin, order_id)
        now = self._clock.now()

        def count(tx: Transaction) -> Order:
            order = require_parked(tx, order_id)
            if shown not in (None, delivered_digest(order)):
                raise ConfirmationOutdatedError
            settled = settle.count_delivered(tx, self._rules, order, row, admin.customer_id, now)
            detail = order.ref_id or "" if row is None else f"{row.ref_id} {row.status_word}"
            self._log(tx, admin.customer_id, "count_delivered", order, detail, now)
            return settled

        return await self._settle(count, admin, message_id)

    async def _parked(self, admin: Actor, order_id: OrderId) -> Order:
        """Return a parked order that this admin may settle; raises `OwnAffairError` besides."""
        parked = permitted(require_parked, self._rules, admin, Right.CASES)
        order = await self._store.read(parked, order_id)
        require_not_own(self._rules, admin, order.customer_id)
        return order

    async def _fetch_own_row(self, admin: Actor, order_id: OrderId) -> SupplierRow | None:
        """Ask the supplier for the row of a parked order; return None when there is none.

        Returns None also for an order of another supplier account, whose rows cannot be read.
        """
        order = await self._parked(admin, order_id)
        if order.ref_id is None:
            raise AttachError(AttachFault.NO_SUCH_ROW)
        if order.account != self._rules.account:
            return None
        try:
            answer = await self._supplier.rows_of(order.ref_id, ReadShare.RECONCILE)
        except SupplierError:
            raise AttachError(AttachFault.NO_ANSWER) from None
        return row_of(order, answer.rows)

    async def refund(
        self,
        admin: Actor,
        order_id: OrderId,
        *,
        doubt: str = "",
        message_id: int | None = None,
    ) -> Order:
        """Call the supplier once more, then refund a parked order by voiding its hold.

        Raises `RefundUncertainError` when rows remain that may be the order's (its own row
        included, while not final), when the supplier does not answer, or when its list does not
        prove that nothing was bought. With that error's `doubt` the refund is made anyway, as long
        as the doubt is still the same. An order with a ref_id whose row is final by now is settled
        by the row: the order returned may have succeeded. For an order of another supplier account
        the supplier is not called, as this account's rows prove nothing about it. Raises
        `NotFoundError`, `AlreadyDecidedError`.
        """
        order = await self._parked(admin, order_id)
        if order.account != self._rules.account:
            return await self._settle(
                lambda tx: self._refund_elsewhere(tx, admin.customer_id, order_id, doubt),
                admin,
                message_id,
            )
        asked = await query_context(self._store, self._rules, self._clock)
        answer: StatusList | None = None
        try:
            if order.ref_id is None:
                answer = await self._supplier.recent_rows(ReadShare.RECONCILE)
            else:
                answer = await rows_of(
                    self._supplier, self._rules, order.ref_id, ReadShare.RECONCILE
                )
        except SupplierError as error:
            log.warning("refund_without_status_list", cause=str(error))
        else:
            # In its own transaction, because `RefundUncertainError` rolls back the next one.
            await self._store.write(record_rows, self._rules, answer, asked)

        def refund(tx: Transaction) -> Order:
            return self._refund(tx, admin.customer_id, order_id, answer, doubt, asked)

        return await self._settle(refund, admin, message_id)

    def _refund(
        self,
        tx: Transaction,
        actor_id: CustomerId,
        order_id: OrderId,
        answer: StatusList | None,
        doubt: str,
        asked: QueryContext,
    ) -> Order:
        order, now = require_parked(tx, order_id), self._clock.now()
        rows = () if answer is None else answer.rows
        row = row_of(order, rows)
        if row is not None and self._rules.profile.status_of(row.status_word).is_final:
            self._log(tx, actor_id, "refund", order, "settled by its row", now)
            due_at = now + self._rules.poll_min
            return settle.apply_row(tx, self._rules, order, row, now, due_at)
        doubtful = possible_rows(tx, order, rows, asked)
        found = refund_doubt(tx, self._rules, order, doubtful, answer, asked)
        if found is not None and found.doubt != doubt:
            found.has_changed = bool(doubt)
            raise found
        if row is not None:
            order = replace(order, status_word=row.status_word)
        self._log(tx, actor_id, "refund", order, "forced" if found else "", now)
        for free in doubtful:  # A refunded order is not looked up: its rows stay unclaimed.
            tx.findings.record(self._rules.account, unclaimed_finding(free, now))
        return settle.refund(tx, order, actor_id, now)

    def _refund_elsewhere(
        self, tx: Transaction, actor_id: CustomerId, order_id: OrderId, doubt: str
    ) -> Order:
        order, now = require_parked(tx, order_id), self._clock.now()
        known = candidates_of(tx, order_id)
        found = refund_doubt_on_other_account(tx, order, known)
        if found.doubt != doubt:
            found.has_changed = bool(doubt)
            raise found
        self._log(tx, actor_id, "refund", order, f"forced, account {order.account}", now)
        for free in known:  # As in _refund: the rows stay unclaimed.
            tx.findings.record(order.account, unclaimed_finding(free, now))
        return settle.refund(tx, order, actor_id, now)

    async def _settle(
        self, decision: Callable[[Transaction], Order], admin: Actor, message_id: int | None
    ) -> Order:
        """Commit a decision; other notices do not edit the message on which it was made."""

        def settle_order(tx: Transaction) -> Order:
            require(tx, self._rules, admin, Right.CASES)
            order = decision(tx)
            enqueue.detach_message(tx, order, admin.telegram_id, message_id)
            return order

        return await self._store.write(settle_order)

    async def keep_waiting(self, admin: Actor, order_id: OrderId) -> Order:
        """Keep a parked order parked; the admins are notified again in an hour.

        Raises `NotFoundError`, `AlreadyDecidedError`.
        """

        def keep(tx: Transaction) -> Order:
            require(tx, self._rules, admin, Right.CASES)
            order, now = require_parked(tx, order_id), self._clock.now()
            kept = transition(tx, order, Event.KEPT_WAITING, announced_at=now)
            self._log(tx, admin.customer_id, "keep_waiting", kept, "", now)
            return kept

        return await self._store.write(keep)

    # --- pausing ---

    async def pause(self, admin: Actor, note: str | None = "") -> str:
        """Stop accepting and sending orders; polling and reconciling continue.

        `note` is plain text for customers, cut to `MAX_NOTE_LENGTH`; None keeps the note of an
        earlier pause that is still active. Returns the note as customers read it.
        """

        def pause(tx: Transaction) -> str:
            require(tx, self._rules, admin, Right.CASES)
            now, earlier = self._clock.now(), tx.conditions.get(PAUSED)
            detail = "" if note is None else clean_note(note)
            if note is None and earlier is not None:
                detail = earlier.detail
            paused = tx.conditions.raise_(PAUSED, detail, now)
            tx.admin_acts.add(AdminAct(admin.customer_id, "pause", "shop", detail, now))
            return public_note(paused)

        return await self._store.write(pause)

    async def resume(self, admin: Actor, *, shown_at: int | None = None) -> Resumed:
        """Accept and send orders again, whatever had stopped them; return what was stopped.

        `shown_at` is when the stop that the admin was shown began, in seconds since 1970 (None: no
        stop was shown); raises `ConfirmationOutdatedError` when sales stopped again later. Notifies
        every customer who asked for it; in a shop that was never opened they wait on. After a
        restore the supplier's newest rows are read first; raises `SupplierRowsUnreadError` when
        they cannot be.
        """
        await self._store.read(require, self._rules, admin, Right.CASES)
        await require_rows_seen(self._store, self._supplier, self._rules, self._clock)

        def resume(tx: Transaction) -> Resumed:
            require(tx, self._rules, admin, Right.CASES)
            standing_at = stopped_since(tx.conditions.all(), self._rules.account)
            if shown_at is not None and standing_at > shown_at:
                raise ConfirmationOutdatedError
            now = self._clock.now()
            was_paused = tx.conditions.clear(PAUSED)
            tx.conditions.clear(RESTORED)
            was_out_of_money = clear_stop(tx, self._rules.account)
            was_broken = close_breaker(tx, self._rules.account, now)
            tx.admin_acts.add(AdminAct(admin.customer_id, "resume", "shop", "", now))
            left = buying_stop(tx, self._rules, None, now)
            remains = "" if left is None else left.name
            # The opening of a new shop tells them. The clock tells nobody.
            notified = 0 if remains == NOT_OPENED else enqueue.notify_reopened(tx, now)
            return Resumed(was_paused, was_broken, notified, was_out_of_money, remains)

        return await self._store.write(resume)

    @staticmethod
    def _log(
        tx: Transaction, actor_id: CustomerId, action: str, order: Order, detail: str, now: datetime
    ) -> None:
        tx.admin_acts.add(AdminAct(actor_id, action, order.number, detail, now))
