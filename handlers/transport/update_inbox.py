"""The inbox, which stores each update before it is confirmed, and the update processor.

Telegram delivers updates, and they are written to the inbox. Only then does the next `getUpdates`
confirm them, or the webhook call return 200. A crash at any point loses none: Telegram delivers an
update again that was not written, and the next start replays one that was written but not handled.

A fresh update costs one write, that of its batch, which counts its attempt too. That it was handled
is written a moment later, for many updates together: a crash before that replays them, and their
effects are idempotent, so at most an answer is repeated (docs/decisions/0014-done-marks-follow).
A replayed update is begun with a write of its own. So one that ends the process again and again
uses up its own attempts, and not those of the updates that wait behind it, or were begun with it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
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
from bot.ports.store import Store, Transaction
from bot.services.notices import enqueue
from bot.services.other_bot import replace_other_bot
from handlers.transport.flood_limits import FloodLimits
from handlers.transport.rate_limiter import worker_slot
from handlers.transport.update_parsing import parsed
from handlers.transport.update_validation import ReceivedUpdate, received, require_valid
from handlers.ui.context import bot_id_of

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 3
"""An update is given up after its handling has ended the process this often."""
WRITE_PAUSES_SECONDS = (0.5, 2.0, 5.0)
WORKERS = 32
"""How many updates are handled at the same time."""
MARK_WITHIN_SECONDS = 0.05
"""How long the mark of a handled update waits for others."""
HANDLED_KEPT = 10_000
"""How many handled updates are known in memory, where their marks may not be written yet."""
NUMBERED_BY = "updates_of_bot"
"""The name of a fact: the id of the bot that the stored updates were for.

