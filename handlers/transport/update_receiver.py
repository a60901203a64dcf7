"""The receiver of updates, by long polling or a webhook, with unlimited retries.

The library's own updater confirms updates before they are stored, requests an update that it
cannot parse again and again, and ends the bot when Telegram is unreachable at start. So this
module polls: a confirmed update is on disk, each is parsed alone, and retries never end
(docs/decisions/0005).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from telegram import Update, WebhookInfo
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from handlers.transport.bot import ShopBot
from handlers.transport.command_menu import set_command_menus
from handlers.transport.descriptions import set_descriptions
from handlers.transport.rate_limiter import seconds_of
from handlers.transport.update_inbox import PerChatProcessor, UpdateInbox
from handlers.transport.update_validation import update_id_of
from handlers.ui.context import Services, ShopApplication

log = structlog.get_logger(__name__)

ALLOWED_UPDATES = (Update.MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER)
"""Always sent, since Telegram otherwise keeps the previous list. Edited messages are left out: an
edited `/credit` would credit twice."""
POLL_SECONDS = 25
CHECK_SECONDS = 60
"""How often a bot with a webhook asks Telegram about it."""
PAUSES_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)

Announcement = Callable[[ShopBot, Services], Coroutine[Any, Any, None]]
"""Tells Telegram something about the bot; it handles Telegram's refusals itself."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """The address where Telegram delivers updates, and the secret that its calls carry."""

    url: str
    secret: str


