"""Show the code of a customer's order to staff, and record who looked."""

from __future__ import annotations

from datetime import datetime

from bot.domain.admin_act import AdminAct
from bot.domain.customer import Actor
from bot.domain.errors import NotFoundError
from bot.domain.order import Order, OrderId
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import Right
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.services.orders.transitions import require_order
from bot.services.permissions import require


class Codes:
    """Shows vouchers and serial numbers of customers; each look is logged."""

    def __init__(self, store: Store, rules: ShopRules, clock: Clock) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock

    async def show(self, actor: Actor, order_id: OrderId) -> Order:
        """Return an order with its code, and record the look.

        Raises `NotPermittedError`, and `NotFoundError` for an order without a code.
        """
        return await self._store.write(self._show, actor, order_id, self._clock.now())

    def _show(self, tx: Transaction, actor: Actor, order_id: OrderId, now: datetime) -> Order:
        require(tx, self._rules, actor, Right.CODES)
        order = require_order(tx, order_id)
        if not order.voucher:
            raise NotFoundError
        tx.admin_acts.add(AdminAct(actor.customer_id, "show_code", order.number, "", now))
        return order
