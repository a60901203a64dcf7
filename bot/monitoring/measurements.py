"""The metrics of the running shop."""

from __future__ import annotations

import asyncio
import math
from datetime import datetime
from pathlib import Path

from bot.domain.errors import StoreError
from bot.domain.ledger import SHOP_ACCOUNTS
from bot.domain.order import OrderState
from bot.machine import disk_usage
from bot.monitoring.readiness import GOOD, Readiness
from bot.monitoring.sources import ANSWER_WITHIN_SECONDS, Sources
from bot.ports.facts import CERTIFICATE_ENDS_AT, RESTORE_TEST_FAILED, RESTORE_TESTED_AT
from bot.ports.store import Transaction
from bot.services.absences import instant
from bot.system import version
from bot.web.metrics import MetricsSnapshot, StoredFigures


class Measurements:
    """Reads all metrics; what the database knows costs one read of few rows."""

    def __init__(
        self,
        sources: Sources,
        readiness: Readiness,
        *,
        answer_within_seconds: float = ANSWER_WITHIN_SECONDS,
    ) -> None:
        """Wait at most `answer_within_seconds` for the database."""
        self._sources = sources
        self._readiness = readiness
        self._answer_within_seconds = answer_within_seconds
        self._version = version()

    async def snapshot(self) -> MetricsSnapshot:
        """Return the current values; without those of the database if it does not answer."""
        sources = self._sources
        checks = await self._readiness.checks()
        free, size = await asyncio.to_thread(_space_at, sources.folder)
        loops, sync = sources.loops, sources.sync
        heartbeats = {name: loop.heartbeat.age_seconds for name, loop in loops.items()}
        heartbeats["sync_catalogue"] = sync.heartbeat.age_seconds
        return MetricsSnapshot(
            version=self._version,
            checks={name: told == GOOD for name, told in checks.items()},
            stored=await self._stored(),
            inbox_backlog=sources.receiver.backlog,
            inbox_lag_seconds=sources.receiver.lag_seconds,
            confirm_to_voucher=sources.deliver.confirm_to_voucher,
            supplier_calls=sources.supplier_calls.calls,
            supplier_seconds=sources.supplier_calls.seconds,
            is_telegram_connected=sources.receiver.is_connected,
            telegram_calls=sources.telegram_calls.made,
            telegram_failures=sources.telegram_calls.failed,
            worker_failures={name: loop.failures for name, loop in loops.items()}
            | {"sync_catalogue": sync.failures},
            heartbeat_age_seconds={
                name: age for name, age in heartbeats.items() if age is not None
            },
            catalogue_size=sources.catalogue_cache.size,
            catalogue_age_seconds=sources.catalogue_age_seconds(),
            rows_skipped={
                "services": sources.supplier_health.services_skipped,
                "status": sources.supplier_health.rows_skipped,
            },
            disk_free_bytes=free,
            disk_size_bytes=size,
            backup_age_seconds=await self._backup_age_seconds(),
        )

    async def _stored(self) -> StoredFigures | None:
        try:
            async with asyncio.timeout(self._answer_within_seconds):
                return await self._sources.store.read(stored_figures, self._sources.clock.now())
        except (StoreError, TimeoutError):
            return None

    async def _backup_age_seconds(self) -> float | None:
        if self._sources.backups is None:
            return None
        now = self._sources.clock.now()
        newest = await self._sources.backups.newest(now)
        return math.inf if newest is None else (now - newest.made_at).total_seconds()


def stored_figures(tx: Transaction, now: datetime) -> StoredFigures:
    """Read sums that triggers keep, and the open orders; no table that grows is added up."""
    wallets = tx.ledger.wallets_total()
    balances = {str(account): tx.ledger.account(account).posted for account in SHOP_ACCOUNTS}
    waiting_since = tx.outbox.oldest_pending()
    counts, oldest = tx.orders.counts_by_state(), tx.orders.oldest_by_state()
    failure = tx.facts.get(RESTORE_TEST_FAILED)
    return StoredFigures(
        orders={state.value: counts.get(state, 0) for state in OrderState},
        oldest_order_age_seconds={
            state.value: (now - oldest[state]).total_seconds() if state in oldest else 0.0
            for state in OrderState
            if not state.is_final
        },
        balances={"wallets": wallets.posted} | balances,
        held=wallets.held,
        outbox_backlog=tx.outbox.backlog(),
        outbox_lag_seconds=0.0 if waiting_since is None else (now - waiting_since).total_seconds(),
        restore_test_age_seconds=_age_seconds(tx, RESTORE_TESTED_AT, now),
        has_restore_test_failed=None if failure is None else failure != "",
        certificate_remaining_seconds=_remaining_seconds(tx, CERTIFICATE_ENDS_AT, now),
    )


def _age_seconds(tx: Transaction, name: str, now: datetime) -> float | None:
    """Return the seconds since the instant of a fact; None where there is none."""
    at = instant(tx, name)
    return None if at is None else (now - at).total_seconds()


def _remaining_seconds(tx: Transaction, name: str, now: datetime) -> float | None:
    age_seconds = _age_seconds(tx, name, now)
    return None if age_seconds is None else -age_seconds


def _space_at(folder: Path) -> tuple[int | None, int | None]:
    """Return the free bytes and the size of a file system; None where they are unknown."""
    try:
        return disk_usage(folder)
    except OSError:
        return None, None
