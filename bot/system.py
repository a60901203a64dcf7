"""Implements the ports `Clock` and `Ids` with the operating system's clock and randomness."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime


class SystemClock:
    """The operating system's clock."""

    def now(self) -> datetime:
        """Return the current time, aware and in UTC."""
        return datetime.now(UTC)


class RandomIds:
    """Tokens from the operating system's random source."""

    def token(self) -> str:
        """Return 12 URL-safe characters: 72 bits."""
        return secrets.token_urlsafe(9)
