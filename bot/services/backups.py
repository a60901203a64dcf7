"""Backups: one copy of the database a day; a failure alerts the admins and stops nothing."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

import structlog

from bot.domain.errors import BackupError, StoreError
from bot.domain.notice import Alert
from bot.domain.shop_rules import ShopRules
from bot.ports.backups import Backups
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.services.notices import enqueue

log = structlog.get_logger(__name__)

AFTER_FAILURE = timedelta(hours=1)
ALERT_AGAIN = timedelta(hours=20)
"""While the daily backup fails, the admins are told once a day, and not at each attempt."""


class MakeBackups:
    """Makes the day's backup once it is due; a shop that is off at that hour makes it later."""

    def __init__(
        self, store: Store, backups: Backups, rules: ShopRules, clock: Clock, hour: int
    ) -> None:
        """Take the `hour` (0 to 23), in the shop's time zone, at which a backup is due."""
        self._store = store
        self._backups = backups
        self._rules = rules
        self._clock = clock
        self._hour = hour
        self._failed_at: datetime | None = None

    async def step(self) -> float:
        """Make a backup if one is due; return the seconds until the next backup or retry."""
        now = self._clock.now()
        if self._failed_at is not None and timedelta(0) <= now - self._failed_at < AFTER_FAILURE:
            return (self._failed_at + AFTER_FAILURE - now).total_seconds()
        self._failed_at = None
        due_at = last_due(now, self._hour, self._rules.timezone)
        newest = await self._backups.newest(now)
        if newest is None or newest.made_at < due_at:
            await self._make(now)
        return (due_at + timedelta(days=1) - now).total_seconds()

    async def _make(self, now: datetime) -> None:
        try:
            place = await self._backups.make(now)
        except BackupError as error:
            self._failed_at = now
            await self.failed(str(error), again_after=ALERT_AGAIN)
        else:
            log.info("backup_created", file=place)

    async def check(self) -> None:
        """Check the copies from before migrations, for which the shop did not wait.

        If it is cancelled, the next start does it.
        """
        for place in await self._backups.unchecked():
            try:
                await self._backups.check(place, self._clock.now())
            except BackupError as error:
                await self.failed(f"{place}: {error}")
            else:
                log.info("backup_checked", file=place)

    async def failed(self, cause: str, *, again_after: timedelta = timedelta(0)) -> None:
        """Alert the admins that a backup failed; if the database refuses that too, only log it.

        They are not alerted if they were within `again_after`.
        """
        log.error("backup_failed", cause=cause)

        def alert(tx: Transaction) -> None:
            now = self._clock.now()
            if not enqueue.was_alerted(tx, Alert.BACKUP_FAILED, now, again_after):
                enqueue.alert(tx, self._rules, Alert.BACKUP_FAILED, cause, now)

        try:
            await self._store.write(alert)
        except StoreError as error:
            log.warning("backup_alert_not_stored", cause=str(error))


def last_due(now: datetime, hour: int, timezone: tzinfo) -> datetime:
    """Return the last instant, up to and including `now`, at which it was `hour` o'clock."""
    local = now.astimezone(timezone)
    today = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if today <= local else today - timedelta(days=1)
