"""Desk: what waits for an admin's decision, and whether the shop stands still."""

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
from bot.services.admin.reports import standing_since

TOPUPS_LISTED: Final = 8


@dataclass(frozen=True, slots=True)
class Desk:
    """What an admin is to decide, the oldest first."""

    parked: Sequence[Order]
    topups: Sequence[tuple[TopUp, Customer | None]]
    """The oldest `TOPUPS_LISTED` requests to pay money in, each with whose it is."""
    topups_count: int
    """How many there are in all."""
    standing_since: int
    """Since when the shop stands still, in seconds since 1970; 0: it sells."""


def desk(tx: Transaction, rules: ShopRules, now: datetime) -> Desk:
    """Return what waits: parked orders, and top-ups that can be paid or have a picture."""
    topups = tx.topups.awaiting_decision(now)
    listed = topups[:TOPUPS_LISTED]
    return Desk(
        parked=tx.orders.in_states(rules.account, (OrderState.PARKED,)),
        topups=[(one, tx.customers.get(one.customer_id)) for one in listed],
        topups_count=len(topups),
        standing_since=standing_since(tx.conditions.all(), rules.account),
    )
