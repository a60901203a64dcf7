"""Opens the store that an address names: a file of SQLite, or a database on a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Callable

from storage.database import end_process
from storage.store import SqlStore

SQLITE = "sqlite:///"


def is_file(url: str) -> bool:
    """Return whether an address names a file of SQLite."""
    return url.startswith(SQLITE)


async def open_store(
    url: str,
    *,
    die: Callable[[], object] = end_process,
    before_migrating: Callable[[int], object] | None = None,
) -> SqlStore:
    """Open a database and apply the missing migrations; a new one gets all tables.

    `die` is called if the outcome of a commit is unknown, or if the lock on the database is lost,
    and must end the process. `before_migrating` is called with the version of an older database, on
    the database's thread. Raises `StoreInUseError`, `StoreVersionError` for a database newer than
    the code, and `StoreUnavailableError`.
    """
    if is_file(url):
        path = url.removeprefix(SQLITE)
        return await SqlStore.open(path, die=die, before_migrating=before_migrating)
    from storage.postgres.store import open_on_server  # noqa: PLC0415 - its library takes 10 MB

    return await open_on_server(url, die=die, before_migrating=before_migrating)


async def open_store_readonly(url: str) -> SqlStore:
    """Open a database for reading only, whether a bot runs on it or not.

    Raises `StoreVersionError` unless the database has the newest version, and
    `StoreUnavailableError`. Every `write` raises `StoreUnavailableError`.
    """
    if is_file(url):
        return await SqlStore.open_readonly(url.removeprefix(SQLITE))
    from storage.postgres.store import open_on_server_readonly  # noqa: PLC0415 - see above

    return await open_on_server_readonly(url)


async def open_store_beside(url: str) -> SqlStore:
    """Open a database for a command that writes, whether a bot runs on it or not.

    The command may change only what the bot reads anew in each transaction. Raises as
    `open_store_readonly` does.
    """
    if is_file(url):
        return await SqlStore.open_beside(url.removeprefix(SQLITE))
    from storage.postgres.store import open_on_server_beside  # noqa: PLC0415 - see above

    return await open_on_server_beside(url)
