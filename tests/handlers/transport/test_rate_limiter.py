"""How long the bot waits after a 429 of Telegram, and which calls it repeats."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from telegram.error import BadRequest, NetworkError, RetryAfter

from handlers.transport.bot import ShopBot, build_bot
from handlers.transport.pace import Precedence
from handlers.transport.rate_limiter import RateLimiter, delivering, seconds_of
from tests.samples import ANNI_CHAT, BUDI_CHAT
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
    sent = await bot.send_message(ANNI_CHAT, "hello")
    assert sent.text == "hello"
    assert len(telegram.calls_of("sendMessage")) == 2


async def test_a_long_retry_after_is_raised(telegram: BotApiForTests, bot: ShopBot) -> None:
    """A handler that slept for minutes would occupy its chat and a worker."""
    telegram.fail_next("sendMessage", "429", retry_after=300)
    with pytest.raises(RetryAfter):
        await bot.send_message(ANNI_CHAT, "hello")


async def test_calls_for_notices_raise_at_once(telegram: BotApiForTests, bot: ShopBot) -> None:
    """The outbox schedules its own retries."""
    telegram.fail_next("sendMessage", "429")
    with pytest.raises(RetryAfter), delivering(Precedence.BULK):
        await bot.send_message(ANNI_CHAT, "hello")
    assert len(telegram.calls_of("sendMessage")) == 1


@pytest.mark.parametrize("times", [1, 2])
async def test_a_screen_is_retried_exactly_once(
    telegram: BotApiForTests, bot: ShopBot, times: int
) -> None:
    telegram.fail_next("sendMessage", "500", times)
    if times == 1:
        assert (await bot.send_message(ANNI_CHAT, "hello")).text == "hello"
    else:
        with pytest.raises(NetworkError):
            await bot.send_message(ANNI_CHAT, "hello")
    assert len(telegram.calls_of("sendMessage")) == 2


async def test_a_refused_message_is_not_retried(telegram: BotApiForTests, bot: ShopBot) -> None:
    with pytest.raises(BadRequest):
        await bot.send_message(ANNI_CHAT, "<b>hello")
    assert len(telegram.calls_of("sendMessage")) == 1


async def test_the_answer_to_a_press_is_retried_exactly_once(
    telegram: BotApiForTests, bot: ShopBot
) -> None:
    """Otherwise the button is shown as loading, and an alert is lost."""
    telegram.fail_next("answerCallbackQuery", "500")
    with pytest.raises(BadRequest, match="query id is invalid"):  # Nobody pressed anything.
        await bot.answer_callback_query("q1")
    telegram.fail_next("answerCallbackQuery", "500", 2)
    with pytest.raises(NetworkError) as failed:
        await bot.answer_callback_query("q2")
    assert not isinstance(failed.value, BadRequest)


async def test_notices_are_not_retried(telegram: BotApiForTests, bot: ShopBot) -> None:
    """The outbox retries by itself, and knows what may be sent twice."""
    telegram.fail_next("sendMessage", "500")
    with pytest.raises(NetworkError), delivering(Precedence.NOTICE):
        await bot.send_message(ANNI_CHAT, "hello")
    assert len(telegram.calls_of("sendMessage")) == 1


async def test_a_refused_chat_is_left_alone_until_it_may_be_written_to(
    telegram: BotApiForTests, bot: ShopBot
) -> None:
    """Further calls to it wait in their order; those to other chats do not."""
    telegram.fail_next("sendMessage", "429", retry_after=3)
    waiting = [asyncio.create_task(bot.send_message(ANNI_CHAT, "first"))]
    limiter = bot.rate_limiter
    assert isinstance(limiter, RateLimiter)
    while not limiter._refused:  # noqa: ASYNC110 - the limiter has no event
        await asyncio.sleep(0.001)
    waiting += [
        asyncio.create_task(bot.send_message(ANNI_CHAT, text)) for text in ("second", "third")
    ]
    await bot.send_message(BUDI_CHAT, "hello")
    assert not any(task.done() for task in waiting)
    await asyncio.gather(*waiting)
    texts = [call.params["text"] for call in telegram.calls_of("sendMessage")]
    assert texts == ["first", "hello", "first", "second", "third"]


async def test_answers_to_a_chat_that_is_refused_for_long_make_no_call(
    telegram: BotApiForTests, bot: ShopBot
) -> None:
    """Whoever was refused. The outbox has a time of its own for each chat."""
    telegram.fail_next("sendMessage", "429", retry_after=300)
    with pytest.raises(RetryAfter), delivering(Precedence.OUTCOME):
        await bot.send_message(ANNI_CHAT, "hello")
    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(ANNI_CHAT, "hello")
    assert 290 < seconds_of(refused.value) <= 300
    assert len(telegram.calls_of("sendMessage")) == 1
    assert (await bot.send_message(BUDI_CHAT, "hello")).text == "hello"
    with delivering(Precedence.OUTCOME):
        assert (await bot.send_message(ANNI_CHAT, "hello")).text == "hello"


async def test_a_pace_of_none_never_waits(telegram: BotApiForTests) -> None:
    bot = build_bot(TOKEN, telegram.root, RateLimiter(0))
    await asyncio.gather(*[bot.send_message(ANNI_CHAT, str(number)) for number in range(100)])
    assert len(telegram.calls_of("sendMessage")) == 100
    await bot.shutdown()
