"""The Bot API client: python-telegram-bot's bot on aiohttp connections, rate-limited."""

from __future__ import annotations

import re
import ssl
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, cast

import httpx
from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.ext import Defaults
from typing_extensions import override

from handlers.transport.aiohttp_request import READ_SECONDS, AiohttpRequest
from handlers.transport.call_statistics import TelegramCalls
from handlers.transport.rate_limiter import RateLimiter
from handlers.transport.update_bodies import UpdatesRequest
from handlers.ui.text_bot import TextBot

CONNECTIONS = 64
_HASH = re.compile(r"[0-9a-f]{8}\.[0-9]+")
SENT_MESSAGE = ("message_id", "date", "chat", "text")
"""What is kept of a message that was sent."""


class ShopBot(TextBot):
    """The Bot API client. Messages are HTML by default, so all text from outside is escaped."""

    async def raw_updates(
        self, offset: int | None, timeout_seconds: int, allowed_updates: Sequence[str]
    ) -> list[dict[str, Any]]:
        """Poll once, for up to `timeout_seconds`, and return the updates as parsed JSON.

        `get_updates` parses all updates or none: one that it cannot parse would be delivered
        again, and fail again, without end.
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
    async def _post(self, endpoint: str, data: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        """Make a call; of a text that was sent, return what handlers read, of an edit only True.

        The library makes objects of all that Telegram returns. For a message with 16 buttons that
        takes longer than the call itself. This method and its callers are protected, the version
        is pinned, and tests cover all cases.
        """
        result = await super()._post(endpoint, data, **kwargs)
        if not isinstance(result, dict):
            return result
        if endpoint.startswith("editMessage"):
            return True
        if endpoint == "sendMessage":
            return {name: result[name] for name in SENT_MESSAGE if name in result}
        return result

    @override
    async def shutdown(self) -> None:
        """Close the connections, also of a bot that only sent and was never initialised."""
        await super().shutdown()
        for request in self._request:
            await request.shutdown()


def build_bot(
    token: str,
    api_url: str,
    rate_limiter: RateLimiter | None = None,
    calls: TelegramCalls | None = None,
) -> ShopBot:
    """Return a client of the Bot API at the root `api_url`; it connects at its first call.

    Without a `rate_limiter` it keeps to Telegram's limits. Its calls are counted in `calls`.
    """
    certificates = trusted()
    return ShopBot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=AiohttpRequest(CONNECTIONS, certificates, calls),
        get_updates_request=UpdatesRequest(1, certificates, calls),
        defaults=Defaults(
            parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
        ),
        rate_limiter=rate_limiter or RateLimiter(),
    )


@cache
def trusted() -> ssl.SSLContext | bool:
    """Return whose certificates are trusted: True for those of the system.

    aiohttp has read those already, for the supplier. certifi's would take 20 ms and 4 MB more, so
    they are read only where the system has none.
    """
    paths = ssl.get_default_verify_paths()  # None where nothing is.
    if paths.cafile or (paths.capath and _has_certificates(Path(paths.capath))):
        return True
    return httpx.create_ssl_context()


def _has_certificates(folder: Path) -> bool:
    """Return whether OpenSSL finds anything in a folder: it looks for names that are hashes."""
    with suppress(PermissionError):
        return any(_HASH.fullmatch(path.name) for path in folder.iterdir())
    return False
