"""Reopening: the customer's view of a pause, and the requests for a notice when it ends."""

from __future__ import annotations

from datetime import datetime

from bot.domain.condition import Condition
from bot.domain.order import CustomerId
from bot.domain.reopening import ShopStatus
from bot.domain.shop_rules import PAUSED, ShopRules
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.services.orders.circuit_breaker import is_breaker_open
from bot.services.restores import RESTORED
from bot.services.selling_stop import CLOSED_BY_CLOCK, NOT_OPENED, buying_stop
from bot.services.supplier_health import SupplierHealth


class Reopening:
    """Takes requests for a notice about the reopening; `/resume` sends it once to each customer."""

    def __init__(
        self, store: Store, rules: ShopRules, clock: Clock, health: SupplierHealth | None = None
    ) -> None:
        """Read only `health`; the supplier itself is never called."""
        self._store = store
        self._rules = rules
        self._clock = clock
        self._health = health or SupplierHealth()

    async def opening(self, customer_id: CustomerId) -> ShopStatus:
        """Return whether the shop takes orders now, for this customer's screen."""
        return await self._store.read(self._opening, customer_id)

    async def subscribe(self, customer_id: CustomerId) -> ShopStatus:
        """Store a customer's request for a notice; a second one changes nothing.

        Nothing is stored while the shop is open, nor while it is closed by the clock: when it
        opens is known then.
        """

        def ask(tx: Transaction) -> ShopStatus:
            stop = buying_stop(tx, self._rules, customer_id, self._clock.now())
            if stop is not None and stop.name != CLOSED_BY_CLOCK:
                tx.reopening_requests.add(customer_id, self._clock.now())
            return self._opening(tx, customer_id)

        return await self._store.write(ask)

    async def unsubscribe(self, customer_id: CustomerId) -> ShopStatus:
        """Withdraw a customer's request."""

        def forget(tx: Transaction) -> ShopStatus:
            tx.reopening_requests.forget(customer_id)
            return self._opening(tx, customer_id)

        return await self._store.write(forget)

    def _opening(self, tx: Transaction, customer_id: CustomerId) -> ShopStatus:
        is_slow = is_breaker_open(tx, self._rules.account) or self._health.away_since is not None
        now = self._clock.now()
        return opening_of(tx, self._rules, customer_id, now, is_slow=is_slow)


def opening_of(
    tx: Transaction,
    rules: ShopRules,
    customer_id: CustomerId | None,
    now: datetime,
    *,
    is_slow: bool = False,
) -> ShopStatus:
    """Return whether the shop takes orders; a pause takes precedence over slow sending."""
    pause = buying_stop(tx, rules, customer_id, now)
    if pause is None:
        return ShopStatus(cannot_send=is_slow)
    if pause.name == CLOSED_BY_CLOCK:
        return ShopStatus(is_paused=True, opens_at=datetime.fromisoformat(pause.detail))
    is_awaited = customer_id is not None and tx.reopening_requests.of(customer_id) is not None
    return ShopStatus(
        is_paused=True,
        is_new=pause.name == NOT_OPENED,
        note=public_note(pause),
        is_subscribed=is_awaited,
    )


def public_note(pause: Condition) -> str:
    """Return the owner's note on a pause; empty for a stop that no admin has made."""
    return "" if pause.name != PAUSED or pause.detail == RESTORED else pause.detail
