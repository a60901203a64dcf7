"""Settle: apply the supplier's answers, and the admins' decisions, to an order and its hold.

Every function runs inside a transaction, so an order's state, its hold and its notices change
together or not at all. None calls the supplier. An order ends once (`TRANSITIONS`), and its hold is
resolved once (a unique index): posted on success, voided otherwise. Both happen in `_end` only.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.errors import AttachError, AttachFault, LedgerError, RefusalClass
from bot.domain.ledger import (
    SUPPLIER_COST,
    SUPPLIER_DEPOSIT,
    SUSPENSE,
    AccountId,
    Phase,
    Purpose,
    Transfer,
    resolution,
)
from bot.domain.money import Rupiah
from bot.domain.notice import Alert
from bot.domain.order import (
    UNRESOLVED_STATES,
    CancelReason,
    CustomerId,
    Event,
    Order,
    OrderState,
    ParkReason,
    next_state,
    park_reason_if_overdue,
)
from bot.domain.row_matching import target_of
from bot.domain.shop_rules import ShopRules
from bot.domain.supplier_profile import SupplierStatus
from bot.domain.supplier_row import SupplierRow
from bot.ports.store import Transaction
from bot.services.catalogue import withhold
from bot.services.notices import enqueue
from bot.services.orders.transitions import transition
from bot.services.selling_stop import stop_after_refusal

WATCHED_AFTER = timedelta(minutes=1)
WATCHED_EVERY = timedelta(minutes=10)
WATCHED_FOR = timedelta(hours=24)
"""How long the row of an order is polled after an admin refunded it."""
_REFUSAL_ALERTS = {
    RefusalClass.CREDENTIALS: Alert.CREDENTIALS_REFUSED,
    RefusalClass.MAINTENANCE: Alert.MAINTENANCE,
    RefusalClass.OWN_DEPOSIT: Alert.OWN_DEPOSIT_LOW,
}
"""The alerts for refusals that concern the shop's account or the whole panel."""


def cancel(tx: Transaction, order: Order, reason: CancelReason, now: datetime) -> Order:
    """Cancel a queued order, void its hold, and notify the customer."""
    return _end(tx, order, Event.CANCELLED, now, cancel_reason=reason, wait_reason=None)


def claim_row(
    tx: Transaction, rules: ShopRules, order: Order, row: SupplierRow, now: datetime
) -> Order:
    """Assign a row's ref_id to an order and apply the row's status.

    A final row settles the order at once: success posts the hold, failure voids it. Otherwise the
    order is `accepted` and polled. A parked order whose row is partly delivered stays parked, with
    the ref_id, for an admin to decide; a restored one beside an unresolved order of its target is
    polled as `park_or_keep` describes. The caller has checked that the row is this order's.

    It is stored once, in the state that the row leaves it in. Raises `DuplicateError` when another
    order has claimed the ref_id: a unique index decides between two transactions.
    """
    due_at = now + rules.poll_min
    is_partial = rules.profile.status_of(row.status_word) is SupplierStatus.PARTIAL
    # A restored order may be parked beside an unresolved one of its target, but no other may.
    if is_partial and order.state is OrderState.PARKED and _is_only_unresolved(tx, order):
        # No new notice is sent: the customer has been promised an answer by a certain hour, which
        # does not change, and the messages that the admins have are edited instead.
        claimed = replace(
            order,
            ref_id=row.ref_id,
            suspect_ref_id=None,
            park_reason=ParkReason.PARTIAL,
            accepted_at=order.accepted_at or now,
        )
        applied = apply_row(tx, rules, claimed, row, now, due_at)
        enqueue.update_announcements(tx, applied, now)
        return applied
    accepted = replace(
        order,
        state=next_state(order.state, Event.ACCEPTED),
        ref_id=row.ref_id,
        suspect_ref_id=None,
        park_reason=None,
        parked_at=None,
        announced_at=None,
        accepted_at=now,
    )
    applied = apply_row(tx, rules, accepted, row, now, due_at)
    if applied.state is OrderState.ACCEPTED:  # Any other state has its own notices.
        enqueue.notify_order(tx, applied, now)
    return applied


