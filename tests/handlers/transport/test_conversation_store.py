"""The conversation's state is the stored dialog, whatever the library remembers."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from telegram import Update
from telegram.ext import MessageHandler, TypeHandler, filters

from bot.domain.dialog import Dialog, Step
from bot.ports.store import Store, Transaction
from handlers.transport.conversation_store import StoredConversation
from handlers.ui.context import ShopApplication, ShopContext
from tests.handlers.builders import ANNI_CHAT, NOW
from tests.handlers.running_bot import RunningBot
from tests.samples import BUDI_CHAT
from tests.services.shop import ANNI
from tests.telegram_server import BotApiForTests


async def put(store: Store, *dialogs: Dialog) -> None:
    def put_all(tx: Transaction) -> None:
        for dialog in dialogs:
            tx.dialogs.put(dialog)

    await store.write(put_all)


class Recorder:
    """A bot with two steps that records which step handled each text."""

    def __init__(self, telegram: BotApiForTests, store: Store) -> None:
        self.heard: list[tuple[int, str]] = []
        self.running = RunningBot(telegram, store, register=self._register)

    def _register(self, application: ShopApplication) -> None:
        conversation = StoredConversation(
            entry_points=[MessageHandler(filters.TEXT, self._take_anything)],
            states={Step.DESTINATION: [MessageHandler(filters.TEXT, self._take_number)]},
            fallbacks=[],
        )
        application.add_handler(TypeHandler(Update, conversation.load), -1)
        application.add_handler(conversation)

    async def _take_number(self, update: Update, _: ShopContext) -> int:
        return self._hear(update, Step.DESTINATION, Step.CONFIRM)

    async def _take_anything(self, update: Update, _: ShopContext) -> int:
        return self._hear(update, -1, Step.DESTINATION)

    def _hear(self, update: Update, step: int, then: int) -> int:
        assert update.message is not None
        self.heard.append((step, update.message.text or ""))
        return then


@pytest.fixture
async def recorder(telegram: BotApiForTests, store: Store) -> AsyncIterator[Recorder]:
    recorder = Recorder(telegram, store)
    yield recorder
    await recorder.running.stop()


def write_first(tx: Transaction) -> None:
    """Let Anni be the first person who wrote to the bot."""
    assert tx.customers.seen(ANNI_CHAT, "Anni", "", "id", NOW).customer_id == ANNI


async def test_a_text_after_a_crash_goes_to_the_stored_step(
    telegram: BotApiForTests, store: Store, recorder: Recorder
) -> None:
    await store.write(write_first)
    await put(store, Dialog(ANNI, "buy", Step.DESTINATION, NOW))
    await recorder.running.receiver.start()
    telegram.send_text(ANNI_CHAT, "081234567890")
    telegram.send_text(BUDI_CHAT, "hello")
    await recorder.running.until(lambda: len(recorder.heard) == 2)
    assert sorted(recorder.heard) == [(-1, "hello"), (Step.DESTINATION, "081234567890")]


async def test_the_database_overrides_the_step_that_a_handler_returned(
    telegram: BotApiForTests, store: Store, recorder: Recorder
) -> None:
    """Another process may have moved the dialog since this one handled the last update."""
    await recorder.running.receiver.start()
    telegram.send_text(ANNI_CHAT, "one")
    await recorder.running.until(lambda: len(recorder.heard) == 1)
    # The handler returned DESTINATION without storing it.
    telegram.send_text(ANNI_CHAT, "two")
    await recorder.running.until(lambda: len(recorder.heard) == 2)
    await put(store, Dialog(ANNI, "buy", Step.DESTINATION, NOW))
    telegram.send_text(ANNI_CHAT, "three")
    await recorder.running.until(lambda: len(recorder.heard) == 3)
    assert recorder.heard == [(-1, "one"), (-1, "two"), (Step.DESTINATION, "three")]
