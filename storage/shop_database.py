"""Where the database of a shop is: in a SQLite file, or on a PostgreSQL server."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from storage.copying import Source, Target
from storage.sqlite_database import SqliteDatabase


class ShopDatabase(Protocol):
    """The place of a database, which may be empty. A backup is always a SQLite file."""

    @property
    def name(self) -> str:
        """The name for people, without a password."""
        ...

    @property
    def stem(self) -> str:
        """The beginning of the names of its backups."""
        ...

    @property
    def working_copy(self) -> Path:
        """The file in which a restore is prepared."""
        ...

    def identity(self) -> object:
        """Return what is equal for two places that are the same; raises `StoreError`."""
        ...

    def exists(self) -> bool:
        """Return whether there is a database; raises `StoreError`."""
        ...

    def version(self) -> int:
        """Return the version of its schema, also one that this code does not know.

        Raises `BackupError`.
        """
        ...

    def size(self) -> int:
        """Return about how many bytes a copy needs."""
        ...

    def copy_into(self, part: Path) -> None:
        """Write a compact copy of the current state into a new file, also while a bot runs.

        The file is readable by its owner only, from its first byte on.
        """
        ...

    def copy_at_once(self, part: Path) -> None:
        """Write such a copy as quickly as possible, in the version of the schema that it has."""
        ...

    def locked(self) -> AbstractContextManager[None]:
        """Return a context during which no bot starts on the database.

        Raises `StoreInUseError` if a bot runs on it, or `StoreUnavailableError`.
        """
        ...

    def next_epoch(self, epoch: int) -> int:
        """Return an epoch that no id given so far belongs to.

        It is greater than the backup's `epoch`, the epoch of the current database if that is
        readable, and every epoch in the name of a replaced database.
        """
        ...

    def put_in_place(self, prepared: Path, reason: str, at: datetime) -> str | None:
        """Replace the current database by that in a file; return where the replaced one is kept.

        `reason` is part of that place's name, such as "replaced-by-K2", from which `next_epoch`
        reads the epoch after a restore. Returns None if there was no database. A failure or a crash
        at any point loses neither. Raises `BackupError`.
        """
        ...

    def snapshot(self) -> AbstractContextManager[Source]:
        """Return the database as it is now, for copying; raises `StoreError`."""
        ...

    def in_any_version(self) -> AbstractContextManager[Source]:
        """Return the same, also in a version that this code does not know."""
        ...

    def made(self, version: int, size: int) -> AbstractContextManager[Target]:
        """Return a new database of a version of the schema, to be filled with about `size` bytes.

        It is there only if no error is raised. Raises `StoreError`, also if the place is not empty.
        """
        ...


def shop_database(url: str, name: str, backup_folder: Path) -> ShopDatabase:
    """Return the database of a valid `DATABASE_URL`.

    `name` is that for people. `backup_folder` is where a restore onto a server is prepared.
    """
    path = url.removeprefix("sqlite:///")
    if path != url:
        return SqliteDatabase(Path(path).resolve())
    # Shops on SQLite do not pay for the driver's memory.
    from storage.postgres.database import PostgresDatabase  # noqa: PLC0415

    return PostgresDatabase(url, name, backup_folder)
