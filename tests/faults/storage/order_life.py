"""One order's life on a real database, step by step, as the bot's loops would carry it on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec, TypeVar

from bot.domain.errors import StoreUnavailableError
from bot.domain.notice import NoticeKind
from bot.domain.order import Order, OrderId, OrderState
from bot.ports.store import Store, Transaction
from tests.services.shop import ANNI, Shop

P = ParamSpec("P")
T = TypeVar("T")

ROUNDS = 30
"""A life that takes more attempts than this has got stuck."""


class AttackedStore:
    """Passes everything on to a store, and lets somebody at it right before one write."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.writes = 0
        self.attack_at = 0
        """The number of the write that is attacked; 0: none."""
        self.failures_left = 0
        """After so many failed writes the attack ends."""
        self.begin: Callable[[], Awaitable[None]] | None = None
        self.end: Callable[[], Awaitable[None]] | None = None
        self.failed: list[str] = []
        """The messages of the writes that failed."""
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

    async def read(
        self, query: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await self._store.read(query, *args, **kwargs)

    async def relieve(self) -> None:
        """End the attack."""
        if self._is_attacked and self.end is not None:
            self._is_attacked = False
            await self.end()


class OrderLife:
    """From the confirm button to the voucher; a step that the database refuses is tried again."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.outcomes: list[OrderId] = []
        self._token = ""
        self._order_id: OrderId | None = None

    async def live(self) -> Order:
        """Go through every step, and return the order as it ended."""
        self._token = await self.shop.token()
        for _ in range(ROUNDS):
            calls, orders = len(self.shop.supplier.calls), await self._count()
            try:
                if await self._go_on():
                    break
            except StoreUnavailableError:
                # What could not be written has not happened, outside or inside.
                assert (len(self.shop.supplier.calls), await self._count()) == (calls, orders)
        assert self._order_id is not None
        return await self.shop.get(self._order_id)

    async def _count(self) -> int:
        return await self.shop.store.read(lambda tx: tx.orders.count_of(ANNI))

    async def _go_on(self) -> bool:
        """Do the one thing that comes next; True when everything is over and told."""
        if self._order_id is None:
            self._order_id = (await self.shop.buy.confirm(ANNI, self._token, 55)).order_id
        elif await self._waiting():
            await self._deliver()
        else:
            return await self._move(await self.shop.get(self._order_id))
        return False

    async def _move(self, order: Order) -> bool:
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
