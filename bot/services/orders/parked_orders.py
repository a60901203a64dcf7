"""Cases: an order as an admin looks at it, and the question for its reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.customer import CONVERSATION, Customer, Dialog, Step
from bot.domain.digest import digest_of
from bot.domain.errors import AlreadyDecidedError, RefundDoubtError
from bot.domain.first_seen import Sighting, sighting
from bot.domain.order import (
    ROW_MISSING_AFTER,
    CustomerId,
    Order,
    OrderId,
    OrderState,
    ParkReason,
)
from bot.domain.row_matching import (
    CLOCK_SET,
    SETTLED_AFTER,
    SupplierRow,
    is_absent,
    may_match,
    row_of,
    shows_nothing,
)
from bot.domain.shop_rules import ShopRules
from bot.ports.store import Transaction
from bot.ports.supplier import StatusList
from bot.services.orders.row_evidence import Asked, look_rules, see, view_for
from bot.services.orders.rows_seen import rows_seen_at
from bot.services.orders.send import existing
from bot.services.orders.supplier_clock import clock_of

FOUND_LIMIT = 10
"""So many orders, or rows of the supplier, are shown at once."""


@dataclass(frozen=True, slots=True)
class Case:
    """An order with whose it is, and the supplier's rows that may be it."""

    order: Order
    customer: Customer | None
    candidates: Sequence[SupplierRow]
    rows_seen: bool = False
    """Whether the supplier's list was compared since the order was parked."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """What stood still before an admin opened the shop again; false when nothing did."""

    was_paused: bool
    was_broken: bool
    """The circuit breaker had stopped the sending after unanswered calls."""
    told: int = 0
    """How many customers had asked to be told that the shop is open."""

    def __bool__(self) -> bool:
        """Whether anything stood still."""
        return self.was_paused or self.was_broken


def case_of(tx: Transaction, order_id: OrderId) -> Case:
    """Return an order as it is now; raises `NotFoundError`."""
    order = existing(tx, order_id)
    candidates = candidates_of(tx, order_id) if order.state.is_unresolved else ()
    customer, seen_at = tx.customers.get(order.customer_id), rows_seen_at(tx, order.account)
    rows_seen = order.parked_at is not None and seen_at is not None and seen_at > order.parked_at
    return Case(order, customer, candidates, rows_seen)


def await_reference(
    tx: Transaction, actor_id: int, order_id: OrderId, message_id: int | None, now: datetime
) -> Case:
    """Wait for the reference of a parked order from an admin.

    Raises `NotFoundError`, `AlreadyDecidedError`.
    """
    order = parked(tx, order_id)
    dialog = Dialog(
        CustomerId(actor_id),
        CONVERSATION,
        Step.REFERENCE,
        now,
        message_id=message_id,
        data={"order_id": order.order_id},
    )
    tx.dialogs.put(dialog)
    return case_of(tx, order_id)


def parked(tx: Transaction, order_id: OrderId) -> Order:
    """Return a parked order; raises `NotFoundError`, `AlreadyDecidedError` when settled."""
    order = existing(tx, order_id)
    if order.state is not OrderState.PARKED:
        raise AlreadyDecidedError(order.state)
    return order


def candidates_of(tx: Transaction, order_id: OrderId) -> Sequence[SupplierRow]:
    """Return the rows seen lately that match an order, no order has claimed, newest first.

    A row's instant is by the supplier's clock, which may be in another time zone.
    """
    order = existing(tx, order_id)
    return tuple(row for row in _recent_unclaimed_rows(tx, order) if may_match(order, row))[
        :FOUND_LIMIT
    ]


def _recent_unclaimed_rows(tx: Transaction, order: Order) -> Sequence[SupplierRow]:
    """Return the rows since shortly before an order was sent that none has claimed."""
    sent_at, clock = order.sent_at or order.created_at, clock_of(tx, order.account)
    since = sent_at + clock.skew - clock.margin - timedelta(minutes=10)
    return tx.supplier_rows.unclaimed(order.account, since, 100, sent_at - CLOCK_SET)


def may_be_its(
    tx: Transaction, order: Order, listed: Sequence[SupplierRow], asked: Asked
) -> Sequence[SupplierRow]:
    """Return the rows, of a list and of those seen lately, that may be an order's after all.

    No order has claimed them, and none was there before the order was sent.
    """
    rows = {row.ref_id: row for row in (*candidates_of(tx, order.order_id), *listed)}
    first_seen = tx.supplier_rows.see(order.account, tuple(rows.values()), asked.at, asked.send)
    claimed = tx.orders.claimed_among(order.account, rows)
    return tuple(
        row
        for ref_id, row in rows.items()
        if may_match(order, row)
        and ref_id not in claimed
        and sighting(order, first_seen[ref_id]) is not Sighting.BEFORE
    )


def doubt_of(
    tx: Transaction,
    rules: ShopRules,
    order: Order,
    doubtful: Sequence[SupplierRow],
    answer: StatusList | None,
    asked: Asked,
) -> RefundDoubtError | None:
    """Return the doubt while the goods of a parked order may have been bought after all.

    `answer` is None when the supplier could not be asked. The doubt's digest stands for all that
    an admin is shown of it: the rows with their words, and why the order is parked since when. It
    differs after a restore, which forgets what became of the order since the backup.
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
        return RefundDoubtError(0, doubt=doubt)
    if suspects or not _is_absence_proven(tx, rules, order, answer, asked):
        return RefundDoubtError(len(suspects), is_asked=True, doubt=doubt)
    return None


