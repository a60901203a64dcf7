"""What comes from this machine: the ports' clock and randomness, the version, the memory."""

from __future__ import annotations

import ctypes
import gc
import secrets
import tomllib
from datetime import UTC, datetime
from pathlib import Path

PROJECT = Path(__file__).parents[1] / "pyproject.toml"
NEW_OBJECTS = 3_000
"""How many objects may be new before the garbage collector looks at them; Python's default is 700.

Those are the objects of two or three updates: most are still in use, and are looked at in vain.
"""


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


def exempt_from_collections(*, is_start: bool = False) -> None:
    """Exempt the objects of now, above all the catalogue, from garbage collections.

    Python's collector would look through them again and again: a tenth to a fifth of the processor
    time of an update. They are still freed once nothing refers to them. What is garbage already
    would stay for ever, so it is collected first; not at the start, where that takes 50 ms. What is
    in use and refers to itself stays: 20 objects, 2 KB, of 260 calls during 2,600 updates.
    """
    if not is_start:
        gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)


def give_back_memory() -> bool:
    """Give memory that the process does not use back to the system; return whether it could.

    The C library keeps the gaps between what is in use. What comes and goes in large pieces, such
    as lists, backups and pictures, widens them for weeks: 8 MB after a hundred seconds of dense
    traffic. It takes some milliseconds, about as long as a new list. glibc can, musl and macOS do
    not need it (malloc_trim(3)).
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return trim is not None and bool(trim(0))
