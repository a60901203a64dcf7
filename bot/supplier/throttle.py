"""How often the panel may be called: the pause between orders, and each share of the reads."""

from __future__ import annotations

from aiolimiter import AsyncLimiter

from bot.ports.supplier import ReadShare

_WIDEST_SECONDS = 60.0
_WIDEN = 1.5
_NARROW = 0.9


class OrderGap:
    """The least pause between two orders: wider after a throttle refusal, then slowly back."""

    def __init__(self, base_seconds: float) -> None:
        self._base = base_seconds
        self.seconds = base_seconds

    def widen(self) -> None:
        """Note a throttle refusal: the gap grows by half, to 60 s at most."""
        widest = max(_WIDEST_SECONDS, self._base)
        # A gap that is set to 0 could never grow by a factor.
        self.seconds = min(widest, max(self.seconds, 1.0) * _WIDEN)

    def narrow(self) -> None:
        """Note an order that was taken: the gap shrinks by a tenth, down to the setting."""
        self.seconds = max(self._base, self.seconds * _NARROW)


_BURST = 0.2
_SHARES = {ReadShare.POLL: 0.7, ReadShare.OTHER: 0.2}


class ReadLimiter:
    """Keeps the reads below a ceiling of calls a minute, and a part of them free for reconciling.

    A fifth of the ceiling may be spent at once and the rest trickles in evenly, so that no
    minute whatever sees more calls than the ceiling. Of both, polling gets 70 % at most and other
    reads 20 %; reconciling may have it all, and a tenth is always left for it.
    """

    def __init__(self, calls_per_minute: int) -> None:
        burst = max(1.0, calls_per_minute * _BURST)
        per_minute = max(calls_per_minute - burst, calls_per_minute / 2)
        self._all = _bucket(burst, per_minute)
        self._shares = {
            share: _bucket(burst * part, per_minute * part) for share, part in _SHARES.items()
        }

    async def acquire(self, share: ReadShare) -> None:
        """Wait until a call may be made on this share."""
        limiter = self._shares.get(share)
        if limiter is not None:
            await limiter.acquire()
        await self._all.acquire()


def _bucket(burst: float, per_minute: float) -> AsyncLimiter:
    # A call takes 1, so a bucket that holds less would never let one through.
    burst = max(1.0, burst)
    return AsyncLimiter(burst, 60 * burst / per_minute)
