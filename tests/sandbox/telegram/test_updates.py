"""How the embedded Bot API delivers updates: long polling, webhook, and duplicates."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox.telegram.server import BUDI, SARAH
from tests.telegram_server import TOKEN, BotApiForTests


async def served(app: web.Application) -> tuple[web.AppRunner, str]:
    """Serve an application on loopback; return its runner and address."""
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    return runner, f"http://{host}:{port}"


class Caller:
    """A bot that sends its calls as forms, as the library does."""

    def __init__(self, session: aiohttp.ClientSession, root: str) -> None:
        self._session = session
        self._root = root

    async def call(self, method: str, **values: object) -> dict[str, Any]:
        form = {name: str(value) for name, value in values.items()}
        url = f"{self._root}/bot{TOKEN}/{method}"
        async with self._session.post(url, data=form) as response:
            body: dict[str, Any] = await response.json()
            return body

    async def updates(self, **values: object) -> list[dict[str, Any]]:
        result: list[dict[str, Any]] = (await self.call("getUpdates", **values))["result"]
        return result


@pytest.fixture
def telegram() -> BotApiForTests:
    return BotApiForTests(TOKEN)


@pytest.fixture
async def bot(telegram: BotApiForTests) -> AsyncIterator[Caller]:
    async with telegram.served(), aiohttp.ClientSession() as session:
        yield Caller(session, telegram.root)


async def polling(telegram: BotApiForTests, bot: Caller, **values: object) -> asyncio.Task[Any]:
    """Start a long poll, and return its task when the server has the request."""
    before = telegram.updates.polls
    task = asyncio.create_task(bot.call("getUpdates", timeout=30, **values))
    while telegram.updates.polls == before:
        await telegram.state.change_signal.wait()
    return task


def ids(updates: list[dict[str, Any]]) -> list[int]:
    return [update["update_id"] for update in updates]


async def test_a_poll_waits_for_an_update(telegram: BotApiForTests, bot: Caller) -> None:
    poll = await polling(telegram, bot)
    update_id = telegram.send_text(BUDI.user_id, "hai")
    assert ids((await poll)["result"]) == [update_id]


async def test_updates_stay_until_an_offset_confirms_them(
    telegram: BotApiForTests, bot: Caller
) -> None:
    """A bot that died before its next poll gets them again."""
    first = telegram.send_text(BUDI.user_id, "satu")
    second = telegram.send_text(SARAH.user_id, "two")
    assert ids(await bot.updates()) == [first, second]
    assert ids(await bot.updates(limit=1)) == [first]
    assert ids(await bot.updates(offset=second)) == [second]
    assert ids(await bot.updates(offset=second + 1)) == []


async def test_a_negative_offset_drops_all_but_the_last_updates(
    telegram: BotApiForTests, bot: Caller
) -> None:
    _, last = [telegram.send_text(BUDI.user_id, text) for text in ("satu", "dua")]
    assert ids(await bot.updates(offset=-1)) == [last]
    assert ids(await bot.updates()) == [last]


async def test_only_allowed_updates_are_kept(telegram: BotApiForTests, bot: Caller) -> None:
    assert await bot.updates(allowed_updates='["message"]') == []
    telegram.send_text(BUDI.user_id, "satu")
    telegram.edit_text(BUDI.user_id, 1, "dua")
    telegram.block(BUDI.user_id)
    assert [set(one) for one in await bot.updates()] == [{"update_id", "message"}]


async def test_the_older_of_two_pollers_gets_a_conflict(
    telegram: BotApiForTests, bot: Caller
) -> None:
    older = await polling(telegram, bot)
    newer = await polling(telegram, bot)
    answer = await older
    assert answer["error_code"] == 409
    assert answer["description"].startswith("Conflict: terminated by other getUpdates request")
    telegram.send_text(BUDI.user_id, "hai")
    assert len((await newer)["result"]) == 1


async def test_the_server_stops_during_a_long_poll(telegram: BotApiForTests) -> None:
    runner, root = await served(telegram.app)
    async with aiohttp.ClientSession() as session:
        poll = await polling(telegram, Caller(session, root))
        await asyncio.gather(poll, runner.cleanup(), return_exceptions=True)
        assert poll.done()


async def test_a_long_poll_breaks_when_telegram_goes_down(
    telegram: BotApiForTests, bot: Caller
) -> None:
    poll = await polling(telegram, bot)
    telegram.down = True
    with pytest.raises(aiohttp.ClientError):
        await poll
    update_id = telegram.send_text(BUDI.user_id, "hai")
    telegram.down = False
    assert ids(await bot.updates()) == [update_id]


class Hook:
    """The bot's side of a webhook, which fails a given number of times."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.seen: asyncio.Queue[tuple[str, int, int]] = asyncio.Queue()
        self.app = web.Application()
        self.app.router.add_post("/hook", self._take)

    async def _take(self, request: web.Request) -> web.Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        status = 503 if self.failures else 200
        self.failures = max(self.failures - 1, 0)
        self.seen.put_nowait((secret, (await request.json())["update_id"], status))
        return web.Response(status=status)


async def test_a_webhook_gets_updates_in_order_until_it_accepts_them(
    telegram: BotApiForTests, bot: Caller
) -> None:
    telegram.updates.retry_seconds = 0
    hook = Hook(failures=2)
    runner, root = await served(hook.app)
    first = telegram.send_text(BUDI.user_id, "satu")
    url = f"{root}/hook"
    assert (await bot.call("setWebhook", url=url, secret_token="hook-secret"))["ok"]
    second = telegram.send_text(BUDI.user_id, "dua")
    assert [await hook.seen.get() for _ in range(4)] == [
        ("hook-secret", first, 503),
        ("hook-secret", first, 503),
        ("hook-secret", first, 200),
        ("hook-secret", second, 200),
    ]
    assert (await bot.call("getUpdates"))["description"].startswith(
        "Conflict: can't use getUpdates method while webhook is active"
    )
    assert (await bot.call("getWebhookInfo"))["result"]["url"] == url
    await runner.cleanup()
    third = telegram.send_text(BUDI.user_id, "tiga")
    await bot.call("deleteWebhook")
    assert (await bot.call("getWebhookInfo"))["result"]["url"] == ""
    assert third in ids(await bot.updates())
    assert "hook-secret" not in repr(telegram.calls)


async def test_setting_a_webhook_ends_a_poll(telegram: BotApiForTests, bot: Caller) -> None:
    poll = await polling(telegram, bot)
    await bot.call("setWebhook", url="http://127.0.0.1:9/hook")
    assert (await poll)["description"] == "Conflict: terminated by setWebhook request"
    telegram.send_text(BUDI.user_id, "hai")
    await bot.call("deleteWebhook", drop_pending_updates="true")
    assert await bot.updates() == []
    assert (await bot.call("setWebhook", url="ftp://x"))["error_code"] == 400
