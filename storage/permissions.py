"""File permissions: the database and all its copies are readable by their owner only.

They contain customers' numbers and vouchers. A file has its permissions before its first byte is
written, and SQLite gives the journal and the write-ahead log the permissions of the database.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_SUFFIXES = ("", "-wal", "-shm", "-journal", ".lock")
"""The suffixes of a database's files, its lock file included."""


def is_open_to_others(path: Path) -> bool:
    """Return whether group or others have any permission on a file; False if it does not exist."""
    with suppress(OSError):
        return bool(path.stat().st_mode & _OTHERS)
    return False


def make_private_file(path: Path) -> None:
    """Create an empty file with mode 0600; raises `FileExistsError` if it exists."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def make_private_folder(folder: Path) -> None:
    """Create a folder and its missing parents with mode 0700; an existing folder is unchanged.

    Raises `OSError`.
    """
    for missing in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)  # Raises if a file has this name.


def tighten(path: Path) -> None:
    """Remove all permissions of group and others, and log a warning if there were any.

    A folder becomes 0700; of a file's mode only the owner's read and write bits stay.
    """
    if not is_open_to_others(path):
        return
    # Some file systems have no permissions, and another user's file cannot be changed.
    with suppress(OSError):
        mode = path.stat().st_mode
        path.chmod(0o700 if stat.S_ISDIR(mode) else mode & 0o600)
    if is_open_to_others(path):
        log.warning("permissions_not_restricted", path=str(path))
    else:
        log.warning("permissions_restricted", path=str(path))


def tighten_database(database: Path) -> None:
    """Restrict the permissions of a database and of the files that belong to it, with `tighten`.

    A folder with one of these names is ignored.
    """
    for suffix in _SUFFIXES:
        path = database.with_name(f"{database.name}{suffix}")
        if path.is_file():
            tighten(path)
