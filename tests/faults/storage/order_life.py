"""One order on a real database, step by step as the bot's loops would process it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec, TypeVar

from bot.domain.errors import StoreUnavailableError
from bot.domain.notice import NoticeKind
from bot.domain.order import Order, OrderId, OrderState
from bot.ports.store import Listener, Store, Transaction
from tests.services.shop import ANNI, Shop

P = ParamSpec("P")
T = TypeVar("T")

ROUNDS = 30
"""More attempts than this mean that the order is stuck."""


class FaultyStore:
    """Forwards everything to a store, and starts a fault right before one chosen write."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.writes = 0
        self.attack_at = 0
        """The number of the write before which the fault starts; 0: none."""
        self.failures_left = 0
        """The fault ends after so many failed writes."""
        self.begin: Callable[[], Awaitable[None]] | None = None
        self.end: Callable[[], Awaitable[None]] | None = None
        self.failed: list[str] = []
        """The messages of the failed writes."""
        self._is_attacked = False

    async def write(
        self, use_case: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        self.writes += 1
        if self.writes == self.attack_at and self.begin is not None:
            self._is_attacked = True
            await self.begin()
        try:
            return await self._store.write(use_case, *args, **kwargs)
        except StoreUnavailableError as error:
            self.failed.append(str(error))
            self.failures_left -= 1
            if self.failures_left <= 0:
                await self.relieve()
            raise

    def write_soon(
        self,
        use_case: Callable[Concatenate[Transaction, P], object],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        self._store.write_soon(use_case, *args, **kwargs)

    def on_commit(self, listener: Listener) -> None:
        self._store.on_commit(listener)

    async def read(
        self, query: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await self._store.read(query, *args, **kwargs)

    async def relieve(self) -> None:
        """End the fault."""
        if self._is_attacked and self.end is not None:
            self._is_attacked = False
            await self.end()


class OrderLife:
    """From the confirm button to the voucher. A step that the database refuses is tried again."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.outcomes: list[OrderId] = []
        self._token = ""
        self._order_id: OrderId | None = None

    async def live(self) -> Order:
        """Run every step, and return the order in its final state."""
        self._token = await self.shop.token()
        for _ in range(ROUNDS):
            calls, orders = len(self.shop.supplier.calls), await self._count()
            try:
                if await self._next_step():
                    break
            except StoreUnavailableError:
                # A refused write must leave no effect at the supplier or in the database.
                assert (len(self.shop.supplier.calls), await self._count()) == (calls, orders)
        assert self._order_id is not None
        return await self.shop.get(self._order_id)

    async def _count(self) -> int:
        return await self.shop.store.read(lambda tx: tx.orders.count_of(ANNI))

    async def _next_step(self) -> bool:
        """Do the next step; return True when the order is final and all notices are delivered."""
        if self._order_id is None:
            self._order_id = (await self.shop.buy.confirm(ANNI, self._token, 55)).order_id
        elif await self._waiting():
            await self._deliver()
        else:
            return await self._advance_order(await self.shop.get(self._order_id))
        return False

    async def _advance_order(self, order: Order) -> bool:
        if order.state is OrderState.QUEUED:
            await self._send()
        elif order.state is OrderState.ACCEPTED:
            self.shop.clock.advance(30)
            await self.shop.reconcile.poll()
        return order.state.is_final

    async def _send(self) -> None:
        shop = self.shop
        started = await shop.send.start()
        assert isinstance(started, Order)
        shop.supplier.shows(shop.row(started, status_word="success", voucher="SN1"))
        shop.supplier.will(shop.reply(started))
        await shop.send.carry_out(started)

    async def _deliver(self) -> None:
        self.shop.notifier.delivered.clear()
        try:
            await self.shop.deliver.deliver()
        finally:
            self.outcomes += [
                delivery.order.order_id
                for delivery in self.shop.notifier.delivered
                if delivery.notice.kind is NoticeKind.OUTCOME and delivery.order is not None
            ]

    async def _waiting(self) -> int:
        return await self.shop.store.read(lambda tx: tx.outbox.backlog())
