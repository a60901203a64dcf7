"""The points where a process kills itself: before, inside or after a use case or the order call."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from bot.domain.notice import Notice
from bot.supplier.client import OsimesaSupplier
from storage.group_commit import SOON_SECONDS
from storage.store import SqlStore

Method = Callable[..., Awaitable[Any]]

ARMED = Path("armed")
"""The process kills itself only while this file exists in its working folder."""
PLACE_ORDER = "place_order"


class Moment(StrEnum):
    """When the process kills itself, relative to the use case or the order call."""

    BEFORE = "before"
    INSIDE = "inside"
    """The use case ran and its transaction is not committed, or the call is under way."""
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the life of an order, and the moment there, at which the process kills itself."""

    place: str
    """The name of a use case that the store runs (see `place_of`), or `place_order`."""
    moment: Moment

    @classmethod
    def named(cls, name: str) -> Point:
        """Parse a name such as `Send._start/inside`."""
        place, _, moment = name.rpartition("/")
        return cls(place, Moment(moment))

    def __str__(self) -> str:
        return f"{self.place}/{self.moment}"

    def strikes(self, place: str, moment: Moment) -> None:
        """Kill this process if this is its point and the process is armed."""
        if (place, moment) == (self.place, self.moment) and ARMED.exists():
            os.kill(os.getpid(), signal.SIGKILL)


def place_of(use_case: Callable[..., object], *args: object) -> str:
    """Return the name of a use case, with the kind of its notice in brackets if it has one."""
    if isinstance(use_case, partial):
        return place_of(use_case.func, *use_case.args, *use_case.keywords.values(), *args)
    kinds = [f"[{arg.kind}]" for arg in args if isinstance(arg, Notice)]
    return use_case.__qualname__ + "".join(kinds)


def kill_at(point: Point) -> None:
    """Wrap the access to the database and the supplier, so that this process dies at the point."""
    # The methods are replaced on the classes, so it does not matter how the bot is composed.
    replaced: tuple[tuple[type, str, Callable[[Point, Any], Callable[..., Any]]], ...] = (
        (SqlStore, "write", _killing_write),
        (SqlStore, "write_soon", _killing_write_soon),
        (OsimesaSupplier, "place_order", _killing_call),
    )
    for owner, name, killing in replaced:
        setattr(owner, name, killing(point, getattr(owner, name)))


def _killing_write(point: Point, write: Method) -> Method:
    async def wrapped(
        store: SqlStore, use_case: Callable[..., object], *args: object, **kwargs: object
    ) -> object:
        place = place_of(use_case, *args)
        point.strikes(place, Moment.BEFORE)
        result = await write(store, _killing_inside(point, place, use_case), *args, **kwargs)
        point.strikes(place, Moment.AFTER)
        return result

    return wrapped


def _killing_write_soon(point: Point, write_soon: Callable[..., None]) -> Callable[..., None]:
    def wrapped(
        store: SqlStore, use_case: Callable[..., object], *args: object, **kwargs: object
    ) -> None:
        place = place_of(use_case, *args)
        point.strikes(place, Moment.BEFORE)
        write_soon(store, _killing_inside(point, place, use_case), *args, **kwargs)
        # Nobody waits for the commit, which comes within SOON_SECONDS.
        loop = asyncio.get_running_loop()
        loop.call_later(2 * SOON_SECONDS, point.strikes, place, Moment.AFTER)

    return wrapped


def _killing_inside(
    point: Point, place: str, use_case: Callable[..., object]
) -> Callable[..., object]:
    """Return the use case as one that ends the process before its commit."""

    def use_case_and_kill(*args: object, **kwargs: object) -> object:
        result = use_case(*args, **kwargs)
        point.strikes(place, Moment.INSIDE)
        return result

    return use_case_and_kill


def _killing_call(point: Point, call: Method) -> Method:
    async def wrapped(supplier: OsimesaSupplier, *args: object, **kwargs: object) -> object:
        point.strikes(PLACE_ORDER, Moment.BEFORE)
        try:
            return await call(supplier, *args, **kwargs)
        finally:
            point.strikes(PLACE_ORDER, Moment.AFTER)

    return wrapped
