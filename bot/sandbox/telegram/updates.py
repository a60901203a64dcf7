"""Deliver updates to the bot: by long polling, or by a webhook that is retried until it answers."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import aiohttp

from bot.sandbox.telegram.state import ChangeSignal
from bot.sandbox.telegram.wire import Json, RefusalError, refuse

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name (Bot API, setWebhook)
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active;"
    " use deleteWebhook to delete the webhook first"
)
OTHER_POLLER = (
    "Conflict: terminated by other getUpdates request;"
    " make sure that only one bot instance is running"
)
# Sent only to bots that name them in allowed_updates (Bot API, getUpdates).
OPT_IN_KINDS = {"chat_member", "message_reaction", "message_reaction_count"}
MAX_POLL_SECONDS = 50
FUTURE_OFFSET = 10
"""An offset that is further ahead of the newest update is not one of this queue; the Bot API's own
server, which is public, decides so."""


class UpdateQueue:
    """The updates that the bot has not confirmed, oldest first."""

    def __init__(self, change_signal: ChangeSignal) -> None:
        """Start empty, without a webhook, with all kinds allowed but `OPT_IN_KINDS`."""
        self.pending: list[Json] = []
        self.webhook: Json | None = None
        self.webhook_error = ""
        self.webhook_failed_at = 0
        """When a webhook last failed, in seconds since the epoch."""
        self.trusted: ssl.SSLContext | bool = True
        """Whose certificates are trusted; True: those of the system."""
        self.retry_seconds = 0.5
        self.is_down = False
        self.is_closing = False
        self.allowed: list[str] = []
        self.polls = 0
        """How many getUpdates calls have come; only the latest may wait."""
        self.on_poll: Callable[[], None] = lambda: None
        self.confirmed_below = 0
        """The bot has confirmed every update with a lower id."""
        self._change_signal = change_signal
        self._last_id = 100_000_000
        self._pusher: asyncio.Task[None] | None = None

    @property
    def next_id(self) -> int:
        """The id of the next update."""
        return self._last_id + 1

    def start_ids_at(self, update_id: int) -> None:
        """Set the id of the next update, above those in a kept database."""
        self._last_id = update_id - 1
        self.confirmed_below = min(self.confirmed_below, update_id)

    def add(self, kind: str, content: Json) -> int:
        """Queue an update if the bot allows its kind; returns its id either way."""
        self._last_id += 1
        is_wanted = kind in self.allowed if self.allowed else kind not in OPT_IN_KINDS
        if is_wanted:
            self._queue({"update_id": self._last_id, kind: content})
        return self._last_id

    def _queue(self, update: Json) -> None:
        self.pending.append(update)
        self._change_signal.notify()

    # --- long polling ---

    async def poll(self, params: Json, is_gone: Callable[[], bool]) -> list[Json]:
        """Return updates, waiting at most `timeout` seconds (0 to 50) for the first one.

        `is_gone` returns whether the caller has closed the connection. Raises RefusalError while a
        webhook is set, and when another poll begins.
        """
        if self.webhook is not None:
            raise RefusalError(409, WEBHOOK_ACTIVE)
        self.polls += 1
        mine = self.polls
        self._change_signal.notify()
        self._confirm(params["offset"])
        self.on_poll()
        if params["allowed_updates"] is not None:
            self.allowed = params["allowed_updates"]
        limit = min(max(params["limit"], 1), 100)
        seconds = min(max(params["timeout"], 0), MAX_POLL_SECONDS)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds or None):
                while not self._is_over(mine) and not self._has_updates() and seconds:
                    await self._change_signal.wait()
        if mine != self.polls:
            raise RefusalError(409, OTHER_POLLER)
        if self.webhook is not None:
            raise RefusalError(409, "Conflict: terminated by setWebhook request")
        if self.is_down or is_gone():
            return []
        return self._batch(limit)

    def _is_over(self, mine: int) -> bool:
        return mine != self.polls or self.webhook is not None or self.is_down or self.is_closing

    def _has_updates(self) -> bool:
        return bool(self.pending)

    def _confirm(self, offset: int) -> None:
        # Ids begin anew after a week without updates: then the queue is sent from its beginning.
        if offset > self._last_id + FUTURE_OFFSET:
            return
        if offset < 0:
            ids = sorted(update["update_id"] for update in self.pending)
            offset = ids[max(len(ids) + offset, 0)] if ids else 0
        self.confirmed_below = max(self.confirmed_below, offset)
        self.pending = [one for one in self.pending if one["update_id"] >= offset]

    def _batch(self, limit: int) -> list[Json]:
        return sorted(self.pending, key=lambda update: int(update["update_id"]))[:limit]

    def drop_pending(self) -> None:
        """Drop all pending updates (Bot API, `drop_pending_updates`)."""
        self.pending.clear()

    # --- webhook ---

    async def set_webhook(self, webhook: Json) -> None:
        """Post updates to the webhook's `url` from now on, one by one; raises RefusalError."""
        if not str(webhook["url"]).startswith(("https://", "http://")):
            refuse("bad webhook: invalid URL")
        await self.stop_pushing()
        self.webhook, self.webhook_error = webhook, ""
        if webhook["allowed_updates"] is not None:
            self.allowed = webhook["allowed_updates"]
        self._change_signal.notify()
        self._pusher = asyncio.create_task(self._push())

    async def delete_webhook(self) -> None:
        await self.stop_pushing()
        self.webhook = None
        self._change_signal.notify()

    async def stop_pushing(self) -> None:
        """Stop posting updates; pending ones are kept."""
        pusher, self._pusher = self._pusher, None
        if pusher is not None:
            pusher.cancel()
            with suppress(asyncio.CancelledError):
                await pusher

    async def _push(self) -> None:
        timeout = aiohttp.ClientTimeout(total=60)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while self.webhook is not None:
                if self.is_down or not self.pending:
                    await self._change_signal.wait()
                    continue
                update = self.pending[0]
                if await self._deliver(session, self.webhook, update):
                    self.confirmed_below = max(self.confirmed_below, update["update_id"] + 1)
                    self.pending = [one for one in self.pending if one is not update]
                else:
                    await asyncio.sleep(self.retry_seconds)

    async def _deliver(self, session: aiohttp.ClientSession, webhook: Json, update: Json) -> bool:
        headers = {}
        if webhook["secret_token"]:
            headers[SECRET_HEADER] = webhook["secret_token"]
        try:
            call = session.post(webhook["url"], json=update, headers=headers, ssl=self.trusted)
            async with call as response:
                if 200 <= response.status < 300:
                    return True
                error = f"Wrong response from the webhook: {response.status} {response.reason}"
        except (aiohttp.ClientError, TimeoutError) as failure:
            error = f"Connection failed: {type(failure).__name__}"
        self.webhook_error, self.webhook_failed_at = error, int(time.time())
        return False

    def webhook_info(self) -> Json:
        """Return the webhook as a Bot API `WebhookInfo`."""
        webhook: dict[str, Any] = self.webhook or {"url": ""}
        info: Json = {
            "url": webhook["url"],
            "has_custom_certificate": False,
            "pending_update_count": len(self.pending),
        }
        if self.allowed:
            info["allowed_updates"] = self.allowed
        if self.webhook_error:
            info["last_error_message"] = self.webhook_error
            info["last_error_date"] = self.webhook_failed_at
        return info
