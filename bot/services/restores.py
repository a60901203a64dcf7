"""Restore: resume from a backup, so that nothing is bought or refunded twice.

The database has lost everything since the backup: orders that were sent, buttons that were shown,
messages that were delivered. So nothing unfinished continues by itself: orders are parked, confirm
buttons are deleted, pending notices are marked stale, ids start a new epoch, and the shop stays
paused until an admin resumes it (docs/decisions/0006).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.errors import SupplierError, SupplierRowsUnreadError
from bot.domain.notice import Alert
from bot.domain.order import (
    IDS_PER_EPOCH,
    Order,
    OrderState,
    ParkReason,
    order_number_of,
)
from bot.domain.shop_rules import PAUSED, ShopRules
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.ports.supplier import ReadShare, StatusList, Supplier
from bot.services.machine_alerts import forget_machine
from bot.services.notices import enqueue
from bot.services.orders import settle
from bot.services.orders.row_evidence import ROWS_SEEN_AT, rows_seen_at
from bot.services.summary_day import skip_summary

RESTORED = "restored"
"""The condition that holds from a restore until an admin resumes the shop."""
LOST_SINCE = "restored_from"
"""The fact with the start of the lost period (ISO 8601)."""
_IN_DOUBT = (OrderState.QUEUED, OrderState.SENDING)


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """The result of a restore: the lost period, and the counts of what was changed."""

    gap_from: datetime
    gap_to: datetime
    parked: int
    ambiguous: int
    deleted_confirmations: int
    unhandled_updates: int
    stale_notices: int
    next_number: str
    """The number of the next order."""
    open_on_other_accounts: Mapping[str, int] = field(default_factory=dict)
    """By other supplier account, how many of its orders are open."""


def restore_state(tx: Transaction, rules: ShopRules, epoch: int, now: datetime) -> RestoreReport:
    """Prepare the database of a backup for resuming, with the shop paused; return the changes.

    Runs in one transaction, before the copy replaces the current database. `epoch` must be above
    that of every earlier database of this shop, so that no new id equals one from the lost period,
    which a customer, a button or an idempotency key may still have.
    """
    lost_since = tx.restoration.newest_at() or now
    tx.restoration.begin_epoch(epoch)
    stale = tx.restoration.make_outbox_stale()
    unhandled = tx.restoration.close_inbox(now, RESTORED)
    buttons = tx.restoration.forget_unfinished()
    in_doubt = [one for one in tx.orders.unfinished() if _is_in_doubt(one, rules.account)]
    for order in in_doubt:
        park_restored(tx, rules, order, now)
    restored = RestoreReport(
        gap_from=lost_since,
        gap_to=now,
        parked=len(in_doubt),
        ambiguous=len(tx.orders.in_states(rules.account, (OrderState.AMBIGUOUS,))),
        deleted_confirmations=buttons,
        unhandled_updates=unhandled,
        stale_notices=stale,
        next_number=order_number_of(epoch * IDS_PER_EPOCH + 1),
        open_on_other_accounts=open_elsewhere(tx, rules.account),
    )
    _pause_shop(tx, rules, restored)
    skip_summary(tx, rules, now)
    return restored


def _is_in_doubt(order: Order, account: str) -> bool:
    """Whether a restore has to park an order.

    On the shop's account these are queued and sending orders: they may have been sent in the lost
    period. On another account, in a backup from before a change of account, these are all orders
    not parked yet: that account's rows are no longer read.
    """
    if order.account == account:
        return order.state in _IN_DOUBT
    return order.state is not OrderState.PARKED


def open_elsewhere(tx: Transaction, account: str) -> Mapping[str, int]:
    """Return how many orders are open on each supplier account other than `account`."""
    others = (one.account for one in tx.orders.unfinished() if one.account != account)
    return dict(sorted(Counter(others).items()))


def park_restored(tx: Transaction, rules: ShopRules, order: Order, now: datetime) -> Order:
    """Park an order that may have been sent in the lost period; only an admin settles it.

    Its money stays held. It is not looked up: rows of orders that were sold to the same number in
    the lost period look the same. The exception is an order sent before the backup and parked
    because of its account: it is looked up as before when the shop uses that account again.
    """
    return settle.park(
        tx,
        rules,
        order,
        ParkReason.RESTORED,
        now,
        wait_reason=None,
        # Calls that the backup recorded for a queued order bought nothing (`Event.NOT_SENT`).
        sent_at=None if order.state is OrderState.QUEUED else order.sent_at,
        next_check_at=None if order.state in _IN_DOUBT else order.next_check_at,
    )


def _pause_shop(tx: Transaction, rules: ShopRules, restored: RestoreReport) -> None:
    now = restored.gap_to
    period = period_of(restored, rules)
    tx.conditions.raise_(PAUSED, RESTORED, now)
    tx.conditions.clear(RESTORED)
    tx.conditions.raise_(RESTORED, period, now)
    tx.facts.put(LOST_SINCE, restored.gap_from.isoformat())
    forget_machine(tx)
    enqueue.report(tx, rules, Alert.RESTORED, period, now, key=str(int(now.timestamp())))


def period_of(restored: RestoreReport, rules: ShopRules) -> str:
    """Return the lost period as text, in the shop's time zone."""
    begin, end = (
        at.astimezone(rules.timezone).strftime("%Y-%m-%d %H:%M:%S")
        for at in (restored.gap_from, restored.gap_to)
    )
    return f"{begin} - {end}"


async def require_rows_seen(
    store: Store, supplier: Supplier, rules: ShopRules, clock: Clock
) -> None:
    """After a restore, read the supplier's newest rows before any order may be sent.

    A row seen before an order was sent is never assigned to that order, so no new order can claim
    what was sold in the lost period. Raises `SupplierRowsUnreadError` when the rows cannot be read.
    """
    if not await store.read(_must_read_rows, rules.account):
        return
    try:
        answer = await supplier.recent_rows(ReadShare.RECONCILE)
    except SupplierError:
        raise SupplierRowsUnreadError from None
    await store.write(_record_newest_rows, rules, answer, clock.now())


def _record_newest_rows(
    tx: Transaction, rules: ShopRules, answer: StatusList, now: datetime
) -> None:
    """Record the supplier's newest rows, and that they were read; no order was sent meanwhile."""
    tx.supplier_facts.put(rules.account, ROWS_SEEN_AT, now.isoformat())
    tx.supplier_rows.record(rules.account, answer.rows, now)


def _must_read_rows(tx: Transaction, account: str) -> bool:
    restored, seen_at = tx.conditions.get(RESTORED), rows_seen_at(tx, account)
    return restored is not None and (seen_at is None or seen_at <= restored.raised_at)
