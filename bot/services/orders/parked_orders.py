"""Parked orders: the evidence an admin sees before deciding, and the doubt about a refund."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.customer import Customer
from bot.domain.dialog import CONVERSATION, Dialog, Step
from bot.domain.digest import digest_of
from bot.domain.errors import RefundUncertainError
from bot.domain.lookup import SETTLED_AFTER, has_no_possible_row, is_absent
from bot.domain.order import (
    ROW_MISSING_AFTER,
    CustomerId,
    Order,
    OrderId,
    OrderState,
    ParkReason,
)
from bot.domain.row_matching import (
    MAX_CLOCK_STEP,
    SeenRelativeToSend,
    may_match,
    row_of,
    seen_relative_to_send,
)
from bot.domain.shop_rules import ShopRules
from bot.domain.supplier_row import SupplierRow
from bot.ports.store import Transaction
from bot.ports.supplier import StatusList
from bot.services.notices import enqueue
from bot.services.orders.row_evidence import (
    QueryContext,
    evidence_for,
    lookup_rules,
    record_rows,
    rows_seen_at,
)
from bot.services.orders.supplier_clock import clock_of
from bot.services.orders.transitions import require_order, require_parked

FOUND_LIMIT = 10
"""How many orders, or rows of the supplier, one screen shows."""


@dataclass(frozen=True, slots=True)
class OrderEvidence:
    """An order with its customer and the supplier's rows that may belong to it."""

    order: Order
    customer: Customer | None
    candidates: Sequence[SupplierRow]
    rows_seen: bool = False
    """Whether the supplier's list has been compared with the orders since this one was parked."""
    digest: str = ""
    """The `delivered_digest` of the order."""
    can_show_code: bool = False
    """Whether the order has a code that is masked for this reader, and can be shown to them."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """What `/resume` ended: a pause, and what had stopped the shop by itself, or nothing."""

    was_paused: bool
    was_breaker_open: bool
    """The circuit breaker had stopped the sends after unanswered calls."""
    notified_customers: int = 0
    """How many customers were notified because they had asked to hear of the reopening."""
    was_out_of_money: bool = False
    """Sales had stopped for lack of money at the supplier."""
    remains: str = ""
    """The name of what still keeps customers from buying: `NOT_OPENED`, `CLOSED_BY_CLOCK`."""

    def __bool__(self) -> bool:
        return self.was_paused or self.was_breaker_open or self.was_out_of_money


def order_evidence(tx: Transaction, order_id: OrderId) -> OrderEvidence:
    """Return an order as stored now, with its candidate rows while it is unresolved.

    Raises `NotFoundError`.
    """
    order = require_order(tx, order_id)
    candidates = candidates_of(tx, order_id) if order.state.is_unresolved else ()
    customer, seen_at = tx.customers.get(order.customer_id), rows_seen_at(tx, order.account)
    rows_seen = order.parked_at is not None and seen_at is not None and seen_at > order.parked_at
    return OrderEvidence(order, customer, candidates, rows_seen, delivered_digest(order))


def await_reference(
    tx: Transaction, actor_id: CustomerId, order_id: OrderId, message_id: int | None, now: datetime
) -> OrderEvidence:
    """Open the dialog in which an admin types the ref_id of a parked order.

    `message_id` is the message that asks. Raises `NotFoundError`, and `AlreadyDecidedError` when
    the order is no longer parked.
    """
    order = require_parked(tx, order_id)
    dialog = Dialog(
        actor_id,
        CONVERSATION,
        Step.REFERENCE,
        now,
        message_id=message_id,
        data={"order_id": order.order_id},
    )
    tx.dialogs.put(dialog)
    return order_evidence(tx, order_id)


def candidates_of(tx: Transaction, order_id: OrderId) -> Sequence[SupplierRow]:
    """Return the rows seen since about the send that may be the order's own, newest first.

    Rows that an order has claimed are left out. At most `FOUND_LIMIT` are returned.
    """
    order = require_order(tx, order_id)
    return tuple(row for row in _recent_unclaimed_rows(tx, order) if may_match(order, row))[
        :FOUND_LIMIT
    ]


def _recent_unclaimed_rows(tx: Transaction, order: Order) -> Sequence[SupplierRow]:
    """Return the unclaimed rows created since shortly before the order was sent.

    A row's instant is in the supplier's clock, which may run in another time zone: the bound is
    moved by the learned skew, its margin and 10 minutes.
    """
    sent_at, clock = order.sent_at or order.created_at, clock_of(tx, order.account)
    since = sent_at + clock.skew - clock.margin - timedelta(minutes=10)
    return tx.supplier_rows.unclaimed(order.account, since, 100, sent_at - MAX_CLOCK_STEP)


def possible_rows(
    tx: Transaction, order: Order, listed: Sequence[SupplierRow], asked: QueryContext
) -> Sequence[SupplierRow]:
    """Return the rows, of `listed` and of those seen before, that may be an order's own.

    Left out are rows that an order has claimed, and rows that were seen before this order was sent.
    """
    rows = {row.ref_id: row for row in (*candidates_of(tx, order.order_id), *listed)}
    first_seen = tx.supplier_rows.record(
        order.account, tuple(rows.values()), asked.at, asked.newest_send
    )
    claimed = tx.orders.claimed_among(order.account, rows)
    return tuple(
        row
        for ref_id, row in rows.items()
        if may_match(order, row)
        and ref_id not in claimed
        and seen_relative_to_send(order, first_seen[ref_id]) is not SeenRelativeToSend.BEFORE
    )


def refund_doubt(
    tx: Transaction,
    rules: ShopRules,
    order: Order,
    doubtful: Sequence[SupplierRow],
    answer: StatusList | None,
    asked: QueryContext,
) -> RefundUncertainError | None:
    """Return why refunding a parked order may give away bought goods; None when absence is proven.

    `doubtful` are rows that may be the order's. `answer` is None when the supplier could not be
    asked. A row with the order's own ref_id, or with the ref_id of a reply to it, counts as well.

    The digest in the doubt covers everything the admin is shown: the rows with their status words,
    why and since when the order is parked, and the epoch. The refund must carry the same digest, so
    a confirmation never covers newer evidence. The epoch is included, because a restored database
    lacks the changes since the backup.
    """
    row = None if answer is None else row_of(order, answer.rows)
    suspects = {found.ref_id: found.status_word for found in doubtful}
    if row is not None:
        suspects[row.ref_id] = row.status_word
    elif order.ref_id is None and order.suspect_ref_id is not None:
        suspects.setdefault(order.suspect_ref_id, "")
    seen = (answer is None, sorted(suspects.items()))
    doubt = digest_of("refund", tx.restoration.epoch(), *_parked_facts(order), *seen)
    if answer is None:
        return RefundUncertainError(0, doubt=doubt)
    if suspects or not _is_absence_proven(tx, rules, order, answer, asked):
        return RefundUncertainError(len(suspects), is_answered=True, doubt=doubt)
    return None


def refund_doubt_on_other_account(
    tx: Transaction, order: Order, known: Sequence[SupplierRow]
) -> RefundUncertainError:
    """Return the doubt about a parked order of another supplier account, whose rows cannot be read.

    `known` are rows that may be the order's, recorded while the shop used that account.
    """
    suspects = sorted((row.ref_id, row.status_word) for row in known)
    facts = (tx.restoration.epoch(), *_parked_facts(order))
    doubt = digest_of("elsewhere", order.account, *facts, suspects)
    return RefundUncertainError(len(known), account=order.account, doubt=doubt)


def delivered_digest(order: Order) -> str:
    """Return the digest of the facts on which an admin confirms a delivery."""
    return digest_of(
        "delivered", *_parked_facts(order), order.status_word, order.voucher, order.note
    )


def _parked_facts(order: Order) -> tuple[object, ...]:
    parked_at = None if order.parked_at is None else order.parked_at.isoformat()
    reason = None if order.park_reason is None else order.park_reason.value
    return int(order.order_id), parked_at, reason, order.ref_id, order.suspect_ref_id


def _is_absence_proven(
    tx: Transaction, rules: ShopRules, order: Order, answer: StatusList, asked: QueryContext
) -> bool:
    """Whether `answer` proves that the supplier does not have the order.

    With a ref_id: the panel answers with no rows at all, and the row has been missing for 10
    minutes. If it answers with other rows, it ignores the `ref_id`, and the row may only have left
    the 15 newest. A row that was there a moment ago may come back (docs/supplier-api.md,
    "2.6 No idempotency").

    Without a ref_id: a list that covers the send lacked the order, 2 minutes or more after its
    answer was lost, and neither this list nor any row seen since may be the order's. Never for an
    order that a restore parked, which may have been sent in the period that the backup lacks.
    """
    if order.ref_id is not None:
        missing_since = order.row_seen_at or order.accepted_at or order.created_at
        is_shown = bool(answer.rows or answer.skipped)
        return not is_shown and asked.at - missing_since >= ROW_MISSING_AFTER
    if order.sent_at is None or order.park_reason is ParkReason.RESTORED:
        return False
    bounds = lookup_rules(tx, rules, order)
    off_list = _recent_rows_off_list(tx, order, answer)
    known = StatusList((*answer.rows, *off_list), answer.skipped)
    first_seen = record_rows(tx, rules, answer, asked)
    first_seen |= tx.supplier_rows.record(order.account, off_list, asked.at, asked.newest_send)
    view = evidence_for(tx, order, answer, first_seen, bounds)
    # A full list proves an absence only if it is sorted by creation. Once a list was seen in
    # another order, the proof of earlier lists does not count either.
    proven_at = order.last_covering_miss_at if view.is_sorted_by_creation else None
    last_covering_miss_at = asked.at if is_absent(order, view, bounds) else proven_at
    if (
        last_covering_miss_at is None
        or last_covering_miss_at - (order.ambiguous_at or order.sent_at) < SETTLED_AFTER
    ):
        return False
    return has_no_possible_row(order, evidence_for(tx, order, known, first_seen, bounds), bounds)


def _recent_rows_off_list(
    tx: Transaction, order: Order, answer: StatusList
) -> Sequence[SupplierRow]:
    """Return the recent unclaimed rows that are not in `answer`."""
    shown = {row.ref_id for row in answer.rows}
    return [row for row in _recent_unclaimed_rows(tx, order) if row.ref_id not in shown]


def is_announcement_due(order: Order, now: datetime) -> bool:
    """Whether a parked order was announced an hour ago or longer; False for any other order."""
    if order.state is not OrderState.PARKED:
        return False
    return order.announced_at is None or now - order.announced_at >= enqueue.ANNOUNCE_EVERY


def announce_again(tx: Transaction, rules: ShopRules, now: datetime) -> None:
    """Announce each parked order to the admins again, an hour after its last announcement.

    A customer whose promised hour has passed is notified once.
    """
    parked = tx.orders.in_states(rules.account, (OrderState.PARKED,))
    for order in [one for one in parked if is_announcement_due(one, now)]:
        announced = tx.orders.save(replace(order, announced_at=now))
        enqueue.announce_parked(tx, rules, announced, now)
        enqueue.notify_overdue(tx, rules, announced, now)
