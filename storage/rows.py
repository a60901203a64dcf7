"""Converts rows of the database into records of the domain, and back."""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import (
    TYPE_CHECKING,
    Any,
    Generic,
    NewType,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from storage.connection import Row

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

R = TypeVar("R", bound="DataclassInstance")

Value = str | int | None
"""The types of a column's value; all other types are converted to these."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Return an aware instant as microseconds since 1970, without rounding.

    Raises `TypeError` for a naive one.
    """
    return (at - EPOCH) // MICROSECOND


def instant(value: int) -> datetime:
    """Return microseconds since 1970 as an aware instant in UTC."""
    return EPOCH + timedelta(microseconds=value)


def instant_or_none(value: int | None) -> datetime | None:
    """Return an instant as `instant` does; None for no value."""
    return None if value is None else instant(value)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(dict(value), ensure_ascii=False, separators=(",", ":"))


Codec = tuple[Callable[[Any], Value] | None, Callable[[Any], Any] | None]
"""The functions that write a field's value to its column and read it; None for no conversion."""

_UNCHANGED: Codec = (None, None)

Plan = tuple[tuple[str, Callable[[Any], Any] | None], ...]
"""For each column of a row the name of its field, and the function that reads it."""


def _codec_of(hint: Any) -> Codec:
    while isinstance(hint, NewType):
        hint = hint.__supertype__
    if get_origin(hint) in (Union, types.UnionType):
        (inner,) = (part for part in get_args(hint) if part is not types.NoneType)
        return _codec_of(inner)
    if hint is int or hint is str:
        return _UNCHANGED
    if hint is bool:
        return int, bool
    if hint is datetime:
        return micros, instant
    if get_origin(hint) is Mapping:
        return _json, json.loads
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return str, hint
    raise TypeError(f"no column type for {hint}")


class Mapper(Generic[R]):
    """Converts records of one dataclass into columns of the same names, and rows into records.

    Columns without a field are ignored.
    """

    def __init__(self, record: type[R]) -> None:
        """Read the types of the fields; raises `TypeError` for a type without a column type."""
        self._record = record
        hints = get_type_hints(record)
        codecs = {field.name: _codec_of(hints[field.name]) for field in fields(record)}
        self._writers = {name: write for name, (write, _) in codecs.items()}
        self._readers = {name: read for name, (_, read) in codecs.items()}
        self._plans: dict[tuple[str, ...], Plan] = {}

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the fields."""
        return tuple(self._writers)

    def values(self, record: R) -> dict[str, Value]:
        """Return a record as columns."""
        columns: dict[str, Value] = {}
        for name, write in self._writers.items():
            value = getattr(record, name)
            columns[name] = value if write is None or value is None else write(value)
        return columns

    def record(self, row: Row) -> R:
        """Return a row as a record."""
        columns = tuple(row.keys())
        plan = self._plans.get(columns)
        if plan is None:
            plan = self._plans[columns] = self._plan_of(columns)
        return self._record(
            **{
                name: value if read is None or value is None else read(value)
                for (name, read), value in zip(plan, row, strict=True)
                if name
            }
        )

    def _plan_of(self, columns: Sequence[str]) -> Plan:
        """Return the field of each column, and how it is read; no name if it has none.

        The names are those of the class itself. A call with 40 keywords takes five times as long
        if they are equal strings but other objects, as those of a row are.
        """
        fields_by_name = {name: (name, read) for name, read in self._readers.items()}
        return tuple(fields_by_name.get(column, ("", None)) for column in columns)

    def record_or_none(self, row: Row | None) -> R | None:
        """Return a row as a record; None for no row."""
        return None if row is None else self.record(row)

    def records(self, rows: Iterable[Row]) -> list[R]:
        """Return rows as records, in their order."""
        return [self.record(row) for row in rows]
