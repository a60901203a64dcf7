"""List the parked orders and top-ups that an admin has to decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.customer import Customer
from bot.domain.order import Order, OrderState
from bot.domain.shop_rules import ShopRules
from bot.domain.topup import TopUp
from bot.ports.store import Transaction
from bot.services.admin.reports import stopped_since

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


def pending_decisions(tx: Transaction, rules: ShopRules, now: datetime) -> PendingDecisions:
    """Return parked orders, and top-ups that can still be paid or have a payment proof."""
    topups = tx.topups.awaiting_decision(now)
    listed = topups[:TOPUPS_LISTED]
    return PendingDecisions(
        parked=tx.orders.in_states(rules.account, (OrderState.PARKED,)),
        topups=[(one, tx.customers.get(one.customer_id)) for one in listed],
        topups_count=len(topups),
        stopped_since=stopped_since(tx.conditions.all(), rules.account),
    )
