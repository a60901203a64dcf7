"""The pace of messages to Telegram: how many a second, and who goes first when they are short."""

from __future__ import annotations

import asyncio
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


RESERVES = {
    Precedence.ANSWER: 0.0,
    Precedence.OUTCOME: 0.25,
    Precedence.ORDER: 0.375,
    Precedence.NOTICE: 0.5,
    Precedence.BULK: 0.625,
}
"""The share of a second's messages that each class leaves for those before it.

However many notices wait, a quarter of a second's messages is ready for answers: they do not queue
behind a notice, and notices still flow at the full pace.
"""
PASSED_OVER = 9
"""A class that waits is passed over by this many messages of other classes, then gets one.

Otherwise a few dozen people who write without pause would stop all vouchers.
"""
_ROUNDING = 1e-9
"""Seconds are added up as fractions, so a turn may seem to be missing a very small part."""


class Pace:
    """A bucket that fills with `messages_per_second` turns, and holds those of one second.

    Turns of one class are given first in, first out; those of a class before those of the classes
    after it (`Precedence`), except for `PASSED_OVER`.
    """

    def __init__(
        self, messages_per_second: float, seconds: Callable[[], float] | None = None
    ) -> None:
        """Take the pace, 0 for none, and `seconds`, a monotonic clock (None: the event loop's)."""
        self._per_second = messages_per_second
        self._holds = max(1.0, messages_per_second)
        self._turns = self._holds
        self._seconds = seconds
        self._filled_at: float | None = None
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
            if not turn.cancelled():  # It was given, and the message is not sent.
                self._turns += 1
                self.serve()
            raise

    def serve(self) -> None:
        """Give the turns that are ready, and come again when the next will be."""
        loop = asyncio.get_running_loop()
        self._fill(loop.time() if self._seconds is None else self._seconds())
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while (following := self._following()) is not None:
            precedence, wanted = following
            missing = wanted - self._turns
            if missing > _ROUNDING:
                self._timer = loop.call_later(missing / self._per_second, self.serve)
                return
            self._give(precedence)

    def _fill(self, now: float) -> None:
        passed = 0.0 if self._filled_at is None else max(0.0, now - self._filled_at)
        self._filled_at = now
        self._turns = min(self._holds, self._turns + passed * self._per_second)

    def _following(self) -> tuple[Precedence, float] | None:
        """Return the class to serve next, and how full the bucket has to be; None: nobody waits."""
        waiting = [precedence for precedence in Precedence if self._is_waiting(precedence)]
        for precedence in reversed(waiting):
            if self._passed_over[precedence] >= PASSED_OVER:
                return precedence, 1.0
        if not waiting:
            return None
        return waiting[0], 1.0 + RESERVES[waiting[0]] * (self._holds - 1.0)

    def _is_waiting(self, precedence: Precedence) -> bool:
        turns = self._waiting[precedence]
        while turns and turns[0].cancelled():
            del turns[0]
        return bool(turns)

    def _give(self, precedence: Precedence) -> None:
        turn = self._waiting[precedence].popleft()
        turn.set_result(None)
        self._turns -= 1
        self._passed_over[precedence] = 0
        for other in Precedence:
            if other is not precedence and self._waiting[other]:
                self._passed_over[other] += 1