def refuse(
    tx: Transaction,
    rules: ShopRules,
    order: Order,
    refusal: RefusalClass,
    message: str,
    now: datetime,
) -> Order:
    """Fail an order after a definite refusal of a known class, and void its hold.

    Nothing was bought (docs/supplier-api.md, "3.8 Refusal messages"). Classes of
    `_REFUSAL_ALERTS` alert the admins; a refusal for lack of money stops the sales.
    """
    ended = _end(tx, order, Event.REFUSED, now, refusal=refusal, refusal_message=message)
    if refusal is RefusalClass.OWN_DEPOSIT:
        stop_after_refusal(tx, order.account, order.cost, now)
    condition = _REFUSAL_ALERTS.get(refusal)
    if condition is not None:
        enqueue.alert(tx, rules, condition, message, now, order=ended)
    return ended


def confirm_refusal(tx: Transaction, order: Order, now: datetime) -> Order:
    """Fail an order whose unknown refusal the supplier's list has confirmed, and void its hold.

    The caller has checked the covering misses at 60 s and 120 s (`lookup.decide_lookup`).
    """
    return _end(tx, order, Event.REFUSAL_CONFIRMED, now)


def refund(tx: Transaction, order: Order, actor_id: CustomerId, now: datetime) -> Order:
    """Fail a parked order by an admin's decision, and void its hold.

    The hold is voided, never refunded by a transfer beside it. If the order has a ref_id, its row
    is polled for a day, because the goods may still arrive.
    """
    watch_at = None if order.ref_id is None else now + WATCHED_AFTER
    return _end(tx, order, Event.REFUNDED, now, actor_id, next_check_at=watch_at)


def count_delivered(
    tx: Transaction,
    rules: ShopRules,
    order: Order,
    row: SupplierRow | None,
    actor_id: CustomerId,
    now: datetime,
) -> Order:
    """Settle a parked order as delivered, by an admin's decision, and post its hold.

    `row` is the order's own row as just read, if there is one. If its status is final, it decides:
    a failed row voids the hold although the admin counted the goods as delivered. Otherwise the
    hold is posted, with the voucher and note of the row where it has them.

    Raises `AttachError` when the order has no ref_id or `row` has another one.
    """
    if order.ref_id is None or (row is not None and row.ref_id != order.ref_id):
        raise AttachError(AttachFault.NO_SUCH_ROW)
    if row is not None:
        order = apply_row(tx, rules, order, row, now, now + rules.poll_min)
        voucher, note = row.voucher or order.voucher, row.note or order.note
        order = replace(order, voucher=voucher, note=note)
    if order.state.is_final:
        return order
    return _end(tx, order, Event.COUNTED_DELIVERED, now, actor_id)


def park(
    tx: Transaction,
    rules: ShopRules,
    order: Order,
    reason: ParkReason,
    now: datetime,
    **changes: Any,
) -> Order:
    """Park an order for the admins, its money still held, and announce it to them."""
    parked = transition(
        tx,
        order,
        Event.PARKED,
        park_reason=reason,
        parked_at=now,
        announced_at=now,
        **{"next_check_at": now + timedelta(seconds=60)} | changes,
    )
    enqueue.notify_order(tx, parked, now)
    enqueue.announce_parked(tx, rules, parked, now)
    return parked


def park_or_keep(
    tx: Transaction, rules: ShopRules, order: Order, reason: ParkReason | None, now: datetime
) -> Order:
    """Park an order if there is a reason and it is not parked yet; else store it as it is.

    The database allows one unresolved order per product and destination, so that a row found later
    has one owner. An accepted order does not count as unresolved, so another order of the same
    product and destination may be unresolved. Then this one is stored as it is, and parked at a
    later poll, once the other is settled.
    """
    if reason is None or order.park_reason is not None or not _is_only_unresolved(tx, order):
        enqueue.notify_slow(tx, order, now)
        return tx.orders.save(order)
    return park(tx, rules, order, reason, now)


