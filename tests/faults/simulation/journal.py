"""The journal of one run: a fingerprint of all that happened, what was counted, what was wrong."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter, deque

KEPT_LINES = 400


class Journal:
    """Two runs of one seed must write the same journal, to the last digit."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._hash = hashlib.sha256()
        self.tail: deque[str] = deque(maxlen=KEPT_LINES)
        self.faults: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.violations: list[str] = []

    @property
    def fingerprint(self) -> str:
        """What tells this run from every other."""
        return self._hash.hexdigest()[:16]

    def note(self, event: str) -> None:
        """Write down that something happened now."""
        line = f"{self._loop.time():.6f} {event}"
        self._hash.update(line.encode())
        self.tail.append(line)

    def fault(self, kind: str) -> None:
        """Count a fault that was played."""
        self.faults[kind] += 1
        self.note(f"fault: {kind}")

    def must(self, holds: bool, what: str) -> None:
        """Count something that must always be, and note it when it is not."""
        self.counts["invariants"] += 1
        if not holds:
            self.violation(what)

    def violation(self, what: str) -> None:
        """Note that something was wrong which never may be."""
        self.violations.append(f"at {self._loop.time():.0f} s: {what}")
        self.note(f"WRONG: {what}")
