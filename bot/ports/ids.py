"""The port to random identifiers."""

from __future__ import annotations

from typing import Protocol


class Ids(Protocol):
    """A source of identifiers that cannot be guessed."""

    def token(self) -> str:
        """Return a new one-time token of 12 URL-safe ASCII characters."""
        ...
