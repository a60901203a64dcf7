"""List the parked orders and top-ups that an admin has to decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.customer import Actor, Customer
from bot.domain.errors import NotPermittedError
from bot.domain.order import Order, OrderState
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import Right
from bot.domain.topup import TopUp
from bot.ports.store import Transaction
from bot.services.admin.reports import stopped_since
from bot.services.permissions import rights_of

TOPUPS_LISTED: Final = 8


@dataclass(frozen=True, slots=True)
class PendingDecisions:
    """The pending decisions, oldest first."""

    parked: Sequence[Order]
    topups: Sequence[tuple[TopUp, Customer | None]]
    """The oldest `TOPUPS_LISTED` top-ups, each with its customer."""
    topups_count: int
    """The number of all pending top-ups."""
    stopped_since: int
    """When sales stopped, in seconds since 1970; 0 while the shop sells."""


def pending_decisions(
    tx: Transaction, rules: ShopRules, actor: Actor, now: datetime
) -> PendingDecisions:
    """Return the pending decisions that somebody may make.

    They are parked orders, and top-ups that can still be paid or have a payment proof. Raises
    `NotPermittedError` for those who may decide neither.
    """
    rights = rights_of(tx, rules, actor.customer_id)
    if not rights & {Right.TOPUPS, Right.CASES}:
        raise NotPermittedError
    topups = tx.topups.awaiting_decision(now) if Right.TOPUPS in rights else []
    parked: Sequence[Order] = []
    if Right.CASES in rights:
        parked = tx.orders.in_states(rules.account, (OrderState.PARKED,))
    listed = topups[:TOPUPS_LISTED]
    return PendingDecisions(
        parked=parked,
        topups=[(one, tx.customers.get(one.customer_id)) for one in listed],
        topups_count=len(topups),
        stopped_since=stopped_since(tx.conditions.all(), rules.account),
    )
