"""The web server for `/healthz`, `/readyz`, `/metrics` and Telegram's webhook."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from functools import partial

import structlog
from aiohttp import web

from bot.domain.errors import KonterError
from bot.web.metrics import MetricsSnapshot
from bot.web.routes import (
    BOT_HEADER,
    PATH_HEADER,
    CannotListenError,
    Health,
    WebhookRoute,
)

log = structlog.get_logger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name (Bot API, setWebhook)
MAX_UPDATE_BYTES = 1024 * 1024
LIVE_PATH, READY_PATHS, METRICS_PATH = "/healthz", ("/readyz", "/health"), "/metrics"
BODY_SECONDS = 30.0
"""How long an update may take to arrive; Telegram sends it again."""


class WebServer:
    """Listens on `host` and `port` from `start` to `stop`.

    It serves those of health, metrics and the webhook that are given. `/healthz` answers while the
    event loop runs, and asks nobody; `/readyz`, and `/health`, its name of old, ask `health`.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        health: Callable[[], Awaitable[Health]] | None = None,
        metrics: Callable[[], Awaitable[MetricsSnapshot]] | None = None,
        webhook: WebhookRoute | None = None,
        token: str | None = None,
    ) -> None:
        """`health` and `metrics` are called for each request.

        If there is a `token`, requests for them must have it as a bearer token (RFC 6750), except
        those for `/healthz`, which tells nothing.
        """
        self._host = host
        self._port = port
        self._health = health
        self._metrics = metrics
        self._webhook = webhook
        self._token = token
        self._runner: web.AppRunner | None = None

    @property
    def port(self) -> int:
        """The port; if 0 was given, the one that the system chose, once the server runs."""
        if self._runner is None or not self._runner.addresses:
            return self._port
        return int(self._runner.addresses[0][1])

    async def start(self) -> None:
        """Start listening; raises `CannotListenError` if that fails, for example on a used port."""
        app = web.Application(client_max_size=MAX_UPDATE_BYTES)
        if self._health is not None:
            app.router.add_get(LIVE_PATH, self._get_live)
            for path in READY_PATHS:
                app.router.add_get(path, partial(self._get_health, self._health))
        if self._metrics is not None:
            app.router.add_get(METRICS_PATH, partial(self._get_metrics, self._metrics))
        if self._webhook is not None:
            app.router.add_post(self._webhook.path, partial(self._post_update, self._webhook))
            app.router.add_route("*", "/{path:.*}", partial(_say_not_here, self._webhook))
        # No caller compresses, and a little gzip would occupy the event loop for seconds.
        self._runner = web.AppRunner(app, access_log=None, auto_decompress=False)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            raise CannotListenError(self._host, self._port, error) from error
        log.info("web_server_started", host=self._host, port=self.port)

    async def stop(self) -> None:
        """Accept no more requests, and wait for the running ones."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _require_token(self, request: web.Request) -> None:
        """Answer 401 if a token is required and the request does not have it (RFC 6750)."""
        if self._token is None:
            return
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not _is_same(given.strip(), self._token):
            raise web.HTTPUnauthorized(headers={"WWW-Authenticate": 'Bearer realm="konter"'})

    async def _get_live(self, _request: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def _get_health(
        self, ask: Callable[[], Awaitable[Health]], request: web.Request
    ) -> web.Response:
        self._require_token(request)
        health = await ask()
        body = {"ok": health.is_healthy, **health.details}
        return web.json_response(body, status=200 if health.is_healthy else 503)

    async def _get_metrics(
        self, ask: Callable[[], Awaitable[MetricsSnapshot]], request: web.Request
    ) -> web.Response:
        self._require_token(request)
        # Prometheus' library takes 1 MB, and few shops are scraped.
        from bot.web.exposition import EXPOSITION_TYPE, exposition  # noqa: PLC0415

        return web.Response(body=exposition(await ask()), headers={"Content-Type": EXPOSITION_TYPE})

    async def _post_update(self, webhook: WebhookRoute, request: web.Request) -> web.Response:
        """Store an update; Telegram repeats it unless the answer is 200."""
        if not _is_same(request.headers.get(SECRET_HEADER, ""), webhook.secret):
            raise web.HTTPForbidden(
                text="Konter's webhook: the secret is missing or wrong.\n",
                headers=_arrival(webhook, request),
            )
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await request.read()
            # Control characters in texts are accepted: Telegram would repeat the update for ever.
            update = json.loads(body, strict=False)
        except TimeoutError:
            raise web.HTTPRequestTimeout from None
        except (ValueError, RecursionError, ConnectionError):  # The last: it ended in the middle.
            raise web.HTTPBadRequest from None
        if not isinstance(update, dict):
            raise web.HTTPBadRequest
        try:
            await webhook.receive(update)
        except KonterError as error:
            log.warning("update_not_stored", cause=str(error))
            raise web.HTTPServiceUnavailable from None
        return web.Response()


async def _say_not_here(webhook: WebhookRoute, request: web.Request) -> web.Response:
    """Answer a call of any other path, such as the webhook's without a prefix that a proxy cut."""
    raise web.HTTPNotFound(
        text="Konter's webhook has another path.\n", headers=_arrival(webhook, request)
    )


def _arrival(webhook: WebhookRoute, request: web.Request) -> dict[str, str]:
    return {BOT_HEADER: webhook.bot_id, PATH_HEADER: request.rel_url.raw_path[:200]}


def _is_same(given: str, secret: str) -> bool:
    """Compare in constant time, so that the duration reveals nothing about the secret."""
    return hmac.compare_digest(given.encode(errors="surrogateescape"), secret.encode())
