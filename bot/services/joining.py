"""Joining: invitations to the shop, and requests to join that an owner or employee decides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.admin_act import AdminAct, subject_of_person
from bot.domain.customer import Actor, Customer, Membership
from bot.domain.errors import NotFoundError, TooManyInvitationsError
from bot.domain.joining import Invitation, JoinRequest
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.domain.shop_settings import SignUp
from bot.domain.staff import Right
from bot.ports.clock import Clock
from bot.ports.ids import Ids
from bot.ports.store import Store, Transaction
from bot.services.membership import signup_of
from bot.services.notices import enqueue_joining
from bot.services.permissions import require

MAX_OPEN: Final = 30
"""How many invitations may be open at once."""
MAX_USES: Final = 10_000
MAX_DAYS: Final = 365
MAX_WAITING: Final = 50
"""How many of those who wait are listed and announced; strangers cannot flood the staff."""
JUST_ARRIVED: Final = timedelta(minutes=10)
"""A member counts as invited only so long after their first message: later they were known."""


@dataclass(frozen=True, slots=True)
class Applicant:
    """A request to join, with the person who asked and the one who decided."""

    request: JoinRequest
    customer: Customer
    decided_by: Customer | None = None


@dataclass(frozen=True, slots=True)
class JoiningOverview:
    """What an owner sees of joining."""

    signup: SignUp
    invitations: list[Invitation]
    """Those by which somebody may come now, newest first."""
    waiting: list[Applicant]
    """Those whom nobody has decided about, oldest first."""


class Joining:
    """Lets people into a shop that is not open to all, and knows who invited whom."""

    def __init__(self, store: Store, rules: ShopRules, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock
        self._ids = ids

    # --- the person who comes ---

    async def come_by(self, customer_id: CustomerId, code: str) -> bool:
        """Make a person a member by an invitation, and keep who invited them.

        Returns False if the invitation is unknown, has ended, or does not help somebody who was
        refused. For a member who is not new it changes nothing.
        """
        return await self._store.write(_come_by, customer_id, code, self._clock.now())

    async def ask(self, customer_id: CustomerId, destination: str) -> Membership:
        """Ask the shop to be let in, and return what the person is now.

        `destination` is the payload of a start link to open then, or empty. Whoever has asked, or
        is a member, changes nothing; nor does anybody in a shop without approval.
        """
        return await self._store.write(self._ask, customer_id, destination, self._clock.now())

    def _ask(
        self, tx: Transaction, customer_id: CustomerId, destination: str, now: datetime
    ) -> Membership:
        membership = _customer(tx, customer_id).membership
        may_ask = signup_of(tx, self._rules) is SignUp.APPROVAL
        if membership is not Membership.NEW or not may_ask:
            return membership
        tx.customers.set_membership(customer_id, Membership.WAITING)
        request = JoinRequest(customer_id, now, destination)
        is_announced = len(tx.joining.waiting(MAX_WAITING)) < MAX_WAITING
        tx.joining.put_request(request)
        if is_announced:
            enqueue_joining.notify_join_request(tx, self._rules, request)
        return Membership.WAITING

    # --- owners and staff ---

    async def decide(self, actor: Actor, customer_id: CustomerId, *, accepts: bool) -> Applicant:
        """Let a person in who asked, or refuse them; the person is told.

        The first decision counts, but who was refused can be accepted later; the result shows what
        was decided. Raises `NotPermittedError`, and `NotFoundError` if they have not asked.
        """
        return await self._store.write(self._decide, actor, customer_id, accepts, self._clock.now())

    def _decide(
        self, tx: Transaction, actor: Actor, customer_id: CustomerId, accepts: bool, now: datetime
    ) -> Applicant:
        require(tx, self._rules, actor, Right.CUSTOMERS)
        applicant = applicant_of(tx, customer_id)
        membership = Membership.MEMBER if accepts else Membership.REFUSED
        is_open = applicant.customer.membership is Membership.WAITING
        if not is_open and (not accepts or applicant.customer.membership is Membership.MEMBER):
            return applicant
        tx.customers.set_membership(customer_id, membership)
        decided = replace(applicant.request, decided_at=now, decided_by=actor.customer_id)
        tx.joining.put_request(decided)
        action = "accept_member" if accepts else "refuse_member"
        tx.admin_acts.add(
            AdminAct(actor.customer_id, action, subject_of_person(customer_id), "", now)
        )
        enqueue_joining.notify_decision(tx, decided, now, is_accepted=accepts)
        return applicant_of(tx, customer_id)

    async def applicant(self, actor: Actor, customer_id: CustomerId) -> Applicant:
        """Return a person's request; raises `NotPermittedError` and `NotFoundError`."""

        def read(tx: Transaction) -> Applicant:
            require(tx, self._rules, actor, Right.CUSTOMERS)
            return applicant_of(tx, customer_id)

        return await self._store.read(read)

    async def overview(self, actor: Actor) -> JoiningOverview:
        """Return the open invitations and who waits; raises `NotPermittedError`."""
        return await self._store.read(self._overview, actor, self._clock.now())

    def _overview(self, tx: Transaction, actor: Actor, now: datetime) -> JoiningOverview:
        require(tx, self._rules, actor, Right.CUSTOMERS)
        waiting = [
            Applicant(one, _customer(tx, one.customer_id))
            for one in tx.joining.waiting(MAX_WAITING)
        ]
        invitations = tx.joining.open_invitations(now, MAX_OPEN)
        return JoiningOverview(signup_of(tx, self._rules), invitations, waiting)

    async def invite(self, actor: Actor, max_uses: int = 0, days: int = 0) -> Invitation:
        """Make an invitation for `max_uses` persons and so many days; 0: without that limit.

        Larger numbers count as `MAX_USES` and `MAX_DAYS`. Raises `NotPermittedError`, and
        `TooManyInvitationsError` when `MAX_OPEN` are open.
        """
        now = self._clock.now()
        lasting = timedelta(days=min(max(0, days), MAX_DAYS))
        invitation = Invitation(
            # A "-" would end the code in a start link.
            code=self._ids.token().replace("-", "_"),
            made_by=actor.customer_id,
            made_at=now,
            max_uses=min(max(0, max_uses), MAX_USES),
            expires_at=now + lasting if lasting else None,
        )
        return await self._store.write(self._invite, actor, invitation, now)

    def _invite(
        self, tx: Transaction, actor: Actor, invitation: Invitation, now: datetime
    ) -> Invitation:
        require(tx, self._rules, actor, Right.CUSTOMERS)
        if len(tx.joining.open_invitations(now, MAX_OPEN)) >= MAX_OPEN:
            raise TooManyInvitationsError(MAX_OPEN)
        tx.joining.add_invitation(invitation)
        limits = f"uses {invitation.max_uses}, until {invitation.expires_at or 'deleted'}"
        tx.admin_acts.add(AdminAct(actor.customer_id, "invite", invitation.code, limits, now))
        return invitation

    async def delete_invitation(self, actor: Actor, code: str) -> bool:
        """Take an invitation back; return whether it still stood. Raises `NotPermittedError`."""
        return await self._store.write(self._delete_invitation, actor, code, self._clock.now())

    def _delete_invitation(self, tx: Transaction, actor: Actor, code: str, now: datetime) -> bool:
        require(tx, self._rules, actor, Right.CUSTOMERS)
        is_deleted = tx.joining.delete_invitation(code, now)
        if is_deleted:
            act = AdminAct(actor.customer_id, "delete_invitation", code, "", now)
            tx.admin_acts.add(act)
        return is_deleted


