"""Absences: the admins read when the bot did not run, and how many orders waited meanwhile.

Each minute the time is stored. A start compares it with its own.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from bot.domain.errors import StoreError
from bot.domain.notice import Alert
from bot.domain.order import OrderState
from bot.domain.shop_rules import ShopRules
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.services.notices import enqueue

log = structlog.get_logger(__name__)

EVERY = timedelta(minutes=1)
NOTICEABLE = timedelta(minutes=5)
"""A shorter absence, such as an update or a restart, is not reported."""
ALIVE_AT = "alive_at"
"""The fact with the last minute in which the bot ran (ISO 8601); empty after a restore."""
STOPPED_AT = "stopped_at"
"""The fact with the time at which a signal stopped the bot (ISO 8601); empty while it runs."""
LAST_ABSENCE = "last_absence"
"""The fact with the beginning and the end of the last absence (ISO 8601, a space between)."""


class Absences:
    """Stores that the bot runs; its first step reports that it did not."""

    def __init__(self, store: Store, rules: ShopRules, clock: Clock) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock
        self._has_begun = False

    async def step(self) -> float:
        """Store the time, in the commit of others if there are any; return the seconds to wait."""
        if self._has_begun:
            await self._store.write(_store, ALIVE_AT, self._clock.now())
        else:
            await self._store.write(_begin, self._rules, self._clock.now())
            self._has_begun = True
        return EVERY.total_seconds()

    async def stop(self) -> None:
        """Store that the bot is stopped on purpose; a failure is only logged."""
        if not self._has_begun:
            return
        try:
            await self._store.write(_store, STOPPED_AT, self._clock.now())
        except StoreError as error:
            log.warning("stop_not_stored", cause=str(error))


def last_absence(tx: Transaction) -> tuple[datetime, datetime] | None:
    """Return the beginning and the end of the last absence that was reported."""
    stored = tx.facts.get(LAST_ABSENCE)
    if not stored:
        return None
    begin, _, end = stored.partition(" ")
    return datetime.fromisoformat(begin), datetime.fromisoformat(end)


def instant(tx: Transaction, fact: str) -> datetime | None:
    """Return the instant in a fact; None if there is none."""
    stored = tx.facts.get(fact)
    return datetime.fromisoformat(stored) if stored else None


def _store(tx: Transaction, fact: str, now: datetime) -> None:
    tx.facts.put(fact, now.isoformat())


def _begin(tx: Transaction, rules: ShopRules, now: datetime) -> None:
    """Report the absence before this start, if there was one.

    There was none known before a first start, after a restore, and if the clock was set back.
    """
    alive_at, stopped_at = instant(tx, ALIVE_AT), instant(tx, STOPPED_AT)
    _store(tx, ALIVE_AT, now)
    tx.facts.put(STOPPED_AT, "")
    if alive_at is None:
        return
    since = alive_at if stopped_at is None else stopped_at
    if now - since < NOTICEABLE:
        return
    waiting = [
        order
        for order in tx.orders.unfinished()
        if order.state is not OrderState.PARKED and order.created_at <= since
    ]
    tx.facts.put(LAST_ABSENCE, f"{since.isoformat()} {now.isoformat()}")
    data: dict[str, str | int] = {
        "since": since.isoformat(),
        "until": now.isoformat(),
        "orders": len(waiting),
        "was_stopped": int(stopped_at is not None),
    }
    key = str(int(now.timestamp()))
    enqueue.report(tx, rules, Alert.WAS_AWAY, "", now, key=key, data=data)
    log.warning("was_away", **data)
