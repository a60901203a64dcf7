"""A shop whose panel answers with bodies of a test, and whose messages go to a sandbox Telegram."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from bot.domain.order import Order
from bot.services.notice_contents import contents_of
from bot.services.notices.deliver import Deliver
from bot.supplier.client import OsimesaSupplier
from handlers.notices.notifier import TelegramNotifier
from handlers.registry import notice_renderers
from handlers.transport.bot import ShopBot, build_bot
from handlers.transport.pace import Pace
from handlers.transport.rate_limiter import RateLimiter
from handlers.ui.i18n import load_languages
from storage.store import SqlStore
from tests.faults.fuzz.replies import order_reply
from tests.services.shop import CHATS, SENDING_LIMIT, Shop, profile
from tests.supplier.raw_panel import RawPanel, answer
from tests.telegram_server import TOKEN, BotApiForTests

REF_ID = "some1d"


class ScriptedPanelShop:
    """A shop on its own copy of a database, at a panel that answers with prepared bodies."""

    def __init__(self, store: SqlStore, bot: ShopBot) -> None:
        self.order_body = b""
        self.read_body = b""
        self.panel = RawPanel(self._answer)
        self.supplier: OsimesaSupplier
        self.shop = Shop(store)
        # The copied database already contains the first tokens.
        self.shop.ids.count = 1_000
        rules, clock = self.shop.rules, self.shop.clock
        notifier = TelegramNotifier(bot, notice_renderers(), load_languages(), rules, "@shop")
        self.deliver = Deliver(store, notifier, partial(contents_of, rules), rules, clock)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Start the panel, and build the services with a client of it."""
        async with (
            self.panel,
            OsimesaSupplier(
                url=self.panel.url,
                profile_url=self.panel.url,
                user_id="U1",
                api_key="key",
                profile=profile(),
                order_gap_seconds=0,
                calls_per_minute=10**9,
            ) as self.supplier,
        ):
            self.shop.panel = self.supplier
            self.shop.build()
            await self.shop.refresh.load()
            yield

    async def _answer(self, panel: RawPanel, writer: asyncio.StreamWriter) -> None:
        is_order = panel.forms[-1].get("type") == "order"
        await answer(self.order_body if is_order else self.read_body)(panel, writer)

    @property
    def order_calls(self) -> int:
        """The number of order calls that the panel received."""
        return sum(form.get("type") == "order" for form in self.panel.forms)

    async def sent(self, body: bytes) -> Order:
        """Queue an order, send it, answer the call with `body`, and return the order afterwards."""
        order = await self.shop.queue()
        self.order_body = body
        started = await self.shop.start()
        assert started.order_id == order.order_id
        await self.shop.send.carry_out(started)
        return await self.shop.get(order.order_id)

    async def polled(self, order: Order, body: bytes) -> Order:
        """Poll with `body` as the answer, and return the order afterwards."""
        self.read_body = body
        self.shop.clock.advance(30)
        await self.shop.reconcile.poll()
        return await self.shop.get(order.order_id)

    async def deliver_notices(self) -> int:
        """Deliver all notices; return how many are left."""
        await self.deliver.deliver()
        return await self.shop.store.read(lambda tx: tx.outbox.backlog())

    async def findings(self) -> list[Any]:
        """Return the audit's findings."""
        now = self.shop.clock.now()
        return list(await self.shop.store.read(lambda tx: tx.audit.findings(now, SENDING_LIMIT)))


def status_list(order: Order, *rows: dict[str, Any]) -> dict[str, Any]:
    """Return the reply of the status call with rows of this order, each with its changes."""
    plain = order_reply(order.service_code, order.destination)["data"]
    assert order.sent_at is not None
    at = int(order.sent_at.timestamp()) + 1
    plain |= {"created_at": at, "updated_at": at}
    return {
        "code": 200,
        "data": [plain | row for row in rows],
        "status": True,
        "message": "Success.",
    }


def as_body(reply: dict[str, Any]) -> bytes:
    """Encode a reply as JSON."""
    return json.dumps(reply).encode()


class Shops:
    """Opens shops, each on a copy of one database."""

    def __init__(self, folder: Path, bot: ShopBot) -> None:
        self._folder = folder
        self._bot = bot
        self._count = 0

    @asynccontextmanager
    async def one(self) -> AsyncIterator[ScriptedPanelShop]:
        """Open a shop; its books are audited at the end."""
        self._count += 1
        path = self._folder / f"shop{self._count}.db"
        shutil.copy(self._folder / "template.db", path)
        store = await SqlStore.open(path)
        try:
            panel = ScriptedPanelShop(store, self._bot)
            async with panel.open():
                yield panel
                assert await panel.findings() == []
        finally:
            await store.close()
            path.unlink()


@asynccontextmanager
async def panels(folder: Path) -> AsyncIterator[Shops]:
    """Prepare the database to copy, and a sandbox Telegram for the messages."""
    store = await SqlStore.open(folder / "template.db")
    await Shop(store).open()
    await store.close()
    telegram = BotApiForTests(TOKEN)
    for user_id in CHATS.values():
        telegram.add_user(user_id, "Somebody")
    async with telegram.served():
        bot = build_bot(TOKEN, telegram.root)
        limiter = bot.rate_limiter
        assert isinstance(limiter, RateLimiter)
        limiter._pace = Pace(0)
        try:
            yield Shops(folder, bot)
        finally:
            await bot.shutdown()
