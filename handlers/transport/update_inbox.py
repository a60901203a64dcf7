"""The inbox: every update is on disk before Telegram may forget it, and is handled once.

The order of things is: Telegram hands updates over; they are written to the inbox; only then
does the next `getUpdates` confirm them (or the webhook call answer "received"). A crash at any
point loses none: what was not written is delivered again, what was written but not handled is
replayed at start.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakValueDictionary

import structlog
from telegram import Bot, Update
from telegram.constants import ChatType
from telegram.ext import BaseUpdateProcessor
from typing_extensions import override

from bot.domain.errors import StoreUnavailableError
from bot.domain.notice import Alert
from bot.domain.shop_rules import ShopRules
from bot.ports.clock import Clock
from bot.ports.inbox import InboxUpdate
from bot.ports.store import Store, Transaction
from bot.services.notices import enqueue
from handlers.transport.flood_limits import FloodLimits
from handlers.transport.rate_limiter import in_place
from handlers.transport.update_validation import require_valid, stored_form

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 3
"""An update whose handling ended the process this often is given up."""
WRITE_PAUSES_SECONDS = (0.5, 2.0, 5.0)
WORKERS = 32
"""How many updates are handled side by side."""
HELD_BACK = "held back"


class UpdateInbox:
    """Updates from their arrival to the end of their handling."""

    def __init__(
        self,
        store: Store,
        rules: ShopRules,
        clock: Clock,
        bot: Bot,
        die: Callable[[], object],
        *,
        pauses_seconds: Sequence[float] = WRITE_PAUSES_SECONDS,
    ) -> None:
        """Have `die` end the process when the database stays away: a deaf bot helps nobody."""
        self.queue: asyncio.Queue[object] = asyncio.Queue()
        """The application takes the updates from here."""
        self._store = store
        self._rules = rules
        self._clock = clock
        self._bot = bot
        self._die = die
        self._pauses_seconds = pauses_seconds
        self._queued: set[int] = set()

    @property
    def backlog(self) -> int:
        """How many updates have arrived and are not handled yet."""
        return len(self._queued)

    async def replay(self) -> int:
        """Queue what the last run left unhandled, in order, and return how many there were."""
        pending = await self._store.read(lambda tx: tx.inbox.pending())
        left = [kept for kept in pending if kept.update_id not in self._queued]
        for kept in left:
            await self._queue(kept)
        return len(left)

    async def receive(self, payloads: Sequence[Mapping[str, Any]]) -> None:
        """Write updates as Telegram sent them, then queue those that were not handled before.

        Returns only when they are on disk. When the database stays away, the process ends.
        """
        arrived = [kept for payload in payloads if (kept := stored_form(payload)) is not None]
        if len(arrived) < len(payloads):
            log.error("updates that cannot be kept", count=len(payloads) - len(arrived))
        for kept in await self._surely(self._keep, arrived, self._clock.now()):
            if kept.update_id not in self._queued:
                await self._queue(kept)

    async def begin(self, update_id: int) -> bool:
        """Count an attempt; False when the update was handled before, or is given up now."""
        return await self._surely(self._begin, update_id, self._clock.now())

    async def done(self, update_id: int, error: str = "") -> None:
        """Mark an update handled."""
        now = self._clock.now()
        await self._surely(lambda tx: tx.inbox.done(update_id, now, error))
        self.leave(update_id)

    def leave(self, update_id: int) -> None:
        """Take an update out of the queue's books; unless it is done, the next run replays it."""
        self._queued.discard(update_id)

    def _keep(
        self, tx: Transaction, arrived: Sequence[InboxUpdate], now: datetime
    ) -> list[InboxUpdate]:
        return [
            update
            for update in arrived
            if tx.inbox.add(update.update_id, update.payload, now)
            or not tx.inbox.is_done(update.update_id)
        ]

    def _begin(self, tx: Transaction, update_id: int, now: datetime) -> bool:
        if tx.inbox.is_done(update_id):
            return False
        if tx.inbox.begin(update_id) <= MAX_ATTEMPTS:
            return True
        tx.inbox.done(update_id, now, f"given up after {MAX_ATTEMPTS} attempts")
        enqueue.alert(tx, self._rules, Alert.UPDATE_GIVEN_UP, str(update_id), now)
        return False

    async def _queue(self, kept: InboxUpdate) -> None:
        """Queue an update, or step over one that the library cannot read."""
        try:
            update = Update.de_json(json.loads(kept.payload), self._bot)
            require_valid(update)
        except Exception:  # Whatever is wrong with one update, the others must go on.
            log.exception("update unreadable", update_id=kept.update_id)
            await self.done(kept.update_id, "unreadable")
            return
        self._queued.add(kept.update_id)
        self.queue.put_nowait(update)

    async def _surely(
        self, use_case: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Write, patiently; a database that stays away ends the process, which starts anew."""
        for pause_seconds in self._pauses_seconds:
            try:
                return await self._store.write(use_case, *args, **kwargs)
            except StoreUnavailableError:
                log.warning("inbox cannot be written", again_in_seconds=pause_seconds)
                await asyncio.sleep(pause_seconds)
        try:
            return await self._store.write(use_case, *args, **kwargs)
        except StoreUnavailableError:
            log.critical("inbox cannot be written: ending, so that Telegram delivers again")
            self._die()
            raise


class PerChatProcessor(BaseUpdateProcessor):
    """Handles the updates of one chat in order, and those of different chats side by side.

    The base class takes its own semaphore before it calls this class, so that is made very
    large: else the waiting updates of one flooding chat would take every place.
    """

    def __init__(
        self, inbox: UpdateInbox, limits: FloodLimits | None = None, *, workers: int = WORKERS
    ) -> None:
        """Handle up to `workers` chats at once, and no more of each than `limits` allow."""
        super().__init__(max_concurrent_updates=2**31)
        self._inbox = inbox
        self._limits = limits
        self._workers = asyncio.Semaphore(workers)
        # Whoever waits for a lock or has it holds it; the lock of an idle chat vanishes.
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._is_stopping = False

    @property
    def chats(self) -> int:
        """How many chats have updates that wait or are being handled."""
        return len(self._locks)

    def stop(self) -> None:
        """Begin no other update: what waits is on disk, for the next start."""
        self._is_stopping = True

    @override
    async def initialize(self) -> None:
        """Do nothing."""

    @override
    async def shutdown(self) -> None:
        """Do nothing."""

    @override
    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for the chat's earlier updates, then for a free worker."""
        if not isinstance(update, Update):
            await coroutine
            return
        chat_id = _chat_of(update)
        lock = self._locks.get(chat_id)
        if lock is None:
            lock = self._locks[chat_id] = asyncio.Lock()
        async with lock, in_place(self._workers):
            with structlog.contextvars.bound_contextvars(update_id=update.update_id):
                await self._handle(update, coroutine)

    async def _handle(self, update: Update, coroutine: Awaitable[Any]) -> None:
        if self._is_stopping or not await self._is_wanted(update):
            _discard(coroutine)
            self._inbox.leave(update.update_id)
            return
        error = ""
        try:
            await coroutine
        except Exception as failure:  # The error handlers saw it; one update ends nobody else.
            log.exception("update failed beyond its error handler")
            error = type(failure).__name__
        await self._inbox.done(update.update_id, error)

    async def _is_wanted(self, update: Update) -> bool:
        """Begin with an update, unless it was handled before, or is done without being handled."""
        if not _is_private(update):
            await self._inbox.done(update.update_id)
            return False
        if self._limits is not None and await self._limits.hold_back(update):
            await self._inbox.done(update.update_id, HELD_BACK)
            return False
        return await self._inbox.begin(update.update_id)


def _chat_of(update: Update) -> int:
    whose = update.effective_chat or update.effective_user
    return 0 if whose is None else whose.id


def _is_private(update: Update) -> bool:
    """Tell whether somebody sent an update in a private chat: in groups the bot does not sell."""
    chat, user = update.effective_chat, update.effective_user
    return chat is not None and user is not None and chat.type == ChatType.PRIVATE


def _discard(coroutine: Awaitable[Any]) -> None:
    """Close a coroutine that will not be awaited."""
    if isinstance(coroutine, Coroutine):
        coroutine.close()
