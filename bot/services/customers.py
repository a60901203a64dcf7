"""Customers: their names and languages, as recorded from their updates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.customer import Customer
from bot.domain.dialog import Dialog
from bot.domain.ledger import wallet_of
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.services.money.credit_limits import apply_credit_limit


@dataclass(frozen=True, slots=True)
class Arrival:
    """The sender of an update, and their open dialog when the update was begun."""

    customer: Customer
    dialog: Dialog | None


class CustomerRecords:
    """Records who writes to the bot, and looks customers up."""

    def __init__(self, store: Store, rules: ShopRules, clock: Clock) -> None:
        """Remember whose wallet was compared: rules change only at a restart."""
        self._store = store
        self._rules = rules
        self._clock = clock
        self._compared: set[CustomerId] = set()

    async def register(
        self,
        customer_id: CustomerId,
        first_name: str,
        username: str,
        language: str,
        *,
        is_start: bool = False,
    ) -> Arrival:
        """Return the sender of an update and their dialog, in one read if nothing has changed.

        A change of the names, of the reachability or of the wallet's limit is written. A write,
        which `is_start` forces, also makes notices pending again that were kept while the customer
        had blocked the bot.
        """
        names = (first_name, username, language)
        if not is_start:
            known = await self._store.read(self._known, customer_id, names)
            if known is not None:
                self._compared.add(customer_id)
                return known
        arrival = await self._store.write(self._record, customer_id, names)
        self._compared.add(customer_id)
        return arrival

    def _known(
        self, tx: Transaction, customer_id: CustomerId, names: tuple[str, str, str]
    ) -> Arrival | None:
        """Return an arrival of which nothing has to be written, else None."""
        customer = tx.customers.get(customer_id)
        if customer is None or not customer.is_reachable:
            return None
        if names != (customer.first_name, customer.username, customer.telegram_language):
            return None
        if customer_id not in self._compared:
            wallet = tx.ledger.account(wallet_of(customer_id))
            granted = self._rules.credit_limit_of(customer_id)
            if wallet.credit_limit != max(granted, -wallet.balance):
                return None
        return Arrival(customer, tx.dialogs.get(customer_id))

    def _record(
        self, tx: Transaction, customer_id: CustomerId, names: tuple[str, str, str]
    ) -> Arrival:
        customer = tx.customers.seen(customer_id, *names, self._clock.now())
        apply_credit_limit(tx, self._rules, customer_id)
        tx.outbox.mark_reachable(customer_id)
        return Arrival(customer, tx.dialogs.get(customer_id))

    async def get(self, customer_id: CustomerId) -> Customer | None:
        """Return a customer; None for a person who never wrote to the bot."""
        return await self._store.read(lambda tx: tx.customers.get(customer_id))

    async def get_many(self, customer_ids: Iterable[CustomerId]) -> Mapping[CustomerId, Customer]:
        """Return customers by their ids, without those who never wrote to the bot."""
        wanted = set(customer_ids)

        def find(tx: Transaction) -> dict[CustomerId, Customer]:
            found = ((one, tx.customers.get(one)) for one in wanted)
            return {one: customer for one, customer in found if customer is not None}

        return await self._store.read(find)

    async def choose_language(self, customer_id: CustomerId, language: str) -> None:
        """Store the language ("id", "en") in which the bot writes to a customer."""
        await self._store.write(lambda tx: tx.customers.choose_language(customer_id, language))
