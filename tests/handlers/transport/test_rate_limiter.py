"""How long the bot waits after a 429 of Telegram, and which calls it repeats."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

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


@pytest.mark.parametrize(
    ("code", "parameters", "limits", "error"),
    [
        # A handler that slept for minutes would occupy its chat and a worker.
        (429, {"retry_after": 300}, None, RetryAfter),
        # The outbox schedules its own retries.
        (429, {"retry_after": 1}, NO_RETRY, RetryAfter),
        (500, {}, NO_RETRY, NetworkError),
        (400, {}, None, BadRequest),
    ],
)
async def test_other_refusals_are_raised_at_once(
    api: BotApi,
    bot: ShopBot,
    code: int,
    parameters: dict[str, int],
    limits: int | None,
    error: type[TelegramError],
) -> None:
    api.refuse("sendMessage", code, "refused", **parameters)
    with pytest.raises(error):
        await bot.send_message(1001, "hello", rate_limit_args=limits)
    assert len(api.of("sendMessage")) == 1


async def test_the_answer_to_a_press_is_not_retried(api: BotApi, bot: ShopBot) -> None:
    """It soon expires."""
    api.refuse("answerCallbackQuery", 500, "Internal Server Error")
    with pytest.raises(NetworkError):
        await bot.answer_callback_query("q1")
    assert len(api.of("answerCallbackQuery")) == 1
