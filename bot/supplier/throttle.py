"""Rate limits for calls to the panel (docs/supplier-api.md, "3.10 Limits")."""

from __future__ import annotations

from aiolimiter import AsyncLimiter

from bot.ports.supplier import ReadShare

_WIDEST_SECONDS = 60.0
_WIDEN = 1.5
_NARROW = 0.9


class OrderGap:
    """The shortest pause between two order calls; it grows with throttle refusals."""

    def __init__(self, base_seconds: float) -> None:
        self._base = base_seconds
        self.seconds = base_seconds

    def widen(self) -> None:
        """After a throttle refusal: make the gap half as long again, up to 60 s.

        A setting above 60 s is kept.
        """
        widest = max(_WIDEST_SECONDS, self._base)
        # At least 1 s is multiplied: a gap of 0 would stay 0.
        self.seconds = min(widest, max(self.seconds, 1.0) * _WIDEN)

    def narrow(self) -> None:
        """After an accepted order: make the gap a tenth shorter, down to the setting."""
        self.seconds = max(self._base, self.seconds * _NARROW)


_BURST = 0.2
_SHARES = {ReadShare.POLL: 0.7, ReadShare.OTHER: 0.2}


class ReadLimiter:
    """Limits reads to a number of calls per minute, with capacity reserved for reconciling.

    A fifth of the limit may be used in a burst, and the rest becomes available evenly, so that no
    period of 60 s has more calls than the limit. Polling may use at most 70 % and other reads
    20 %. Reconciling may use all of it, and 10 % are always left for it.
    """

    def __init__(self, calls_per_minute: int) -> None:
        burst = max(1.0, calls_per_minute * _BURST)
        per_minute = max(calls_per_minute - burst, calls_per_minute / 2)
        self._all = _bucket(burst, per_minute)
        self._shares = {
            share: _bucket(burst * part, per_minute * part) for share, part in _SHARES.items()
        }

    async def acquire(self, share: ReadShare) -> None:
        """Wait until a call of this share may be made."""
        limiter = self._shares.get(share)
        if limiter is not None:
            await limiter.acquire()
        await self._all.acquire()


def _bucket(burst: float, per_minute: float) -> AsyncLimiter:
    # A call takes 1 from the bucket, so a capacity below 1 would block for ever.
    burst = max(1.0, burst)
    return AsyncLimiter(burst, 60 * burst / per_minute)
