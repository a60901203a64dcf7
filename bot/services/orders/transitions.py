"""Transitions: store an order in its next state; shared by several use cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.errors import AlreadyDecidedError, NotFoundError
from bot.domain.lookup import FIRST_LOOKUPS
from bot.domain.order import Event, Order, OrderId, OrderState, next_state
from bot.domain.shop_rules import ShopRules
from bot.ports.store import Transaction
from bot.services.notices import enqueue
from bot.services.orders.circuit_breaker import count_unanswered

FIRST_LOOKUP_AFTER = FIRST_LOOKUPS[0]


def require_order(tx: Transaction, order_id: OrderId) -> Order:
    """Return an order as stored now; raises `NotFoundError`."""
    order = tx.orders.get(order_id)
    if order is None:
        raise NotFoundError
    return order


def require_parked(tx: Transaction, order_id: OrderId) -> Order:
    """Return a parked order.

    Raises `NotFoundError`, and `AlreadyDecidedError` with the order's state when it is not parked.
    """
    order = require_order(tx, order_id)
    if order.state is not OrderState.PARKED:
        raise AlreadyDecidedError(order.state)
    return order


def make_ambiguous(tx: Transaction, rules: ShopRules, order: Order, now: datetime) -> Order:
    """Record that an order's outcome is unknown: its money stays held, and it is looked up.

    The third call without a well-formed answer within 5 minutes opens the circuit breaker.
    """
    ambiguous = transition(
        tx,
        order,
        Event.OUTCOME_UNKNOWN,
        ambiguous_at=now,
        lookups=0,
        next_check_at=now + FIRST_LOOKUP_AFTER,
    )
    enqueue.notify_order(tx, ambiguous, now)
    count_unanswered(tx, rules, ambiguous, now)
    return ambiguous


def transition(tx: Transaction, order: Order, event: Event, **changes: Any) -> Order:
    """Store an order in the state that `TRANSITIONS` gives for `event`, with other changes.

    Raises `InvalidTransitionError` for an event that the state does not allow, and
    `StaleOrderError` when another transaction changed the order first.
    """
    return tx.orders.save(replace(order, state=next_state(order.state, event), **changes))
