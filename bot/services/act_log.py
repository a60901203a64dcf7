"""The log of what owners and staff have done, for owners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.admin_act import ActFilter, AdminAct, person_in
from bot.domain.customer import Actor, Customer
from bot.domain.order import CustomerId, order_id_of
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import Right
from bot.domain.topup import TopUpId
from bot.ports.store import Store, Transaction
from bot.services.permissions import require

ACTS_PER_PAGE: Final = 8
MAX_PAGE: Final = 9_999
_TOPUP: Final = "topup:"


@dataclass(frozen=True, slots=True)
class LoggedAct:
    """One act, with who did it and the person it was done to, if known."""

    act: AdminAct
    actor: Customer | None
    person: Customer | None
    person_id: CustomerId | None


@dataclass(frozen=True, slots=True)
class ActPage:
    """A page of the log, newest first."""

    acts: Sequence[LoggedAct]
    page: int
    """From 0."""
    has_more: bool
    actor: Customer | None
    """The person of the filter."""


class ActLog:
    """Shows owners who did what, to whom, and when."""

    def __init__(self, store: Store, rules: ShopRules) -> None:
        self._store = store
        self._rules = rules

    async def page(self, owner: Actor, wanted: ActFilter, page: int = 0) -> ActPage:
        """Return a page of the acts that a filter admits; raises `NotPermittedError`."""

        def read(tx: Transaction) -> ActPage:
            require(tx, self._rules, owner, Right.OWNER)
            shown = min(max(page, 0), MAX_PAGE)
            found = tx.admin_acts.found(wanted, ACTS_PER_PAGE + 1, shown * ACTS_PER_PAGE)
            acts = [_logged(tx, one) for one in found[:ACTS_PER_PAGE]]
            actor = None if wanted.actor_id is None else tx.customers.get(wanted.actor_id)
            return ActPage(acts, shown, len(found) > ACTS_PER_PAGE, actor)

        return await self._store.read(read)

    async def actors(self, owner: Actor) -> list[tuple[CustomerId, Customer | None]]:
        """Return everybody who has done anything; raises `NotPermittedError`."""

        def read(tx: Transaction) -> list[tuple[CustomerId, Customer | None]]:
            require(tx, self._rules, owner, Right.OWNER)
            return [(one, tx.customers.get(one)) for one in tx.admin_acts.actors()]

        return await self._store.read(read)


def _logged(tx: Transaction, act: AdminAct) -> LoggedAct:
    person_id = _person_of(tx, act.subject)
    person = None if person_id is None else tx.customers.get(person_id)
    return LoggedAct(act, tx.customers.get(act.actor_id), person, person_id)


def _person_of(tx: Transaction, subject: str) -> CustomerId | None:
    """Return the person whom an act was done to: themselves, or whose top-up or order it is."""
    order_id = order_id_of(subject)
    if order_id is not None:
        order = tx.orders.get(order_id)
        return None if order is None else order.customer_id
    number = subject.removeprefix(_TOPUP)
    if number == subject or not number.isdecimal():
        return person_in(subject)
    topup = tx.topups.get(TopUpId(int(number)))
    return None if topup is None else topup.customer_id
