"""The repository of single named values."""

from __future__ import annotations

from typing import Protocol

RESTORE_TESTED_AT = "restore_tested_at"
"""When a restore of a backup was last tried with success (ISO 8601, UTC)."""
RESTORE_TEST_FAILED = "restore_test_failed"
"""Why the last trial of a restore failed; empty after a success."""
CERTIFICATE_ENDS_AT = "certificate_ends_at"
"""When the certificate of the webhook's address ends (ISO 8601, UTC); empty if unknown."""
SUMMARISED_DAY = "summarised_day"
"""The last day of which the owners got the summary (ISO 8601), by the shop's calendar."""


class Facts(Protocol):
    """Named texts that survive a restart."""

    def get(self, name: str) -> str | None:
        """Return a value; None if it was never stored."""
        ...

    def put(self, name: str, value: str) -> None:
        """Store a value in place of the previous one."""
        ...
