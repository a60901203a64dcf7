"""Start-up, menus, webhook and shutdown of the bot."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs
from telegram import Update
from telegram.ext import TypeHandler

from bot.domain.shop_settings import ShopSettings
from bot.ports.store import Store
from handlers.transport.application import build_receiver
from handlers.transport.bot import build_bot
from handlers.transport.command_menu import admin_commands, customer_commands
from handlers.transport.descriptions import description_text, short_description_text
from handlers.transport.update_receiver import ALLOWED_UPDATES, Webhook
from handlers.ui.context import ShopApplication, ShopContext
from handlers.ui.i18n import load_languages
from tests.handlers.builders import ANNI_CHAT, message_update
from tests.handlers.running_bot import RunningBot, build_services
from tests.services.shop import ADMIN_CHAT
from tests.telegram_server import TOKEN, BotApiForTests

LANGUAGES = load_languages()


async def test_the_bot_waits_while_telegram_is_unreachable_at_start(running: RunningBot) -> None:
    running.telegram.down = True
    await running.receiver.start()
    await running.until(lambda: len(running.telegram.calls_of("getMe")) >= 3)
    assert not running.receiver.is_connected
    assert running.receiver.silent_seconds is None
    running.telegram.down = False
    running.telegram.send_text(ANNI_CHAT, "hello")
    await running.until_handled(1)
    assert running.receiver.is_connected


async def test_a_refused_token_is_retried_and_never_logged(
    running: RunningBot, capsys: pytest.CaptureFixture[str]
) -> None:
    running.telegram.refuse("getMe", 401, "Unauthorized", 2)
    running.telegram.send_text(ANNI_CHAT, "hello")
    await running.receiver.start()
    await running.until_handled(1)
    output = capsys.readouterr()
    assert "TELEGRAM_BOT_TOKEN" in output.out
    assert TOKEN not in output.out + output.err


async def test_polling_continues_after_errors(running: RunningBot) -> None:
    running.telegram.refuse("getUpdates", 502, "Bad Gateway")
    running.telegram.refuse("getUpdates", 409, "Conflict: terminated by other getUpdates request")
    running.telegram.fail_next("getUpdates", "429")
    running.telegram.send_text(ANNI_CHAT, "hello")
    await running.receiver.start()
    await running.until_handled(1)


async def test_customers_and_admins_have_their_menus_in_their_language(
    running: RunningBot,
) -> None:
    await running.receiver.start()
    await running.until(lambda: len(running.telegram.calls_of("setMyCommands")) == 6)
    menus = {}
    for call in running.telegram.calls_of("setMyCommands"):
        scope = call.params["scope"]
        names = [command["command"] for command in call.params["commands"]]
        menus[scope.get("chat_id", 0), call.params.get("language_code", "")] = names
    assert set(menus) == {(who, code) for who in (0, ADMIN_CHAT) for code in ("", "id", "en")}
    assert menus[0, ""] == menus[0, "id"]
    assert "beli" in menus[0, "id"]
    assert "order" in menus[0, "en"]
    assert "tugas" in menus[ADMIN_CHAT, "id"]
    assert "tugas" not in menus[0, "id"]


async def test_a_refused_menu_does_not_stop_the_bot(running: RunningBot) -> None:
    """Telegram answers "chat not found" for an admin who never wrote to the bot."""
    running.telegram.refuse("setMyCommands", 400, "Bad Request: chat not found", 6)
    running.telegram.send_text(ANNI_CHAT, "hello")
    await running.receiver.start()
    await running.until_handled(1)
    await running.until(lambda: len(running.telegram.calls_of("setMyCommands")) == 6)


async def test_the_descriptions_are_set_in_every_language(running: RunningBot) -> None:
    """Telegram shows the one without a language to readers of any other, Indonesian too."""
    await running.receiver.start()
    await running.until(lambda: len(running.telegram.calls_of("getMyShortDescription")) == 3)
    reads = running.telegram.calls_of("getMyDescription")
    assert {call.params.get("language_code", "") for call in reads} == {"", "id", "en"}
    shown = running.telegram.profile
    assert "Konter jual pulsa" in shown["description", ""]
    assert "Konter sells pulsa" in shown["description", "en"]
    assert all("@shop" in shown["description", code] for code in ("", "en"))


async def test_an_unchanged_description_is_not_set_again(
    telegram: BotApiForTests, store: Store, running: RunningBot
) -> None:
    """Telegram limits how often a description may be set, and the bot may start often."""
    await running.receiver.start()
    await running.until(lambda: ("short_description", "en") in telegram.profile)
    await running.receiver.stop()
    telegram.calls.clear()
    again = RunningBot(telegram, store)
    await again.receiver.start()
    try:
        await again.until(lambda: len(telegram.calls_of("getMyShortDescription")) == 3)
    finally:
        await again.stop()
    assert telegram.calls_of("setMyDescription") == []
    assert telegram.calls_of("setMyShortDescription") == []


async def test_a_refused_description_does_not_stop_the_bot(running: RunningBot) -> None:
    running.telegram.fail_next("setMyDescription", "429", retry_after=3_000)
    running.telegram.send_text(ANNI_CHAT, "hello")
    await running.receiver.start()
    await running.until_handled(1)
    await running.until(lambda: len(running.telegram.calls_of("setMyShortDescription")) == 2)


@pytest.mark.parametrize("closes", [False, True])
@pytest.mark.parametrize("contact", ["", "@konter " * 99])
@pytest.mark.parametrize("language", ["id", "en"])
def test_descriptions_respect_telegrams_limits(language: str, contact: str, closes: bool) -> None:
    """Bot API: at most 512 characters, the short one 120; markup would be shown as it is."""
    settings = ShopSettings(
        shop_name="Konter <Maju> & Co.", shop_contact=contact, closes_by_clock=closes
    )
    text = description_text(LANGUAGES[language], settings)
    assert text.startswith("Konter <Maju> & Co. ")
    assert len(text) <= 512
    assert "&lt;" not in text
    short = short_description_text(LANGUAGES[language], settings)
    assert 1 <= len(short) <= 120
    assert ("08.00-22.00 WIB" in short) is ("08.00-22.00 WIB" in text) is closes


@pytest.mark.parametrize("language", ["id", "en"])
def test_menus_respect_telegrams_limits(language: str) -> None:
    """Bot API: names of 1 to 32 lower-case characters, descriptions of 1 to 256 characters."""
    words = LANGUAGES[language]
    for commands in (customer_commands(words), admin_commands(words)):
        names = [command.command for command in commands]
        assert len(set(names)) == len(names)
        assert all(name.isascii() and name.islower() and len(name) <= 32 for name in names)
        assert all(1 <= len(command.description) <= 256 for command in commands)


async def test_with_a_webhook_updates_are_not_polled(
    telegram: BotApiForTests, store: Store
) -> None:
    running = RunningBot(
        telegram, store, webhook=Webhook("https://shop.invalid/telegram", "secret")
    )
    await running.receiver.receive(message_update(9, "early"))
    await running.receiver.start()
    await running.until(lambda: telegram.updates.webhook is not None)
    assert telegram.updates.webhook == {
        "url": "https://shop.invalid/telegram",
        "secret_token": "secret",
        "allowed_updates": list(ALLOWED_UPDATES),
    }
    await running.receiver.receive(message_update(10, "hello"))
    await running.until_handled(2)
    assert running.handled == [(ANNI_CHAT, "early"), (ANNI_CHAT, "hello")]
    assert telegram.updates.polls == 0
    await running.stop()


async def test_polling_removes_an_earlier_webhook(running: RunningBot) -> None:
    """Telegram refuses getUpdates while a webhook is set."""
    updates = running.telegram.updates
    await updates.set_webhook({"url": "https://shop.invalid/telegram", "allowed_updates": None})
    await running.receiver.start()
    await running.until(lambda: updates.polls > 0)
    assert updates.webhook is None


async def test_a_bot_with_a_webhook_knows_whether_telegram_can_be_reached(
    telegram: BotApiForTests, store: Store
) -> None:
    """A quiet shop gets no updates and sends nothing for hours."""
    running = RunningBot(telegram, store, webhook=Webhook("https://shop.invalid/t", "secret"))
    await running.receiver.start()
    await running.until(lambda: running.receiver.is_connected)
    running.telegram.down = True
    await running.until(lambda: not running.receiver.is_connected)
    assert running.receiver.silent_seconds is not None
    running.telegram.down = False
    await running.until(lambda: running.receiver.is_connected)
    await running.stop()


async def test_a_webhook_that_another_program_removed_is_set_again(
    telegram: BotApiForTests, store: Store
) -> None:
    """Such as the same shop, started once more on the server that it was moved from."""
    url = "https://shop.invalid/telegram"
    running = RunningBot(telegram, store, webhook=Webhook(url, "secret"))
    await running.receiver.start()
    await running.until(lambda: telegram.updates.webhook is not None)
    await telegram.updates.delete_webhook()
    await running.until(lambda: telegram.updates.webhook is not None)
    await telegram.updates.stop_pushing()
    telegram.send_text(ANNI_CHAT, "waits")
    telegram.updates.webhook_error = "Connection refused"
    telegram.updates.webhook_failed_at = int(running.services.clock.now().timestamp()) - 1
    asked = len(telegram.calls_of("getWebhookInfo"))
    with capture_logs() as logs:
        await running.until(lambda: len(telegram.calls_of("getWebhookInfo")) > asked + 1)
    assert {one["cause"] for one in logs if one["event"] == "telegram_webhook_fails"} == {
        "Connection refused"
    }
    assert running.receiver.delivery_failure == "Connection refused"
    # Telegram shows its last error also when updates have arrived since.
    await running.receiver.receive(message_update(99, "arrives"))
    await running.until(lambda: not running.receiver.delivery_failure)
    assert telegram.updates.webhook_info()["last_error_message"]
    telegram.updates.webhook_failed_at = int(running.services.clock.now().timestamp()) + 1
    await running.until(lambda: bool(running.receiver.delivery_failure))
    assert len(telegram.calls_of("setWebhook")) == 2
    await running.stop()


async def test_update_ids_may_begin_anew(running: RunningBot) -> None:
    """Telegram chooses another first id after a week without updates (Bot API, "Update")."""
    await running.receiver.start()
    running.telegram.send_text(ANNI_CHAT, "before")
    await running.until_handled(1)
    running.telegram.updates.start_ids_at(500)
    for number in range(2):
        running.telegram.send_text(ANNI_CHAT, f"after {number}")
    await running.until_handled(3)
    await running.until(lambda: running.telegram.updates.confirmed_below == 502)
    assert not running.telegram.updates.pending


async def test_a_stopped_bot_can_still_send(running: RunningBot) -> None:
    """The outbox is flushed after the receiver has stopped, before the connections are closed."""
    await running.receiver.start()
    await running.until(lambda: running.receiver.is_connected)
    await running.receiver.stop()
    sent = await running.bot.send_message(ANNI_CHAT, "last words")
    assert sent.text == "last words"
    await running.receiver.close()
    await running.receiver.close()


async def test_a_bot_that_never_started_can_be_stopped(running: RunningBot) -> None:
    await running.stop()


async def test_handlers_get_the_services_and_the_customer(
    telegram: BotApiForTests, store: Store
) -> None:
    seen: list[object] = []
    is_finished = asyncio.Event()

    async def handle(update: Update, context: ShopContext) -> None:
        seen.append((context.translator.language, context.is_staff))
        customer = await context.customer(update)
        assert (context.is_owner, context.settings.shop_name) == (True, "Konter")
        await context.shop.customers.choose_language(customer.customer_id, "id")
        seen.append((customer.name, context.translator.language))
        if len(seen) == 4:
            is_finished.set()

    def register(application: ShopApplication) -> None:
        application.add_handler(TypeHandler(Update, handle))

    bot = build_bot(TOKEN, telegram.root)
    receiver = build_receiver(bot, build_services(store), lambda: None, register)
    await receiver.start()
    telegram.add_user(ADMIN_CHAT, "Mr Admin", "en")
    for text in ("/start", "x"):
        telegram.send_text(ADMIN_CHAT, text)
    await is_finished.wait()
    assert seen[:2] == [("en", False), ("Mr Admin", "en")]
    assert seen[2:] == [("en", False), ("Mr Admin", "id")]
    await receiver.stop()
    await receiver.close()