def _is_only_unresolved(tx: Transaction, order: Order) -> bool:
    return all(
        target_of(other) != target_of(order)
        or other.order_id == order.order_id
        or other.park_reason is ParkReason.RESTORED
        for other in tx.orders.in_states(order.account, UNRESOLVED_STATES)
    )


def apply_row(
    tx: Transaction,
    rules: ShopRules,
    order: Order,
    row: SupplierRow,
    now: datetime,
    next_check_at: datetime,
) -> Order:
    """Apply the order's own row; the order is accepted, or parked with its ref_id.

    Success posts the hold and failure voids it. An unknown status word is not final: the order
    stays open and the admins get an alert (docs/supplier-api.md, "2.3 Order status"). A partly
    delivered order is parked, and so is one that is overdue.
    """
    order = _record_first_cost(tx, rules, order, row.cost, now)
    status = rules.profile.status_of(row.status_word)
    order = replace(
        order, status_word=row.status_word, row_seen_at=now, next_check_at=next_check_at
    )
    if status is SupplierStatus.SUCCEEDED:
        return _end(tx, order, Event.SUCCEEDED, now, voucher=row.voucher, note=row.note)
    if status is SupplierStatus.FAILED:
        return _end(tx, order, Event.FAILED, now, voucher=row.voucher, note=row.note)
    if status is SupplierStatus.UNKNOWN:
        enqueue.alert(
            tx, rules, Alert.UNKNOWN_STATUS, row.status_word or "(empty)", now, order=order
        )
    if status is SupplierStatus.PARTIAL:
        order = replace(order, voucher=row.voucher, note=row.note)
    reason = (
        ParkReason.PARTIAL
        if status is SupplierStatus.PARTIAL
        else park_reason_if_overdue(order, now)
    )
    return park_or_keep(tx, rules, order, reason, now)


def record_missing_row(
    tx: Transaction, rules: ShopRules, order: Order, now: datetime, next_check_at: datetime
) -> Order:
    """Record that the row of an accepted order was not found; park the order when it is overdue.

    It is overdue after 10 minutes without its row, or 24 hours without a final status.
    """
    order = replace(order, next_check_at=next_check_at)
    return park_or_keep(tx, rules, order, park_reason_if_overdue(order, now), now)


def release_ref_id(
    tx: Transaction, rules: ShopRules, order: Order, now: datetime, next_check_at: datetime
) -> Order:
    """Take the ref_id from an order, because its row shows that it belongs to another order.

    The reply to the order call named the wrong ref_id. The order is parked and its own row is
    looked for; the other order may claim this ref_id. While another unresolved order has the same
    product and destination, parking is not possible, and polling continues.
    """
    freed = replace(
        order,
        ref_id=None,
        suspect_ref_id=order.ref_id,
        park_reason=ParkReason.FOREIGN_REPLY,
        next_check_at=now,
    )
    if order.state.is_unresolved:
        return tx.orders.save(freed)
    if not _is_only_unresolved(tx, order):
        return tx.orders.save(replace(order, next_check_at=next_check_at))
    return park(tx, rules, freed, ParkReason.FOREIGN_REPLY, now, next_check_at=now)


def follow_refunded_row(
    tx: Transaction, rules: ShopRules, order: Order, row: SupplierRow | None, now: datetime
) -> Order:
    """Apply the row of a refunded order; it is polled until it is final, for a day at most.

    `row` is None when the row was not found. A success is booked and reported as a late one.
    """
    status = SupplierStatus.PENDING if row is None else rules.profile.status_of(row.status_word)
    if row is not None and status is SupplierStatus.SUCCEEDED:
        cost = order.supplier_cost or plausible_cost(rules, row.cost) or order.cost
        record_late_success(tx, rules, order, row.ref_id, cost, now)
    is_over = status.is_final or now - (order.ended_at or now) >= WATCHED_FOR
    return tx.orders.save(replace(order, next_check_at=None if is_over else now + WATCHED_EVERY))


