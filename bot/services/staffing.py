"""Staff: owners let people in by links, change their rights, and remove them."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.admin_act import SERVER, AdminAct, subject_of_person
from bot.domain.customer import Actor, Customer, Membership
from bot.domain.dialog import Step
from bot.domain.errors import AlreadyStaffError, NotFoundError
from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import (
    Right,
    StaffEvent,
    StaffLink,
    StaffLinkId,
    StaffMember,
    rights_in,
    written,
)
from bot.ports.clock import Clock
from bot.ports.ids import Ids
from bot.ports.store import Store, Transaction
from bot.services.notices import enqueue
from bot.services.permissions import require, rights_of

STAFF_STEPS = (Step.REFERENCE, Step.DECISION, Step.CUSTOMER, Step.WRITE, Step.ADJUSTMENT)
"""Questions that only staff are asked."""


@dataclass(frozen=True, slots=True)
class Employee:
    """Somebody who works for the shop, with their person."""

    member: StaffMember
    customer: Customer
    added_by: Customer | None = None

    @property
    def rights(self) -> frozenset[Right]:
        """What they may do."""
        return rights_in(self.member.rights)


@dataclass(frozen=True, slots=True)
class Application:
    """A link by which somebody asks, with the person and who has decided."""

    link: StaffLink
    customer: Customer | None
    decided_by: Customer | None = None


@dataclass(frozen=True, slots=True)
class StaffOverview:
    """Everybody who works for the shop, and who asks to."""

    employees: Sequence[Employee]
    asking: Sequence[Application]


class Staffing:
    """The use cases of staff. Those of owners raise `NotPermittedError` for everybody else."""

    def __init__(self, store: Store, rules: ShopRules, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock
        self._ids = ids

    # --- owners ---

    async def overview(self, owner: Actor) -> StaffOverview:
        """Return the staff, the longest serving first, and who asks, oldest first."""

        def read(tx: Transaction) -> StaffOverview:
            require(tx, self._rules, owner, Right.OWNER)
            members = (_employee(tx, one.customer_id) for one in tx.staff.all())
            asking = [_application(tx, one) for one in tx.staff_links.undecided()]
            return StaffOverview([one for one in members if one is not None], asking)

        return await self._store.read(read)

    async def employee(self, owner: Actor, customer_id: CustomerId) -> Employee:
        """Return one employee; raises `NotFoundError` for somebody who is none."""

        def read(tx: Transaction) -> Employee:
            require(tx, self._rules, owner, Right.OWNER)
            return _require_employee(tx, customer_id)

        return await self._store.read(read)

    async def make_link(self, owner: Actor, rights: Set[Right]) -> StaffLink:
        """Make a link by which one person can ask for these rights, for 24 hours."""
        # The code's characters are those of `start` links, without the one that joins their parts.
        code = (self._ids.token() + self._ids.token()).replace("-", "_")
        link = StaffLink(None, code, written(rights), owner.customer_id, self._clock.now())

        def make(tx: Transaction) -> StaffLink:
            require(tx, self._rules, owner, Right.OWNER)
            _log(tx, owner.customer_id, "staff_link", "staff", link.rights, link.made_at)
            return tx.staff_links.add(link)

        return await self._store.write(make)

    async def decide(self, owner: Actor, link_id: StaffLinkId, *, accepts: bool) -> Application:
        """Take on somebody who asks, or refuse them; the first decision counts.

        Returns the application with what was decided, perhaps before. Raises `NotFoundError`.
        """
        return await self._store.write(self._decide, owner, link_id, accepts, self._clock.now())

    def _decide(
        self, tx: Transaction, owner: Actor, link_id: StaffLinkId, accepts: bool, now: datetime
    ) -> Application:
        require(tx, self._rules, owner, Right.OWNER)
        link = tx.staff_links.get(link_id)
        if link is None or link.asked_by is None:
            raise NotFoundError
        decided_by, asked_by = owner.customer_id, link.asked_by
        if not tx.staff_links.decide(link_id, decided_by, now, is_accepted=accepts):
            return _application(tx, link)
        if accepts:
            tx.staff.put(StaffMember(asked_by, link.rights, decided_by, now))
            tx.customers.set_membership(asked_by, Membership.MEMBER)
        event = StaffEvent.ACCEPTED if accepts else StaffEvent.REJECTED
        _log(tx, decided_by, f"staff_{event}", subject_of_person(asked_by), link.rights, now)
        _notify(tx, asked_by, event, now)
        decided = replace(link, decided_by=decided_by, decided_at=now, is_accepted=accepts)
        return _application(tx, decided)

    async def set_right(
        self, owner: Actor, customer_id: CustomerId, right: Right, *, is_granted: bool
    ) -> Employee:
        """Grant a right to an employee, or take it away; raises `NotFoundError`."""
        now = self._clock.now()

        def change(tx: Transaction) -> Employee:
            require(tx, self._rules, owner, Right.OWNER)
            before = _require_employee(tx, customer_id)
            rights = before.rights | {right} if is_granted else before.rights - {right}
            if rights == before.rights:
                return before
            tx.staff.put(replace(before.member, rights=written(rights)))
            detail = f"{'+' if is_granted else '-'}{right}"
            _log(tx, owner.customer_id, "staff_rights", subject_of_person(customer_id), detail, now)
            _notify(tx, customer_id, StaffEvent.CHANGED, now)
            return _require_employee(tx, customer_id)

        return await self._store.write(change)

    async def remove(self, owner: Actor, customer_id: CustomerId) -> Customer:
        """Remove an employee, whose rights end at once; raises `NotFoundError`."""
        now = self._clock.now()

        def remove(tx: Transaction) -> Customer:
            require(tx, self._rules, owner, Right.OWNER)
            return remove_employee(tx, customer_id, owner.customer_id, now)

        return await self._store.write(remove)

    # --- whoever opens a link ---

    async def opened(self, actor: Actor, code: str) -> StaffLink:
        """Return the link that somebody has opened.

        Raises `NotFoundError` for one that is unknown, used by another, or older than 24 hours,
        and for a blocked person; `AlreadyStaffError` for owners and staff.
        """
        return await self._store.read(self._usable, actor, code, self._clock.now())

    async def ask(self, actor: Actor, code: str) -> StaffLink:
        """Ask the owners by a link, which nobody else can use then; raises as `opened` does."""
        now = self._clock.now()

        def ask(tx: Transaction) -> StaffLink:
            link = self._usable(tx, actor, code, now)
            if link.asked_by == actor.customer_id or link.link_id is None:
                return link
            tx.staff_links.take(link.link_id, actor.customer_id, now)
            key = f"staff-asks:{link.link_id}"
            kind = NoticeKind.STAFF_ASKS
            enqueue.notify_admins(tx, self._rules, kind, key, link.link_id, now)
            return replace(link, asked_by=actor.customer_id, asked_at=now)

        return await self._store.write(ask)

    def _usable(self, tx: Transaction, actor: Actor, code: str, now: datetime) -> StaffLink:
        if rights_of(tx, self._rules, actor.customer_id):
            raise AlreadyStaffError
        link = tx.staff_links.by_code(code)
        if link is None or tx.customer_cards.is_blocked(actor.customer_id):
            raise NotFoundError
        asks_already = link.asked_by == actor.customer_id and link.decided_by is None
        if not asks_already and not link.is_open(now):
            raise NotFoundError
        return link


def remove_employee(
    tx: Transaction, customer_id: CustomerId, actor_id: CustomerId, now: datetime
) -> Customer:
    """Remove an employee: their rights and open question end, and their menu is a customer's.

    Raises `NotFoundError` for somebody who is no employee.
    """
    employee = _require_employee(tx, customer_id)
    tx.staff.remove(customer_id)
    dialog = tx.dialogs.get(customer_id)
    if dialog is not None and dialog.step in STAFF_STEPS:
        tx.dialogs.drop(customer_id)
    subject = subject_of_person(customer_id)
    _log(tx, actor_id, "staff_removed", subject, employee.member.rights, now)
    _notify(tx, customer_id, StaffEvent.REMOVED, now)
    return employee.customer


def remove_by_server(tx: Transaction, typed: str, now: datetime) -> Customer:
    """Remove the employee with a Telegram id or "@username", by a command on the server.

    Raises `NotFoundError`.
    """
    name = typed.strip().removeprefix("@").casefold()
    people = (tx.customers.get(one.customer_id) for one in tx.staff.all())
    for customer in (one for one in people if one is not None):
        names = (str(customer.telegram_id), str(customer.customer_id), customer.username.casefold())
        if name and name in names:
            return remove_employee(tx, customer.customer_id, SERVER, now)
    raise NotFoundError


def _require_employee(tx: Transaction, customer_id: CustomerId) -> Employee:
    found = _employee(tx, customer_id)
    if found is None:
        raise NotFoundError
    return found


def _employee(tx: Transaction, customer_id: CustomerId) -> Employee | None:
    member = next((one for one in tx.staff.all() if one.customer_id == customer_id), None)
    customer = tx.customers.get(customer_id)
    if member is None or customer is None:
        return None
    return Employee(member, customer, tx.customers.get(member.added_by))


def _application(tx: Transaction, link: StaffLink) -> Application:
    customer = None if link.asked_by is None else tx.customers.get(link.asked_by)
    by = None if link.decided_by is None else tx.customers.get(link.decided_by)
    return Application(link, customer, by)


def _notify(tx: Transaction, customer_id: CustomerId, event: StaffEvent, now: datetime) -> None:
    kind = NoticeKind.STAFF_NEWS
    rights = "-".join(sorted(tx.staff.rights_of(customer_id)))
    key = f"staff:{customer_id}:{event}:{now.timestamp():.6f}:{rights}"
    data = {"event": event.value}
    enqueue.notify_customer(tx, customer_id, kind, key, now, subject_id=customer_id, data=data)


def _log(
    tx: Transaction, actor_id: CustomerId, action: str, subject: str, detail: str, now: datetime
) -> None:
    tx.admin_acts.add(AdminAct(actor_id, action, subject, detail, now))