def doubt_elsewhere(
    tx: Transaction, order: Order, known: Sequence[SupplierRow]
) -> RefundDoubtError:
    """Return the doubt about a parked order of another supplier account, which nobody can ask.

    `known` are the rows seen while that account was the shop's, which may be the order's.
    """
    suspects = sorted((row.ref_id, row.status_word) for row in known)
    facts = (tx.restoration.epoch(), *_parked_facts(order))
    doubt = digest_of("elsewhere", order.account, *facts, suspects)
    return RefundDoubtError(len(known), account=order.account, doubt=doubt)


def delivered_digest(order: Order) -> str:
    """Return what the question stands for whether a parked order was delivered."""
    return digest_of(
        "delivered", *_parked_facts(order), order.status_word, order.voucher, order.note
    )


def _parked_facts(order: Order) -> tuple[object, ...]:
    parked_at = None if order.parked_at is None else order.parked_at.isoformat()
    reason = None if order.park_reason is None else order.park_reason.value
    return int(order.order_id), parked_at, reason, order.ref_id, order.suspect_ref_id


def _is_absence_proven(
    tx: Transaction, rules: ShopRules, order: Order, answer: StatusList, asked: Asked
) -> bool:
    """Tell whether an answer shows that the supplier does not have an order.

    A panel that is asked for the order's row and shows others ignores the reference: the row is
    not proven to be gone, as it may have left the newest ones; and one that was there a moment
    ago may come back. Nor is what may have been sent in a forgotten time proven to be gone, nor
    anything of which no list that covers its send was seen two minutes after its answer was lost.
    """
    if order.ref_id is not None:
        missing_since = order.row_seen_at or order.accepted_at or order.created_at
        is_shown = bool(answer.rows or answer.skipped)
        return not is_shown and asked.at - missing_since >= ROW_MISSING_AFTER
    if order.sent_at is None or order.park_reason is ParkReason.RESTORED:
        return False
    bounds = look_rules(tx, rules, order)
    off_list = _recent_rows_off_list(tx, order, answer)
    known = StatusList((*answer.rows, *off_list), answer.skipped)
    first_seen = see(tx, rules, answer, asked)
    first_seen |= tx.supplier_rows.see(order.account, off_list, asked.at, asked.send)
    view = view_for(tx, order, answer, first_seen, bounds)
    # What a list has proven before falls with the order of the lists.
    proven_at = order.covered_at if view.is_by_creation else None
    covered_at = asked.at if is_absent(order, view, bounds) else proven_at
    if covered_at is None or covered_at - (order.ambiguous_at or order.sent_at) < SETTLED_AFTER:
        return False
    return shows_nothing(order, view_for(tx, order, known, first_seen, bounds), bounds)


def _recent_rows_off_list(
    tx: Transaction, order: Order, answer: StatusList
) -> Sequence[SupplierRow]:
    """Return the rows seen lately that no order has claimed, and that an answer lacks."""
    shown = {row.ref_id for row in answer.rows}
    return [row for row in _recent_unclaimed_rows(tx, order) if row.ref_id not in shown]
