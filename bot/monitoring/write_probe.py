"""Whether the database can be written: by a tiny write, at most one every few seconds."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import StoreError
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction

PROBE_EVERY_SECONDS = 5.0
PROBED_AT = "probed_at"
"""The name of the fact that is written: when it was (ISO 8601)."""


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """The version of the schema as just read, or what prevented the write."""

    schema_version: int | None = None
    problem: str = ""


class WriteProbe:
    """Writes for whoever asks; until the next write is due, all get the last result."""

    def __init__(
        self, store: Store, clock: Clock, answer_within_seconds: float, every_seconds: float
    ) -> None:
        """Wait `answer_within_seconds` for a write; the next one begins only after its end."""
        self._store = store
        self._clock = clock
        self._answer_within_seconds = answer_within_seconds
        self._every_seconds = every_seconds
        self._began_at = 0.0
        self._write: asyncio.Task[ProbeResult] | None = None

    async def result(self) -> ProbeResult:
        """Return the result of a write that began less than `every_seconds` ago, or still runs."""
        now = asyncio.get_running_loop().time()
        write = self._write
        if write is None or (write.done() and now - self._began_at >= self._every_seconds):
            write = self._write = asyncio.create_task(self._attempt(), name="write_probe")
            self._began_at = now
        await asyncio.wait([write], timeout=self._answer_within_seconds)
        if write.done():
            return write.result()
        seconds = asyncio.get_running_loop().time() - self._began_at
        return ProbeResult(problem=f"does not answer for {seconds:.0f} s")

    async def _attempt(self) -> ProbeResult:
        try:
            version = await self._store.write(note_probe, self._clock.now())
        except StoreError:
            return ProbeResult(problem="cannot be written")
        return ProbeResult(schema_version=version)


def note_probe(tx: Transaction, now: datetime) -> int:
    """Write when the database was probed, and return the version of its schema."""
    tx.facts.put(PROBED_AT, now.isoformat())
    return tx.versions.schema()
