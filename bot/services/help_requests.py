"""Help requests: a customer asks the staff to write, about an order or in general.

Each opens a case, which waits until it is closed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.order import CustomerId, Order, OrderId
from bot.domain.shop_rules import ShopRules
from bot.domain.thread import About, Topic
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.services.notices import enqueue_threads
from bot.services.orders.place import own_order
from bot.services.thread_messages import open_case

ASK_EVERY = timedelta(minutes=10)
"""The shortest interval between two requests of a customer about the same subject."""


class HelpRequests:
    """Sends a customer's request for help to the admins, rate-limited per subject."""

    def __init__(self, store: Store, rules: ShopRules, clock: Clock) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock

    async def ask_about_order(
        self, customer_id: CustomerId, order_id: OrderId, request_key: str
    ) -> Order:
        """Send the admins a request about the customer's own order, once per `request_key`.

        A repeated request within 10 minutes is not sent. Raises `NotFoundError` for an order of
        another customer.
        """
        return await self._store.write(
            self._ask_about_order, customer_id, order_id, request_key, self._clock.now()
        )

    def _ask_about_order(
        self,
        tx: Transaction,
        customer_id: CustomerId,
        order_id: OrderId,
        request_key: str,
        now: datetime,
    ) -> Order:
        order = own_order(tx, customer_id, order_id)
        if _may_ask(tx, f"help:{order.number}", now):
            tx.customer_cards.count_complaint(customer_id, now)
            open_case(tx, Topic(customer_id, About.ORDER, order_id), now)
            enqueue_threads.notify_help_request(tx, self._rules, order, request_key, now)
        return order

    async def ask_for_message(self, customer_id: CustomerId, request_key: str) -> None:
        """Ask the admins to write to a customer; a repeat within 10 minutes is not sent."""
        now = self._clock.now()

        def ask(tx: Transaction) -> None:
            if _may_ask(tx, f"asked:{customer_id}", now):
                tx.customer_cards.count_complaint(customer_id, now)
                open_case(tx, Topic(customer_id), now)
                enqueue_threads.notify_contact_request(
                    tx, self._rules, customer_id, request_key, now
                )

        await self._store.write(ask)


def _may_ask(tx: Transaction, fact: str, now: datetime) -> bool:
    """Record a request under `fact` and return True, unless the last is under 10 minutes old."""
    asked_at = tx.facts.get(fact)
    if asked_at is not None and now - datetime.fromisoformat(asked_at) < ASK_EVERY:
        return False
    tx.facts.put(fact, now.isoformat())
    return True
