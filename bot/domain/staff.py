"""Staff: who works for the shop, and what each of them may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.order import CustomerId


class Right(StrEnum):
    """One thing that staff may do. Owners, who are named in `ADMIN_IDS`, may do everything."""

    TOPUPS = "topups"
    """Approve and reject top-ups, and credit cash and transfers."""
    CASES = "cases"
    """Settle parked orders, pause and resume sales, answer customers."""
    CUSTOMERS = "customers"
    """See the customers, block them, write to them."""
    SELL = "sell"
    """Sell over the counter, products for staff only among them."""
    COSTS = "costs"
    """See costs, margins and profits."""
    CODES = "codes"
    """See vouchers and serial numbers of customers; each look is logged."""
    OWNER = "owner"
    """The owners' own matters: prices, settings, staff, bonuses, withdrawals, deposits."""


GRANTED = tuple(right for right in Right if right is not Right.OWNER)
"""The rights that owners can grant."""
ALL_RIGHTS = frozenset(Right)
NO_RIGHTS: frozenset[Right] = frozenset()


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who works for the shop."""

    customer_id: CustomerId
    rights: str
    """As `written` writes them."""
    added_by: CustomerId
    added_at: datetime


def written(rights: Iterable[Right]) -> str:
    """Return rights as they are stored: their values in order, separated by blanks."""
    granted = frozenset(rights)
    return " ".join(right for right in Right if right in granted)


def rights_in(text: str) -> frozenset[Right]:
    """Return stored rights; words that are no rights are left out, and so is OWNER."""
    words = frozenset(text.split())
    return frozenset(right for right in GRANTED if right in words)