Each bot counts its updates by itself (Bot API, "Update"), and a new token may be a new bot."""
DROPPED = "held back"
"""Stored as the error of an update that the flood limit dropped."""


Mark = tuple[int, datetime, str]
"""A handled update: its id, when it was handled, and the error that is stored with it."""


class UpdateInbox:
    """The updates, from their arrival to the end of their handling."""

    def __init__(
        self,
        store: Store,
        rules: ShopRules,
        clock: Clock,
        bot: Bot,
        exit_process: Callable[[], object],
        *,
        pauses_seconds: Sequence[float] = WRITE_PAUSES_SECONDS,
    ) -> None:
        """Take `exit_process`, which ends the process when the database stays unavailable.

        The supervisor then restarts the bot, and Telegram delivers the updates again. A bot that
        went on without an inbox could answer no update. `pauses_seconds` are the waits between the
        attempts to write.
        """
        self.queue: asyncio.Queue[object] = asyncio.Queue()
        """The application's update queue."""
        self.received_at: datetime | None = None
        """When updates from Telegram were last stored, by this run."""
        self._store = store
        self._rules = rules
        self._clock = clock
        self._bot = bot
        self._exit_process = exit_process
        self._pauses_seconds = pauses_seconds
        # By the id, when it was queued, by the event loop's clock; the oldest first.
        self._queued: dict[int, float] = {}
        # Of them those that this process stored, whose attempt is counted and not begun.
        self._fresh: set[int] = set()
        # Replayed ones that were begun before: one of them may have ended the process.
        self._suspects: set[int] = set()
        self._suspect_lock = asyncio.Lock()
        self._handled: dict[int, None] = {}
        self._marks: list[Mark] = []
        self._marking: asyncio.TimerHandle | None = None

    @property
    def backlog(self) -> int:
        """How many updates are stored and not handled yet."""
        return len(self._queued)

    @property
    def lag_seconds(self) -> float:
        """For how long the oldest of these updates has waited here; 0 if there is none."""
        now = asyncio.get_running_loop().time()
        return now - next(iter(self._queued.values()), now)

    async def replay(self) -> int:
        """Queue the updates that the last run left unhandled, in order; return how many."""
        bot_id = bot_id_of(self._bot)
        if await self._store.read(lambda tx: tx.facts.get(NUMBERED_BY)) != bot_id:
            await self._write_or_exit(_begin_numbers, self._rules, bot_id, self._clock.now())
        pending = await self._store.read(lambda tx: tx.inbox.pending())
        left = [stored for stored in pending if self._is_new(stored.update_id)]
        for stored in left:
            if stored.attempts > 1:
                self._suspects.add(stored.update_id)
            self._queue(stored.update_id, stored.payload)
        return len(left)

    async def receive(self, payloads: Sequence[Mapping[str, Any]]) -> None:
        """Store updates as Telegram sent them, then queue those that were not handled before.

        Returns only when they are on disk. When the database stays unavailable, the process ends.
        """
        arrived = [update for payload in payloads if (update := received(payload)) is not None]
        if len(arrived) < len(payloads):
            log.error("updates_not_storable", count=len(payloads) - len(arrived))
        now = self._clock.now()
        fresh, unhandled = await self._write_or_exit(self._keep, arrived, now)
        self.received_at = now
        for update in arrived:
            update_id = update.update_id
            if update_id in fresh or (update_id in unhandled and self._is_new(update_id)):
                self._queue(update_id, update.payload, is_fresh=update_id in fresh)

    @asynccontextmanager
    async def turn(self, update_id: int) -> AsyncIterator[None]:
        """Handle an update inside this: those that may have ended the process go one by one.

        Otherwise the others, which are begun at the same time, would use up their attempts with it.
        """
        if update_id not in self._suspects:
            yield
            return
        async with self._suspect_lock:
            yield

    async def begin(self, update_id: int) -> bool:
        """Return False when the update was handled before, or is given up now.

        The attempt of a replayed update is counted on disk before it begins, together with the
        marks that wait: should it end the process, those handled before it are not begun again.
        """
        if update_id in self._fresh:
            self._fresh.discard(update_id)
            return True
        marks = self._taken_marks()
        return await self._write_or_exit(self._begin, update_id, self._clock.now(), marks)

    def done(self, update_id: int, error: str = "") -> None:
        """Mark an update handled; `error` is stored with it, a moment later."""
        self._handled[update_id] = None
        if len(self._handled) > HANDLED_KEPT:
            del self._handled[next(iter(self._handled))]
        self._marks.append((update_id, self._clock.now(), error))
        if self._marking is None:
            loop = asyncio.get_running_loop()
            self._marking = loop.call_later(MARK_WITHIN_SECONDS, self._hand_over_marks)
        self.leave(update_id)

    def leave(self, update_id: int) -> None:
        """Stop counting an update as queued; unless it is done, the next start replays it."""
        self._queued.pop(update_id, None)
        self._fresh.discard(update_id)
        self._suspects.discard(update_id)

    async def flush(self) -> None:
        """Write the marks that wait; without this, the next start would replay their updates."""
        marks = self._taken_marks()
        try:
            await self._store.write(_mark, marks)
        except StoreUnavailableError:
            log.warning("handled_updates_not_marked", count=len(marks))

    def _is_new(self, update_id: int) -> bool:
        return update_id not in self._queued and update_id not in self._handled

    def _hand_over_marks(self) -> None:
        marks = self._taken_marks()
        try:
            self._store.write_soon(_mark, marks)
        except StoreUnavailableError:
            log.warning("handled_updates_not_marked", count=len(marks))

    def _taken_marks(self) -> Sequence[Mark]:
        if self._marking is not None:
            self._marking.cancel()
            self._marking = None
        marks, self._marks = self._marks, []
        return marks

    def _keep(
        self, tx: Transaction, arrived: Sequence[ReceivedUpdate], now: datetime
    ) -> tuple[set[int], set[int]]:
        """Store updates; return the ids of the new ones, and of earlier ones that are not done."""
        ids = {one.update_id for one in arrived if tx.inbox.add(one.update_id, one.text, now)}
        others = {one.update_id for one in arrived} - ids
        return ids, {update_id for update_id in others if not tx.inbox.is_done(update_id)}

    def _begin(self, tx: Transaction, update_id: int, now: datetime, marks: Sequence[Mark]) -> bool:
        _mark(tx, marks)
        if tx.inbox.is_done(update_id):
            return False
        if tx.inbox.begin(update_id) <= MAX_ATTEMPTS:
            return True
        tx.inbox.done(update_id, now, f"given up after {MAX_ATTEMPTS} attempts")
        enqueue.alert(tx, self._rules, Alert.UPDATE_GIVEN_UP, str(update_id), now)
        return False

    def _queue(
        self, update_id: int, payload: Mapping[str, Any] | str, *, is_fresh: bool = False
    ) -> None:
        """Queue an update, parsed or as text, or step over one that the library cannot read."""
        try:
            fields = json.loads(payload) if isinstance(payload, str) else payload
            # One of another bot has lost its id to this bot's updates.
            update = parsed({**fields, "update_id": update_id}, self._bot)
            require_valid(update)
        except Exception:  # An update that cannot be parsed must not stop the others.
            log.exception("update_unreadable", update_id=update_id)
            self.done(update_id, "unreadable")
            return
        self._queued[update_id] = asyncio.get_running_loop().time()
        if is_fresh:
            self._fresh.add(update_id)
        self.queue.put_nowait(update)

    async def _write_or_exit(
        self, use_case: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Write with retries; end the process when the database stays unavailable."""
        for pause_seconds in self._pauses_seconds:
            try:
                return await self._store.write(use_case, *args, **kwargs)
            except StoreUnavailableError:
                log.warning("inbox_write_failed", retry_in_seconds=pause_seconds)
                await asyncio.sleep(pause_seconds)
        try:
            return await self._store.write(use_case, *args, **kwargs)
        except StoreUnavailableError:
            # The supervisor restarts the bot, and Telegram delivers the updates again.
            log.critical("inbox_unavailable_process_ends")
            self._exit_process()
            raise


def _begin_numbers(tx: Transaction, rules: ShopRules, bot_id: str, now: datetime) -> None:
    """Free the ids of another bot's updates, messages and files: they mean nothing to this one."""
    if tx.facts.get(NUMBERED_BY) is not None:
        tx.inbox.free_ids()
        replace_other_bot(tx, rules, now)
    tx.facts.put(NUMBERED_BY, bot_id)


def _mark(tx: Transaction, marks: Sequence[Mark]) -> None:
    for update_id, at, error in marks:
        tx.inbox.done(update_id, at, error)


class PerChatProcessor(BaseUpdateProcessor):
    """Handles the updates of one chat in order, and those of different chats at the same time.

    The base class acquires its own semaphore before it calls this class. That semaphore is made
    very large: otherwise the waiting updates of one flooding chat could take all of it.
    """

    def __init__(
        self, inbox: UpdateInbox, limits: FloodLimits | None = None, *, workers: int = WORKERS
    ) -> None:
        """Handle up to `workers` chats at once, each within `limits` (None: no limits)."""
        super().__init__(max_concurrent_updates=2**31)
        self._inbox = inbox
        self._limits = limits
        self._workers = asyncio.Semaphore(workers)
        # A task that waits for a lock or owns it references it; an idle chat's lock is freed.
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._is_stopping = False

    @property
    def chats(self) -> int:
        """How many chats have updates that wait or are being handled."""
        return len(self._locks)

    def stop(self) -> None:
        """Start no other update: those that wait are on disk, and the next start replays them."""
        self._is_stopping = True

    @override
    async def initialize(self) -> None:
        """Do nothing."""

    @override
    async def shutdown(self) -> None:
        """Do nothing."""

    @override
    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Handle the update after the chat's earlier ones, when a worker is free."""
        if not isinstance(update, Update):
            await coroutine
            return
        chat_id = _chat_of(update)
        lock = self._locks.get(chat_id)
        if lock is None:
            lock = self._locks[chat_id] = asyncio.Lock()
        async with lock, self._inbox.turn(update.update_id), worker_slot(self._workers):
            with structlog.contextvars.bound_contextvars(update_id=update.update_id):
                await self._handle(update, coroutine)

    async def _handle(self, update: Update, coroutine: Awaitable[Any]) -> None:
        if self._is_stopping or not await self._should_handle(update):
            _discard(coroutine)
            self._inbox.leave(update.update_id)
            return
        error = ""
        try:
            await coroutine
        except Exception as failure:  # Error handlers have run; the other updates must go on.
            log.exception("update_failed")
            error = type(failure).__name__
        self._inbox.done(update.update_id, error)

    async def _should_handle(self, update: Update) -> bool:
        """Count an attempt and return True, unless the update is done or must not be handled.

        Updates from groups, and those beyond the limit, are marked done.
        """
        if not _is_private(update):
            self._inbox.done(update.update_id)
            return False
        if self._limits is not None and await self._limits.should_drop(update):
            self._inbox.done(update.update_id, DROPPED)
            return False
        return await self._inbox.begin(update.update_id)


def _chat_of(update: Update) -> int:
    source = update.effective_chat or update.effective_user
    return 0 if source is None else source.id


def _is_private(update: Update) -> bool:
    """Return whether a person sent the update in a private chat: groups are ignored."""
    chat, user = update.effective_chat, update.effective_user
    return chat is not None and user is not None and chat.type == ChatType.PRIVATE


def _discard(coroutine: Awaitable[Any]) -> None:
    """Close a coroutine that will not be awaited."""
    if isinstance(coroutine, Coroutine):
        coroutine.close()