class UpdateReceiver:
    """Passes updates from Telegram to the handlers, from `start` to `stop`."""

    def __init__(
        self,
        application: ShopApplication,
        bot: ShopBot,
        inbox: UpdateInbox,
        processor: PerChatProcessor,
        *,
        webhook: Webhook | None = None,
        announcements: Sequence[Announcement] = (set_command_menus, set_descriptions),
        pauses_seconds: Sequence[float] = PAUSES_SECONDS,
        check_seconds: float = CHECK_SECONDS,
    ) -> None:
        """Poll unless there is a `webhook`, which is checked every `check_seconds`.

        `pauses_seconds` are the waits after failed calls.

        `announcements` are made once after the connect, while updates are already received.
        """
        self._application = application
        self._bot = bot
        self._inbox = inbox
        self._processor = processor
        self._webhook = webhook
        self._announcements = announcements
        self._pauses_seconds = pauses_seconds
        self._check_seconds = check_seconds
        self._offset: int | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._reached_at: float | None = None
        self.is_connected = False
        """Whether the last call to Telegram succeeded."""
        self.delivery_failure = ""
        """Why Telegram could not deliver updates to the webhook, in its words; empty if it can."""

    @property
    def backlog(self) -> int:
        """How many updates are stored and not handled yet."""
        return self._inbox.backlog

    @property
    def lag_seconds(self) -> float:
        """For how long the oldest of these updates has waited; 0 if there is none."""
        return self._inbox.lag_seconds

    @property
    def silent_seconds(self) -> float | None:
        """The seconds since a call of this receiver last succeeded; None before the first.

        With long polling the calls are polls, so another poller of this bot is noticed too.
        """
        if self._reached_at is None:
            return None
        return asyncio.get_running_loop().time() - self._reached_at

    async def problem(self) -> str | None:
        """Ask Telegram who the bot is; return why that failed, None if it did not."""
        try:
            await self._bot.get_me()
        except InvalidToken:  # The error's text contains the token.
            return "the token is refused"
        except TelegramError as error:
            return str(error)
        return None

    async def start(self) -> None:
        """Queue updates left by the last run and start receiving, without waiting for Telegram."""
        left = await self._inbox.replay()
        if left:
            log.info("updates_replayed", count=left)
        self._tasks = [asyncio.create_task(self._run(), name="receive_updates")]

    async def stop(self) -> None:
        """Receive no more updates, wait for running handlers and mark what they have handled.

        The bot can still send.
        """
        self._processor.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._application.running:
            await self._application.stop()
        await self._inbox.flush()

    async def close(self) -> None:
        """Close the connections to Telegram; nothing can be sent afterwards."""
        await self._application.shutdown()
        await self._bot.shutdown()

    async def receive(self, payload: Mapping[str, Any]) -> None:
        """Store one update from the webhook; it is on disk when this returns."""
        await self._inbox.receive([payload])

    async def _run(self) -> None:
        await self._retry("connect", self._application.initialize)
        await self._application.start()
        shop = self._application.bot_data.services
        for announce in self._announcements:
            task = asyncio.create_task(announce(self._bot, shop))
            self._tasks.append(task)
        if self._webhook is None:
            await self._retry("delete_webhook", self._bot.delete_webhook)
            while True:
                await self._retry("poll", self._poll)
        else:
            await self._retry("set_webhook", self._set_webhook)
            while True:
                await asyncio.sleep(self._check_seconds)
                await self._retry("check_webhook", self._check_webhook)

    async def _set_webhook(self) -> None:
        assert self._webhook is not None  # noqa: S101 - only called with one
        await self._bot.set_webhook(
            self._webhook.url,
            secret_token=self._webhook.secret,
            allowed_updates=ALLOWED_UPDATES,
        )

    async def _check_webhook(self) -> None:
        """Set the webhook again if another program has removed or replaced it.

        Otherwise no update would arrive, and nothing would say so.
        """
        assert self._webhook is not None  # noqa: S101 - only called with one
        info = await self._bot.get_webhook_info()
        self.delivery_failure = ""
        if info.url != self._webhook.url:
            hint = "another program uses this bot's token: stop it"
            log.error("telegram_webhook_replaced", by=info.url, hint=hint)
            await self._set_webhook()
        elif info.pending_update_count and self._fails(info):
            hint = "docs/webhook.md says what to do"
            self.delivery_failure = str(info.last_error_message)
            log.warning("telegram_webhook_fails", cause=info.last_error_message, hint=hint)

    def _fails(self, info: WebhookInfo) -> bool:
        """Return whether Telegram's last error is newer than the last update that arrived.

        Telegram shows its last error also when that is long over (Bot API, "WebhookInfo").
        """
        received_at, failed_at = self._inbox.received_at, info.last_error_date
        if not info.last_error_message or failed_at is None:
            return False
        return received_at is None or failed_at > received_at

    async def _poll(self) -> None:
        """Poll once; the offset of the next poll confirms the updates that are on disk."""
        updates = await self._bot.raw_updates(self._offset, POLL_SECONDS, ALLOWED_UPDATES)
        await self._inbox.receive(updates)
        ids = [update_id for update in updates if (update_id := update_id_of(update)) is not None]
        newest = max(ids, default=None)
        if newest is not None:
            self._offset = newest + 1
        elif updates:
            raise TelegramError("updates without a valid update_id cannot be confirmed")

    async def _retry(self, call: str, attempt: Callable[[], Awaitable[object]]) -> None:
        """Call `attempt` until it succeeds, with growing pauses; `call` names it in the log."""
        failures = 0
        while True:
            pause_seconds = self._pauses_seconds[min(failures, len(self._pauses_seconds) - 1)]
            try:
                await attempt()
            except TelegramError as error:
                if isinstance(error, RetryAfter):
                    pause_seconds = seconds_of(error)
                _log_failure(call, error, failures, pause_seconds)
            except Exception:  # After any error the bot must go on receiving.
                log.exception("receiving_failed", call=call)
            else:
                self.is_connected = True
                self._reached_at = asyncio.get_running_loop().time()
                if failures:
                    log.info("telegram_reachable", call=call, failures=failures)
                return
            failures += 1
            self.is_connected = False
            await asyncio.sleep(pause_seconds)


def _log_failure(call: str, error: TelegramError, failures: int, pause_seconds: float) -> None:
    """Log a failed call: as an error when an admin must act, as info when it is the first."""
    if isinstance(error, InvalidToken):
        # The error's text contains the token, so it is not logged.
        log.error("telegram_token_refused", call=call, hint="check TELEGRAM_BOT_TOKEN")
    elif isinstance(error, Conflict):
        hint = "another program receives this bot's updates: stop it"
        log.error("telegram_updates_conflict", call=call, hint=hint)
    else:
        write = log.warning if failures else log.info
        write("telegram_unreachable", call=call, cause=str(error), retry_in_seconds=pause_seconds)
