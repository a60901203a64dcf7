"""The statements of the repositories on libpq: prepared, and one round trip each.

The cursor of psycopg is made for every kind of statement and type. Ours have two types, and an
order takes a hundred of them, so that half of its time would be spent in preparing calls. And a
thread that waits for the server has to wait for Python's interpreter again, so what has no result
of its own, such as a savepoint, is sent together with the next statement.
"""

from __future__ import annotations

import re
import select
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import psycopg
from psycopg import pq

from storage.connection import LaterCount
from storage.postgres.values import Row, row_class

_PLACEHOLDER = re.compile(r"%\((\w+)\)s|%%")
_INT8 = 20
_UNKNOWN = 0
"""The server infers the type: of texts, it is that of their column."""
_LOADERS: Mapping[int, Callable[[bytes], Any]] = {
    16: lambda value: value == b"t",
    20: int,
    21: int,
    23: int,
    # numeric, the type of `sum` over bigint.
    1700: int,
}
"""By type (pg_type.oid); all others are texts."""
OUTDATED_PLAN = "0A000"
"""feature_not_supported: a table has got another column since a statement was prepared."""
MOST_QUEUED = 64
"""How many statements wait at most."""
_GOOD = (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK)


@cache
def _numbered(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """Return a statement with "$1" in place of "%(name)s", and the names in their order."""
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        if found[1] is None:
            return "%"
        return f"${names.setdefault(found[1], len(names) + 1)}"

    text = _PLACEHOLDER.sub(number, sql)
    return text.encode(), tuple(names)


_Reader = tuple[type[Row], Sequence[Callable[[bytes], Any]]]
"""The class of the rows, and what reads the value of each column."""


def _reader_of(result: pq.abc.PGresult) -> _Reader:
    columns = range(result.nfields)
    types = (result.ftype(column) for column in columns)
    loaders = [_LOADERS.get(one, bytes.decode) for one in types]
    return row_class(tuple(result.fname(column) for column in columns)), loaders


def _rows(reader: _Reader, result: pq.abc.PGresult) -> Iterator[Row]:
    row, loaders = reader
    value_of = result.get_value
    for number in range(result.ntuples):
        values = []
        for column, load in enumerate(loaders):
            value = value_of(number, column)
            values.append(None if value is None else load(value))
        yield row(values)


@dataclass(slots=True)
class _Statement:
    """A statement that one connection has prepared."""

    text: bytes
    names: tuple[str, ...]
    types: list[int]
    name: bytes = b""
    """Empty until it is prepared."""
    reader: _Reader | None = None
    """None until it is executed."""


def error_of(result: pq.abc.PGresult) -> psycopg.Error:
    """Return the error that a result tells, without the values of the row that was refused.

    The server tells them as a detail, vouchers and numbers too, and the text may go to the log.
    """
    error = psycopg.errors.error_from_result(result)
    if error.diag.message_primary:
        error.args = (error.diag.message_primary,)
    return error


@dataclass(frozen=True, slots=True)
class _Queued:
    """A command, or a prepared statement, that waits for the next statement with a result."""

    text: bytes
    """The command, or the name of the statement."""
    values: Sequence[bytes | None] | None = None
    """Of the statement's parameters; None for a command."""
    count: LaterCount | None = None


class QueuedCommandError(psycopg.OperationalError):
    """A command failed that was sent with a statement, so nobody knows what the statement saw."""


class Wire:
    """One connection of libpq; a new connection needs a new wire."""

    def __init__(self, connection: pq.abc.PGconn) -> None:
        """Take a connection on which nothing else waits for a result."""
        self._connection = connection
        self._statements: dict[str, _Statement] = {}
        self._prepared = 0
        self._queued: list[_Queued] = []
        self._ready = select.poll()
        self._ready.register(connection.socket, select.POLLIN)
        self._ready_to_send = select.poll()
        self._ready_to_send.register(connection.socket, select.POLLIN | select.POLLOUT)

    @property
    def is_lost(self) -> bool:
        """Whether the connection is gone."""
        return self._connection.status != pq.ConnStatus.OK

    def queue(self, command: str) -> None:
        """Send a command without a result together with the next statement."""
        self._queued.append(_Queued(command.encode()))

    def forget(self) -> None:
        """Drop what is queued: the transaction that it belongs to is over."""
        self._queued.clear()

    def drop_statements(self) -> None:
        """Drop the statements that wait: what they would change is undone anyway."""
        self._queued = [one for one in self._queued if one.count is None]

    def execute(self, sql: str, parameters: Mapping[str, Any]) -> pq.abc.PGresult:
        """Execute a statement with placeholders as psycopg has them; raises `psycopg.Error`."""
        name, values = self._ready_to_execute(sql, parameters)
        if self._queued:
            return self._send_all(_Queued(name, values))
        # libpq takes None for null, which the library's annotation lacks.
        return self._checked(self._connection.exec_prepared(name, values))  # type: ignore[arg-type]

    def execute_later(self, sql: str, parameters: Mapping[str, Any]) -> LaterCount:
        """Execute a statement without rows together with the next one, or when it is asked for."""
        name, values = self._ready_to_execute(sql, parameters)
        count = LaterCount(self.execute_statements)
        self._queued.append(_Queued(name, values, count))
        if len(self._queued) >= MOST_QUEUED:
            self.execute_statements()
        return count

    def execute_statements(self) -> None:
        """Execute the statements that wait."""
        if any(one.count is not None for one in self._queued):
            self._send_all()

    def _ready_to_execute(
        self, sql: str, parameters: Mapping[str, Any]
    ) -> tuple[bytes, Sequence[bytes | None]]:
        """Return the name of a prepared statement, and its values."""
        statement = self._statements.get(sql)
        if statement is None:
            text, names = _numbered(sql)
            statement = self._statements[sql] = _Statement(text, names, [_UNKNOWN] * len(names))
        values = self._encoded(statement, parameters)
        if not statement.name:
            self._prepare(statement)
        return statement.name, values

    def rows(self, sql: str, result: pq.abc.PGresult) -> Iterator[Row]:
        """Yield the rows of a statement's result."""
        statement = self._statements[sql]
        if statement.reader is None:
            statement.reader = _reader_of(result)
        return _rows(statement.reader, result)

    def command(self, sql: str) -> str:
        """Execute commands without parameters, after what is queued.

        Return the last value of the last result, or "". Raises `psycopg.Error`.
        """
        result = self.script(sql)
        if not result.ntuples:
            return ""
        return (result.get_value(0, result.nfields - 1) or b"").decode()

    def script(self, sql: str) -> pq.abc.PGresult:
        """Execute statements without parameters, after what is queued; return the last result."""
        self.execute_statements()
        queued, self._queued = self._queued, []
        script = b"; ".join([*(one.text for one in queued), sql.encode()])
        return self._checked(self._connection.exec_(script))

    def send(self, sql: str) -> None:
        """Send a command without waiting for its result, which the next statement reads."""
        self.forget()
        self._connection.send_query(sql.encode())

    def settle(self) -> None:
        """Execute what is queued, and read what was not read: others may use the connection."""
        if self._queued:
            self._send_all()
        self._read_all()

    def _encoded(self, statement: _Statement, parameters: Mapping[str, Any]) -> list[bytes | None]:
        values: list[bytes | None] = []
        types = statement.types
        for position, name in enumerate(statement.names):
            value = parameters[name]
            if value is None:
                values.append(None)
            elif isinstance(value, int):
                if types[position] != _INT8:
                    # Prepared anew: the server might compute with too small a type.
                    types[position] = _INT8
                    statement.name = b""
                values.append(b"%d" % value)
            elif not isinstance(value, str):
                # PostgreSQL would round a fraction to a whole number.
                raise psycopg.DataError(f"neither a whole number nor a text: {value!r}")
            else:
                # PostgreSQL cannot store U+0000.
                text = value.replace("\0", "\ufffd") if "\0" in value else value
                values.append(text.encode())
        return values

    def _prepare(self, statement: _Statement) -> None:
        self.settle()
        self._prepared += 1
        name = b"konter_%d" % self._prepared
        self._checked(self._connection.prepare(name, statement.text, statement.types))
        statement.name = name

    def _send_all(self, *last: _Queued) -> pq.abc.PGresult:
        """Send what is queued and a prepared statement at once; return the last result."""
        sent, self._queued = [*self._queued, *last], []
        connection = self._connection
        self._read_all()
        connection.enter_pipeline_mode()
        try:
            for one in sent:
                if one.values is None:
                    connection.send_query_params(one.text, None)
                else:
                    connection.send_query_prepared(one.text, one.values)
            connection.pipeline_sync()
            self._flush()
            results = [self._next() for _ in sent]
            while (end := self._result()) is None or end.status != pq.ExecStatus.PIPELINE_SYNC:
                pass
            connection.exit_pipeline_mode()
        except BaseException:
            connection.finish()  # Nobody knows what it would answer next.
            raise
        for one, result in zip(sent, results, strict=True):
            if one.values is None and result.status not in _GOOD:
                raise QueuedCommandError(str(error_of(result)))
            self._checked(result)
            if one.count is not None:
                one.count.know(result.command_tuples or 0)
        return results[-1]

    def _flush(self) -> None:
        """Send what is still in libpq's memory: psycopg's connections do not wait for the network.

        Answers are read meanwhile, or the server would wait for us, and we for the server.
        """
        while self._connection.flush():
            self._ready_to_send.poll()
            self._connection.consume_input()

    def _next(self) -> pq.abc.PGresult:
        """Return the result of the next command of a pipeline."""
        result = self._result()
        if result is None:
            raise psycopg.OperationalError(self._connection.get_error_message())
        while self._result() is not None:
            pass
        return result

    def _result(self) -> pq.abc.PGresult | None:
        """Return the next result; waiting for it lets the other threads run."""
        while self._connection.is_busy():
            self._ready.poll()
            self._connection.consume_input()
        return self._connection.get_result()

    def _read_all(self) -> None:
        """Read the results of what was sent without waiting."""
        while self._result() is not None:
            pass

    def _checked(self, result: pq.abc.PGresult) -> pq.abc.PGresult:
        if result.status in _GOOD or result.status == pq.ExecStatus.EMPTY_QUERY:
            return result
        if self.is_lost:
            raise psycopg.OperationalError(self._connection.get_error_message())
        error = error_of(result)
        if error.sqlstate == OUTDATED_PLAN:
            self._statements.clear()
        raise error


class Cursor:
    """What the statements' adapter needs of a cursor."""

    def __init__(self, wire: Wire) -> None:
        """Take the wire of the connection."""
        self._wire = wire
        self._rows: Iterator[Row] = iter(())
        self.rowcount = -1

    def execute(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Execute a statement, or without parameters a script of several."""
        if parameters is None:
            result = self._wire.script(sql)
            self._rows = _rows(_reader_of(result), result)
        else:
            result = self._wire.execute(sql, parameters)
            self._rows = self._wire.rows(sql, result)
        self.rowcount = result.command_tuples or 0

    def executemany(self, sql: str, parameters: Iterator[Mapping[str, Any]]) -> None:
        """Execute a statement once for each of its parameters."""
        changed = 0
        for one in parameters:
            self.execute(sql, one)
            changed += self.rowcount
        self.rowcount = changed

    def fetchone(self) -> Row | None:
        """Return the next row; None after the last."""
        return next(self._rows, None)

    def fetchall(self) -> list[Row]:
        """Return the rows that are left."""
        return list(self._rows)

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows that are left."""
        return self._rows

    def close(self) -> None:
        """Do nothing: the result is in memory."""
