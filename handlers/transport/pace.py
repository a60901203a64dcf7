"""The pace of messages to Telegram: how many a second, and who goes first when they are short."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable
from enum import IntEnum


class Precedence(IntEnum):
    """Who a message is for, the first to be served first."""

    ANSWER = 0
    """Somebody has just written or pressed a button, and is looking at the screen."""
    OUTCOME = 1
    """The voucher of an order, or why it failed."""
    ORDER = 2
    """News of an order, and what needs an admin."""
    NOTICE = 3
    BULK = 4
    """The same for many people, of whom nobody waits."""


SPARE = 14
"""Answers may take one message more for each 14 of the pace: 30 a second at a pace of 28.

It is one at least, unless the pace is 1. Notices leave as many unused. So answers find a turn at
once while notices flow.
"""
LONG_SECONDS = 4
"""In so many seconds no messages together exceed the pace."""
LATE_SECONDS = 0.05
"""How late the event loop may be: what it could not send meanwhile is sent then."""
PASSED_OVER = 9
"""A class that waits is passed over by this many messages of other classes, then gets one.

Otherwise a few dozen people who write without pause would stop all vouchers.
"""
_ROUNDING = 1e-9
"""Seconds are added up as fractions, so a turn may seem to be missing a very small part."""


def spare_of(messages_per_second: int) -> int:
    """Return how many messages more a second answers may take, and notices fewer."""
    return max(messages_per_second // SPARE, 1) if messages_per_second > 1 else 0


class Pace:
    """Gives turns to send, in no second more than `messages_per_second` and a few for answers.

    Answers are given as many turns at once as the last second left. Messages of other classes are
    spaced, so that they never use up a whole second. Turns of one class are given first in, first
    out; those of a class before those of the classes after it (`Precedence`), except for
    `PASSED_OVER`.
    """

    def __init__(
        self, messages_per_second: int, seconds: Callable[[], float] | None = None
    ) -> None:
        """Take the pace, 0 for none, and `seconds`, a monotonic clock (None: the event loop's)."""
        self._per_second = messages_per_second
        spare = spare_of(messages_per_second)
        self._limits = {
            Precedence.ANSWER: messages_per_second + spare,
            Precedence.OUTCOME: messages_per_second,
            Precedence.ORDER: messages_per_second,
            Precedence.NOTICE: messages_per_second - spare,
            Precedence.BULK: messages_per_second - spare,
        }
        """A message waits while so many of all classes were sent in the last second."""
        self._sent: deque[float] = deque()
        """When the turns of the last `LONG_SECONDS` were given."""
        self._spaced_at = -math.inf
        """When the last turn of another class than `ANSWER` was due."""
        self._seconds = seconds
        self._waiting: dict[Precedence, deque[asyncio.Future[None]]] = {
            precedence: deque() for precedence in Precedence
        }
        self._passed_over = dict.fromkeys(Precedence, 0)
        self._timer: asyncio.TimerHandle | None = None

    async def turn(self, precedence: Precedence) -> None:
        """Wait until a message of this class may be sent."""
        if not self._per_second:
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting[precedence].append(turn)
        self.serve()
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled() and self._sent:  # It was given, and the message is not sent.
                self._sent.pop()
                self.serve()
            raise

    def serve(self) -> None:
        """Give the turns that are ready, and come again when the next will be."""
        loop = asyncio.get_running_loop()
        now = loop.time() if self._seconds is None else self._seconds()
        while self._sent and self._sent[0] <= now - LONG_SECONDS:
            self._sent.popleft()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while (following := self._following()) is not None:
            precedence, as_class = following
            ready_at = self._ready_at(as_class)
            if ready_at - now > _ROUNDING:
                self._timer = loop.call_later(ready_at - now, self.serve)
                return
            self._give(precedence, now)

    def _ready_at(self, precedence: Precedence) -> float:
        """Return from when on a message of a class may be sent."""
        limit = self._limits[precedence]
        ready_at = max(
            self._free_at(limit, 1), self._free_at(LONG_SECONDS * self._per_second, LONG_SECONDS)
        )
        if precedence is Precedence.ANSWER:
            return ready_at
        return max(ready_at, self._spaced_at + 1 / limit)

    def _free_at(self, limit: int, seconds: float) -> float:
        """Return from when on less than `limit` turns are in the `seconds` before."""
        return self._sent[-limit] + seconds if len(self._sent) >= limit else -math.inf

    def _following(self) -> tuple[Precedence, Precedence] | None:
        """Return the class to serve next, and the class by whose rules; None: nobody waits."""
        waiting = [precedence for precedence in Precedence if self._is_waiting(precedence)]
        for precedence in reversed(waiting):
            if self._passed_over[precedence] >= PASSED_OVER:
                return precedence, Precedence.ANSWER
        return (waiting[0], waiting[0]) if waiting else None

    def _is_waiting(self, precedence: Precedence) -> bool:
        turns = self._waiting[precedence]
        while turns and turns[0].cancelled():
            del turns[0]
        return bool(turns)

    def _give(self, precedence: Precedence, now: float) -> None:
        turn = self._waiting[precedence].popleft()
        turn.set_result(None)
        self._sent.append(now)
        if precedence is not Precedence.ANSWER:
            due_at = self._spaced_at + 1 / self._limits[precedence]
            self._spaced_at = max(due_at, now - LATE_SECONDS)
        self._passed_over[precedence] = 0
        for other in Precedence:
            if other is not precedence and self._waiting[other]:
                self._passed_over[other] += 1
