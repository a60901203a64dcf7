"""How much one chat may ask of the bot within a minute: more is not handled, and said once.

Only counts are kept, in memory: a restart forgets them, and so does a chat's quiet minute.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from telegram import Update
from telegram.error import TelegramError

from bot.domain.errors import StoreError
from bot.domain.order import CustomerId
from handlers.ui.context import Services, sender
from handlers.ui.i18n import Translator
from handlers.ui.limit_texts import too_many_updates

log = structlog.get_logger(__name__)

MINUTE = timedelta(minutes=1)
CHATS_KEPT = 10_000
"""So many chats are counted at once; when more write, the oldest minutes are forgotten."""


@dataclass(slots=True)
class Minute:
    """What one chat has sent since `began_at`, when the first of it was handled."""

    began_at: datetime
    count: int = 0
    words: Translator | None = None
    """In which the chat was told to wait; None while it was not."""

    def holds(self, now: datetime) -> bool:
        """Tell whether it is still this minute; one that lies ahead never was."""
        return timedelta(0) <= now - self.began_at < MINUTE

    def seconds_left(self, now: datetime) -> int:
        """Return the whole seconds after which the chat is listened to again, at least 1."""
        return max(1, math.ceil((self.began_at + MINUTE - now).total_seconds()))


class MinuteCounts:
    """The minutes of those chats that wrote just now."""

    def __init__(self, chats_kept: int = CHATS_KEPT) -> None:
        """Count nothing yet."""
        self._chats_kept = chats_kept
        # The oldest first: each minute is as long as the others.
        self._minutes: OrderedDict[int, Minute] = OrderedDict()

    def __len__(self) -> int:
        """Return how many chats are counted."""
        return len(self._minutes)

    def count(self, chat_id: int, now: datetime) -> Minute:
        """Count one more of a chat, and return its minute."""
        minute = self._minutes.get(chat_id)
        if minute is None or not minute.holds(now):
            self._minutes.pop(chat_id, None)
            self._forget(now)
            minute = self._minutes[chat_id] = Minute(now)
        minute.count += 1
        return minute

    def _forget(self, now: datetime) -> None:
        while self._minutes:
            oldest = next(iter(self._minutes))
            if self._minutes[oldest].holds(now) and len(self._minutes) < self._chats_kept:
                return
            del self._minutes[oldest]


class FloodLimits:
    """Holds back what a customer sends beyond the limit; admins have none."""

    def __init__(self, shop: Services) -> None:
        """Take the limit from the shop's rules; 0 is none."""
        self._shop = shop
        self._counts = MinuteCounts()

    async def hold_back(self, update: Update) -> bool:
        """Count a private update; True when it is not to be handled, which it then was told."""
        user_id = sender(update).id
        most = self._shop.rules.customer_updates_per_minute
        if not most or self._shop.rules.is_admin(user_id):
            return False
        now = self._shop.clock.now()
        minute = self._counts.count(user_id, now)
        if minute.count <= most:
            return False
        await self._tell(update, minute, now)
        return True

    async def _tell(self, update: Update, minute: Minute, now: datetime) -> None:
        """Say once in a minute when to go on; each pressed button is answered all the same."""
        is_first = minute.words is None
        words = minute.words = minute.words or await self._words(update)
        text = too_many_updates(words, minute.seconds_left(now))
        if is_first:
            log.warning("customer held back", customer=sender(update).id)
        try:
            if update.callback_query is not None:
                await update.callback_query.answer(text, show_alert=is_first)
            elif is_first and update.effective_chat is not None:
                await update.effective_chat.send_message(text)
        except TelegramError as error:
            log.debug("not told to wait", cause=str(error))

    async def _words(self, update: Update) -> Translator:
        user = sender(update)
        try:
            known = await self._shop.store.read(lambda tx: tx.customers.get(CustomerId(user.id)))
        except StoreError:
            known = None
        chosen = "" if known is None else known.chosen_language
        return self._shop.languages.words_for(chosen, user.language_code or "")
