"""Marks beside the database: a held start, a shop that moved away, and the list of erasures.

A mark is a small file, not a row: a version that cannot read the database has to find it, and so
does the version before an update. Each is written and removed durably.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from bot.domain.erasure import Erasure
from bot.domain.errors import StoreUnavailableError
from storage.permissions import make_private_file, make_private_folder
from storage.sqlite_files import sync

HELD, MOVED, ERASURES = "held-start.json", "moved-away.json", "erasures.json"


class HeldStart(msgspec.Struct, frozen=True, kw_only=True):
    """The next start is held: it takes and sends nothing before its health is good."""

    held_at: datetime
    version: str
    """The version of Konter before the update."""
    schema_version: int
    """The version of the database before the update; 0 if there was none."""
    database: str = ""
    """The name of the database; another one, of a changed `DATABASE_URL`, has no copy."""
    copy: str | None
    """The name of the copy among the backups; None if there was no database."""
    broken_rules: list[str] = []
    """The rules of the audit that were broken before the update."""


class MovedAway(msgspec.Struct, frozen=True, kw_only=True):
    """The shop goes on elsewhere, and does not start here."""

    moved_at: datetime
    archive: str


class ListedErasures(msgspec.Struct, frozen=True, kw_only=True):
    """The persons whose data was erased: a restored backup may be older than that."""

    erasures: list[Erasure] = []


_Mark = TypeVar("_Mark", HeldStart, MovedAway, ListedErasures)


_NAMES = {HeldStart: HELD, MovedAway: MOVED, ListedErasures: ERASURES}


class Marks:
    """The marks in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def held_start(self) -> HeldStart | None:
        """Return the mark of a held start; raises `StoreUnavailableError` if it is unreadable."""
        return self._read(HELD, HeldStart)

    def moved_away(self) -> MovedAway | None:
        """Return the mark of a shop that moved; raises `StoreUnavailableError` likewise."""
        return self._read(MOVED, MovedAway)

    def erasures(self) -> list[Erasure]:
        """Return the list of erasures; raises `StoreUnavailableError` if it is unreadable."""
        listed = self._read(ERASURES, ListedErasures)
        return [] if listed is None else listed.erasures

    def add_erasures(self, erasures: Sequence[Erasure]) -> None:
        """Add erasures to the list, unless all are in it; they are on disk when this returns.

        Raises `OSError`, and `StoreUnavailableError` if the list is unreadable.
        """
        listed = self.erasures()
        known = {(one.customer_id, one.known_since) for one in listed}
        new = [one for one in erasures if (one.customer_id, one.known_since) not in known]
        if new:
            self.put(ListedErasures(erasures=[*listed, *new]))

    def put(self, mark: HeldStart | MovedAway | ListedErasures) -> None:
        """Write a mark, in place of one of its kind; it is on disk when this returns.

        Raises `OSError`.
        """
        make_private_folder(self._folder)
        path = self._folder / _NAMES[type(mark)]
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        part.unlink(missing_ok=True)
        make_private_file(part)
        try:
            part.write_bytes(msgspec.json.encode(mark) + b"\n")
            sync(part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        sync(self._folder)

    def release(self) -> None:
        """Remove the mark of a held start; it stays removed when this returns, also if it was gone.

        Raises `OSError`.
        """
        self._remove(HELD)

    def stay(self) -> None:
        """Remove the mark of a shop that moved, likewise."""
        self._remove(MOVED)

    def _remove(self, name: str) -> None:
        (self._folder / name).unlink(missing_ok=True)
        if self._folder.is_dir():
            sync(self._folder)

    def _read(self, name: str, kind: type[_Mark]) -> _Mark | None:
        path = self._folder / name
        try:
            return msgspec.json.decode(path.read_bytes(), type=kind)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError) as error:
            raise StoreUnavailableError(f"{path} cannot be read: {error}") from error
