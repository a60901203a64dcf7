"""A person's own data: what the shop knows about one person, as they may ask for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from bot.domain.admin_act import AdminAct
from bot.domain.customer import Actor, Customer, SavedNumber
from bot.domain.customer_card import CustomerFile
from bot.domain.errors import NotFoundError
from bot.domain.joining import Invitation
from bot.domain.ledger import Account, Phase, Transfer, wallet_of
from bot.domain.notice import Notice
from bot.domain.order import CustomerId, Order
from bot.domain.restock import RestockRequest
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import Right
from bot.domain.thread import ThreadMessage
from bot.domain.topup import TopUp
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.services.erasures import LONG_AGO
from bot.services.permissions import require

ACTION = "personal_data"
"""The action of the admin act when somebody else than the person gets the data."""
_AT_ONCE = 500

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BookedTransfer:
    """A transfer of a wallet, and the wallet after it."""

    transfer: Transfer
    change: int
    """What it added to the wallet's posted rupiah, or below 0, took from them."""
    posted_after: int


@dataclass(frozen=True, slots=True)
class PersonalData:
    """Everything that the shop knows about a person, each list oldest first."""

    made_at: datetime
    customer: Customer
    file: CustomerFile
    """What staff wrote about the person."""
    level: str
    """The name of their level; empty: everybody's prices."""
    wallet: Account
    numbers: Sequence[SavedNumber]
    orders: Sequence[Order]
    transfers: Sequence[BookedTransfer]
    topups: Sequence[TopUp]
    notices: Sequence[Notice]
    """Messages to the person that are still stored."""
    written: Sequence[ThreadMessage]
    """What the person and the shop wrote to each other."""
    reminders: Sequence[RestockRequest]
    invitation: Invitation | None
    """By which the person came to the shop."""
    acts: Sequence[AdminAct]
    """What staff did about the person, their orders and their top-ups."""


class PersonalDataFiles:
    """Collects persons' data for the files that are sent to them."""

    def __init__(self, store: Store, rules: ShopRules, clock: Clock) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock

    async def own(self, actor: Actor) -> PersonalData:
        """Return the actor's own data."""
        return await self._store.read(personal_data, actor.customer_id, self._clock.now())

    async def of_customer(self, actor: Actor, customer_id: CustomerId) -> PersonalData:
        """Return a person's data for an owner, who passes it on; it is recorded as an act.

        Raises `NotPermittedError`, `NotFoundError`.
        """
        now = self._clock.now()

        def collect(tx: Transaction) -> PersonalData:
            require(tx, self._rules, actor, Right.OWNER)
            found = personal_data(tx, customer_id, now)
            tx.admin_acts.add(AdminAct(actor.customer_id, ACTION, f"user:{customer_id}", "", now))
            return found

        return await self._store.write(collect)


def personal_data(tx: Transaction, customer_id: CustomerId, now: datetime) -> PersonalData:
    """Return everything about a person; raises `NotFoundError`."""
    customer, file = tx.customers.get(customer_id), tx.customer_cards.file(customer_id)
    if customer is None or file is None:
        raise NotFoundError
    wallet = wallet_of(customer_id)
    orders = _whole(lambda offset: tx.orders.history_of(customer_id, _AT_ONCE, offset))
    topups = tx.topups.requested_since(customer_id, LONG_AGO)
    transfers = _whole(lambda offset: tx.ledger.transfers_of(wallet, _AT_ONCE, offset))
    account = customer.telegram_id
    return PersonalData(
        made_at=now,
        customer=customer,
        file=file,
        level=_level_of(tx, customer),
        wallet=tx.ledger.account(wallet),
        numbers=tx.saved_numbers.of(customer_id)[::-1],
        orders=orders,
        transfers=_booked(transfers, wallet),
        topups=topups,
        notices=[] if account is None else tx.erasures.notices_to(account),
        written=tx.threads.messages_of(customer_id),
        invitation=tx.joining.invitation_of(customer_id),
        reminders=tx.restock_requests.open_of(customer_id, now),
        acts=_acts(tx, customer_id, orders, topups),
    )


def _level_of(tx: Transaction, customer: Customer) -> str:
    levels = tx.policy.current().prices.levels
    return next((one.name for one in levels if one.level_id == customer.level_id), "")


def _whole(page: Callable[[int], Sequence[T]]) -> list[T]:
    """Return all entries of pages that begin with the newest, oldest first."""
    found: list[T] = []
    while entries := page(len(found)):
        found += entries
    return found[::-1]


def _booked(transfers: Sequence[Transfer], wallet: str) -> list[BookedTransfer]:
    """Return the transfers that moved money, with the wallet after each; no holds and voids."""
    posted, found = 0, []
    for transfer in transfers:
        if transfer.phase in (Phase.SINGLE, Phase.POST):
            change = transfer.amount if transfer.credit_account == wallet else -transfer.amount
            posted += change
            found.append(BookedTransfer(transfer, change, posted))
    return found


def _acts(
    tx: Transaction, customer_id: CustomerId, orders: Sequence[Order], topups: Sequence[TopUp]
) -> list[AdminAct]:
    subjects = [
        f"user:{customer_id}",
        *(order.number for order in orders),
        *(f"topup:{topup.topup_id}" for topup in topups),
    ]
    acts = [act for subject in subjects for act in tx.admin_acts.about(subject)]
    return sorted(acts, key=lambda act: act.at)
