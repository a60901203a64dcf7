"""The customers: they buy, press a button twice, cancel, and run out of money."""

from __future__ import annotations

import asyncio
from random import Random

from bot.domain.errors import (
    DomainError,
    DuplicateError,
    InsufficientFundsError,
    PriceChangedError,
    RecentDuplicateOrderError,
    ShopPausedError,
    StoreError,
    TokenError,
    TooManyTopUpsError,
)
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId, Order
from tests.faults.simulation.people import CUSTOMERS
from tests.faults.simulation.supervisor import NoAnswerError, Supervisor

SHARED_NUMBERS = tuple(f"0812000000{index:02}" for index in range(10))
OPENING_BALANCE = 400_000
TOPUP = Rupiah(300_000)
MAX_ATTEMPTS = 8
"""Attempts per purchase; more than one, since the shop may be paused for a long time."""


class Customers:
    """All customers of a run."""

    def __init__(self, supervisor: Supervisor, rng: Random, shared: float) -> None:
        self._supervisor = supervisor
        self._ask, self._log = supervisor.ask, supervisor.log
        self._rng = rng
        self._shared = shared
        self._visits = 0

    async def come(self, orders: int, per_minute: float) -> None:
        """Start customers one by one, with occasional bursts, until `orders` have started."""
        while self._visits < orders:
            await asyncio.sleep(self._rng.expovariate(per_minute / 60))
            is_burst = self._rng.random() < 0.01
            self._log.faults["burst of customers"] += is_burst
            for _ in range(self._rng.randint(10, 50) if is_burst else 1):
                self.visit()

    def visit(self) -> None:
        """Start a task in which one customer buys something."""
        self._visits += 1
        self._supervisor.spawn(self._buy(self._visits))

    def _target(self) -> tuple[str, str]:
        """Return a service code and a destination, often ones that other customers buy as well."""
        rng = self._rng
        if rng.random() < self._shared:
            return rng.choice(("SM10", "SM10", "SM20")), rng.choice(SHARED_NUMBERS)
        if rng.random() < 0.1:
            return "ML86", f"{rng.randrange(10**8, 10**9)} ({rng.randrange(1_000, 10_000)})"
        return rng.choice(("SM10", "SM20", "XL10", "NIGHT")), f"0813{rng.randrange(10**7, 10**8)}"

    async def _buy(self, visit: int) -> None:
        """Buy something; give up after `TRIES` attempts or at an error of the shop."""
        customer_id = self._rng.choice(CUSTOMERS)
        code, number = self._target()
        try:
            for _ in range(MAX_ATTEMPTS):
                if await self._attempt(customer_id, code, number, visit):
                    return
        except (DomainError, NoAnswerError, StoreError) as error:
            self._log.counts[f"gave up: {type(error).__name__}"] += 1

    async def _attempt(self, customer_id: CustomerId, code: str, number: str, visit: int) -> bool:
        """Ask for a quote and confirm it; return False if a new quote is needed."""
        product_id = self._supervisor.product(code)
        quote = await self._ask(lambda shop: shop.buy.quote(customer_id, product_id, number, visit))
        await asyncio.sleep(self._rng.uniform(1, 40))
        try:
            order = await self._confirm(customer_id, quote.token, visit)
        except InsufficientFundsError:
            await self._request_topup(customer_id, visit)
            return False
        except ShopPausedError:
            await asyncio.sleep(self._rng.uniform(60, 300))
            return False
        except (RecentDuplicateOrderError, PriceChangedError):
            return False
        if order is not None and self._rng.random() < 0.05:
            await self._cancel(customer_id, order)
        return True

    async def _confirm(self, customer_id: CustomerId, token: str, visit: int) -> Order | None:
        """Press the confirm button, in 10 % of the cases twice at the same time."""
        presses = [
            self._ask(lambda shop: shop.buy.confirm(customer_id, token, visit))
            for _ in range(2 if self._rng.random() < 0.1 else 1)
        ]
        answers = await asyncio.gather(*presses, return_exceptions=True)
        orders = [answer for answer in answers if isinstance(answer, Order)]
        if len(orders) > 1:
            self._log.violation(f"one token made {len(orders)} orders")
        for answer in answers:
            if isinstance(answer, BaseException) and not isinstance(answer, TokenError):
                raise answer
        return orders[0] if orders else None

    async def _cancel(self, customer_id: CustomerId, order: Order) -> None:
        await asyncio.sleep(self._rng.uniform(0, 60))
        await self._ask(lambda shop: shop.buy.cancel(customer_id, order.order_id))

    async def _request_topup(self, customer_id: CustomerId, visit: int) -> None:
        key = f"visit {visit} at {self._supervisor.loop.time():.0f}"
        try:
            await self._ask(lambda shop: shop.topups.request(customer_id, TOPUP, key))
        except DuplicateError:
            self._log.counts["asked twice"] += 1
        except TooManyTopUpsError:
            self._log.counts["asked too often"] += 1
        await asyncio.sleep(self._rng.uniform(120, 600))
