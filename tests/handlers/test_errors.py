"""What people read when a handler fails, and what stays silent."""

from __future__ import annotations

import pytest
from telegram.error import BadRequest, Forbidden, NetworkError, TimedOut

from bot.domain.errors import NotFoundError, StoreUnavailableError
from bot.ports.store import Store
from tests.handlers.bot_api import BotApi, message_update, press_update
from tests.handlers.running_bot import RunningBot
from tests.services.torn_store import TornStore


async def failing(running: RunningBot, error: Exception, language: str = "id") -> None:
    """Have a message and a button whose handlers fail, and wait until both were handled."""
    running.errors = {"text": error, "press": error}
    await running.intake.start()
    running.api.bring(message_update(10, "text", language=language), press_update(11, "press"))
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
async def test_what_another_message_would_not_mend_is_not_told(
    running: RunningBot, error: Exception
) -> None:
    """Double taps are normal, and a reply that did not go through says nothing of the order."""
    await failing(running, error)
    assert running.api.of("sendMessage") == []
    assert len(running.api.of("answerCallbackQuery")) == 1


@pytest.mark.parametrize(
    "error", [ZeroDivisionError(), BadRequest("can't parse entities"), NotFoundError()]
)
async def test_a_fault_of_ours_is_told_with_its_number(
    running: RunningBot, error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    """The customer can name it, and it is found in the log."""
    await failing(running, error)
    first, second = running.api.of("sendMessage")
    assert "E000010" in first.text
    assert "E000011" in second.text
    assert "E000010" in capsys.readouterr().out
    assert len(running.api.of("answerCallbackQuery")) == 1


async def test_a_database_away_is_told_in_the_readers_language(running: RunningBot) -> None:
    """Nothing was ordered, and trying again is right."""
    await failing(running, StoreUnavailableError("disk full"), language="en")
    assert "nothing was ordered" in running.api.of("sendMessage")[0].text


async def test_the_apology_needs_no_database(api: BotApi, store: Store) -> None:
    """Who writes cannot be looked up then, so the language is their Telegram's."""
    torn = TornStore(store)
    running = RunningBot(api, torn)
    gate = running.hold("text")
    await running.intake.start()
    running.errors = {"text": StoreUnavailableError("disk full")}
    api.bring(message_update(10, "text", language="en"))
    await running.until(lambda: running.processor.chats == 1)
    await running.until(lambda: 11 in api.offsets)
    torn.refuse_writes(1)
    gate.set()
    await running.until(lambda: bool(api.of("sendMessage")))
    assert "nothing was ordered" in api.of("sendMessage")[0].text
    await running.until_handled(1)
    await running.stop()


async def test_a_refused_apology_ends_there(running: RunningBot) -> None:
    """An error while telling of an error is logged and nothing more."""
    running.api.refuse("sendMessage", 403, "Forbidden: bot was blocked by the user")
    running.api.refuse("answerCallbackQuery", 400, "Bad Request: query is too old")
    await failing(running, ZeroDivisionError())
    assert len(running.api.of("sendMessage")) == 2
