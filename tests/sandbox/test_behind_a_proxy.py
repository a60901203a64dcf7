"""The bot behind Caddy and nginx, as configured in deploy/proxy, with https on loopback."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from functools import partial
from io import BytesIO
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from bot.config import Settings
from bot.config.web import WebSettings
from bot.domain.order import OrderState
from bot.web.routes import BOT_HEADER
from bot.web.server import MAX_UPDATE_BYTES, SECRET_HEADER
from tests.sandbox.proxies import EXAMPLES, PATH, Proxy, running_proxy
from tests.sandbox.shop_environment import TOKEN, ShopEnvironment

NUMBER, OTHER_NUMBER, SECRET = "081212345678", "081298765432", "a-secret_of-ours"
TOO_LARGE = b"x" * (MAX_UPDATE_BYTES + 100_000)
RUN = ("-m", "tests.sandbox.bot_on_any_port", "run")


def test_the_examples_and_their_description_have_the_same_path_and_port() -> None:
    recipe = (EXAMPLES.parents[1] / "docs" / "webhook.md").read_text(encoding="utf-8")
    port = WebSettings.model_fields["http_port"].default
    for example in EXAMPLES.iterdir():
        text = example.read_text(encoding="utf-8")
        assert text.count(PATH) >= 2
        assert f"127.0.0.1:{port}" in text
        assert f"deploy/proxy/{example.name} " in recipe
    assert recipe.count(f"WEBHOOK_URL=https://toko.example.com{PATH}\n") == 2


@pytest.fixture(params=["nginx", "caddy"])
async def proxy(
    request: pytest.FixtureRequest, environment: ShopEnvironment, tmp_path: Path
) -> AsyncIterator[Proxy]:
    ports = [environment.hold_port() for _ in range(3)]
    async with running_proxy(request.param, tmp_path / request.param, *ports) as proxy:
        environment.telegram.updates.trusted = proxy.trusted
        environment.telegram.updates.retry_seconds = 0.05
        yield proxy


def settings_behind(proxy: Proxy, environment: ShopEnvironment) -> Settings:
    return environment.settings.model_copy(
        update={
            "http_port": proxy.port,
            "webhook_url": proxy.webhook_url,
            "webhook_secret": SecretStr(SECRET),
        }
    )


async def test_only_updates_with_the_secret_pass_the_proxy(
    environment: ShopEnvironment, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A purchase is made once, also when the proxy restarts in the middle.

    A proxy must not answer 200 for an update that it could not read: Telegram would drop it.
    """
    monkeypatch.setattr("bot.web.server.BODY_SECONDS", 0.3)
    konter = await environment.enter(settings_behind(proxy, environment))
    await environment.until(lambda: environment.telegram.updates.webhook is not None)
    await environment.until(lambda: konter.catalogue_cache.catalogue is not None)
    slow = asyncio.create_task(send_slowly(proxy))
    screen = await environment.sarah.quote(NUMBER)
    await refuses_strangers(proxy)
    assert await slow in {b"", b"HTTP/1.1 408 "}
    await proxy.stop()
    query = environment.sarah.press("Pay", on=screen)
    await environment.until(lambda: "failed" in environment.telegram.updates.webhook_error)
    await proxy.start()
    await environment.sarah.answer_to(query)
    await environment.reaches("K1", OrderState.SUCCEEDED)
    assert (environment.supplier.order_calls, environment.telegram.updates.polls) == (1, 0)


