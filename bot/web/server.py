"""The bot's small web server: is it well, its figures, and Telegram's webhook."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog
from aiohttp import web

from bot.domain.errors import KonterError
from bot.web.metrics import EXPOSITION_TYPE, Figures, exposition

log = structlog.get_logger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name (Bot API, setWebhook)
LARGEST_UPDATE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the bot is well, and what was looked at, in words."""

    is_well: bool
    details: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WebhookRoute:
    """Where Telegram brings updates; `receive` returns when one is on disk."""

    path: str
    secret: str
    receive: Callable[[dict[str, Any]], Awaitable[None]]


class CannotListenError(OSError):
    """Nothing can listen on `host` and `port`; `strerror` is the system's reason."""

    def __init__(self, host: str, port: int, cause: OSError) -> None:
        """Keep what the system said."""
        super().__init__(cause.errno, cause.strerror)
        self.host = host
        self.port = port


class WebServer:
    """Listens on `host` and `port` from `start` to `stop`, for whatever of the three is given."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        health: Callable[[], Awaitable[Health]] | None = None,
        figures: Callable[[], Awaitable[Figures]] | None = None,
        webhook: WebhookRoute | None = None,
        token: str | None = None,
    ) -> None:
        """Ask `health` and `figures` at every call that brings the `token`, if there is one."""
        self._host = host
        self._port = port
        self._health = health
        self._figures = figures
        self._webhook = webhook
        self._token = token
        self._runner: web.AppRunner | None = None

    @property
    def port(self) -> int:
        """The port that is listened on, also where 0 asked for any."""
        if self._runner is None or not self._runner.addresses:
            return self._port
        return int(self._runner.addresses[0][1])

    async def start(self) -> None:
        """Listen; raises `CannotListenError` when the port is taken."""
        app = web.Application(client_max_size=LARGEST_UPDATE_BYTES)
        if self._health is not None:
            app.router.add_get("/health", partial(self._get_health, self._health))
        if self._figures is not None:
            app.router.add_get("/metrics", partial(self._get_metrics, self._figures))
        if self._webhook is not None:
            app.router.add_post(self._webhook.path, partial(self._post_update, self._webhook))
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            raise CannotListenError(self._host, self._port, error) from error
        log.info("web server listens", host=self._host, port=self.port)

    async def stop(self) -> None:
        """Take no more calls, and let the running ones end."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _require_token(self, request: web.Request) -> None:
        """Answer 401 unless a request brings the token, if there is one (RFC 6750)."""
        if self._token is None:
            return
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not _is_same(given.strip(), self._token):
            raise web.HTTPUnauthorized(headers={"WWW-Authenticate": 'Bearer realm="konter"'})

    async def _get_health(
        self, ask: Callable[[], Awaitable[Health]], request: web.Request
    ) -> web.Response:
        self._require_token(request)
        health = await ask()
        body = {"ok": health.is_well, **health.details}
        return web.json_response(body, status=200 if health.is_well else 503)

    async def _get_metrics(
        self, ask: Callable[[], Awaitable[Figures]], request: web.Request
    ) -> web.Response:
        self._require_token(request)
        try:
            text = exposition(await ask())
        except KonterError as error:
            return web.Response(status=503, text=f"no figures: {type(error).__name__}\n")
        return web.Response(body=text, headers={"Content-Type": EXPOSITION_TYPE})

    async def _post_update(self, webhook: WebhookRoute, request: web.Request) -> web.Response:
        """Take an update; Telegram brings it again unless the answer is 200."""
        if not _is_same(request.headers.get(SECRET_HEADER, ""), webhook.secret):
            raise web.HTTPForbidden
        try:
            # A control character in a text is no reason to have it brought for ever.
            update = json.loads(await request.read(), strict=False)
        except (ValueError, RecursionError):
            raise web.HTTPBadRequest from None
        if not isinstance(update, dict):
            raise web.HTTPBadRequest
        try:
            await webhook.receive(update)
        except KonterError as error:
            log.warning("update not taken", cause=str(error))
            raise web.HTTPServiceUnavailable from None
        return web.Response()


def _is_same(given: str, secret: str) -> bool:
    """Compare in a time that tells nothing of the secret."""
    return hmac.compare_digest(given.encode(errors="surrogateescape"), secret.encode())
