"""Retention: delete old records in small batches, so that a purchase waits for milliseconds only.

Orders with their vouchers, transfers, top-ups and admin acts are kept for ever.
`docs/operations.md`, "What is kept, and for how long", lists the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.domain.customer_card import RECENT_DAYS
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction

log = structlog.get_logger(__name__)

EVERY = timedelta(hours=1)
AT_ONCE = 200
"""Rows deleted in one transaction: a few milliseconds, during which a purchase has to wait."""
PAUSE_SECONDS = 0.5
"""The pause between two steps while there is more to delete."""
UPDATES_KEPT = timedelta(days=3)
"""The ids of handled updates. Telegram delivers an update again for one day at most (Bot API,
"Getting updates")."""
QUOTES_KEPT = timedelta(days=30)
"""Quotes that were never confirmed. A button buys for 30 minutes; pressed later, it shows a fresh
quote for as long as the old one is kept."""
OUTCOMES_KEPT = timedelta(days=90)
"""Used confirmations, so that a second tap shows the order that the first one made."""
UPDATES_OF_ORDERS_KEPT = timedelta(days=7)
"""Notices that updated an order's message, counted from the end of the order: three of the four
notices of an order, and nothing refers to them afterwards."""
NOTICES_KEPT = timedelta(days=90)
"""Other notices that were delivered or given up, counted from the end of their order."""
MESSAGES_KEPT = timedelta(days=90)
"""Messages between the shop and its customers, of threads in which nobody waits for an answer,
counted from the day when they were sent or, if that is later, their thread was closed."""
ROWS_KEPT = timedelta(days=90)
"""Vouchers, notes, and numbers of unclaimed rows of the supplier, counted from the time a row was
first seen. Refunded orders are polled for a day, and settling a difference may take weeks."""
FINDINGS_KEPT = timedelta(days=90)
"""The details of a difference with the supplier, counted from the day it was closed."""
STAFF_LINKS_KEPT = timedelta(days=30)
"""Links to become an employee by which nobody asked."""
DAYS_KEPT = timedelta(days=RECENT_DAYS - 1)
"""The figures of customers by day: those of today and of 29 days before are shown."""

Chore = Callable[[Transaction, datetime], int]
"""Deletes up to `AT_ONCE` records and returns how many there were."""


CHORES: dict[str, Chore] = {
    "updates": lambda tx, now: tx.inbox.forget(now - UPDATES_KEPT, AT_ONCE),
    "quotes": lambda tx, now: tx.confirmations.forget_unused(now - QUOTES_KEPT, AT_ONCE),
    "outcomes": lambda tx, now: tx.confirmations.forget_used(now - OUTCOMES_KEPT, AT_ONCE),
    "order_updates": lambda tx, now: tx.outbox.forget_updates(
        now - UPDATES_OF_ORDERS_KEPT, AT_ONCE
    ),
    "notices": lambda tx, now: tx.outbox.forget(now - NOTICES_KEPT, AT_ONCE),
    "messages": lambda tx, now: tx.threads.forget_messages(now - MESSAGES_KEPT, AT_ONCE),
    "supplier_rows": lambda tx, now: tx.supplier_rows.empty(now - ROWS_KEPT, now, AT_ONCE),
    "staff_links": lambda tx, now: tx.staff_links.forget_unused(now - STAFF_LINKS_KEPT, AT_ONCE),
    "customer_days": lambda tx, now: tx.customer_cards.forget_days(now - DAYS_KEPT, AT_ONCE),
    "findings": lambda tx, now: tx.findings.empty(now - FINDINGS_KEPT, AT_ONCE),
}


class Retention:
    """Deletes old records once an hour, in batches, until none is left."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._finished_at: datetime | None = None

    async def step(self) -> float:
        """Delete one batch of each kind of old record; return the seconds until the next step."""
        now = self._clock.now()
        # If the clock was set back since, the last run counts as long ago.
        if self._finished_at is not None and timedelta(0) <= now - self._finished_at < EVERY:
            return (self._finished_at + EVERY - now).total_seconds()
        deleted = {name: await self._store.write(chore, now) for name, chore in CHORES.items()}
        if any(deleted.values()):
            log.info("old_records_deleted", **deleted)
        if max(deleted.values()) >= AT_ONCE:
            return PAUSE_SECONDS
        self._finished_at = now
        return EVERY.total_seconds()
