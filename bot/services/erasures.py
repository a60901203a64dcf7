"""Erasures: a person's own data is erased at their request, and again after a restore.

The person asks, or an owner for them; what would be lost is shown first, and a one-time token
confirms it. One transaction erases everything and adds the person to the list of erasures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

from bot.domain.admin_act import AdminAct, subject_of_person
from bot.domain.confirmation import Confirmation, ConfirmationKind
from bot.domain.customer import Actor, Customer, Membership
from bot.domain.erasure import Erasure, ErasureObstacle, ErasureRefusedError
from bot.domain.errors import NotFoundError, StoreUnavailableError
from bot.domain.ledger import wallet_of
from bot.domain.order import CustomerId, OrderState
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import Right
from bot.domain.topup import TopUp, TopUpState, payment_may_arrive
from bot.ports.clock import Clock
from bot.ports.ids import Ids
from bot.ports.store import Store, Transaction, Wiper
from bot.services.confirmations import usable_confirmation
from bot.services.people.links import LINKED, has_dealings
from bot.services.permissions import require, rights_of

log = structlog.get_logger(__name__)

ACTION = "erasure"
"""The action of the admin act, which names nobody."""
WIPE_DUE = "wipe_due"
"""The fact with the time of the last erasure, until what it left in the file is overwritten."""
WIPE_SINCE = "wipe_since"
"""The fact with the time of the first erasure that the file was not rewritten after."""
WIPE_AFTER = timedelta(minutes=1)
"""Updates that are being handled are emptied within this time."""
WIPE_AT_LATEST = timedelta(hours=1)
"""One erasure after the other postpones the rewriting by no more than this."""
EVERY_SECONDS = 3600.0
AGAIN_SECONDS = 60.0
AT_ONCE_BYTES = 200_000_000
"""A larger file is rewritten at night: until that is done, purchases wait."""
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
NIGHT = range(2, 5)
"""The hours of the shop's time zone in which a large file is rewritten."""


class ErasureList(Protocol):
    """The list of erasures outside the database, which a restore does not touch."""

    def add_erasures(self, erasures: Sequence[Erasure]) -> None:
        """Add those that are missing, durably; raises `OSError` or `StoreUnavailableError`."""
        ...


@dataclass(frozen=True, slots=True)
class ProposedErasure:
    """An erasure as it is shown, before its button is pressed."""

    token: str
    customer: Customer


class Erasures:
    """Erases the data of persons who ask for it."""

    def __init__(
        self,
        store: Store,
        rules: ShopRules,
        clock: Clock,
        ids: Ids,
        outside: ErasureList,
        wiper: Wiper,
    ) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock
        self._ids = ids
        self._outside = outside
        self._wiper = wiper

    async def propose(self, actor: Actor, customer_id: CustomerId) -> ProposedErasure:
        """Store a one-time token for an erasure.

        Raises `ErasureRefusedError`, `NotFoundError`, and `NotPermittedError` for somebody else's
        data, unless the actor is an owner.
        """
        return await self._store.write(
            self._propose, actor, customer_id, self._ids.token(), self._clock.now()
        )

    def _propose(
        self, tx: Transaction, actor: Actor, customer_id: CustomerId, token: str, now: datetime
    ) -> ProposedErasure:
        customer = require_erasable(tx, self._rules, actor, customer_id, now)
        payload: dict[str, str | int] = {"customer_id": customer_id}
        tx.confirmations.add(
            Confirmation(token, actor.customer_id, ConfirmationKind.ERASURE, payload, now)
        )
        return ProposedErasure(token, customer)

    async def erase(self, actor: Actor, token: str) -> Erasure:
        """Carry out a proposed erasure, once; return the entry in the list.

        Raises `TokenError`, and what `propose` raises. When it returns, the erasure is in the
        database; the list outside is written at the next step if it cannot be written now.
        """
        erasure = await self._store.write(self._erase, actor, token, self._clock.now())
        await self._copy_list()
        log.info("person_erased", number=erasure.number)
        return erasure

    def _erase(self, tx: Transaction, actor: Actor, token: str, now: datetime) -> Erasure:
        actor_id = actor.customer_id
        confirmation = usable_confirmation(tx, token, actor_id, ConfirmationKind.ERASURE, now)
        customer_id = CustomerId(int(confirmation.payload["customer_id"]))
        customer = require_erasable(tx, self._rules, actor, customer_id, now)
        number = 1 + max((one.number for one in tx.erasures.all()), default=0)
        erasure = Erasure(customer_id, number, customer.created_at, now)
        tx.confirmations.consume(token, actor_id, now, str(number))
        erase_listed(tx, erasure, now)
        tx.admin_acts.add(AdminAct(actor_id, ACTION, f"user:{customer_id}", "", now))
        return erasure

    async def step(self) -> float:
        """Erase what has come since, write the list outside, and overwrite what was left.

        Returns the seconds until the next step.
        """
        now = self._clock.now()
        await self._store.write(finish_erasures, now)
        is_copied = await self._copy_list()
        due, since = await self._store.read(_waiting)
        if not due:
            return EVERY_SECONDS if is_copied else AGAIN_SECONDS
        left = _seconds_to_wait(due, now)
        if left and now - datetime.fromisoformat(since) < WIPE_AT_LATEST:
            return left
        is_night = now.astimezone(self._rules.timezone).hour in NIGHT
        if not await self._wiper.wipe(None if is_night else AT_ONCE_BYTES):
            return AGAIN_SECONDS
        await self._store.write(_wiped, due, now)
        return left or EVERY_SECONDS

    async def _copy_list(self) -> bool:
        erasures = await self._store.read(lambda tx: tx.erasures.all())
        try:
            self._outside.add_erasures(erasures)
        except (OSError, StoreUnavailableError) as error:
            log.warning("erasures_not_listed_outside", cause=str(error))
            return False
        return True


