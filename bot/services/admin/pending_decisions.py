"""What waits for somebody of the staff: orders, top-ups, cases of customers, withheld products."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Final

from bot.domain.customer import Actor, Customer
from bot.domain.errors import NotPermittedError
from bot.domain.joining import JoinRequest
from bot.domain.order import CustomerId, Order, OrderState
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import Right, StaffLink
from bot.domain.thread import MAY_WRITE, About, Thread
from bot.domain.topup import TopUp
from bot.domain.withheld_products import WithheldProduct
from bot.ports.store import Transaction
from bot.services.admin.reports import stopped_since
from bot.services.catalogue.withhold import withheld_now
from bot.services.joining import MAX_WAITING
from bot.services.permissions import rights_of
from bot.services.thread_messages import subject_of

LISTED: Final = 10


class WaitingKind(StrEnum):
    """What kind of thing waits."""

    ORDER = "order"
    """A parked order."""
    TOPUP = "topup"
    """A top-up that can still be paid, or has a payment proof."""
    CASE = "case"
    """A customer waits for an answer."""
    APPLICANT = "applicant"
    """Somebody asks to join."""
    EMPLOYEE = "employee"
    """Somebody asks to become an employee."""
    WITHHELD = "withheld"
    """A product that is not sold because it became too dear."""


@dataclass(frozen=True, slots=True)
class WaitingItem:
    """One thing that waits; of the subjects, those of its kind are set."""

    kind: WaitingKind
    since: datetime
    order: Order | None = None
    topup: TopUp | None = None
    thread: Thread | None = None
    request: JoinRequest | None = None
    withheld: WithheldProduct | None = None
    staff_link: StaffLink | None = None
    customer: Customer | None = None

    @property
    def customer_id(self) -> CustomerId | None:
        """The customer whom it is about, if it is about one."""
        subject = self.thread or self.topup or self.order or self.request
        if self.staff_link is not None:
            return self.staff_link.asked_by
        return None if subject is None else subject.customer_id


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for somebody, oldest first."""

    counts: Mapping[WaitingKind, int]
    """The number of all, by kind; kinds of which none waits are missing.

    Applicants are counted up to `MAX_WAITING`."""
    items: Sequence[WaitingItem]
    """The oldest `LISTED`."""
    stopped_since: int
    """When sales stopped, in seconds since 1970; 0 while the shop sells."""

    @property
    def count(self) -> int:
        """The number of all that waits."""
        return sum(self.counts.values())

    @property
    def oldest_at(self) -> datetime | None:
        """Since when the oldest waits; None if nothing does."""
        return self.items[0].since if self.items else None


@dataclass(frozen=True, slots=True)
class Found:
    """What of one kind waits."""

    count: int
    items: Sequence[WaitingItem]
    """The oldest `LISTED`."""


Source = Callable[[Transaction, ShopRules, datetime], Found]


def waiting(tx: Transaction, rules: ShopRules, actor: Actor, now: datetime) -> Waiting:
    """Return what waits for somebody's decision or answer, by their rights.

    Raises `NotPermittedError` for those who have no right at all.
    """
    rights = rights_of(tx, rules, actor.customer_id)
    if not rights:
        raise NotPermittedError
    return waiting_for(tx, rules, rights, now)


def waiting_for(
    tx: Transaction, rules: ShopRules, rights: frozenset[Right], now: datetime
) -> Waiting:
    """Return what waits for those who have these rights."""
    counts: dict[WaitingKind, int] = {}
    items: list[WaitingItem] = []
    for kind, enough, source in SOURCES:
        if rights & enough:
            found = source(tx, rules, now)
            if found.count:
                counts[kind] = counts.get(kind, 0) + found.count
            items += found.items
    oldest = sorted(items, key=lambda item: item.since)[:LISTED]
    return Waiting(
        counts=counts,
        items=[_with_customer(tx, item) for item in oldest],
        stopped_since=stopped_since(tx.conditions.all(), rules.account),
    )


def _with_customer(tx: Transaction, item: WaitingItem) -> WaitingItem:
    if item.customer_id is None:
        return item
    return replace(item, customer=tx.customers.get(item.customer_id))


def _orders(tx: Transaction, rules: ShopRules, _now: datetime) -> Found:
    kind, parked = WaitingKind.ORDER, tx.orders.in_states(rules.account, (OrderState.PARKED,))
    items = [WaitingItem(kind, one.parked_at or one.created_at, order=one) for one in parked]
    return Found(len(items), sorted(items, key=lambda item: item.since)[:LISTED])


def _topups(tx: Transaction, _rules: ShopRules, now: datetime) -> Found:
    pending = tx.topups.awaiting_decision(now)
    return Found(
        len(pending),
        [WaitingItem(WaitingKind.TOPUP, one.created_at, topup=one) for one in pending[:LISTED]],
    )


def _cases(tx: Transaction, _rules: ShopRules, now: datetime, about: About) -> Found:
    items = []
    for thread in tx.threads.waiting(about, LISTED):
        order, topup = subject_of(tx, thread.topic)
        since = thread.waits_since or now
        items.append(WaitingItem(WaitingKind.CASE, since, order, topup, thread))
    return Found(tx.threads.count_waiting(about), items)


def _applicants(tx: Transaction, _rules: ShopRules, _now: datetime) -> Found:
    kind, requests = WaitingKind.APPLICANT, tx.joining.waiting(MAX_WAITING)
    items = [WaitingItem(kind, one.asked_at, request=one) for one in requests]
    return Found(len(items), items[:LISTED])


def _employees(tx: Transaction, _rules: ShopRules, now: datetime) -> Found:
    kind, asking = WaitingKind.EMPLOYEE, tx.staff_links.undecided()
    items = [WaitingItem(kind, one.asked_at or now, staff_link=one) for one in asking]
    return Found(len(items), items[:LISTED])


def _withheld(tx: Transaction, _rules: ShopRules, _now: datetime) -> Found:
    kind, withheld = WaitingKind.WITHHELD, withheld_now(tx)
    items = [WaitingItem(kind, one.withheld.withheld_at, withheld=one) for one in withheld]
    return Found(len(items), items[:LISTED])


SOURCES: Final[Sequence[tuple[WaitingKind, frozenset[Right], Source]]] = (
    (WaitingKind.ORDER, frozenset({Right.CASES}), _orders),
    (WaitingKind.TOPUP, frozenset({Right.TOPUPS}), _topups),
    *(
        (WaitingKind.CASE, enough, partial(_cases, about=about))
        for about, enough in MAY_WRITE.items()
    ),
    (WaitingKind.APPLICANT, frozenset({Right.CUSTOMERS}), _applicants),
    (WaitingKind.EMPLOYEE, frozenset({Right.OWNER}), _employees),
    (WaitingKind.WITHHELD, frozenset({Right.OWNER}), _withheld),
)
"""Each kind that waits, the rights of which one is enough to see it, and what reads it.

A feature whose requests wait for somebody adds a line.
"""
