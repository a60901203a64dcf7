"""Single calls of the Bot API, for commands that run without the bot."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

TIMEOUT_SECONDS = 15


def open_session(timeout_seconds: float = TIMEOUT_SECONDS) -> aiohttp.ClientSession:
    """Return a session that takes no proxy from the environment: each address has the token."""
    timeout = aiohttp.ClientTimeout(total=timeout_seconds)
    return aiohttp.ClientSession(timeout=timeout, trust_env=False)


async def ask_telegram(
    session: aiohttp.ClientSession, url: str, fields: dict[str, str]
) -> tuple[dict[str, Any], datetime | None]:
    """Make a call; return the answer as it is, and Telegram's time.

    Raises `aiohttp.ClientError`, `TimeoutError`, and `ValueError` if it is no answer of the Bot
    API.
    """
    async with session.post(url, data=fields, allow_redirects=False) as answer:
        date = answer.headers.get("Date")
        body = await answer.json(content_type=None)
        if not isinstance(body, dict):
            raise ValueError("not an answer of the Bot API")  # noqa: TRY004 - callers catch ValueError
        return body, None if date is None else parsedate_to_datetime(date)
