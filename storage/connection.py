"""What the storage needs of a connection, and whole transactions on one, for either database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeVar

import structlog

from bot.domain.errors import DuplicateError, StoreUnavailableError

T = TypeVar("T")

log = structlog.get_logger(__name__)

ATTEMPTS = 3
"""How often a transaction is tried that the database keeps interrupting."""


class InterruptedTransactionError(StoreUnavailableError):
    """The database gave a transaction up, and nothing of it is stored: it may run again."""


class Row(Protocol):
    """A row of a result: its values can be read by name, by position and in turn."""

    def keys(self) -> Any: ...
    def __getitem__(self, key: Any, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __len__(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Faults:
    """What the errors of a database's driver mean."""

    errors: type[Exception]
    """What a statement may raise."""
    refusals: type[Exception]
    """Those of `errors` that a constraint or a trigger raises."""
    failure_of: Callable[[Exception], StoreUnavailableError | None]
    """Returns what callers are told of a fault of disk, file or server; None for a bug."""
    is_duplicate: Callable[[Exception], bool]
    """Returns whether a unique key is taken."""
    constraint_of: Callable[[Exception], str]
    """Returns a text with the name of the constraint that refused a statement."""


class LaterCount:
    """How many rows a statement changes that may wait until somebody asks.

    Asking raises what the statement raises.
    """

    __slots__ = ("_ask", "_listener", "_rows")

    def __init__(self, ask: Callable[[], object]) -> None:
        """Take the function that executes the statement and calls `know`."""
        self._ask = ask
        self._rows: int | None = None
        self._listener: Callable[[], object] | None = None

    def know(self, rows: int) -> None:
        """Take the number."""
        self._rows = rows
        if rows and self._listener is not None:
            self._listener()

    def when_changed(self, listener: Callable[[], object]) -> None:
        """Call a function once it is known that at least one row has changed."""
        self._listener = listener
        if self._rows:
            listener()

    def __int__(self) -> int:
        if self._rows is None:
            self._ask()
        assert self._rows is not None  # noqa: S101 - it is known, or asking has raised an error
        return self._rows

    def __bool__(self) -> bool:
        return int(self) > 0


class Connection(Protocol):
    """A connection to SQLite or PostgreSQL; all its methods are called on one thread."""

    adapter: ClassVar[str]
    """The name of the statements' adapter: "sqlite3" or "psycopg"."""
    faults: ClassVar[Faults]

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open, perhaps one that can only be rolled back."""
        ...

    @property
    def can_commit(self) -> bool:
        """Whether a transaction is open of which the database has given nothing up."""
        ...

    def execute(self, sql: Any, parameters: Any = ..., /) -> Any:
        """Execute one statement; return the cursor of its rows."""
        ...

    def execute_soon(self, command: str) -> None:
        """Execute a command that cannot fail by itself, at the latest with the next statement."""
        ...

    def settle(self) -> None:
        """Execute all statements that wait; raises what they raise."""
        ...

    def roll_back_to(self, savepoint: str) -> None:
        """Undo everything since a savepoint, which stays."""
        ...

    def cursor(self) -> Any: ...
    def close(self) -> None: ...

    def begin_writing(self) -> None:
        """Begin a transaction that waits until no other one writes."""
        ...

    def begin_reading(self) -> None:
        """Begin a transaction that sees one snapshot of the database."""
        ...

    def commit_surely(self, die: Callable[[], object]) -> None:
        """Commit; if that surely failed, roll back and raise, and if its outcome is unknown, `die`.

        `die` must end the process. Raises an error of the driver, or `StoreUnavailableError`.
        """
        ...

    def roll_back(self, die: Callable[[], object]) -> None:
        """End a transaction, if one is open; if that fails, `die`: the next would begin inside it.

        A lost connection has no transaction.
        """
        ...

    def refusable(self) -> AbstractContextManager[None]:
        """Return the context of a statement whose refusal does not end the transaction.

        Executes the statements that wait: their refusal is not that of this one.
        """
        ...


C_co = TypeVar("C_co", bound=Connection, covariant=True)


class ConnectionThread(Protocol[C_co]):
    """A connection with a thread of its own."""

    @property
    def connection(self) -> C_co: ...

    async def run(self, function: Callable[[], T]) -> T:
        """Run a function on the thread and return its result."""
        ...


def without_stop_iteration(function: Callable[[], T]) -> T:
    """Run a function, with `StopIteration` turned into `RuntimeError`.

    A future does not accept `StopIteration`, so the awaiting task would wait for ever.
    """
    try:
        return function()
    except StopIteration as error:
        raise RuntimeError("a transaction raised StopIteration") from error


@contextmanager
def failures_translated(faults: Faults) -> Iterator[None]:
    """Raise `StoreUnavailableError` for faults of the disk, the file or the server.

    Other errors are bugs, and are not translated.
    """
    try:
        yield
    except faults.errors as error:
        failure = faults.failure_of(error)
        if failure is None:
            raise
        raise failure from error


@contextmanager
def duplicates_translated(connection: Connection) -> Iterator[None]:
    """Raise `DuplicateError` if a unique key is taken; the transaction goes on.

    Other errors are not translated.
    """
    context = connection.refusable()
    try:
        with context:
            yield
    except connection.faults.refusals as error:
        if not connection.faults.is_duplicate(error):
            raise
        raise DuplicateError(str(error)) from error


def write_whole(connection: Connection, function: Callable[[], T], die: Callable[[], object]) -> T:
    """Run a function in a writing transaction; its exception rolls back and is raised here.

    It runs again if the database interrupted it. If the outcome of the commit is unknown, `die` is
    called, which must end the process: no caller may be told that nothing was changed while the
    transaction may be stored. Raises `StoreUnavailableError`.
    """

    def once() -> T:
        with failures_translated(connection.faults):
            connection.begin_writing()
            try:
                result = function()
                connection.settle()
            except BaseException:
                connection.roll_back(die)
                raise
            connection.commit_surely(die)
            return result

    return _again_if_interrupted(once)


def read_whole(connection: Connection, function: Callable[[], T], die: Callable[[], object]) -> T:
    """Run a function in a reading transaction, again if the database interrupted it."""

    def once() -> T:
        with failures_translated(connection.faults):
            connection.begin_reading()
            try:
                result = function()
                connection.settle()  # A statement that writes is refused.
                return result
            finally:
                connection.roll_back(die)

    return _again_if_interrupted(once)


def _again_if_interrupted(run: Callable[[], T]) -> T:
    for _ in range(ATTEMPTS - 1):
        try:
            return run()
        except InterruptedTransactionError as error:
            log.warning("transaction_interrupted", cause=str(error))
    return run()
