"""How long the bot waits after a 429 of Telegram, and which calls it repeats."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from telegram.error import BadRequest, NetworkError, RetryAfter

from handlers.transport.bot import ShopBot, build_bot
from handlers.transport.rate_limiter import NO_RETRY, RateLimiter
from tests.handlers.bot_api import TOKEN, BotApi


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[ShopBot]:
    bot = build_bot(TOKEN, api.root, RateLimiter(again_after_seconds=0.01))
    await bot.initialize()
    yield bot
    await bot.shutdown()


async def test_a_reply_waits_as_long_as_telegram_says(api: BotApi, bot: ShopBot) -> None:
    """The library's rate limiter would drop the reply."""
    api.refuse("sendMessage", 429, "Too Many Requests", retry_after=1)
    sent = await bot.send_message(1001, "hello")
    assert sent.text == "hello"
    assert len(api.of("sendMessage")) == 2


async def test_a_long_retry_after_is_raised(api: BotApi, bot: ShopBot) -> None:
    """A handler that slept for minutes would occupy its chat and a worker."""
    api.refuse("sendMessage", 429, "Too Many Requests", retry_after=300)
    with pytest.raises(RetryAfter):
        await bot.send_message(1001, "hello")


async def test_calls_without_patience_raise_at_once(api: BotApi, bot: ShopBot) -> None:
    """The outbox schedules its own retries."""
    api.refuse("sendMessage", 429, "Too Many Requests", retry_after=1)
    with pytest.raises(RetryAfter):
        await bot.send_message(1001, "hello", rate_limit_args=NO_RETRY)
    assert len(api.of("sendMessage")) == 1


@pytest.mark.parametrize("times", [1, 2])
async def test_a_screen_is_retried_exactly_once(api: BotApi, bot: ShopBot, times: int) -> None:
    for _ in range(times):
        api.refuse("sendMessage", 500, "Internal Server Error")
    if times == 1:
        assert (await bot.send_message(1001, "hello")).text == "hello"
    else:
        with pytest.raises(NetworkError):
            await bot.send_message(1001, "hello")
    assert len(api.of("sendMessage")) == 2


async def test_a_refused_message_is_not_retried(api: BotApi, bot: ShopBot) -> None:
    api.refuse("sendMessage", 400, "Bad Request: can't parse entities")
    with pytest.raises(BadRequest):
        await bot.send_message(1001, "hello")
    assert len(api.of("sendMessage")) == 1


async def test_only_screens_are_retried(api: BotApi, bot: ShopBot) -> None:
    """The answer to a press soon expires, and the outbox retries by itself."""
    api.refuse("answerCallbackQuery", 500, "Internal Server Error")
    api.refuse("sendMessage", 500, "Internal Server Error")
    with pytest.raises(NetworkError):
        await bot.answer_callback_query("q1")
    with pytest.raises(NetworkError):
        await bot.send_message(1001, "hello", rate_limit_args=NO_RETRY)
    assert [call.method for call in api.calls].count("sendMessage") == 1
    assert [call.method for call in api.calls].count("answerCallbackQuery") == 1
