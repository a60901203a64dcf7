"""Taking updates in: by long polling or a webhook, and without giving up on Telegram.

The library's own updater confirms updates before they are kept, asks for an update that it
cannot read again and again, and ends the bot when Telegram is away at start. So the bot
polls by itself: a confirmed update is on disk, each is read alone, and there is no end to
trying (docs/decisions/0005).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from telegram import Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from handlers.transport.bot import ShopBot
from handlers.transport.command_menu import announce_commands
from handlers.transport.descriptions import announce_descriptions
from handlers.transport.rate_limiter import seconds_of
from handlers.transport.update_inbox import PerChatProcessor, UpdateInbox
from handlers.transport.update_validation import update_id_of
from handlers.ui.context import ShopApplication

log = structlog.get_logger(__name__)

ALLOWED_UPDATES = (Update.MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER)
"""Named, since Telegram keeps the previous list else. Edited messages are left out: an edited
`/credit` would credit twice."""
POLL_SECONDS = 25
PAUSES_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram shall bring updates, and the secret by which its calls are known."""

    url: str
    secret: str


class UpdateReceiver:
    """Brings updates from Telegram to the handlers, from `start` to `stop`."""

    def __init__(
        self,
        application: ShopApplication,
        bot: ShopBot,
        inbox: UpdateInbox,
        processor: PerChatProcessor,
        *,
        webhook: Webhook | None = None,
        pauses_seconds: Sequence[float] = PAUSES_SECONDS,
    ) -> None:
        """Poll, unless there is a webhook; `pauses_seconds` lie between failed tries."""
        self._application = application
        self._bot = bot
        self._inbox = inbox
        self._processor = processor
        self._webhook = webhook
        self._pauses_seconds = pauses_seconds
        self._offset: int | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.is_connected = False
        """Whether Telegram answered the last time that it was asked."""

    @property
    def backlog(self) -> int:
        """How many updates have arrived and are not handled yet."""
        return self._inbox.backlog

    async def start(self) -> None:
        """Queue what the last run left, and begin to take updates in; never waits for Telegram."""
        left = await self._inbox.replay()
        if left:
            log.info("updates of the last run are handled first", count=left)
        self._tasks = [asyncio.create_task(self._run(), name="intake")]

    async def stop(self) -> None:
        """Take no more updates in and let running handlers end; the bot can still send."""
        self._processor.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._application.running:
            await self._application.stop()

    async def close(self) -> None:
        """Close the connections to Telegram: nothing can be sent any more."""
        await self._application.shutdown()
        await self._bot.shutdown()

    async def receive(self, payload: Mapping[str, Any]) -> None:
        """Take one update from the webhook; it is on disk when this returns."""
        await self._inbox.receive([payload])

    async def _run(self) -> None:
        await self._insist("connect", self._application.initialize)
        await self._application.start()
        shop = self._application.bot_data.services
        for announce in (announce_commands, announce_descriptions):
            task = asyncio.create_task(announce(self._bot, shop), name=announce.__name__)
            self._tasks.append(task)
        if self._webhook is None:
            await self._insist("delete_webhook", self._bot.delete_webhook)
            while True:
                await self._insist("poll", self._poll)
        else:
            await self._insist("set_webhook", self._set_webhook)

    async def _set_webhook(self) -> None:
        assert self._webhook is not None  # noqa: S101 - only called with one
        await self._bot.set_webhook(
            self._webhook.url,
            secret_token=self._webhook.secret,
            allowed_updates=ALLOWED_UPDATES,
        )

    async def _poll(self) -> None:
        """Ask for updates once; asking with the next offset confirms those that are on disk."""
        updates = await self._bot.raw_updates(self._offset, POLL_SECONDS, ALLOWED_UPDATES)
        await self._inbox.receive(updates)
        numbers = [number for update in updates if (number := update_id_of(update)) is not None]
        newest = max(numbers, default=None)
        if newest is not None:
            self._offset = newest + 1
        elif updates:
            raise TelegramError("updates without a number cannot be confirmed")

    async def _insist(self, what: str, attempt: Callable[[], Awaitable[object]]) -> None:
        """Try until it works, with growing pauses."""
        failures = 0
        while True:
            pause_seconds = self._pauses_seconds[min(failures, len(self._pauses_seconds) - 1)]
            try:
                await attempt()
            except TelegramError as error:
                if isinstance(error, RetryAfter):
                    pause_seconds = seconds_of(error)
                _tell(what, error, failures, pause_seconds)
            except Exception:  # Whatever it is, a bot that stops asking is deaf.
                log.exception("intake failed", what=what)
            else:
                self.is_connected = True
                if failures:
                    log.info("telegram is back", what=what, failures=failures)
                return
            failures += 1
            self.is_connected = False
            await asyncio.sleep(pause_seconds)


def _tell(what: str, error: TelegramError, failures: int, pause_seconds: float) -> None:
    """Log a failed try: what an admin can mend loudly, a short absence quietly."""
    if isinstance(error, InvalidToken):
        # The error's own text holds the token.
        log.error("telegram refuses the token: check TELEGRAM_BOT_TOKEN", what=what)
    elif isinstance(error, Conflict):
        log.error("another program takes this bot's updates: stop it", what=what)
    else:
        tell = log.warning if failures else log.info
        tell("telegram is away", what=what, cause=str(error), again_in_seconds=pause_seconds)
