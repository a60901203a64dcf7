"""Health, metrics and the webhook, over real connections."""

from __future__ import annotations

import gzip
import inspect
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from yarl import URL

from bot.domain.errors import StoreUnavailableError
from bot.web import server as server_module
from bot.web.metrics import MetricsSnapshot
from bot.web.routes import (
    BOT_HEADER,
    PATH_HEADER,
    CannotListenError,
    Health,
    WebhookRoute,
)
from bot.web.server import SECRET_HEADER, WebServer
from tests.web.sample_metrics import full_snapshot

SECRET = "right-secret_1"
TOKEN = "a-token_of-the-shop"


@dataclass
class Shop:
    """The callbacks of the server, with answers that a test sets."""

    health: Health = field(default_factory=lambda: Health(is_healthy=True))
    metrics: MetricsSnapshot = field(default_factory=MetricsSnapshot)
    error: Exception | None = None
    received: list[dict[str, Any]] = field(default_factory=list)

    async def ask_health(self) -> Health:
        return self.health

    async def ask_metrics(self) -> MetricsSnapshot:
        return self.metrics

    async def receive(self, update: dict[str, Any]) -> None:
        if self.error is not None:
            raise self.error
        self.received.append(update)


@pytest.fixture
def shop() -> Shop:
    return Shop()


@asynccontextmanager
async def served(shop: Shop, token: str | None = None) -> AsyncIterator[aiohttp.ClientSession]:
    """Serve everything on a free port."""
    server = WebServer(
        "127.0.0.1",
        0,
        health=shop.ask_health,
        metrics=shop.ask_metrics,
        webhook=WebhookRoute("/telegram", SECRET, shop.receive, "4242"),
        token=token,
    )
    await server.start()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as session:
        yield session
    await server.stop()


@pytest.fixture
async def http(shop: Shop) -> AsyncIterator[aiohttp.ClientSession]:
    async with served(shop) as session:
        yield session


@pytest.fixture
async def guarded(shop: Shop) -> AsyncIterator[aiohttp.ClientSession]:
    """The same server with a token required."""
    async with served(shop, TOKEN) as session:
        yield session


async def post_update(
    http: aiohttp.ClientSession, secret: str | None = SECRET, body: bytes = b'{"update_id": 1}'
) -> int:
    """Call the webhook as Telegram does, and return the status."""
    headers = {} if secret is None else {SECRET_HEADER: secret}
    async with http.post("/telegram", data=body, headers=headers) as answer:
        return answer.status


@pytest.mark.parametrize("path", ["/readyz", "/health"])
@pytest.mark.parametrize(("is_healthy", "status"), [(True, 200), (False, 503)])
async def test_the_health_has_a_status_and_details(
    http: aiohttp.ClientSession, shop: Shop, is_healthy: bool, status: int, path: str
) -> None:
    shop.health = Health(is_healthy=is_healthy, details={"database": "details"})
    async with http.get(path) as answer:
        assert answer.status == status
        assert await answer.json() == {"ok": is_healthy, "database": "details"}


async def test_a_shop_that_is_not_ready_lives(http: aiohttp.ClientSession, shop: Shop) -> None:
    """Whoever restarts a container by it must not do so because Telegram is away."""
    shop.health, shop.error = Health(is_healthy=False), StoreUnavailableError()
    async with http.get("/healthz") as answer:
        assert (answer.status, await answer.json()) == (200, {"ok": True})


async def test_metrics_show_the_current_values(http: aiohttp.ClientSession, shop: Shop) -> None:
    shop.metrics = full_snapshot()
    async with http.get("/metrics") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        lines = (await answer.text()).splitlines()
    for line in (
        'konter_info{version="1.2.3"} 1.0',
        'konter_check_ok{check="telegram"} 0.0',
        "konter_ready 0.0",
        'konter_orders{state="parked"} 2.0',
        "konter_ledger_sum_rupiah 0.0",
        "konter_outbox_backlog 3.0",
        "konter_inbox_backlog 4.0",
        'konter_confirm_to_voucher_seconds_bucket{le="10.0"} 1.0',
        'konter_confirm_to_voucher_seconds_bucket{le="+Inf"} 2.0',
        "konter_confirm_to_voucher_seconds_sum 22.0",
        'konter_supplier_calls_total{kind="order",outcome="answered"} 5.0',
        'konter_supplier_call_seconds_count{kind="order"} 1.0',
        'konter_telegram_errors_total{code="429"} 2.0',
        'konter_worker_failures{worker="send_orders"} 1.0',
        "konter_catalogue_size 1400.0",
        "konter_catalogue_age_seconds 12.5",
        'konter_supplier_rows_skipped{list="services"} 2.0',
        'konter_supplier_rows_skipped{list="status"} 1.0',
    ):
        assert line in lines


async def test_metrics_omit_what_is_unknown(http: aiohttp.ClientSession) -> None:
    async with http.get("/metrics") as answer:
        assert answer.status == 200
        text = await answer.text()
    for unknown in ("catalogue_age", "konter_orders", "ledger", "backup", "disk", "restore"):
        assert unknown not in text


