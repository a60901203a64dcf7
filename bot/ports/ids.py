"""The port to random identifiers."""

from __future__ import annotations

from typing import Protocol


class Ids(Protocol):
    """Numbers that nobody can guess."""

    def token(self) -> str:
        """Return a fresh one-time token of 12 URL-safe ASCII characters."""
        ...
