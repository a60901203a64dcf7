"""The queue: what waits to be sent, what is given up, and why the others wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.order import CancelReason, Order, WaitReason
from bot.domain.shop_rules import ShopRules
from bot.ports.store import Transaction
from bot.services.notices import enqueue
from bot.services.orders import settle

AT_ONCE = 500
"""So many orders are ended, and so many told why they wait, in one transaction."""
PAGE = 50
"""So many orders that may be sent are read at a time."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing may be sent for so many seconds (None: until something changes)."""

    seconds: float | None = None


def sendable(
    tx: Transaction, rules: ShopRules, after: Order | None, now: datetime, limit: int
) -> Sequence[Order]:
    """Return orders that need not wait for another one, in the order of their sending."""
    return tx.orders.sendable(rules.account, now - rules.queue_max, after, limit)


def is_any_over(tx: Transaction, rules: ShopRules, now: datetime) -> bool:
    """Tell whether `end_what_is_over` would end an order."""
    return any(_orders_to_cancel(tx, rules, now, 1).values())


def end_what_is_over(tx: Transaction, rules: ShopRules, now: datetime) -> bool:
    """Cancel what waited too long or is withheld from sale; False when more of it may be left."""
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
    withheld = tx.orders.queued_of_withheld(rules.account, limit)
    return {
        CancelReason.WAITED_TOO_LONG: late,
        CancelReason.NOT_READY: [order for order in withheld if order.order_id not in ids],
    }


def say_waiting(tx: Transaction, rules: ShopRules, reason: WaitReason, now: datetime) -> bool:
    """Tell those who wait for a reason, once; False when some may not be told yet."""
    untold = tx.orders.untold(rules.account, reason, AT_ONCE)
    for order in untold:
        say_why(tx, order, reason, now)
    return len(untold) < AT_ONCE


def say_why(tx: Transaction, order: Order, reason: WaitReason, now: datetime) -> None:
    """Tell the customer of a queued order why it waits, unless they know."""
    if order.wait_reason is not reason:
        enqueue.tell_order(tx, tx.orders.save(replace(order, wait_reason=reason)), now)


def until_expiry(tx: Transaction, rules: ShopRules, wait: Wait, now: datetime) -> Wait:
    """Return a wait that ends no later than the oldest queued order waits."""
    oldest_at = tx.orders.oldest_queued(rules.account)
    if oldest_at is None:
        return wait
    expiry = (oldest_at + rules.queue_max - now).total_seconds()
    return Wait(expiry if wait.seconds is None else min(wait.seconds, expiry))
