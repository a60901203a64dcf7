"""Customers: persons, found by their Telegram accounts, with names and languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.domain.customer import MAX_TELEGRAM_ID, Actor, Customer, Membership, TelegramId
from bot.domain.dialog import Dialog
from bot.domain.ledger import wallet_of
from bot.domain.order import CustomerId
from bot.domain.policy import Policy
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import ALL_RIGHTS, Right
from bot.domain.viewer import Viewer
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.services.catalogue.browse import CatalogueCache
from bot.services.membership import admitted_at_once
from bot.services.money.credit_limits import apply_credit_limit, credit_limit_of

_ID = re.compile(r"[0-9]{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Arrival:
    """The sender of an update, and their open dialog when the update was begun."""

    customer: Customer
    actor: Actor
    dialog: Dialog | None
    policy: Policy
    """The shop's policy now."""
    rights: frozenset[Right]
    """What the sender may do. Acts check it again, in their transactions."""
    viewer: Viewer
    """How the catalogue is shown to the sender."""


class CustomerRecords:
    """Records who writes to the bot, and looks customers up."""

    def __init__(
        self, store: Store, catalogue_cache: CatalogueCache, rules: ShopRules, clock: Clock
    ) -> None:
        """Remember whose wallet was compared.

        Rules change only at a restart, links at any time; a granted limit is applied at once.
        """
        self._store = store
        self._catalogue_cache = catalogue_cache
        self._rules = rules
        self._clock = clock
        self._compared: set[Actor] = set()

    async def register(
        self,
        telegram_id: TelegramId,
        first_name: str,
        username: str,
        language: str,
        *,
        is_start: bool = False,
    ) -> Arrival:
        """Return the sender of an update and their dialog, in one read if nothing has changed.

        An unknown account becomes that of a new person. A change of the names, of the reachability
        or of the wallet's limit is written. A write, which `is_start` forces, also makes notices
        pending again that were kept while the customer had blocked the bot.
        """
        names = (first_name, username, language)
        if not is_start:
            known = await self._store.read(self._known, telegram_id, names)
            if known is not None:
                return self._taken(known)
        return self._taken(await self._store.write(self._record, telegram_id, names))

    def _taken(self, arrival: Arrival) -> Arrival:
        """Show the catalogue by the policy that was read with an arrival."""
        self._compared.add(arrival.actor)
        self._catalogue_cache.policy = arrival.policy
        return arrival

    def _known(
        self, tx: Transaction, telegram_id: TelegramId, names: tuple[str, str, str]
    ) -> Arrival | None:
        """Return an arrival of which nothing has to be written, else None."""
        customer = tx.customers.by_telegram(telegram_id)
        if customer is None or not customer.is_reachable:
            return None
        if names != (customer.name, customer.username, customer.telegram_language):
            return None
        if customer.membership is not Membership.MEMBER and admitted_at_once(
            tx, self._rules, customer
        ):
            return None
        if Actor(customer.customer_id, telegram_id) not in self._compared:
            wallet = tx.ledger.account(wallet_of(customer.customer_id))
            granted = credit_limit_of(tx, self._rules, customer.customer_id)
            if wallet.credit_limit != max(granted, -wallet.balance):
                return None
        return self._arrival(tx, customer, telegram_id)

    def _record(
        self, tx: Transaction, telegram_id: TelegramId, names: tuple[str, str, str]
    ) -> Arrival:
        is_new = tx.customers.by_telegram(telegram_id) is None
        customer = tx.customers.seen(telegram_id, *names, self._clock.now())
        customer = _with_membership(tx, self._rules, customer, is_new=is_new)
        apply_credit_limit(tx, self._rules, customer.customer_id)
        tx.outbox.mark_reachable(telegram_id)
        return self._arrival(tx, customer, telegram_id)

    def _arrival(self, tx: Transaction, customer: Customer, telegram_id: TelegramId) -> Arrival:
        customer_id = customer.customer_id
        is_owner = self._rules.is_owner(telegram_id)
        rights = ALL_RIGHTS if is_owner else customer.rights
        return Arrival(
            customer,
            Actor(customer_id, telegram_id),
            tx.dialogs.get(customer_id),
            tx.policy.current(),
            rights,
            Viewer(customer.level_id, Right.SELL in rights),
        )

    async def find(self, typed: str) -> Customer | None:
        """Return the person whose id an admin typed, as `person_of` does."""
        return await self._store.read(person_of, typed)

    async def get_many(self, customer_ids: Iterable[CustomerId]) -> Mapping[CustomerId, Customer]:
        """Return customers by their ids, without unknown ones."""
        wanted = set(customer_ids)

        def find(tx: Transaction) -> dict[CustomerId, Customer]:
            found = ((one, tx.customers.get(one)) for one in wanted)
            return {one: customer for one, customer in found if customer is not None}

        return await self._store.read(find)

    async def choose_language(self, customer_id: CustomerId, language: str) -> None:
        """Store the language ("id", "en") in which the bot writes to a customer."""
        await self._store.write(lambda tx: tx.customers.choose_language(customer_id, language))


def _with_membership(
    tx: Transaction, rules: ShopRules, customer: Customer, *, is_new: bool
) -> Customer:
    """Store whether a person may use the shop: a member stays one, whoever else may enter is one.

    So whoever came to a shop while it was open to all stays a customer when it no longer is.
    """
    if customer.membership is Membership.MEMBER and not is_new:
        return customer
    if admitted_at_once(tx, rules, customer):
        membership = Membership.MEMBER
    else:
        membership = Membership.NEW if is_new else customer.membership
    if membership is customer.membership:
        return customer
    tx.customers.set_membership(customer.customer_id, membership)
    return replace(customer, membership=membership)


def person_of(tx: Transaction, typed: str) -> Customer | None:
    """Return the person whose id an admin typed; None if it is no id, or unknown.

    Up to 52 bits it is the id of a Telegram account, which admins know; above, it is a person's. An
    old person has an id like that of an account, by which they are found if no account has it now.
    """
    if not _ID.fullmatch(typed):
        return None
    number = int(typed)
    found = tx.customers.by_telegram(TelegramId(number)) if number <= MAX_TELEGRAM_ID else None
    return found or tx.customers.get(CustomerId(number))
