"""Staff: who works for the shop, and what each of them may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NewType

from bot.domain.order import CustomerId

StaffLinkId = NewType("StaffLinkId", int)
LINK_LIFETIME: Final = timedelta(hours=24)
"""How long a link to become an employee works."""


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


class StaffEvent(StrEnum):
    """What has happened to an employee, as they are told."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CHANGED = "changed"
    """Other rights: only the menu changes."""
    REMOVED = "removed"


GRANTED = tuple(right for right in Right if right is not Right.OWNER)
"""The rights that owners can grant."""
ALL_RIGHTS = frozenset(Right)
NO_RIGHTS: frozenset[Right] = frozenset()


CASHIER = frozenset({Right.TOPUPS, Right.CUSTOMERS, Right.SELL})
"""The rights of a cashier, from which owners can start."""
OPERATOR = frozenset({Right.CASES, Right.CUSTOMERS, Right.SELL, Right.CODES})
"""The rights of an operator."""


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who works for the shop."""

    customer_id: CustomerId
    rights: str
    """As `written` writes them."""
    added_by: CustomerId
    added_at: datetime


@dataclass(frozen=True, slots=True)
class StaffLink:
    """A link by which one person asks to become an employee; an owner decides."""

    link_id: StaffLinkId | None
    """None until it is stored."""
    code: str
    """What the link contains; it cannot be guessed."""
    rights: str
    """As `written` writes them."""
    made_by: CustomerId
    made_at: datetime
    asked_by: CustomerId | None = None
    """Who opened the link and asked; nobody else can then."""
    asked_at: datetime | None = None
    decided_by: CustomerId | None = None
    decided_at: datetime | None = None
    is_accepted: bool = False

    def is_open(self, now: datetime) -> bool:
        """Return whether somebody may still ask by this link."""
        return self.asked_by is None and now - self.made_at <= LINK_LIFETIME


def written(rights: Iterable[Right]) -> str:
    """Return rights as they are stored: their values in order, separated by blanks."""
    granted = frozenset(rights)
    return " ".join(right for right in Right if right in granted)


def rights_in(text: str) -> frozenset[Right]:
    """Return stored rights; words that are no rights are left out, and so is OWNER."""
    words = frozenset(text.split())
    return frozenset(right for right in GRANTED if right in words)
