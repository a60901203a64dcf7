"""The log of one run: a fingerprint of all events, counters, and violations."""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Callable

LAST_EVENTS_KEPT = 400


class RunLog:
    """Two runs of the same seed must have the same fingerprint."""

    def __init__(self, time: Callable[[], float]) -> None:
        """Date each event with `time`, in seconds since the opening."""
        self._time = time
        self._hash = hashlib.sha256()
        self.tail: deque[str] = deque(maxlen=LAST_EVENTS_KEPT)
        self.faults: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.violations: list[str] = []

    @property
    def fingerprint(self) -> str:
        """The first 16 hexadecimal digits of a SHA-256 over all events and their times."""
        return self._hash.hexdigest()[:16]

    def note(self, event: str) -> None:
        """Record an event with the current time."""
        line = f"{self._time():.6f} {event}"
        self._hash.update(line.encode())
        self.tail.append(line)

    def fault(self, kind: str) -> None:
        """Count and record a fault that was injected."""
        self.faults[kind] += 1
        self.note(f"fault: {kind}")

    def must(self, holds: bool, what: str) -> None:
        """Count an invariant that was checked, and record a violation if it does not hold."""
        self.counts["invariants"] += 1
        if not holds:
            self.violation(what)

    def violation(self, what: str) -> None:
        """Record a violated invariant."""
        self.violations.append(f"at {self._time():.0f} s: {what}")
        self.note(f"WRONG: {what}")