def require_erasable(
    tx: Transaction, rules: ShopRules, actor: Actor, customer_id: CustomerId, now: datetime
) -> Customer:
    """Return a person whose data this actor may have erased now; else raise.

    Whom the shop has blocked or refused asks an owner: else an erasure would undo it.
    """
    if customer_id != actor.customer_id:
        require(tx, rules, actor, Right.OWNER)
    customer = tx.customers.get(customer_id)
    if customer is None or tx.erasures.get(customer_id) is not None:
        raise NotFoundError
    obstacles = erasure_obstacles(tx, rules, customer, now)
    is_refused = customer.membership is Membership.REFUSED
    if customer_id == actor.customer_id and (
        is_refused or tx.customer_cards.is_blocked(customer_id)
    ):
        obstacles.append(ErasureObstacle.BLOCKED)
    if obstacles:
        raise ErasureRefusedError(obstacles)
    return customer


def erasure_obstacles(
    tx: Transaction, rules: ShopRules, customer: Customer, now: datetime
) -> list[ErasureObstacle]:
    """Return why a person's data cannot be erased now, in the order of their declaration."""
    customer_id = customer.customer_id
    open_states = {order.state for order in tx.orders.open_of(customer_id)}
    wallet = tx.ledger.account(wallet_of(customer_id))
    found: dict[ErasureObstacle, Callable[[], bool]] = {
        ErasureObstacle.ORDERS: lambda: (
            bool(open_states - {OrderState.PARKED})
            or tx.erasures.has_order_to_check(customer_id, now)
        ),
        ErasureObstacle.CASES: lambda: (
            OrderState.PARKED in open_states or bool(tx.threads.cases_of(customer_id, 1))
        ),
        ErasureObstacle.TOPUPS: lambda: any(
            _is_undecided(topup, now) for topup in tx.topups.requested_since(customer_id, LONG_AGO)
        ),
        ErasureObstacle.BALANCE: lambda: wallet.balance > 0,
        ErasureObstacle.DEBT: lambda: wallet.balance < 0,
        ErasureObstacle.STAFF: lambda: bool(rights_of(tx, rules, customer_id)),
    }
    return [obstacle for obstacle, is_there in found.items() if is_there()]


def _is_undecided(topup: TopUp, now: datetime) -> bool:
    has_proof = topup.state is TopUpState.PENDING and bool(topup.proof)
    return has_proof or payment_may_arrive(topup, now)


def erase_listed(tx: Transaction, erasure: Erasure, now: datetime) -> None:
    """Add a person to the list, and erase their data, also what they left as another person."""
    tx.erasures.add(erasure)
    for former_id in _former_persons(tx, erasure.customer_id):
        tx.erasures.erase(replace(erasure, customer_id=former_id), now)
    tx.erasures.erase(erasure, now)
    tx.facts.put(WIPE_DUE, now.isoformat())
    if not tx.facts.get(WIPE_SINCE):
        tx.facts.put(WIPE_SINCE, now.isoformat())


def _former_persons(tx: Transaction, customer_id: CustomerId) -> list[CustomerId]:
    """Return whom the person's account was before it was linked to them.

    Who has got another account, or money, since is another human.
    """
    found = []
    for act in tx.admin_acts.about(subject_of_person(customer_id)):
        _, _, former = act.detail.partition(" ")
        if act.action == LINKED and former.isdecimal():
            former_id = CustomerId(int(former))
            has_account = tx.customers.telegram_id_of(former_id) is not None
            if not has_account and not has_dealings(tx, former_id):
                found.append(former_id)
    return found


def finish_erasures(tx: Transaction, now: datetime) -> int:
    """Erase what persons on the list have left: orders that ended later; return their number."""
    incomplete = tx.erasures.incomplete(now)
    for erasure in incomplete:
        erase_listed(tx, erasure, now)
    return len(incomplete)


def erase_again(tx: Transaction, erasures: Sequence[Erasure], now: datetime) -> int:
    """Erase in a database from before their erasures the data of persons on the list outside.

    Returns how many there were. Somebody whom this database does not know, or knows since another
    time, is another shop's person.
    """
    count = 0
    for erasure in erasures:
        customer = tx.customers.get(erasure.customer_id)
        is_known = customer is not None and customer.created_at == erasure.known_since
        if is_known and tx.erasures.get(erasure.customer_id) is None:
            erase_listed(tx, erasure, now)
            count += 1
    return count


def _waiting(tx: Transaction) -> tuple[str, str]:
    """Return the times of the last erasure and of the first that waits for the rewriting."""
    due = tx.facts.get(WIPE_DUE) or ""
    return due, tx.facts.get(WIPE_SINCE) or due


def _seconds_to_wait(due: str, now: datetime) -> float:
    waited = now - datetime.fromisoformat(due)
    # After the clock was set back, the erasure seems to be in the future.
    return (WIPE_AFTER - waited).total_seconds() if timedelta(0) <= waited < WIPE_AFTER else 0.0


def _wiped(tx: Transaction, due: str, now: datetime) -> None:
    """Take note that the file was rewritten, which is due again for erasures of this minute."""
    newest = tx.facts.get(WIPE_DUE) or ""
    if newest == due and not _seconds_to_wait(due, now):
        newest = ""
        tx.facts.put(WIPE_DUE, "")
    tx.facts.put(WIPE_SINCE, newest)
