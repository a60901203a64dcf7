"""Where a process kills itself: before, inside or after a named use case, or around the call."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from typing_extensions import override

from bot.domain.notice import Notice
from bot.ports import OrderReply, Transaction
from bot.supplier.client import OsimesaSupplier
from storage.store import SqlStore

P = ParamSpec("P")
T = TypeVar("T")

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


class MortalStore(SqlStore):
    """The database of a process that dies at a point."""

    point: Point

    @override
    async def write(
        self, use_case: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        place = place_of(use_case, *args)
        self.point.strikes(place, Moment.BEFORE)
        whole = partial(self._ran, use_case, place)
        result = await super().write(whole, *args, **kwargs)
        self.point.strikes(place, Moment.AFTER)
        return result

    def _ran(
        self,
        use_case: Callable[Concatenate[Transaction, P], T],
        place: str,
        tx: Transaction,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        result = use_case(tx, *args, **kwargs)
        self.point.strikes(place, Moment.INSIDE)
        return result


def place_of(use_case: Callable[..., object], *args: object) -> str:
    """Return the name of a use case, with the kind of the notice that it is about."""
    kinds = [f"[{arg.kind}]" for arg in args if isinstance(arg, Notice)]
    return use_case.__qualname__ + "".join(kinds)


class MortalSupplier(OsimesaSupplier):
    """The supplier of a process that dies around an order call."""

    point: Point

    @override
    async def place_order(
        self, service_code: str, destination: str, *, first_byte_within_seconds: float
    ) -> OrderReply:
        self.point.strikes(PLACE_ORDER, Moment.BEFORE)
        try:
            return await super().place_order(
                service_code, destination, first_byte_within_seconds=first_byte_within_seconds
            )
        finally:
            self.point.strikes(PLACE_ORDER, Moment.AFTER)
