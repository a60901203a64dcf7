"""A process that runs one order's life and records its promises: `python -m` this module.

Others write at the same time, so that the steps of the order share commits with them.

Arguments: the database (opened once before, with a shop in it), the file for the promises, and
SQLite's `synchronous` mode. It exits without closing anything. A promise is something that the
outside was told and that must be on disk.
"""

from __future__ import annotations

import asyncio
import os
import sys
import traceback
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from bot.domain.supplier_row import SupplierRow
from bot.services.orders.queue import Wait
from storage.store import SqlStore
from tests.databases import thread_of
from tests.services.fakes import FakeNotifier, FakeSupplier
from tests.services.shop import ANNI, Shop

T = TypeVar("T")

CROWD = 5
"""How many others write at each step."""


class Promises:
    """A file with one line per promise, written at once in the order in which they were made."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def promise(self, line: str) -> None:
        """Append a promise."""
        os.write(self._descriptor, f"{line}\n".encode())


class PromisingSupplier(FakeSupplier):
    """Records a promise when the order call arrives: from then on the goods may be bought."""

    promises: Promises

    async def place_order(
        self, service_code: str, destination: str, *, first_byte_within_seconds: float
    ) -> SupplierRow:
        self.promises.promise("sent")
        return await super().place_order(
            service_code, destination, first_byte_within_seconds=first_byte_within_seconds
        )


class Crowd:
    """Others who write during each step; each answer is a promise, `NAME=NUMBER`."""

    def __init__(self, store: SqlStore, promises: Promises) -> None:
        self._store = store
        self._promises = promises
        self._step = 0

    async def beside(self, step: Coroutine[Any, Any, T]) -> T:
        """Do a step of the order's life while the others write."""
        self._step += 1
        others = (self._write(f"crowd-{number}", self._step) for number in range(CROWD))
        writing = asyncio.gather(*others)
        result = await step
        await writing
        return result

    async def _write(self, name: str, number: int) -> None:
        await self._store.write(lambda tx: tx.facts.put(name, str(number)))
        self._promises.promise(f"{name}={number}")


async def live(path: Path, promises: Promises, synchronous: str) -> None:
    """Sell one order, from the confirm button to the voucher."""
    store = await SqlStore.open(path)
    writer = thread_of(store._writer)
    await writer.run(lambda: writer.connection.execute(f"pragma synchronous = {synchronous}"))
    shop = Shop(store)
    await shop.refresh.load()
    shop.supplier = shop.panel = supplier = PromisingSupplier()
    supplier.promises = promises
    shop.notifier = FakeNotifier()
    shop.ids.count = 100  # The shop that prepared the database has used the first tokens.
    shop.build()
    beside = Crowd(store, promises).beside
    token = await beside(shop.token())
    promises.promise("shown")
    await beside(shop.buy.confirm(ANNI, token, 55))
    promises.promise("taken")
    await beside(shop.deliver.deliver())
    shop.clock.advance(6)
    starting = await beside(shop.send.start())
    assert not isinstance(starting, Wait)
    (started,) = starting
    supplier.will(shop.reply(started))
    await beside(shop.send.carry_out(started))
    promises.promise("accepted")
    await beside(shop.deliver.deliver())
    supplier.shows(shop.row(started, status_word="success", voucher="SN1"))
    shop.clock.advance(30)
    await beside(shop.reconcile.poll())
    promises.promise("delivered")
    await beside(shop.deliver.deliver())
    promises.promise("told")


async def main() -> None:
    """Sell one order and exit as in a power cut: nothing is closed."""
    try:
        await live(Path(sys.argv[1]), Promises(Path(sys.argv[2])), sys.argv[3])
    except BaseException:  # noqa: BLE001 - the database's thread would keep the process alive
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


asyncio.run(main())
