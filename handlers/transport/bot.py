"""The connection to Telegram: the library's bot over aiohttp, paced, and polled raw."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from typing import Any, cast

import httpx
from httpx_aiohttp import AiohttpTransport
from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.ext import Defaults, ExtBot
from telegram.request import HTTPXRequest
from typing_extensions import override

from handlers.transport.rate_limiter import RateLimiter
from handlers.transport.update_bodies import UpdatesRequest

CONNECTIONS = 64
CONNECT_SECONDS = 10.0
READ_SECONDS = 20.0


class ShopBot(ExtBot[int]):
    """Telegram's bot; texts are HTML, so that everything from outside has to be escaped."""

    async def raw_updates(
        self, offset: int | None, timeout_seconds: int, allowed_updates: Sequence[str]
    ) -> list[dict[str, Any]]:
        """Wait for updates and return them as Telegram wrote them.

        `get_updates` reads all of them or none: one that it cannot read would be asked for,
        and fail, for ever.
        """
        data = {
            "timeout": timeout_seconds,
            "offset": offset,
            "limit": 100,
            "allowed_updates": list(allowed_updates),
        }
        read_seconds = timeout_seconds + READ_SECONDS
        updates = await self._post("getUpdates", data, read_timeout=read_seconds)
        return cast("list[dict[str, Any]]", updates)

    @override
    async def shutdown(self) -> None:
        """Close the connections, also those of a bot that has only sent and never started."""
        await super().shutdown()
        for request in self._request:
            await request.shutdown()


def build_bot(token: str, api_url: str) -> ShopBot:
    """Return a bot that speaks to the Bot API at the root `api_url`; it connects when it sends."""
    trusted = httpx.create_ssl_context()
    return ShopBot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=_request(CONNECTIONS, trusted),
        get_updates_request=_request(1, trusted, UpdatesRequest),
        defaults=Defaults(
            parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
        ),
        rate_limiter=RateLimiter(),
    )


def _request(
    connections: int, trusted: ssl.SSLContext, kind: type[HTTPXRequest] = HTTPXRequest
) -> HTTPXRequest:
    """Return a request object on aiohttp's connections (docs/decisions/0003)."""
    transport = AiohttpTransport(verify=trusted, limits=httpx.Limits(max_connections=connections))
    return kind(
        connection_pool_size=connections,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        write_timeout=READ_SECONDS,
        # aiohttp counts the waiting for a place and the connecting with TLS together.
        pool_timeout=CONNECT_SECONDS + 5,
        httpx_kwargs={"transport": transport},
    )
