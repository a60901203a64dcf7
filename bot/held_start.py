"""A held start: after an update, nothing is taken or sent until the shop has proven healthy."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from bot.app import Konter
from bot.domain.errors import SupplierError
from bot.monitoring.write_probe import note_probe
from bot.ports.store import Transaction
from bot.services.orders.reconcile import ORPHANED_AFTER
from bot.system import version
from storage.marks import HeldStart, Marks

log = structlog.get_logger(__name__)

NOT_RELEASED = 75
"""The exit code of a held start that did not become healthy (sysexits: EX_TEMPFAIL)."""
HELD_SECONDS = 120.0
"""How long Telegram and the supplier may take to answer."""
PAUSE_SECONDS = 2.0


async def release(
    konter: Konter, mark: HeldStart, marks: Marks, supplier_timeout: timedelta
) -> bool:
    """Remove the mark once the prepared shop is healthy; return whether that happened.

    Healthy means: no rule of the audit is broken that was not before the update, the database can
    be written, and Telegram and the supplier answer. From the removal on the update counts, and is
    undone only by a restore. Raises `StoreError`, and `OSError` if the mark cannot be removed.
    """
    log.info("start_held", version_before=mark.version, held_at=mark.held_at.isoformat())
    broken = await _newly_broken(konter, mark, supplier_timeout)
    if broken:
        log.critical("update_broke_the_books", rules=broken)
        return False
    await konter.store.write(note_probe, konter.clock.now())
    try:
        async with asyncio.timeout(HELD_SECONDS):
            while (problem := await _problem(konter)) is not None:
                log.warning("held_start_not_healthy", problem=problem)
                await asyncio.sleep(PAUSE_SECONDS)
    except TimeoutError:
        log.critical("held_start_not_released", waited_seconds=HELD_SECONDS)
        return False
    await asyncio.to_thread(marks.release)
    log.info("start_released", version=version())
    return True


async def _newly_broken(konter: Konter, mark: HeldStart, supplier_timeout: timedelta) -> list[str]:
    limit = supplier_timeout + ORPHANED_AFTER

    def audit(tx: Transaction) -> set[str]:
        return {one.rule for one in tx.audit.findings(konter.clock.now(), limit)}

    return sorted(await konter.store.read(audit) - set(mark.broken_rules))


async def _problem(konter: Konter) -> str | None:
    """Return what is not as it must be, for the log; None if all is."""
    refused = await konter.receiver.problem()
    if refused is not None:
        return f"Telegram: {refused}"
    try:
        services = await konter.supplier.services()
    except SupplierError as error:
        return f"the supplier: {type(error).__name__}: {error}"
    return None if services.listings else "the supplier: no product of its list can be read"
