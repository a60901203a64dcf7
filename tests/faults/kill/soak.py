"""A soak: customers keep buying while the process is killed again and again, at random moments."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from random import Random

from bot.domain.order import Order, OrderState
from bot.ports.store import Transaction
from bot.sandbox.supplier.server import Fault
from bot.sandbox.telegram.server import BUDI, SARAH, ChatMessage
from tests.faults.kill.bot import NEVER
from tests.faults.kill.round import program
from tests.sandbox.chat_user import ChatUser
from tests.sandbox.shop_environment import FUNDS, PRICE, ShopEnvironment, open_environment

FAULTS = (
    Fault.LOST_AFTER,
    Fault.LOST_BEFORE,
    Fault.ERROR_AFTER,
    Fault.HTML,
    Fault.TRUNCATED,
)
FAULT_PROBABILITY = 0.3
STEPS = ("Pulsa", "Telkomsel", "^10")
MAX_LIFE_CALLS = 150
"""A process makes at most so many calls to Telegram and the supplier before it is killed."""
CALM_SECONDS = 60.0
MAX_EACH = FUNDS // PRICE - 2
"""How many purchases a customer can pay for, with some money left."""


class Soak:
    """One shop, two customers, and random kills by a seed."""

    def __init__(self, environment: ShopEnvironment, seed: int) -> None:
        self.environment = environment
        self.rng = Random(seed)  # noqa: S311 - a soak can be run again
        self.calls = 0
        self.is_closing = False
        self.bought: dict[str, str] = {}
        """Destination to the number of the order that its one confirmation made."""
        environment.telegram.on_call = lambda _call: self._count()
        environment.supplier.on_call = lambda _call: self._count()
        self._destinations: Iterator[str] = (f"0812{number:08}" for number in count(10_100))

    def _count(self) -> None:
        self.calls += 1

    async def run(self, restarts: int) -> None:
        """Kill the process `restarts` times, then let one run until no work is left."""
        await self.environment.stock()
        customers = [
            asyncio.create_task(self._shop(guest))
            for guest in (self.environment.budi, self.environment.sarah)
        ]
        try:
            for _ in range(restarts):
                await self._run_and_kill()
            await self.environment.start(program(NEVER))
            self.is_closing = True
            await asyncio.gather(*customers)
        finally:
            for customer in customers:
                customer.cancel()
        await self.environment.until_true(self._is_calm, CALM_SECONDS)
        assert await self.environment.stop() == 0

    async def _run_and_kill(self) -> None:
        until = self.calls + self.rng.randint(1, MAX_LIFE_CALLS)
        await self.environment.launch(program(NEVER))
        # When both customers have bought all they can pay for, only polls make calls.
        with suppress(TimeoutError):
            await self.environment.until(lambda: self.calls >= until, seconds=10)
        await self.environment.kill()

    async def _shop(self, guest: ChatUser) -> None:
        guest.patience_seconds = 60
        for _ in range(MAX_EACH):
            if self.is_closing:
                return
            destination = next(self._destinations)
            if self.rng.random() < FAULT_PROBABILITY:
                self.environment.supplier.fail_next_order(self.rng.choice(FAULTS))
            self.bought[destination] = await self._buy(guest, destination)

    async def _buy(self, guest: ChatUser, destination: str) -> str:
        """Buy, with one repetition; an order that saw three kills is not tried again."""
        screen = await self._quote(guest, destination)
        try:
            return await guest.confirm(screen)
        except TimeoutError:
            made = [one.number for one in await self._all() if one.destination == destination]
            return made[0] if made else await guest.confirm(screen)

    @staticmethod
    async def _quote(guest: ChatUser, destination: str) -> ChatMessage:
        try:
            return await guest.quote(destination, STEPS)
        except TimeoutError:
            return await guest.quote(destination, STEPS)

    async def _is_calm(self) -> bool:
        def ask(tx: Transaction) -> bool:
            return not tx.outbox.backlog()

        over = [one.state.is_final or one.state is OrderState.PARKED for one in await self._all()]
        return all(over) and await self.environment.read(ask)

    async def _all(self) -> list[Order]:
        return [
            *await self.environment.orders(BUDI.user_id),
            *await self.environment.orders(SARAH.user_id),
        ]

    async def judge(self) -> None:
        """Compare orders, wallets and messages with the supplier's rows; raises AssertionError."""
        orders = await self._all()
        assert {one.destination: one.number for one in orders} == self.bought
        assert self.environment.supplier.order_calls <= len(orders)
        for order in orders:
            purchases = self.environment.bought(order.destination)
            assert len(purchases) == (order.state is OrderState.SUCCEEDED), order
        for guest in (self.environment.budi, self.environment.sarah):
            await self._judge_customer(guest, await self.environment.orders(guest.user_id))

    async def _judge_customer(self, guest: ChatUser, orders: list[Order]) -> None:
        paid = [order for order in orders if order.state is OrderState.SUCCEEDED]
        parked = [order for order in orders if order.state is OrderState.PARKED]
        assert len(paid) + len(parked) == len(orders)
        wallet = await self.environment.wallet(guest.user_id)
        assert (wallet.posted, wallet.held) == (FUNDS - PRICE * len(paid), PRICE * len(parked))
        for order in orders:
            assert not guest.was_shown(rf"❌.*{order.number}\b"), order
        for order in paid:
            assert order.voucher in guest.texts, order


async def soak(folder: Path, restarts: int, seed: int) -> int:
    """Run a soak and check it; return the number of orders."""
    async with open_environment(folder) as environment:
        environment.env |= {
            "SUPPLIER_TIMEOUT_SECONDS": "1",
            "RECONCILE_PARK_AFTER_SECONDS": "2",
            "LOG_LEVEL": "INFO",
        }
        soak_run = Soak(environment, seed)
        await soak_run.run(restarts)
        await soak_run.judge()
        return len(soak_run.bought)
