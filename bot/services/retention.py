"""Retention: delete what is no longer needed, a little at a time, so that nobody waits for it.

The books are kept for ever: orders with their vouchers, transfers, top-ups, what admins did.
`docs/operations.md` tells the shopkeeper what else is kept, and for how long.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction

log = structlog.get_logger(__name__)

EVERY = timedelta(hours=1)
AT_ONCE = 200
"""So many rows are deleted in one transaction: a few milliseconds, for which a purchase waits."""
PAUSE_SECONDS = 0.5
"""After a little of everything was deleted, while there is more."""
UPDATES_KEPT = timedelta(days=3)
"""The ids of handled updates; Telegram delivers an update again for one day at most."""
QUOTES_KEPT = timedelta(days=30)
"""Confirm screens that nobody confirmed: their button buys for 30 minutes, and shows the quote
afresh for as long as it is known."""
OUTCOMES_KEPT = timedelta(days=90)
"""Confirm buttons that were used, so that a second tap shows the order that they made."""
NOTICES_KEPT = timedelta(days=90)
"""Messages that were delivered or given up, counted from the end of the order they tell of."""
ROWS_KEPT = timedelta(days=90)
"""Vouchers, notes and strangers' numbers in the supplier's rows, from our first sight of them;
goods that come late are watched for a day, and differences with the supplier last some weeks."""
FINDINGS_KEPT = timedelta(days=90)
"""What a difference with the supplier was about, from the day it was settled."""

Chore = Callable[[Transaction, datetime], int]
"""Deletes up to `AT_ONCE` rows, and returns how many there were."""


def _delete_updates(tx: Transaction, now: datetime) -> int:
    return tx.inbox.forget(now - UPDATES_KEPT, AT_ONCE)


def _delete_quotes(tx: Transaction, now: datetime) -> int:
    return tx.confirmations.forget_unused(now - QUOTES_KEPT, AT_ONCE)


def _delete_used_confirmations(tx: Transaction, now: datetime) -> int:
    return tx.confirmations.forget_used(now - OUTCOMES_KEPT, AT_ONCE)


def _delete_notices(tx: Transaction, now: datetime) -> int:
    return tx.outbox.forget(now - NOTICES_KEPT, AT_ONCE)


def _empty_supplier_rows(tx: Transaction, now: datetime) -> int:
    return tx.supplier_rows.empty(now - ROWS_KEPT, now, AT_ONCE)


def _empty_findings(tx: Transaction, now: datetime) -> int:
    return tx.recon.empty(now - FINDINGS_KEPT, AT_ONCE)


CHORES: dict[str, Chore] = {
    "updates": _delete_updates,
    "quotes": _delete_quotes,
    "outcomes": _delete_used_confirmations,
    "notices": _delete_notices,
    "supplier_rows": _empty_supplier_rows,
    "findings": _empty_findings,
}


class Retention:
    """Looks every hour for what has grown old, and goes on until nothing has."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Look at the first step."""
        self._store = store
        self._clock = clock
        self._finished_at: datetime | None = None

    async def step(self) -> float:
        """Delete a little of everything that is old; return the seconds until the next step."""
        now = self._clock.now()
        # A clock that was set back makes nobody wait for it.
        if self._finished_at is not None and timedelta(0) <= now - self._finished_at < EVERY:
            return (self._finished_at + EVERY - now).total_seconds()
        deleted = {name: await self._store.write(chore, now) for name, chore in CHORES.items()}
        if any(deleted.values()):
            log.info("old_records_deleted", **deleted)
        if max(deleted.values()) >= AT_ONCE:
            return PAUSE_SECONDS
        self._finished_at = now
        return EVERY.total_seconds()
