"""Restore tests: once a week the newest backup is opened as a restore would open it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.errors import BackupError, BackupNotTriedError
from bot.domain.notice import Alert
from bot.domain.shop_rules import ShopRules
from bot.ports.backups import Backups, KeptBackup, RestoreTrials
from bot.ports.clock import Clock
from bot.ports.facts import RESTORE_TEST_FAILED, RESTORE_TESTED_AT
from bot.ports.store import Store, Transaction
from bot.services.absences import instant
from bot.services.machine_health import MachineHealth
from bot.services.notices.standing import Finding, tell

log = structlog.get_logger(__name__)

WEEK = timedelta(days=7)
ALMOST_A_WEEK = timedelta(days=6, hours=12)
"""At the quiet hour a test is due after this long, so that it keeps to that hour."""
QUIET_HOUR = 4
"""In the shop's time zone, when the bot makes no backups; else it is the hour after the backup."""
SETTLES_FOR = timedelta(minutes=10)
"""A start comes first; a test that is overdue waits for so long."""
AFTER_TROUBLE = timedelta(hours=3)
"""When a test that could not be made is tried again."""
AGAIN_AFTER = timedelta(hours=20)
"""While backups fail, each day's is tested and told of."""
CHECK_EVERY = timedelta(minutes=1)
TRIED_AT = "restore_tried_at"
"""The fact with the time of the last test, whatever came of it (ISO 8601)."""
TRIED_BACKUP = "restore_tried_backup"
"""The fact with the time at which the tested backup was made (ISO 8601)."""
LONGEST_CAUSE = 200


@dataclass(frozen=True, slots=True)
class RestoreTest:
    """The last test of a backup."""

    at: datetime
    made_at: datetime
    """When the backup was made."""
    failure: str
    """Why it cannot be restored; empty if it can."""


def last_test(tx: Transaction) -> RestoreTest | None:
    """Return the last test; None before the first."""
    at, made_at = instant(tx, TRIED_AT), instant(tx, TRIED_BACKUP)
    if at is None or made_at is None:
        return None
    return RestoreTest(at, made_at, tx.facts.get(RESTORE_TEST_FAILED) or "")


class RestoreTests:
    """Tests the newest backup each week at a quiet hour, and soon if that was missed."""

    def __init__(
        self,
        store: Store,
        backups: Backups,
        trials: RestoreTrials,
        health: MachineHealth,
        rules: ShopRules,
        clock: Clock,
        backup_hour: int,
    ) -> None:
        """`backup_hour` is that of the daily backup; -1: there is none."""
        self._store = store
        self._backups = backups
        self._trials = trials
        self._health = health
        self._rules = rules
        self._clock = clock
        self._hour = QUIET_HOUR if backup_hour < 0 else (backup_hour + 1) % 24
        self._began_at: datetime | None = None
        self._prevented_at: datetime | None = None

    async def step(self) -> float:
        """Test the newest backup if that is due; return the seconds until the next look."""
        now = self._clock.now()
        if self._began_at is None:
            self._began_at = now
            await self._trials.clear_leftovers()
        backup = await self._backups.newest(now)
        last = await self._store.read(last_test)
        if backup is not None and self._is_due(last, backup, now):
            await self._test(backup, now)
        return CHECK_EVERY.total_seconds()

    def _is_due(self, last: RestoreTest | None, backup: KeptBackup, now: datetime) -> bool:
        if _is_within(self._began_at, SETTLES_FOR, now):
            return False
        if _is_within(self._prevented_at, AFTER_TROUBLE, now):
            return False
        if last is None or last.at > now or (last.failure and backup.made_at > last.made_at):
            return True
        passed = now - last.at
        is_quiet = now.astimezone(self._rules.timezone).hour == self._hour
        return passed >= (ALMOST_A_WEEK if is_quiet else WEEK)

    async def _test(self, backup: KeptBackup, now: datetime) -> None:
        failure = ""
        try:
            await self._trials.run(backup.place)
        except BackupNotTriedError as error:
            self._prevented_at, self._health.test_prevented = now, str(error)
            log.warning("restore_not_tested", file=backup.place, cause=str(error))
            return
        except BackupError as error:
            failure = str(error)[:LONGEST_CAUSE]
        if failure:
            log.error("restore_test_failed", file=backup.place, cause=failure)
        else:
            log.info("restore_tested", file=backup.place)
        self._prevented_at, self._health.test_prevented = None, ""
        test = RestoreTest(self._clock.now(), backup.made_at, failure)
        await self._store.write(self._record, test)

    def _record(self, tx: Transaction, test: RestoreTest) -> None:
        tx.facts.put(TRIED_AT, test.at.isoformat())
        tx.facts.put(TRIED_BACKUP, test.made_at.isoformat())
        tx.facts.put(RESTORE_TEST_FAILED, test.failure)
        if not test.failure:
            tx.facts.put(RESTORE_TESTED_AT, test.at.isoformat())
        data: dict[str, str | int] = {"made_at": test.made_at.isoformat(), "cause": test.failure}
        finding = Finding(
            Alert.RESTORE_TEST_FAILED, bool(test.failure), again_after=AGAIN_AFTER, data=data
        )
        tell(tx, self._rules, finding, test.at)


def _is_within(since: datetime | None, span: timedelta, now: datetime) -> bool:
    """Whether less than a span has passed since; not if the clock was set back since."""
    return since is not None and timedelta(0) <= now - since < span
