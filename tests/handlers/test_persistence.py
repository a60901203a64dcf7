"""Conversations continue after a SIGKILL from the stored dialogs."""

from __future__ import annotations

from telegram import Update
from telegram.ext import ConversationHandler, MessageHandler, filters

from bot.domain.customer import Dialog, Step
from bot.domain.order import CustomerId
from bot.ports.store import Store, Transaction
from handlers.context import BotData, ShopApplication, ShopContext
from handlers.persistence import DialogPersistence
from tests.handlers.bot_api import BotApi, message_update
from tests.handlers.builders import ANNI, NOW
from tests.handlers.running_bot import RunningBot

BUDI = CustomerId(1002)


async def put(store: Store, *dialogs: Dialog) -> None:
    """Write dialogs in one transaction, as handlers do."""

    def put_all(tx: Transaction) -> None:
        for dialog in dialogs:
            tx.dialogs.put(dialog)

    await store.write(put_all)


async def test_steps_are_read_per_conversation_chat_and_user(store: Store) -> None:
    """In a private chat, chat id and user id are equal."""
    await put(
        store,
        Dialog(ANNI, "buy", Step.DESTINATION, NOW),
        Dialog(BUDI, "topup", Step.AMOUNT, NOW),
    )
    persistence = DialogPersistence(store)
    assert await persistence.get_conversations("buy") == {(1001, 1001): Step.DESTINATION}
    assert await persistence.get_conversations("topup") == {(1002, 1002): Step.AMOUNT}
    assert await persistence.get_conversations("other") == {}


async def test_the_library_stores_nothing(store: Store) -> None:
    """Its writes come late and would undo those of the handlers."""
    persistence = DialogPersistence(store)
    await persistence.update_conversation("buy", (1001, 1001), Step.CONFIRM)
    await persistence.update_user_data(1001, {"a": 1})
    await persistence.update_chat_data(1001, {"a": 1})
    await persistence.update_bot_data(BotData())
    await persistence.update_callback_data(([], {}))
    await persistence.refresh_user_data(1001, {})
    await persistence.refresh_chat_data(1001, {})
    await persistence.refresh_bot_data(BotData())
    await persistence.drop_user_data(1001)
    await persistence.drop_chat_data(1001)
    await persistence.flush()
    assert await persistence.get_conversations("buy") == {}
    assert await persistence.get_user_data() == {}
    assert await persistence.get_chat_data() == {}
    await persistence.get_callback_data()
    assert isinstance(await persistence.get_bot_data(), BotData)


async def test_a_number_typed_after_a_crash_finds_its_conversation(
    api: BotApi, store: Store
) -> None:
    await put(store, Dialog(ANNI, "buy", Step.DESTINATION, NOW))
    heard: list[tuple[int, str]] = []

    async def take_number(update: Update, _: ShopContext) -> int:
        assert update.message is not None
        heard.append((Step.DESTINATION, update.message.text or ""))
        return Step.CONFIRM

    async def take_anything(update: Update, _: ShopContext) -> int:
        assert update.message is not None
        heard.append((-1, update.message.text or ""))
        return Step.PRODUCT

    def register(application: ShopApplication) -> None:
        conversation: ConversationHandler[ShopContext] = ConversationHandler(
            entry_points=[MessageHandler(filters.TEXT, take_anything)],
            states={Step.DESTINATION: [MessageHandler(filters.TEXT, take_number)]},
            fallbacks=[],
            name="buy",
            persistent=True,
        )
        application.add_handler(conversation)

    running = RunningBot(api, store, register=register)
    await running.intake.start()
    api.bring(message_update(10, "081234567890"), message_update(11, "hello", 1002))
    await running.until(lambda: len(heard) == 2)
    assert sorted(heard) == [(-1, "hello"), (Step.DESTINATION, "081234567890")]
    await running.stop()
