"""Where a process kills itself: before, inside or after a named use case, or around the call."""

from __future__ import annotations

import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.domain.notice import Notice
from bot.supplier.client import OsimesaSupplier
from storage.store import SqlStore

Method = Callable[..., Awaitable[Any]]

ARMED = Path("armed")
"""The process kills itself only while this file lies in its working folder."""
PLACE_ORDER = "place_order"


class Moment(StrEnum):
    """When, as seen from what happens at the point."""

    BEFORE = "before"
    INSIDE = "inside"
    """The use case ran, and its transaction is not committed; or the call is under way."""
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the life of an order at which the process dies."""

    place: str
    """The name of a use case that the store runs (`place_of`), or `place_order`."""
    moment: Moment

    @classmethod
    def named(cls, name: str) -> Point:
        """Return the point of a name such as `Send._start/inside`."""
        place, _, moment = name.rpartition("/")
        return cls(place, Moment(moment))

    def __str__(self) -> str:
        return f"{self.place}/{self.moment}"

    def strikes(self, place: str, moment: Moment) -> None:
        """Kill this process if that is here and now."""
        if (place, moment) == (self.place, self.moment) and ARMED.exists():
            os.kill(os.getpid(), signal.SIGKILL)


def place_of(use_case: Callable[..., object], *args: object) -> str:
    """Return the name of a use case, with the kind of the notice that it is about."""
    if isinstance(use_case, partial):
        return place_of(use_case.func, *use_case.args, *use_case.keywords.values(), *args)
    kinds = [f"[{arg.kind}]" for arg in args if isinstance(arg, Notice)]
    return use_case.__qualname__ + "".join(kinds)


def make_mortal(point: Point, patch: pytest.MonkeyPatch) -> None:
    """Let this process die at a point on its ways to the database and the supplier."""
    # The methods are wrapped where they are, however the bot is put together.
    patch.setattr(SqlStore, "write", _mortal_write(point, SqlStore.write))
    patch.setattr(OsimesaSupplier, "place_order", _mortal_call(point, OsimesaSupplier.place_order))


def _mortal_write(point: Point, write: Method) -> Method:
    async def mortal(
        store: SqlStore, use_case: Callable[..., object], *args: object, **kwargs: object
    ) -> object:
        place = place_of(use_case, *args)

        def ran(*given: object, **named: object) -> object:
            result = use_case(*given, **named)
            point.strikes(place, Moment.INSIDE)
            return result

        point.strikes(place, Moment.BEFORE)
        result = await write(store, ran, *args, **kwargs)
        point.strikes(place, Moment.AFTER)
        return result

    return mortal


def _mortal_call(point: Point, call: Method) -> Method:
    async def mortal(supplier: OsimesaSupplier, *args: object, **kwargs: object) -> object:
        point.strikes(PLACE_ORDER, Moment.BEFORE)
        try:
            return await call(supplier, *args, **kwargs)
        finally:
            point.strikes(PLACE_ORDER, Moment.AFTER)

    return mortal