def applicant_of(tx: Transaction, customer_id: CustomerId) -> Applicant:
    """Return a person's request to join; raises `NotFoundError` if they have not asked."""
    request = tx.joining.request_of(customer_id)
    if request is None:
        raise NotFoundError
    decider = None if request.decided_by is None else _customer(tx, request.decided_by)
    return Applicant(request, _customer(tx, customer_id), decider)


def _come_by(tx: Transaction, customer_id: CustomerId, code: str, now: datetime) -> bool:
    customer = _customer(tx, customer_id)
    earlier = tx.joining.invitation_of(customer_id)
    if earlier is not None and earlier.code == code:
        return True
    invitation = tx.joining.invitation(code)
    if invitation is None or not invitation.is_open(now):
        return False
    if customer.membership is Membership.REFUSED:
        return False
    is_member = customer.membership is Membership.MEMBER
    was_known = now - customer.created_at > JUST_ARRIVED or earlier is not None
    if is_member and (was_known or invitation.made_by == customer_id):
        return True
    tx.joining.use_invitation(code, customer_id, now)
    tx.customers.set_membership(customer_id, Membership.MEMBER)
    request = tx.joining.request_of(customer_id)
    if request is not None:
        tx.joining.put_request(replace(request, decided_at=now, decided_by=invitation.made_by))
    return True


def _customer(tx: Transaction, customer_id: CustomerId) -> Customer:
    customer = tx.customers.get(customer_id)
    if customer is None:
        raise NotFoundError
    return customer
