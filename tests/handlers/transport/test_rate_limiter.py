"""How long the bot waits after a 429 of Telegram, and which calls it repeats."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from telegram.error import BadRequest, NetworkError, RetryAfter

from handlers.transport.bot import ShopBot, build_bot
from handlers.transport.rate_limiter import NO_RETRY, RateLimiter
from tests.handlers.builders import ANNI
from tests.telegram_server import TOKEN, BotApiForTests


@pytest.fixture
async def bot(telegram: BotApiForTests) -> AsyncIterator[ShopBot]:
    bot = build_bot(TOKEN, telegram.root, RateLimiter(again_after_seconds=0.01))
    await bot.initialize()
    yield bot
    await bot.shutdown()


async def test_a_reply_waits_as_long_as_telegram_says(
    telegram: BotApiForTests, bot: ShopBot
) -> None:
    """The library's rate limiter would drop the reply."""
    telegram.fail_next("sendMessage", "429")
    sent = await bot.send_message(ANNI, "hello")
    assert sent.text == "hello"
    assert len(telegram.calls_of("sendMessage")) == 2


async def test_a_long_retry_after_is_raised(telegram: BotApiForTests, bot: ShopBot) -> None:
    """A handler that slept for minutes would occupy its chat and a worker."""
    telegram.fail_next("sendMessage", "429", retry_after=300)
    with pytest.raises(RetryAfter):
        await bot.send_message(ANNI, "hello")


async def test_calls_without_patience_raise_at_once(telegram: BotApiForTests, bot: ShopBot) -> None:
    """The outbox schedules its own retries."""
    telegram.fail_next("sendMessage", "429")
    with pytest.raises(RetryAfter):
        await bot.send_message(ANNI, "hello", rate_limit_args=NO_RETRY)
    assert len(telegram.calls_of("sendMessage")) == 1


@pytest.mark.parametrize("times", [1, 2])
async def test_a_screen_is_retried_exactly_once(
    telegram: BotApiForTests, bot: ShopBot, times: int
) -> None:
    telegram.fail_next("sendMessage", "500", times)
    if times == 1:
        assert (await bot.send_message(ANNI, "hello")).text == "hello"
    else:
        with pytest.raises(NetworkError):
            await bot.send_message(ANNI, "hello")
    assert len(telegram.calls_of("sendMessage")) == 2


async def test_a_refused_message_is_not_retried(telegram: BotApiForTests, bot: ShopBot) -> None:
    with pytest.raises(BadRequest):
        await bot.send_message(ANNI, "<b>hello")
    assert len(telegram.calls_of("sendMessage")) == 1


async def test_only_screens_are_retried(telegram: BotApiForTests, bot: ShopBot) -> None:
    """The answer to a press soon expires, and the outbox retries by itself."""
    telegram.fail_next("answerCallbackQuery", "500")
    telegram.fail_next("sendMessage", "500")
    with pytest.raises(NetworkError):
        await bot.answer_callback_query("q1")
    with pytest.raises(NetworkError):
        await bot.send_message(ANNI, "hello", rate_limit_args=NO_RETRY)
    assert len(telegram.calls_of("sendMessage")) == 1
    assert len(telegram.calls_of("answerCallbackQuery")) == 1