async def test_an_update_with_the_secret_is_accepted(
    http: aiohttp.ClientSession, shop: Shop
) -> None:
    assert await post_update(http) == 200
    assert shop.received == [{"update_id": 1}]


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", "r\u00e4tsel"])
async def test_an_update_without_the_secret_is_refused(
    http: aiohttp.ClientSession, shop: Shop, secret: str | None
) -> None:
    assert await post_update(http, secret) == 403
    assert shop.received == []


async def test_a_compressed_body_is_not_unpacked(http: aiohttp.ClientSession, shop: Shop) -> None:
    """Unpacking occupies the event loop: a second for 400 KB from anyone, secret or not."""
    headers = {SECRET_HEADER: SECRET, "Content-Encoding": "gzip"}
    body = gzip.compress(b'{"update_id": 1}')
    async with http.post("/telegram", data=body, headers=headers) as answer:
        assert answer.status == 400
    assert shop.received == []


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'"text"', b"\xff"])
async def test_a_body_that_is_no_update_is_refused(
    http: aiohttp.ClientSession, shop: Shop, body: bytes
) -> None:
    assert await post_update(http, body=body) == 400
    assert shop.received == []


async def test_an_update_that_cannot_be_stored_is_answered_with_503(
    http: aiohttp.ClientSession, shop: Shop
) -> None:
    """Telegram repeats an update that was not answered with 200."""
    shop.error = StoreUnavailableError()
    assert await post_update(http) == 503


@pytest.mark.parametrize("path", ["/readyz", "/health", "/metrics"])
@pytest.mark.parametrize(
    "header",
    [
        *(None, "", "Bearer", "Bearer ", "Bearer wrong"),
        *(f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}"),
        *(TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN.upper()}", "Bearer r\u00e4tsel"),
    ],
)
async def test_health_and_metrics_need_the_token(
    guarded: aiohttp.ClientSession, path: str, header: str | None
) -> None:
    headers = {} if header is None else {"Authorization": header}
    for method in ("GET", "HEAD"):
        async with guarded.request(method, path, headers=headers) as answer:
            assert answer.status == 401
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
            assert "konter_" not in await answer.text()


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
async def test_health_and_metrics_are_served_with_the_token(
    guarded: aiohttp.ClientSession, shop: Shop, scheme: str
) -> None:
    """The webhook has its own secret and needs no token."""
    headers = {"Authorization": f"{scheme} {TOKEN}"}
    async with guarded.get("/metrics", headers=headers) as answer:
        assert answer.status == 200
        assert "konter_inbox_backlog" in await answer.text()
    async with guarded.get("/readyz", headers=headers) as answer:
        assert answer.status == 200
    async with guarded.get("/healthz") as answer:
        assert answer.status == 200
    assert await post_update(guarded) == 200
    assert shop.received == [{"update_id": 1}]


async def test_a_webhook_server_serves_no_health_or_metrics(shop: Shop) -> None:
    server = WebServer("127.0.0.1", 0, webhook=WebhookRoute("/telegram", SECRET, shop.receive))
    await server.start()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as session:
        for path in ("/healthz", "/readyz", "/health", "/metrics"):
            async with session.get(path) as answer:
                assert answer.status == 404
    await server.stop()


async def test_a_polling_bot_has_no_webhook(shop: Shop) -> None:
    server = WebServer("127.0.0.1", 0, health=shop.ask_health, metrics=shop.ask_metrics)
    await server.start()
    url = f"http://127.0.0.1:{server.port}/telegram"
    async with aiohttp.ClientSession() as session, session.post(url, json={}) as answer:
        assert answer.status == 404
    await server.stop()
    await server.stop()


async def test_a_port_in_use_is_an_error_at_start(shop: Shop) -> None:
    """The bot must not run while its health cannot be seen."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = WebServer("127.0.0.1", port, health=shop.ask_health, metrics=shop.ask_metrics)
        with pytest.raises(CannotListenError, match="address") as caught:
            await server.start()
        assert (caught.value.host, caught.value.port) == ("127.0.0.1", port)
        assert server.port == port
        await server.stop()


async def test_a_refusal_says_which_bot_answers_and_at_which_path(
    http: aiohttp.ClientSession,
) -> None:
    """The doctor reads it: a proxy may cut the path, or lead to another shop."""
    for method, path, status in (
        ("POST", "/telegram?x=1", 403),
        ("GET", "/telegram", 404),
        ("POST", "/toko/%C3%A9/telegram", 404),
    ):
        async with http.request(method, URL(path, encoded=True)) as answer:
            assert answer.status == status
            assert answer.headers[BOT_HEADER] == "4242"
            assert answer.headers[PATH_HEADER] == path.partition("?")[0]


def test_the_secret_is_compared_in_constant_time() -> None:
    """Its duration would tell a stranger how much of a guess is right."""
    compared = inspect.getsource(server_module._is_same)
    assert "hmac.compare_digest" in compared
    assert "==" not in inspect.getsource(server_module.WebServer._post_update)
