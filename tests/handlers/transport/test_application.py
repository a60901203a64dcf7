"""Start-up, menus, webhook and shutdown of the bot."""

from __future__ import annotations

import asyncio
import json

import pytest
from telegram import Update
from telegram.ext import TypeHandler

from bot.ports.store import Store
from handlers.transport.application import build_receiver
from handlers.transport.bot import build_bot
from handlers.transport.command_menu import admin_commands, customer_commands
from handlers.transport.descriptions import description_text, short_description_text
from handlers.transport.update_receiver import Webhook
from handlers.ui.context import ShopApplication, ShopContext
from handlers.ui.i18n import load_languages
from tests.handlers.bot_api import TOKEN, BotApi, message_update
from tests.handlers.builders import ADMIN
from tests.handlers.running_bot import RunningBot, build_services

LANGUAGES = load_languages()


async def test_the_bot_waits_while_telegram_is_unreachable_at_start(running: RunningBot) -> None:
    running.api.is_away = True
    await running.receiver.start()
    await running.until(lambda: len(running.api.of("getMe")) >= 3)
    assert not running.receiver.is_connected
    running.api.is_away = False
    running.api.bring(message_update(10, "hello"))
    await running.until_handled(1)
    assert running.receiver.is_connected


async def test_a_refused_token_is_retried_and_never_logged(
    running: RunningBot, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        running.api.refuse("getMe", 401, "Unauthorized")
    running.api.bring(message_update(10, "hello"))
    await running.receiver.start()
    await running.until_handled(1)
    output = capsys.readouterr()
    assert "TELEGRAM_BOT_TOKEN" in output.out
    assert TOKEN not in output.out + output.err


async def test_polling_continues_after_errors(running: RunningBot) -> None:
    running.api.refuse("getUpdates", 502, "Bad Gateway")
    running.api.refuse("getUpdates", 409, "Conflict: terminated by other getUpdates request")
    running.api.refuse("getUpdates", 429, "Too Many Requests", retry_after=1)
    running.api.bring(message_update(10, "hello"))
    await running.receiver.start()
    await running.until_handled(1)


async def test_customers_and_admins_have_their_menus_in_their_language(running: RunningBot) -> None:
    await running.receiver.start()
    await running.until(lambda: len(running.api.of("setMyCommands")) == 6)
    menus = {}
    for call in running.api.of("setMyCommands"):
        scope = json.loads(call.fields["scope"])
        names = [command["command"] for command in json.loads(call.fields["commands"])]
        menus[scope.get("chat_id", 0), call.fields.get("language_code", "")] = names
    assert set(menus) == {(who, code) for who in (0, ADMIN) for code in ("", "id", "en")}
    assert "beli" in menus[0, ""] == menus[0, "id"]
    assert "order" in menus[0, "en"]
    assert "credit" in menus[ADMIN, "id"]
    assert "credit" not in menus[0, "id"]


async def test_a_refused_menu_or_description_does_not_stop_the_bot(running: RunningBot) -> None:
    """Telegram answers "chat not found" for an admin who never wrote to the bot."""
    for _ in range(6):
        running.api.refuse("setMyCommands", 400, "Bad Request: chat not found")
    running.api.refuse("setMyDescription", 429, "Too Many Requests", retry_after=3_000)
    running.api.bring(message_update(10, "hello"))
    await running.receiver.start()
    await running.until_handled(1)
    await running.until(lambda: len(running.api.of("setMyCommands")) == 6)
    await running.until(lambda: len(running.api.of("setMyShortDescription")) == 2)


async def test_descriptions_are_set_in_every_language_and_only_once(
    api: BotApi, store: Store, running: RunningBot
) -> None:
    """Telegram limits how often a description may be set, and the bot may start often."""
    await running.receiver.start()
    await running.until(lambda: len(running.api.of("setMyShortDescription")) == 3)
    texts = {
        call.fields.get("language_code", ""): call.fields["description"]
        for call in running.api.of("setMyDescription")
    }
    assert "Konter jual pulsa" in texts[""] == texts["id"]
    assert "Konter sells pulsa" in texts["en"]
    again = RunningBot(api, store)
    await again.receiver.start()
    try:
        await again.until(lambda: len(api.of("getMyShortDescription")) == 6)
    finally:
        await again.stop()
    assert len(api.of("setMyDescription")) == len(api.of("setMyShortDescription")) == 3


@pytest.mark.parametrize("contact", ["", "@konter " * 99])
@pytest.mark.parametrize("language", ["id", "en"])
def test_descriptions_respect_telegrams_limits(language: str, contact: str) -> None:
    """Bot API: at most 512 characters, the short one 120; markup would be shown as it is."""
    text = description_text(LANGUAGES[language], "Konter <Maju> & Co.", contact)
    assert text.startswith("Konter <Maju> & Co. ")
    assert len(text) <= 512
    assert "&lt;" not in text
    assert 1 <= len(short_description_text(LANGUAGES[language])) <= 120


@pytest.mark.parametrize("language", ["id", "en"])
def test_menus_respect_telegrams_limits(language: str) -> None:
    """Bot API: names of 1 to 32 lower-case characters, descriptions of 1 to 256 characters."""
    words = LANGUAGES[language]
    for commands in (customer_commands(words), admin_commands(words)):
        names = [command.command for command in commands]
        assert len(set(names)) == len(names)
        assert all(name.isascii() and name.islower() and len(name) <= 32 for name in names)
        assert all(1 <= len(command.description) <= 256 for command in commands)


async def test_with_a_webhook_updates_are_not_polled(api: BotApi, store: Store) -> None:
    running = RunningBot(api, store, webhook=Webhook("https://shop.invalid/telegram", "secret"))
    await running.receiver.receive(message_update(9, "early"))
    await running.receiver.start()
    await running.until(lambda: bool(api.of("setWebhook")))
    (call,) = api.of("setWebhook")
    assert call.fields["url"] == "https://shop.invalid/telegram"
    assert call.fields["secret_token"] == "secret"
    assert json.loads(call.fields["allowed_updates"])[0] == "message"
    await running.receiver.receive(message_update(10, "hello"))
    await running.until_handled(2)
    assert running.handled == [(1001, "early"), (1001, "hello")]
    assert api.of("getUpdates") == []
    await running.stop()


async def test_polling_removes_an_earlier_webhook(running: RunningBot) -> None:
    """Telegram refuses getUpdates while a webhook is set."""
    await running.receiver.start()
    await running.until(lambda: bool(running.api.of("getUpdates")))
    assert running.api.of("deleteWebhook")


async def test_a_stopped_bot_can_still_send(api: BotApi, store: Store) -> None:
    """The outbox is flushed after the receiver has stopped, before the connections are closed."""
    running = RunningBot(api, store)
    await running.receiver.start()
    await running.until(lambda: running.receiver.is_connected)
    await running.receiver.stop()
    sent = await running.bot.send_message(1001, "last words")
    assert sent.text == "last words"
    await running.receiver.close()
    await running.receiver.close()


async def test_a_bot_that_never_started_can_be_stopped(api: BotApi, store: Store) -> None:
    running = RunningBot(api, store)
    await running.stop()


async def test_handlers_get_the_services_and_the_customer(api: BotApi, store: Store) -> None:
    seen: list[object] = []
    is_finished = asyncio.Event()

    async def handle(update: Update, context: ShopContext) -> None:
        seen.append((context.translator.language, context.is_admin, context.shop.shop_name))
        customer = await context.customer(update)
        await context.shop.customers.choose_language(customer.customer_id, "id")
        seen.append((customer.first_name, context.translator.language))
        if len(seen) == 4:
            is_finished.set()

    def register(application: ShopApplication) -> None:
        application.add_handler(TypeHandler(Update, handle))

    bot = build_bot(TOKEN, api.root)
    receiver = build_receiver(bot, build_services(store), lambda: None, register)
    await receiver.start()
    api.bring(message_update(10, "/start", ADMIN, "en"), message_update(11, "x", ADMIN, "en"))
    await is_finished.wait()
    assert seen[:2] == [("en", True, "Konter"), ("Anni", "en")]
    assert seen[2:] == [("en", True, "Konter"), ("Anni", "id")]
    await receiver.stop()
    await receiver.close()
