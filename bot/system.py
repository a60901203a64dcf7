"""What the machine furnishes: the time, and what nobody can guess."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC)


class RandomIds:
    """Tokens from the operating system's randomness."""

    def token(self) -> str:
        """Return 12 URL-safe characters: 72 bits."""
        return secrets.token_urlsafe(9)
