"""How values and rows travel: as SQLite has them, so that the repositories know no difference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import psycopg
from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import AdaptersMap, Dumper, Loader
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import StrDumperUnknown
from typing_extensions import override


class IntegerDumper(Int8Dumper):
    """Sends every integer as `bigint`.

    By default the library takes the smallest type for a value: a statement would be prepared once
    for each, and the server would compute with too small a type.
    """

    @override
    def dump(self, obj: Any) -> Buffer | None:
        return super().dump(int(obj))  # A bool too, as 0 or 1.


class TextDumper(StrDumperUnknown):
    """Sends text without U+0000, which PostgreSQL cannot store: U+FFFD takes its place."""

    @override
    def dump(self, obj: str) -> Buffer | None:
        return super().dump(obj.replace("\0", "\ufffd") if "\0" in obj else obj)


class FractionRefusal(Dumper):
    """Refuses fractions, as SQLite's columns do: PostgreSQL would round them to whole numbers."""

    @override
    def dump(self, obj: Any) -> Buffer | None:
        raise psycopg.DataError(f"not a whole number: {obj}")


class IntegralLoader(Loader):
    """Reads `numeric`, the type of `sum` over bigint, as an integer."""

    @override
    def load(self, data: Buffer) -> int:
        return int(bytes(data))


def _adapters() -> AdaptersMap:
    adapters = AdaptersMap(psycopg.adapters)
    adapters.register_dumper(int, IntegerDumper)
    adapters.register_dumper(bool, IntegerDumper)
    adapters.register_dumper(str, TextDumper)
    adapters.register_dumper(float, FractionRefusal)
    adapters.register_dumper(Decimal, FractionRefusal)
    adapters.register_loader("numeric", IntegralLoader)
    return adapters


class Context(AdaptContext):
    """What the connections of the store give to the library."""

    adapters = _adapters()
    connection = None


class Row(tuple[Any, ...]):
    """A row whose values can also be read by name, as those of `sqlite3.Row`."""

    __slots__ = ()
    names: tuple[str, ...] = ()
    positions: dict[str, int] = {}  # noqa: RUF012 - each class of `row_class` has its own

    def keys(self) -> tuple[str, ...]:
        return self.names

    @override
    def __getitem__(self, key: Any, /) -> Any:
        return tuple.__getitem__(self, self.positions[key] if key.__class__ is str else key)


@cache
def row_class(names: tuple[bytes | None, ...]) -> type[Row]:
    decoded = tuple((name or b"").decode() for name in names)
    members = {
        "__slots__": (),
        "names": decoded,
        "positions": {name: position for position, name in enumerate(decoded)},
    }
    return type("Row", (Row,), members)


def rows_by_name(cursor: psycopg.Cursor[Any]) -> Callable[[Sequence[Any]], Row]:
    """Return what makes a `Row` of the values of a row; a row factory of the library."""
    result = cursor.pgresult
    if result is None:
        return Row
    return row_class(tuple(result.fname(number) for number in range(result.nfields)))
