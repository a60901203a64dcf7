"""How long a "too many requests" of Telegram is waited for."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from telegram.error import RetryAfter

from handlers.pace import NO_PATIENCE
from handlers.shop_bot import ShopBot, build_bot
from tests.handlers.bot_api import TOKEN, BotApi, serve_bot_api


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with serve_bot_api() as api:
        yield api


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[ShopBot]:
    bot = build_bot(TOKEN, api.root)
    await bot.initialize()
    yield bot
    await bot.shutdown()


async def test_a_reply_waits_as_long_as_telegram_says(api: BotApi, bot: ShopBot) -> None:
    """A reply that met a short 429 arrives: the library would have dropped it."""
    api.refuse("sendMessage", 429, "Too Many Requests", retry_after=1)
    sent = await bot.send_message(1001, "hello")
    assert sent.text == "hello"
    assert len(api.of("sendMessage")) == 2


async def test_a_long_wait_is_not_sat_out(api: BotApi, bot: ShopBot) -> None:
    """A handler that slept for minutes would keep its chat and a worker."""
    api.refuse("sendMessage", 429, "Too Many Requests", retry_after=300)
    with pytest.raises(RetryAfter):
        await bot.send_message(1001, "hello")


async def test_the_outbox_keeps_its_own_time(api: BotApi, bot: ShopBot) -> None:
    """Whoever has no time is told at once, and asks again by itself."""
    api.refuse("sendMessage", 429, "Too Many Requests", retry_after=1)
    with pytest.raises(RetryAfter):
        await bot.send_message(1001, "hello", rate_limit_args=NO_PATIENCE)
    assert len(api.of("sendMessage")) == 1