async def refuses_strangers(proxy: Proxy) -> None:
    """Check what a stranger gets who knows the address."""
    async with aiohttp.ClientSession() as session:

        async def call(
            url: str, method: str = "POST", secret: str | None = SECRET, body: bytes = b"{}"
        ) -> tuple[int, str | None]:
            headers = {} if secret is None else {SECRET_HEADER: secret}
            async with session.request(
                method,
                url,
                data=BytesIO(body),
                headers=headers,
                ssl=proxy.trusted,
                allow_redirects=False,
            ) as answer:
                return answer.status, answer.headers.get(BOT_HEADER)

        bot_id = TOKEN.partition(":")[0]
        for secret in (None, SECRET + "x"):
            assert await call(proxy.webhook_url, secret=secret) == (403, bot_id)
        assert await call(proxy.webhook_url, "GET") == (404, None)
        for path in ("/", "/metrics", "/health", "/telegram", f"{PATH}/more", f"{PATH}/../metrics"):
            assert await call(proxy.https + path) == (404, None)
        assert await call(proxy.webhook_url, body=TOO_LARGE) == (413, None)
        status, _ = await call(proxy.http + PATH)
        assert status in {301, 308}
        # The bot itself, without the proxy's limit, and with a path whose prefix was cut off.
        bot = f"http://127.0.0.1:{proxy.port}"
        assert await call(bot + PATH, body=TOO_LARGE) == (413, None)
        assert await call(f"{bot}/telegram") == (404, bot_id)


async def send_slowly(proxy: Proxy) -> bytes:
    """Send an update that never ends, and return the beginning of the answer."""
    host, port = "localhost", int(proxy.https.rpartition(":")[2])
    reader, writer = await asyncio.open_connection(host, port, ssl=proxy.trusted)
    head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\n{SECRET_HEADER}: {SECRET}\r\n"
    writer.write(f"{head}Content-Length: 100\r\n\r\n{{".encode())
    await writer.drain()
    try:
        async with asyncio.timeout(20):
            return await reader.read(13)
    except (ConnectionError, ssl.SSLError):
        return b""
    finally:
        writer.close()


@pytest.mark.parametrize("proxy", ["nginx"], indirect=True)
async def test_changing_between_polling_and_a_webhook_loses_nothing(
    environment: ShopEnvironment, proxy: Proxy
) -> None:
    """With an update in the inbox and one at Telegram each time, and a SIGKILL between."""
    polling = dict(environment.env)
    webhook = {
        "HTTP_PORT": str(proxy.port),
        "WEBHOOK_URL": proxy.webhook_url,
        "WEBHOOK_SECRET": SECRET,
    }
    await environment.stock()
    for life, env in enumerate((polling, polling | webhook, polling)):
        environment.env = env
        await environment.launch(RUN)
        if life:
            await environment.until_true(partial(has_order, environment, f"K{life}"))
            await environment.reaches(f"K{life}", OrderState.SUCCEEDED)
            await environment.until(lambda life=life: balances_shown(environment) == life)  # type: ignore[misc]
        is_last = life == 2
        if not is_last:
            await be_killed_amid_updates(environment, is_polling=life == 0)
    await environment.until(lambda: not environment.telegram.updates.pending)
    assert balances_shown(environment) == 2
    assert environment.supplier.order_calls == 2
    methods = ("setWebhook", "deleteWebhook")
    changes = [one for method in methods for one in environment.telegram.calls_of(method)]
    assert len(changes) == 3
    assert [one.params.get("drop_pending_updates") for one in changes] == [None] * 3
    assert await environment.stop() == 0


async def be_killed_amid_updates(environment: ShopEnvironment, *, is_polling: bool) -> None:
    """Kill the bot with one update in the inbox, not handled, and one at Telegram.

    A polling bot has not confirmed the first one either: Telegram will send it again.
    """
    telegram = environment.telegram
    screen = await environment.sarah.quote(NUMBER if is_polling else OTHER_NUMBER)
    hung = telegram.hang_count
    if is_polling:
        telegram.fail_next("getUpdates", "hang")
    telegram.fail_next("sendMessage", "hang")
    telegram.send_text(environment.budi.user_id, "/saldo")
    await environment.until(lambda: telegram.hang_count == hung + 1 + is_polling)
    await environment.kill()
    environment.sarah.press("Pay", on=screen)


def balances_shown(environment: ShopEnvironment) -> int:
    return sum("Saldo kamu" in text for _, text in environment.budi.shown)


async def has_order(environment: ShopEnvironment, number: str) -> bool:
    orders = await environment.orders(environment.sarah.user_id)
    return number in {order.number for order in orders}
