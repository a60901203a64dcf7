"""Finds the owner in chat, for `set-up`: who sends the secret of a one-use link.

No update is confirmed: each stays in Telegram's queue for the bot's first start.
"""

from __future__ import annotations

import asyncio
import unicodedata
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.commands.telegram_calls import ask_telegram, open_session
from handlers.transport.update_receiver import ALLOWED_UPDATES

POLL_SECONDS = 25
PAUSE_SECONDS = 1.5
"""Between two looks at a queue that is not empty; Telegram answers those at once."""
QUEUE_SHOWN = 100
"""The most updates that Telegram shows without a confirmation."""
MAX_NAME_LENGTH = 64
CONFLICT = 409


class WebhookActiveError(Exception):
    """A webhook gets the bot's updates, so nobody can look at them."""


class OtherPollerError(Exception):
    """Another program receives the bot's updates."""


class QueueFullError(Exception):
    """So many updates wait that the newest cannot be seen."""


class TelegramSilentError(Exception):
    """Telegram gave no answer, or none of the Bot API."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who sent the secret."""

    user_id: int
    name: str
    username: str

    def __str__(self) -> str:
        """Return the name as it is shown in the terminal."""
        return f"{self.name} (@{self.username})" if self.username else self.name


def find_person(root: str, secret: str, pause_seconds: float = PAUSE_SECONDS) -> Person:
    """Wait until somebody sends `/start SECRET` in a private chat, and return the person.

    `root` is the address of the bot's methods. Raises the errors of this module.
    """
    return asyncio.run(_find(root, secret, pause_seconds))


async def _find(root: str, secret: str, pause_seconds: float) -> Person:
    # The bot's own list: Telegram keeps the list of the last call, and drops other kinds of update.
    kinds = ",".join(f'"{kind}"' for kind in ALLOWED_UPDATES)
    fields = {"timeout": str(POLL_SECONDS), "allowed_updates": f"[{kinds}]"}
    async with open_session(POLL_SECONDS + 15) as session:
        while True:
            updates = await _result(session, f"{root}/getUpdates", fields)
            if not isinstance(updates, list):
                raise TelegramSilentError
            for update in updates:
                if (person := _sender(update, f"/start {secret}")) is not None:
                    return person
            if len(updates) >= QUEUE_SHOWN:
                raise QueueFullError
            if updates:
                await asyncio.sleep(pause_seconds)


def remove_webhook(root: str) -> None:
    """Take the webhook off; waiting updates stay. Raises `TelegramSilentError`."""

    async def remove() -> None:
        async with open_session() as session:
            await _result(session, f"{root}/deleteWebhook", {})

    asyncio.run(remove())


async def _result(session: aiohttp.ClientSession, url: str, fields: dict[str, str]) -> Any:
    try:
        answer, _ = await ask_telegram(session, url, fields)
    except (aiohttp.ClientError, TimeoutError, ValueError):
        raise TelegramSilentError from None
    if answer.get("ok"):
        return answer.get("result")
    if answer.get("error_code") == CONFLICT:
        is_webhook = "webhook is active" in str(answer.get("description"))
        raise WebhookActiveError if is_webhook else OtherPollerError
    raise TelegramSilentError


def _sender(update: Any, text: str) -> Person | None:
    """Return who sent exactly this text in a private chat, if this update is that message."""
    try:
        message = update["message"]
        sender, chat = message["from"], message["chat"]
        if message.get("text") != text or chat["type"] != "private" or sender["id"] != chat["id"]:
            return None
        names = (str(sender.get(key) or "") for key in ("first_name", "last_name"))
        name = shown(" ".join(filter(None, names)))
        return Person(int(sender["id"]), name or "?", shown(str(sender.get("username") or "")))
    except (KeyError, TypeError, AttributeError, ValueError):
        return None


def shown(name: str) -> str:
    """Return a name from Telegram without what could change the terminal, and not too long."""
    kept = (one for one in name if not unicodedata.category(one).startswith("C"))
    return "".join(kept).strip()[:MAX_NAME_LENGTH]


def bot_of(root: str) -> tuple[str, str] | None:
    """Return the bot's name and username; None if Telegram does not know the token.

    Raises `TelegramSilentError`.
    """

    async def ask() -> dict[str, Any]:
        async with open_session() as session:
            try:
                return (await ask_telegram(session, f"{root}/getMe", {}))[0]
            except (aiohttp.ClientError, TimeoutError, ValueError):
                raise TelegramSilentError from None

    answer = asyncio.run(ask())
    match answer:
        case {"ok": True, "result": {"username": str(username), "first_name": str(name)}}:
            return shown(name), shown(username)
        case {"ok": False, "error_code": 401 | 404}:
            return None
        case _:
            raise TelegramSilentError
