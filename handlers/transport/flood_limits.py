"""The limit on a customer's updates per minute: further ones are dropped, with one message.

Counts are kept in memory only: a restart resets them, and each count ends after a minute.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from telegram import Update
from telegram.error import TelegramError

from bot.domain.customer import TelegramId
from bot.domain.errors import StoreError
from handlers.ui.context import Services, sender
from handlers.ui.i18n import Translator
from handlers.ui.limit_texts import too_many_updates

log = structlog.get_logger(__name__)

MINUTE = timedelta(minutes=1)
CHATS_KEPT = 10_000
"""How many chats are counted at once; beyond that, the oldest counts are dropped."""


@dataclass(slots=True)
class Minute:
    """The number of updates of one chat in the minute from `began_at`, its first update."""

    began_at: datetime
    count: int = 0
    translator: Translator | None = None
    """The language of the message that asked to wait; None before that message."""

    def holds(self, now: datetime) -> bool:
        """Return whether `now` is in this minute; False when the clock was set back before it."""
        return timedelta(0) <= now - self.began_at < MINUTE

    def seconds_left(self, now: datetime) -> int:
        """Return the whole seconds until the chat's updates are handled again, at least 1."""
        return max(1, math.ceil((self.began_at + MINUTE - now).total_seconds()))


class MinuteCounts:
    """The current minute of each chat, for up to `chats_kept` chats."""

    def __init__(self, chats_kept: int = CHATS_KEPT) -> None:
        self._chats_kept = chats_kept
        # In order of their start, so the first one ends first.
        self._minutes: OrderedDict[int, Minute] = OrderedDict()

    def __len__(self) -> int:
        """Return how many chats are counted."""
        return len(self._minutes)

    def count(self, chat_id: int, now: datetime) -> Minute:
        """Count one more update of a chat, and return the chat's minute."""
        minute = self._minutes.get(chat_id)
        if minute is None or not minute.holds(now):
            self._minutes.pop(chat_id, None)
            self._drop_ended(now)
            minute = self._minutes[chat_id] = Minute(now)
        minute.count += 1
        return minute

    def _drop_ended(self, now: datetime) -> None:
        while self._minutes:
            oldest = next(iter(self._minutes))
            if self._minutes[oldest].holds(now) and len(self._minutes) < self._chats_kept:
                return
            del self._minutes[oldest]


class FloodLimits:
    """Drops a customer's updates beyond the limit per minute; admins have no limit."""

    def __init__(self, shop: Services) -> None:
        """Take the limit from the shop's rules; 0 means no limit."""
        self._shop = shop
        self._counts = MinuteCounts()

    async def should_drop(self, update: Update) -> bool:
        """Count an update of a private chat; return True when it must be dropped.

        The sender then gets a message that says how long to wait.
        """
        user_id = TelegramId(sender(update).id)
        limit = self._shop.rules.customer_updates_per_minute
        if not limit or self._shop.rules.is_owner(user_id):
            return False
        now = self._shop.clock.now()
        minute = self._counts.count(user_id, now)
        if minute.count <= limit:
            return False
        await self._ask_to_wait(update, minute, now)
        return True

    async def _ask_to_wait(self, update: Update, minute: Minute, now: datetime) -> None:
        """Send one message per minute; every pressed button is answered, as Telegram requires."""
        is_first_dropped = minute.translator is None
        translator = minute.translator = minute.translator or await self._translator(update)
        text = too_many_updates(translator, minute.seconds_left(now))
        if is_first_dropped:
            log.warning("customer_rate_limited", telegram_id=sender(update).id)
        try:
            if update.callback_query is not None:
                await update.callback_query.answer(text, show_alert=is_first_dropped)
            elif is_first_dropped and update.effective_chat is not None:
                await update.effective_chat.send_message(text)
        except TelegramError as error:
            log.debug("rate_limit_message_not_sent", cause=str(error))

    async def _translator(self, update: Update) -> Translator:
        user = sender(update)
        try:
            known = await self._shop.store.read(
                lambda tx: tx.customers.by_telegram(TelegramId(user.id))
            )
        except StoreError:
            known = None
        chosen = "" if known is None else known.chosen_language
        return self._shop.languages.words_for(chosen, user.language_code or "")
