"""Who may read what is written: the database and all its copies are their owner's alone.

They hold customers' numbers and vouchers. A file has its rights before its first byte, and what
SQLite puts beside a database (its journal and write-ahead log) takes those of the database.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_BESIDE = ("", "-wal", "-shm", "-journal", ".lock")
"""The endings of a database's files, with that of its lock."""


def is_open_to_others(path: Path) -> bool:
    """Tell whether anybody but its owner may use what is there; False if nothing is."""
    with suppress(OSError):
        return bool(path.stat().st_mode & _OTHERS)
    return False


def make_private_file(path: Path) -> None:
    """Make an empty file for its owner alone; raises `FileExistsError` if one is there."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for their owner alone."""
    for missing in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)  # Raises for a file that is in the way.


def tighten(path: Path) -> None:
    """Take the rights of everybody but the owner away, and warn, where there were any.

    A folder becomes 0700; a file keeps whether its owner may read and write it.
    """
    if not is_open_to_others(path):
        return
    # Some file systems know no rights, and somebody else's file stays as it is.
    with suppress(OSError):
        mode = path.stat().st_mode
        path.chmod(0o700 if stat.S_ISDIR(mode) else mode & 0o600)
    if is_open_to_others(path):
        log.warning("others may read this, and it cannot be changed", path=str(path))
    else:
        log.warning("others could read this: now only its owner can", path=str(path))


def tighten_database(database: Path) -> None:
    """Do so with a database and what lies beside it; a folder of that name is none of it."""
    for ending in _BESIDE:
        path = database.with_name(f"{database.name}{ending}")
        if path.is_file():
            tighten(path)
