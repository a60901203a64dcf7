"""The queue: which orders are sent next, which are cancelled, and why the others wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.order import CancelReason, Order, WaitReason
from bot.domain.shop_rules import ShopRules
from bot.ports.store import Transaction
from bot.services.notices import enqueue
from bot.services.orders import settle

AT_ONCE = 500
"""How many orders one transaction cancels, and how many it notifies of why they wait."""
FIRST_PAGE = 1
PAGE = 50
"""How many sendable orders are read at a time, first and then: nearly always the first is sent."""
BUSY_TOLD_AFTER = timedelta(seconds=5)
"""How long an order is queued before its customer is told that many orders are going out.

In a rush the sends that are allowed at once are always under way. Most waits are over before
anybody has read of them, and each message would cost more than the order itself.
"""


@dataclass(frozen=True, slots=True)
class Wait:
    """No order may be sent for `seconds`; None: until the database changes."""

    seconds: float | None = None


def sendable(
    tx: Transaction, rules: ShopRules, after: Order | None, now: datetime, limit: int
) -> Sequence[Order]:
    """Return the orders whose target is free, in the order of sending, after the order `after`.

    Orders queued for longer than `queue_max` are left out: they are cancelled instead.
    """
    return tx.orders.sendable(rules.account, now - rules.queue_max, after, limit)


def has_orders_to_cancel(tx: Transaction, rules: ShopRules, now: datetime) -> bool:
    """Whether `cancel_expired_and_withheld` has an order to cancel."""
    return any(_orders_to_cancel(tx, rules, now, 1).values())


def cancel_expired_and_withheld(tx: Transaction, rules: ShopRules, now: datetime) -> bool:
    """Cancel queued orders that waited longer than `queue_max` or whose product is withheld.

    At most `AT_ONCE` per reason; returns False when more may be left.
    """
    is_done = True
    for reason, orders in _orders_to_cancel(tx, rules, now, AT_ONCE).items():
        for order in orders:
            settle.cancel(tx, order, reason, now)
        is_done &= len(orders) < AT_ONCE
    return is_done


def _orders_to_cancel(
    tx: Transaction, rules: ShopRules, now: datetime, limit: int
) -> dict[CancelReason, Sequence[Order]]:
    late = tx.orders.queued_until(rules.account, now - rules.queue_max, limit)
    ids = {order.order_id for order in late}
    # Mostly nothing is withheld, and the query would look at the whole queue.
    is_any_withheld = bool(tx.withheld_products.open())
    withheld = tx.orders.queued_of_withheld(rules.account, limit) if is_any_withheld else ()
    return {
        CancelReason.WAITED_TOO_LONG: late,
        CancelReason.NOT_READY: [order for order in withheld if order.order_id not in ids],
    }


def notify_waiting_customers(
    tx: Transaction, rules: ShopRules, reason: WaitReason, now: datetime
) -> bool:
    """Notify customers whose orders wait for `reason`, once each.

    At most `AT_ONCE`; returns False when more may be left.
    """
    waiting = not_notified_of(tx, rules, reason, now, AT_ONCE)
    for order in waiting:
        notify_wait_reason(tx, order, reason, now)
    return len(waiting) < AT_ONCE


def not_notified_of(
    tx: Transaction, rules: ShopRules, reason: WaitReason, now: datetime, limit: int
) -> Sequence[Order]:
    """Return queued orders whose customers are to be notified of `reason` now."""
    until = now - BUSY_TOLD_AFTER if reason is WaitReason.BUSY else None
    return tx.orders.not_notified_of(rules.account, reason, limit, until)


def notify_wait_reason(tx: Transaction, order: Order, reason: WaitReason, now: datetime) -> None:
    """Notify a queued order's customer why it waits, unless the reason is unchanged."""
    if order.wait_reason is not reason:
        enqueue.notify_order(tx, tx.orders.save(replace(order, wait_reason=reason)), now)


def until_expiry(tx: Transaction, rules: ShopRules, wait: Wait, now: datetime) -> Wait:
    """Shorten a wait so that it ends when the oldest queued order reaches `queue_max`."""
    oldest_at = tx.orders.oldest_queued(rules.account)
    if oldest_at is None:
        return wait
    expiry = (oldest_at + rules.queue_max - now).total_seconds()
    return Wait(expiry if wait.seconds is None else min(wait.seconds, expiry))
