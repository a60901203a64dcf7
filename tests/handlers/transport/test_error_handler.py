"""Messages to users when a handler fails, and errors that are not reported to them."""

from __future__ import annotations

import pytest
from telegram.error import BadRequest, Forbidden, NetworkError, TimedOut

from bot.domain.errors import NotFoundError, StoreUnavailableError
from bot.ports.store import Store
from tests.handlers.builders import ANNI_CHAT
from tests.handlers.running_bot import RunningBot
from tests.services.failing_store import FailingStore
from tests.telegram_server import BotApiForTests


async def handle_with_error(running: RunningBot, error: Exception) -> None:
    """Send a message and a press whose handlers raise this error, and wait for both."""
    running.errors = {"text": error, "press": error}
    await running.receiver.start()
    running.telegram.send_text(ANNI_CHAT, "text")
    running.telegram.press_forged(ANNI_CHAT, 1, "press")
    await running.until_handled(2)


@pytest.mark.parametrize(
    "error",
    [
        BadRequest("Message is not modified: specified new message content ..."),
        BadRequest("Query is too old and response timeout expired or query id is invalid"),
        TimedOut(),
        NetworkError("Bad Gateway"),
        Forbidden("bot was blocked by the user"),
    ],
)
async def test_ordinary_telegram_errors_are_not_reported_to_the_user(
    running: RunningBot, error: Exception
) -> None:
    """Double taps are normal, and a lost reply says nothing about the order."""
    await handle_with_error(running, error)
    assert running.replies() == []
    assert len(running.telegram.calls_of("answerCallbackQuery")) == 1


@pytest.mark.parametrize(
    "error", [ZeroDivisionError(), BadRequest("can't parse entities"), NotFoundError()]
)
async def test_an_internal_error_is_reported_with_its_number(
    running: RunningBot, error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    """The customer can name the number, and it stands in the log."""
    await handle_with_error(running, error)
    first, second = running.replies()
    assert "E000010" in first.text
    assert "E000011" in second.text
    assert "E000010" in capsys.readouterr().out
    assert len(running.telegram.calls_of("answerCallbackQuery")) == 1


async def test_an_unavailable_database_is_reported_in_the_users_language(
    running: RunningBot,
) -> None:
    running.telegram.add_user(ANNI_CHAT, "Anni", "en")
    await handle_with_error(running, StoreUnavailableError("disk full"))
    assert "nothing was ordered" in running.replies()[0].text


async def test_the_error_message_needs_no_database(telegram: BotApiForTests, store: Store) -> None:
    """The customer cannot be looked up, so the language is that of their Telegram client."""
    torn = FailingStore(store)
    running = RunningBot(telegram, torn)
    gate = running.hold("text")
    await running.receiver.start()
    running.errors = {"text": StoreUnavailableError("disk full")}
    telegram.add_user(ANNI_CHAT, "Anni", "en")
    telegram.send_text(ANNI_CHAT, "text")
    await running.until(lambda: running.processor.chats == 1)
    await running.until(lambda: telegram.updates.confirmed_below == 11)
    torn.refuse_writes(1)
    gate.set()
    await running.until(lambda: bool(running.replies()))
    assert "nothing was ordered" in running.replies()[0].text
    await running.until_handled(1)
    await running.stop()


async def test_a_failed_error_message_is_not_retried(running: RunningBot) -> None:
    running.telegram.refuse("sendMessage", 403, "Forbidden: bot was blocked by the user")
    running.telegram.refuse("answerCallbackQuery", 400, "Bad Request: query is too old")
    await handle_with_error(running, ZeroDivisionError())
    assert len(running.telegram.calls_of("sendMessage")) == 2