def record_late_success(
    tx: Transaction, rules: ShopRules, order: Order, ref_id: str, cost: int, now: datetime
) -> None:
    """Book goods that arrived for an order whose hold was voided, and alert the admins.

    The cost moves from the supplier deposit to suspense, because no customer paid for the goods.
    Both the transfer and the alert have keys, so each happens once per order and ref_id, whichever
    path finds the goods first: a late reply, a poll of the row, or a comparison.
    """
    withhold.withhold_if_below_cost(tx, rules, order, cost, now)
    key = f"late:{order.number}:{ref_id}"
    if tx.ledger.by_key(key) is None:
        _record_cost(tx, order, SUSPENSE, cost, key, now)
    alert_key = f"{order.number}:{ref_id}"
    enqueue.report(tx, rules, Alert.LATE_SUCCESS, ref_id, now, key=alert_key, order=order)


def _end(
    tx: Transaction,
    order: Order,
    event: Event,
    now: datetime,
    actor_id: CustomerId | None = None,
    **changes: Any,
) -> Order:
    """End an order: post its hold and book its cost on success, void the hold otherwise.

    The customer is notified. `actor_id` is the admin who decided, if one did. Raises `LedgerError`
    for an order without a hold, and what `transition` raises.
    """
    ended = transition(tx, order, event, **{"ended_at": now, "next_check_at": None} | changes)
    is_sold = ended.state is OrderState.SUCCEEDED
    hold = tx.ledger.hold_of(ended.order_id)
    if hold is None:
        raise LedgerError(f"order {ended.number} has no hold")
    tx.ledger.record(resolution(hold, Phase.POST if is_sold else Phase.VOID, now, actor_id))
    if is_sold:
        _record_cost(tx, ended, SUPPLIER_COST, ended.charged, f"cost:{ended.number}", now)
    enqueue.notify_order(tx, ended, now)
    return ended


def _record_cost(
    tx: Transaction, order: Order, account: AccountId, cost: int, key: str, now: datetime
) -> None:
    if cost <= 0:
        return
    tx.ledger.record(
        Transfer(
            phase=Phase.SINGLE,
            purpose=Purpose.COST,
            debit_account=account,
            credit_account=SUPPLIER_DEPOSIT,
            amount=Rupiah(cost),
            idempotency_key=key,
            created_at=now,
            order_id=order.order_id,
        )
    )


def plausible_cost(rules: ShopRules, cost: int | None) -> Rupiah | None:
    """Return a plausible cost in rupiah, 1 to the profile's `max_cost`; None for anything else."""
    if cost is None or not 0 < cost <= rules.profile.max_cost:
        return None
    return Rupiah(cost)


def _record_first_cost(
    tx: Transaction, rules: ShopRules, order: Order, cost: Rupiah | None, now: datetime
) -> Order:
    """Keep the first cost that the supplier names for an order.

    Later costs are not stored: after a refund the row's price may be 0 (docs/supplier-api.md,
    "2.5 Status rows"). Each of them may still withhold the product, if it shows a sale below cost.
    """
    cost = plausible_cost(rules, cost)
    if cost is None or cost == order.supplier_cost:
        return order
    is_withheld = withhold.withhold_if_below_cost(tx, rules, order, cost, now)
    if order.supplier_cost is not None:
        return order
    if cost != order.cost and not is_withheld:
        detail = f"{order.service_code}: {order.cost} -> {cost}"
        enqueue.alert(tx, rules, Alert.COST_CHANGED, detail, now, order=order)
    return replace(order, supplier_cost=cost)
