"""What comes from this machine: the clock and the randomness of the ports, and the version."""

from __future__ import annotations

import secrets
import tomllib
from datetime import UTC, datetime
from pathlib import Path

PROJECT = Path(__file__).parents[1] / "pyproject.toml"


def version() -> str:
    """Return Konter's version, from its checkout: "0.2.0". Konter is never installed."""
    return str(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"])


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
