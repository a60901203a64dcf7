"""What goes wrong around the bot while people use it: at the supplier, at Telegram, in the list."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from random import Random

from bot.sandbox.supplier.server import Fault
from tests.soak.shop import SoakShop

EVERY_SECONDS = 2.0
SEND_METHODS = ("sendMessage", "editMessageText", "answerCallbackQuery", "sendPhoto", None)
READ_FAULTS = (Fault.LOST_BEFORE, Fault.ERROR_BEFORE, Fault.HTML, Fault.TRUNCATED, Fault.EMPTY)


class Troubles:
    """Causes one trouble after the other while `gate` is set."""

    def __init__(self, shop: SoakShop, rng: Random, gate: asyncio.Event) -> None:
        self.shop, self.rng, self._gate = shop, rng, gate
        self.counts: Counter[str] = Counter()
        self._kinds: tuple[Callable[[], Awaitable[None]], ...] = (
            self._lost_orders,
            self._failing_reads,
            self._status_down,
            self._supplier_down,
            self._supplier_not_listening,
            self._telegram_retry_later,
            self._telegram_errors,
            self._telegram_loses_answers,
            self._telegram_hangs,
            self._telegram_down,
            self._list_changes,
            self._clock_skew,
        )

    async def happen(self) -> None:
        """Cause troubles until this is cancelled."""
        while True:
            await asyncio.sleep(self.rng.uniform(0, 2 * EVERY_SECONDS))
            await self._gate.wait()
            kind = self.rng.choice(self._kinds)
            self.counts[kind.__name__.strip("_").replace("_", " ")] += 1
            await kind()

    async def end(self) -> None:
        """End all troubles."""
        self.shop.supplier.fault_settings.is_down = False
        self.shop.supplier.fault_settings.status_down = False
        self.shop.supplier.fault_settings.next_orders.clear()
        self.shop.supplier.fault_settings.next_reads.clear()
        self.shop.supplier.fault_settings.clock_skew_seconds = 0.0
        self.shop.api.down = False
        self.shop.api.clear_faults()
        self.shop.api.release_hanging()
        await self.shop.set_supplier_listening(is_listening=True)
        for row in self.shop.supplier.catalogue:
            row["status"] = "ready"

    # --- the supplier ---

    async def _lost_orders(self) -> None:
        faults = self.rng.choices(list(Fault), k=self.rng.randint(1, 3))
        self.shop.supplier.fail_next_order(*faults)

    async def _failing_reads(self) -> None:
        faults = self.rng.choices(READ_FAULTS, k=self.rng.randint(1, 6))
        self.shop.supplier.fault_settings.next_reads.extend(faults)

    async def _status_down(self) -> None:
        self.shop.supplier.fault_settings.status_down = True
        await self._for_a_while()
        self.shop.supplier.fault_settings.status_down = False

    async def _supplier_down(self) -> None:
        self.shop.supplier.fault_settings.is_down = True
        await self._for_a_while()
        self.shop.supplier.fault_settings.is_down = False

    async def _supplier_not_listening(self) -> None:
        await self.shop.set_supplier_listening(is_listening=False)
        await self._for_a_while()
        await self.shop.set_supplier_listening(is_listening=True)

    async def _list_changes(self) -> None:
        """Some products sell out, others are there again; some prices change."""
        for row in self.rng.sample(self.shop.supplier.catalogue, 20):
            row["status"] = self.rng.choice(["ready", "empty"])
        # A real list has rows without a price, and prices as texts.
        prices = [row["price"] for row in self.shop.supplier.catalogue if "price" in row]
        price = self.rng.choice(prices)
        price["current"] = int(price["current"]) + self.rng.choice([-100, 100])

    async def _clock_skew(self) -> None:
        settings = self.shop.supplier.fault_settings
        settings.clock_skew_seconds = self.rng.uniform(-20, 20)

    # --- Telegram ---

    def _method(self) -> str | None:
        return self.rng.choice(SEND_METHODS)

    async def _telegram_retry_later(self) -> None:
        self.shop.api.fail_next(self._method(), "429", count=self.rng.randint(1, 4))

    async def _telegram_errors(self) -> None:
        self.shop.api.fail_next(self._method(), "500", count=self.rng.randint(1, 4))
        self.shop.api.fail_next("getUpdates", "500")

    async def _telegram_loses_answers(self) -> None:
        self.shop.api.fail_next(self._method(), "lost", count=self.rng.randint(1, 3))
        self.shop.api.fail_next("getUpdates", "lost")

    async def _telegram_hangs(self) -> None:
        self.shop.api.fail_next(self._method(), "hang")
        await self._for_a_while()
        self.shop.api.release_hanging()

    async def _telegram_down(self) -> None:
        self.shop.api.down = True
        await self._for_a_while()
        self.shop.api.down = False

    async def _for_a_while(self) -> None:
        await asyncio.sleep(self.rng.uniform(0.5, 2.5))
