"""Machine alerts: a full disk, an old backup, a wrong clock, a certificate that ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.machine import Certificate, Room, clock_stage
from bot.domain.notice import OF_MACHINE, Alert
from bot.domain.shop_rules import ShopRules
from bot.ports.backups import Backups
from bot.ports.clock import Clock
from bot.ports.facts import CERTIFICATE_ENDS_AT, RESTORE_TEST_FAILED
from bot.ports.machine import Machine
from bot.ports.store import Store, Transaction
from bot.services.absences import ALIVE_AT, last_absence
from bot.services.machine_health import MachineHealth
from bot.services.notices import standing
from bot.services.notices.standing import DAILY, Finding
from bot.services.restore_tests import RestoreTest, last_test

CHECK_EVERY = timedelta(minutes=1)
LOOK_EVERY = timedelta(minutes=10)
CERTIFICATE_EVERY = timedelta(days=1)
CERTIFICATE_AGAIN = timedelta(hours=1)
"""After a call that brought no certificate."""
OLD_AFTER = timedelta(days=2)
OLD_FOR = timedelta(hours=1)
"""For so long no newer backup may come: after a start, the one that was missed is made first."""
WEEKLY = timedelta(days=7)
"""A disk that stays as it is is told of so seldom; perhaps the owner has no larger one."""
NO_ROOM = 4
"""The `Room.shortage` at which the shop will soon stand still."""


@dataclass(frozen=True, slots=True)
class MachineReport:
    """What `/status` shows of the machine."""

    health: MachineHealth
    test: RestoreTest | None
    absence: tuple[datetime, datetime] | None


def machine_report(tx: Transaction, health: MachineHealth) -> MachineReport:
    """Return what is known of the machine now."""
    return MachineReport(health, last_test(tx), last_absence(tx))


def forget_machine(tx: Transaction) -> None:
    """Forget what a backup says of the machine: it was so when the backup was made."""
    tx.facts.put(ALIVE_AT, "")
    tx.facts.put(RESTORE_TEST_FAILED, "")
    for alert in sorted(OF_MACHINE):
        standing.forget(tx, alert)


class WatchMachine:
    """Looks at the machine, and tells the admins what needs them."""

    def __init__(
        self,
        store: Store,
        machine: Machine,
        backups: Backups,
        health: MachineHealth,
        rules: ShopRules,
        clock: Clock,
    ) -> None:
        """Keep what is seen in `health`."""
        self._store = store
        self._machine = machine
        self._backups = backups
        self._health = health
        self._rules = rules
        self._clock = clock
        self._looked_at: datetime | None = None
        self._certificate_at: datetime | None = None
        """When the certificate is to be read next."""
        self._old_since: datetime | None = None
        """The first look that found no backup of the last two days, if none has found one since."""

    async def step(self) -> float:
        """Look, and tell what is new; return the seconds until the next step."""
        now, health = self._clock.now(), self._health
        if self._looked_at is None or abs(now - self._looked_at) >= LOOK_EVERY:
            self._looked_at = now
            health.room = await self._machine.room()
            health.newest_backup = await self._backups.newest(now)
            health.backups_seen_at = now
        if self._certificate_at is None or not now < self._certificate_at <= now + DAILY:
            certificate = await self._machine.certificate()
            health.certificate = certificate or health.certificate
            again = CERTIFICATE_AGAIN if certificate is None else CERTIFICATE_EVERY
            self._certificate_at = now + again
        findings = list(self._findings(now))
        if await self._store.read(self._has_news, findings, now):
            await self._store.write(self._tell, findings, now)
        return CHECK_EVERY.total_seconds()

    def _findings(self, now: datetime) -> Iterator[Finding]:
        health = self._health
        if health.room is not None:
            yield from _room_finding(health.room)
        yield from self._backup_finding(now)
        yield from _clock_finding(health)
        if health.certificate is not None:
            yield _certificate_finding(health.certificate, now)

    def _backup_finding(self, now: datetime) -> Iterator[Finding]:
        newest = self._health.newest_backup
        if not self._health.makes_backups:
            return
        made_at = "" if newest is None else newest.made_at.isoformat()
        if newest is not None and now - newest.made_at < OLD_AFTER:
            self._old_since = None
            yield Finding(Alert.BACKUP_OLD, stands=False, data={"made_at": made_at})
            return
        if self._old_since is None or self._old_since > now:
            self._old_since = now
        # Longer than a look lasts, and the look that found it must be a new one.
        if now - self._old_since >= OLD_FOR and self._looked_at == now:
            yield Finding(Alert.BACKUP_OLD, stands=True, data={"made_at": made_at})

    @property
    def _certificate_ends(self) -> str | None:
        """What the fact of that name is to hold; None while that is unknown."""
        if not self._health.has_webhook:
            return ""
        known = self._health.certificate
        return None if known is None else known.ends_at.isoformat()

    def _has_news(self, tx: Transaction, findings: Sequence[Finding], now: datetime) -> bool:
        ends = self._certificate_ends
        if ends is not None and ends != (tx.facts.get(CERTIFICATE_ENDS_AT) or ""):
            return True
        return any(standing.has_news(tx, finding, now) for finding in findings)

    def _tell(self, tx: Transaction, findings: Sequence[Finding], now: datetime) -> None:
        ends = self._certificate_ends
        if ends is not None:
            tx.facts.put(CERTIFICATE_ENDS_AT, ends)
        for finding in findings:
            standing.tell(tx, self._rules, finding, now)


def _room_finding(room: Room) -> Iterator[Finding]:
    """Between the two limits nothing changes, so that a warning does not come and go."""
    data = {"free_bytes": room.free_bytes, "wanted_bytes": room.wanted_bytes}
    if room.shortage:
        again_after = DAILY if room.shortage == NO_ROOM else WEEKLY
        level = room.shortage
        yield Finding(Alert.DISK_LOW, stands=True, level=level, again_after=again_after, data=data)
    elif room.is_ample:
        yield Finding(Alert.DISK_LOW, stands=False, data=data)


def _clock_finding(health: MachineHealth) -> Iterator[Finding]:
    clock = health.clock
    if clock.error is None or clock.is_off is None:
        return
    data: dict[str, str | int] = {
        "seconds": round(clock.error.total_seconds()),
        "source": str(clock.source),
    }
    yield Finding(Alert.CLOCK_OFF, clock.is_off, clock_stage(clock.error), data=data)


def _certificate_finding(certificate: Certificate, now: datetime) -> Finding:
    stage = certificate.stage(now)
    is_over = certificate.ends_at <= now
    return Finding(
        Alert.CERTIFICATE_ENDS,
        stands=bool(stage),
        level=stage,
        again_after=DAILY if is_over else None,
        data={
            "host": certificate.host,
            "ends_at": certificate.ends_at.isoformat(),
            "is_expired": int(is_over),
        },
    )
