"""Readiness: whether the shop can serve its customers now, and what is wrong if it cannot."""

from __future__ import annotations

from datetime import timedelta

from bot.monitoring.sources import ANSWER_WITHIN_SECONDS, Sources
from bot.monitoring.write_probe import PROBE_EVERY_SECONDS, ProbeResult, WriteProbe
from bot.services.supplier_health import AWAY_AFTER
from bot.web.routes import Health

SICK_AFTER_FAILURES = 5
"""A worker is reported as failing after this many failed steps in a row."""
TELEGRAM_SILENT_SECONDS = 120.0
"""A poll is answered within 25 s, and given up after 60 s; the next pause is 30 s or less."""
GOOD = "ok"


class Readiness:
    """Checks the parts that a sale needs. Each check is "ok" or says what is wrong."""

    def __init__(
        self,
        sources: Sources,
        *,
        answer_within_seconds: float = ANSWER_WITHIN_SECONDS,
        probe_every_seconds: float = PROBE_EVERY_SECONDS,
    ) -> None:
        """Write to the database at most once in `probe_every_seconds`."""
        self._sources = sources
        self._probe = WriteProbe(
            sources.store, sources.clock, answer_within_seconds, probe_every_seconds
        )

    async def health(self) -> Health:
        """Return whether every check is good, with the checks and figures about the catalogue."""
        checks = await self.checks()
        return Health(
            is_healthy=all(told == GOOD for told in checks.values()),
            details={
                **checks,
                "products": self._sources.catalogue_cache.size,
                "catalogue_age_seconds": self._sources.catalogue_age_seconds(),
            },
        )

    async def checks(self) -> dict[str, str]:
        """Return all checks by name."""
        probe = await self._probe.result()
        return {
            "start": "held until its own health is good" if self._sources.is_held() else GOOD,
            "database": probe.problem or GOOD,
            "migrations": self._migrations(probe),
            "workers": self._workers(),
            "telegram": self._telegram(),
            "supplier": self._supplier(),
        }

    def _migrations(self, probe: ProbeResult) -> str:
        wanted, found = self._sources.schema_version, probe.schema_version
        if found is None:
            return "unknown"
        return GOOD if found == wanted else f"schema version {found}, needed is {wanted}"

    def _workers(self) -> str:
        heartbeats = {name: loop.heartbeat for name, loop in self._sources.loops.items()}
        heartbeats["sync_catalogue"] = self._sources.sync.heartbeat
        told = [f"{name} is stuck" for name, heart in heartbeats.items() if heart.is_stuck]
        told += [
            f"{name} has failed {loop.failures} times"
            for name, loop in self._sources.loops.items()
            if loop.failures >= SICK_AFTER_FAILURES
        ]
        return ", ".join(told) or GOOD

    def _telegram(self) -> str:
        silent_seconds = self._sources.receiver.silent_seconds
        if silent_seconds is None:
            return "not reached yet"
        if silent_seconds > TELEGRAM_SILENT_SECONDS:
            return f"no answer for {silent_seconds:.0f} s"
        return GOOD

    def _supplier(self) -> str:
        health, now = self._sources.supplier_health, self._sources.clock.now()
        if health.answered_at is None:
            return "not reached yet"
        lately = AWAY_AFTER + timedelta(seconds=self._sources.catalogue_refresh_seconds)
        if health.away_since is None and now - health.answered_at <= lately:
            return GOOD
        return f"no answer for {(now - health.answered_at).total_seconds():.0f} s"
