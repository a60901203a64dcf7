"""Group commit: writing functions that wait are run one after the other, with one commit for all.

A commit waits for the disk. So up to `MAX_GROUP` functions share one: each runs in a savepoint of
its own, so that its error undoes only what it did, and everybody gets an answer after the commit.

The database may end a transaction by itself: SQLite when the disk is full, for example, PostgreSQL
when the connection is lost. A savepoint of SQLite after that would commit alone. So the group stops
then, and each of its functions runs again, alone. For the same reason a function may change nothing
but the database: it may run twice.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar, cast

import structlog

from bot.domain.errors import StoreUnavailableError
from bot.ports.store import Listener, Topics
from storage.connection import (
    Connection,
    ConnectionThread,
    InterruptedTransactionError,
    failures_translated,
    write_whole,
)

T = TypeVar("T")

log = structlog.get_logger(__name__)

MAX_GROUP = 64
"""How many functions share a commit at most."""
SOON_SECONDS = 0.25
"""How long a write that nobody waits for is put off at most, so that it shares a commit."""


@dataclass(slots=True, eq=False)
class Write:
    """A function that waits for its turn, and its outcome."""

    function: Callable[[], tuple[Any, Topics]]
    """Returns its result, and what it touched. It may run twice, and changes only the database."""
    answer: asyncio.Future[Any] | None
    """Whoever waits for the commit; None if nobody does."""
    caller: Context = field(default_factory=copy_context)
    """The context in which the listener is called."""
    outcome: tuple[Any, Topics] | None = None
    error: BaseException | None = None

    def run(self, connection: Connection) -> bool:
        """Run the function and keep its outcome or error; return whether it succeeded."""
        self.outcome = self.error = None
        try:
            with failures_translated(connection.faults):
                outcome = self.function()
                connection.settle()
                self.outcome = outcome
        except StopIteration as error:
            # A future does not accept it, so the caller would wait for ever.
            self.error = RuntimeError("a transaction raised StopIteration")
            self.error.__cause__ = error
        except BaseException as error:  # noqa: BLE001 - it is raised where the function came from
            self.error = error
        return self.error is None

    def run_alone(self, connection: Connection, die: Callable[[], object]) -> None:
        """Run the function in a transaction of its own."""
        try:
            write_whole(connection, partial(self._run_or_raise, connection), die)
        except BaseException as error:  # noqa: BLE001 - it is raised where the function came from
            self.outcome, self.error = None, error

    def _run_or_raise(self, connection: Connection) -> None:
        if not self.run(connection) and self.error is not None:
            raise self.error


class _GroupBrokenError(Exception):
    """The transaction of a group is over, and nothing of it is on disk."""


def write_group(connection: Connection, writes: Sequence[Write], die: Callable[[], object]) -> None:
    """Run functions with one commit, or each alone if that fails; the outcome is kept in each.

    If the outcome of a commit is unknown, `die` is called, which must end the process.
    """
    if len(writes) > 1:
        try:
            with failures_translated(connection.faults):
                connection.begin_writing()
        except (StoreUnavailableError, connection.faults.errors, MemoryError) as error:
            # Each alone would wait for the same lock again.
            for write in writes:
                write.error = error
            return
        try:
            _write_together(connection, writes, die)
        except _GroupBrokenError:
            log.warning("write_group_broken", writes=len(writes))
        else:
            return
    for write in writes:
        write.run_alone(connection, die)


def _write_together(
    connection: Connection, writes: Sequence[Write], die: Callable[[], object]
) -> None:
    """Run each function in a savepoint, and commit; raises `_GroupBrokenError`.

    After an unknown outcome, every function has the error of the commit.
    """
    try:
        for write in writes:
            connection.execute_soon("savepoint one")
            if not write.run(connection):
                if isinstance(write.error, InterruptedTransactionError):
                    raise _GroupBrokenError from write.error
                if not connection.in_transaction:
                    raise _GroupBrokenError
                connection.roll_back_to("one")
            _require_transaction(connection)
            connection.execute_soon("release one")
    except (connection.faults.errors, MemoryError, _GroupBrokenError) as error:
        connection.roll_back(die)
        raise _GroupBrokenError from error
    outcome_unknown: list[object] = []
    try:
        with failures_translated(connection.faults):
            connection.commit_surely(lambda: outcome_unknown.append(die()))
    except (StoreUnavailableError, connection.faults.errors, MemoryError) as error:
        if not outcome_unknown:
            raise _GroupBrokenError from error
        for write in writes:
            write.error = error


def _require_transaction(connection: Connection) -> None:
    if not connection.can_commit:
        raise _GroupBrokenError


class GroupWriter:
    """Collects writing functions, runs them in groups, and answers after their commit."""

    def __init__(self, writer: ConnectionThread[Connection], die: Callable[[], object]) -> None:
        """Take `die`, which is called if the outcome of a commit is unknown."""
        self._writer = writer
        self._die = die
        self._waiting: deque[Write] = deque()
        self._is_finishing = False
        self._running: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._listener: Listener | None = None

    def on_commit(self, listener: Listener) -> None:
        """Call `listener` after each function's commit, in the context of whoever wrote."""
        self._listener = listener

    async def write(self, function: Callable[[], tuple[T, Topics]]) -> T:
        """Run a function, and return its result once it is on disk.

        It runs to its end even if the awaiting task is cancelled, and the listener is told.
        """
        answer = asyncio.get_running_loop().create_future()
        self._waiting.append(Write(function, answer))
        self._start()
        return cast("T", await answer)

    def write_soon(self, function: Callable[[], tuple[object, Topics]]) -> None:
        """Run a function with the next group; without one, after `SOON_SECONDS`.

        While the database cannot be written, it is tried again.
        """
        self._waiting.append(Write(function, None))
        if self._running is None:
            self._start_soon()

    async def finish(self) -> None:
        """Run everything that waits, and try nothing again."""
        self._is_finishing = True
        while self._waiting or self._running is not None:
            self._start()
            if self._running is not None:
                await asyncio.wait([self._running])

    def _start(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._running is None and self._waiting:
            # A task of its own, which starts after the other tasks that are ready: their writes
            # share the commit.
            self._running = asyncio.create_task(self._run(), name="write_groups")

    def _start_soon(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SOON_SECONDS, self._start)

    async def _run(self) -> None:
        try:
            await self._run_group()
            # A write that was put off gets no commit of its own: the next caller would wait for it.
            while any(write.answer is not None for write in self._waiting):
                await self._run_group()
        finally:
            self._running = None
        if self._waiting:
            self._start_soon()

    async def _run_group(self) -> None:
        group = [self._waiting.popleft() for _ in range(min(len(self._waiting), MAX_GROUP))]
        try:
            await self._writer.run(partial(write_group, self._writer.connection, group, self._die))
        except asyncio.CancelledError:  # The loop ends: nobody may be told an outcome.
            for write in (*group, *self._waiting):
                if write.answer is not None:
                    write.answer.cancel()
            self._waiting.clear()
            raise
        except Exception as error:  # noqa: BLE001 - nobody knows what is on disk, and all wait
            log.critical("write_group_crashed", cause=repr(error))
            self._die()
            for write in group:
                write.outcome, write.error = None, error
        for write in group:
            self._answer(write)

    def _answer(self, write: Write) -> None:
        if write.error is None and write.outcome is not None:
            result, touched = write.outcome
            if touched and self._listener is not None:
                self._tell(self._listener, write, touched)
            if write.answer is not None and not write.answer.done():
                write.answer.set_result(result)
        elif write.answer is None:
            is_refused = isinstance(write.error, StoreUnavailableError)
            if is_refused and not self._is_finishing:
                self._waiting.append(write)
            log.warning("put_off_write_failed", cause=repr(write.error))
        elif not write.answer.done() and write.error is not None:
            write.answer.set_exception(write.error)

    @staticmethod
    def _tell(listener: Listener, write: Write, touched: Topics) -> None:
        try:
            write.caller.run(listener, touched)
        except Exception:  # The data is on disk, and everybody in the group gets an answer.
            log.exception("commit_listener_failed")
