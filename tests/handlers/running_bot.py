"""A bot with one recording handler around the real update receiver, inbox and application."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from telegram import Update
from telegram.ext import TypeHandler

from bot.domain.customer import TelegramId
from bot.ports.store import Store, Transaction
from bot.sandbox.telegram.server import ChatMessage
from handlers.transport.application import build_application
from handlers.transport.bot import build_bot
from handlers.transport.rate_limiter import RateLimiter
from handlers.transport.update_inbox import PerChatProcessor, UpdateInbox
from handlers.transport.update_receiver import UpdateReceiver, Webhook
from handlers.ui.context import Services, ShopApplication, ShopContext
from tests.handlers.builders import ANNI_CHAT, NOW, shop_rules
from tests.handlers.harness import services_of
from tests.services.shop import Shop
from tests.telegram_server import TOKEN, BotApiForTests

WORKERS = 2


def build_services(store: Store) -> Services:
    """Return the use cases on a store, with a supplier that gets no calls."""
    shop = Shop(store, shop_rules())
    shop.clock.at = NOW
    return services_of(shop)


class RunningBot:
    """Records the updates it handles; a text in `gates` blocks its handler until the event."""

    def __init__(
        self,
        telegram: BotApiForTests,
        store: Store,
        *,
        register: Callable[[ShopApplication], None] | None = None,
        webhook: Webhook | None = None,
    ) -> None:
        self.telegram = telegram
        self.store = store
        self.begun: list[str] = []
        """The texts of the updates whose handler has begun."""
        self.handled: list[tuple[int, str]] = []
        self.gates: dict[str, asyncio.Event] = {}
        self.errors: dict[str, Exception] = {}
        self.deaths = 0
        self.services = build_services(store)
        self.bot = build_bot(TOKEN, telegram.root, RateLimiter(10_000, again_after_seconds=0.01))
        rules, clock = self.services.rules, self.services.clock
        self.inbox = UpdateInbox(
            store, rules, clock, self.bot, self._exit_process, pauses_seconds=(0.01,)
        )
        self.processor = PerChatProcessor(self.inbox, workers=WORKERS)
        application = build_application(self.bot, self.services, self.inbox, self.processor)
        (register or self._register)(application)
        self.application = application
        self.receiver = UpdateReceiver(
            application,
            self.bot,
            self.inbox,
            self.processor,
            webhook=webhook,
            pauses_seconds=(0.02,),
            check_seconds=0.02,
        )

    def hold(self, text: str) -> asyncio.Event:
        """Block updates with this text until the returned event is set."""
        self.gates[text] = asyncio.Event()
        return self.gates[text]

    async def stop(self) -> None:
        """Release every blocked handler, then stop and close the receiver."""
        for gate in self.gates.values():
            gate.set()
        await self.receiver.stop()
        await self.receiver.close()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition holds; the test's timeout bounds the wait."""
        while not condition():  # noqa: ASYNC110 - any task may change it
            await asyncio.sleep(0.005)

    async def until_handled(self, count: int) -> None:
        """Wait until this many updates were handled and the inbox has no backlog."""
        await self.until(lambda: len(self.handled) >= count)
        await self.until(lambda: self.inbox.backlog == 0)

    async def is_done(self, update_id: int) -> bool:
        """Return whether an update is marked as handled."""

        def ask(tx: Transaction) -> bool:
            return tx.inbox.is_done(update_id)

        await self.inbox.flush()
        return await self.store.read(ask)

    def replies(self, who: TelegramId = ANNI_CHAT) -> list[ChatMessage]:
        """Return the messages of the bot in a chat, oldest first."""
        return [message for message in self.telegram.messages(who) if message.is_from_bot]

    @property
    def by_chat(self) -> dict[int, list[str]]:
        """The handled texts by chat id."""
        found: dict[int, list[str]] = defaultdict(list)
        for chat_id, text in self.handled:
            found[chat_id].append(text)
        return found

    def _exit_process(self) -> None:
        self.deaths += 1

    def _register(self, application: ShopApplication) -> None:
        handler: TypeHandler[Any, ShopContext, None] = TypeHandler(Update, self._handle)
        application.add_handler(handler)

    async def _handle(self, update: Update, context: ShopContext) -> None:
        assert update.effective_chat is not None
        text = ""
        if update.callback_query is not None:
            text = update.callback_query.data or ""
        elif update.message is not None:
            text = update.message.text or ""
        self.begun.append(text)
        if text in self.gates:
            await self.gates[text].wait()
        self.handled.append((update.effective_chat.id, text))
        if text in self.errors:
            raise self.errors[text]
