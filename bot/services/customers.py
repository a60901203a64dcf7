"""Customers: their names and languages, as recorded from their updates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.domain.customer import Customer
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.services.money.credit_limits import apply_credit_limit


class CustomerRecords:
    """Records who writes to the bot, and looks customers up."""

    def __init__(self, store: Store, rules: ShopRules, clock: Clock) -> None:
        """Cache the names of each customer, so that most updates need no write."""
        self._store = store
        self._rules = rules
        self._clock = clock
        self._names: dict[CustomerId, tuple[str, str, str]] = {}

    async def register(
        self,
        customer_id: CustomerId,
        first_name: str,
        username: str,
        language: str,
        *,
        is_start: bool = False,
    ) -> Customer:
        """Record the sender of an update, open their wallet, and return the customer.

        Nothing is written if nothing has changed. A write, which `is_start` forces, also makes
        notices pending again that were kept while the customer had blocked the bot.
        """
        now = self._clock.now()
        names = (first_name, username, language)
        if not is_start and self._names.get(customer_id) == names:
            customer = await self._store.read(lambda tx: tx.customers.get(customer_id))
            if customer is not None and customer.is_reachable:
                return customer

        def record(tx: Transaction) -> Customer:
            customer = tx.customers.seen(customer_id, *names, now)
            apply_credit_limit(tx, self._rules, customer_id)
            tx.outbox.mark_reachable(customer_id)
            return customer

        customer = await self._store.write(record)
        self._names[customer_id] = names
        return customer

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
