"""When the catalogue is fetched: at start, then every CATALOGUE_REFRESH_SECONDS."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from bot.domain.errors import SupplierError, SupplierReplyTooLargeError
from bot.services.catalogue.refresh import RefreshCatalogue
from bot.workers.loop import FAILURE_PAUSES_SECONDS

log = structlog.get_logger(__name__)

DOUBT_SECONDS = 60.0
"""A list that collapsed is fetched again after this, to learn whether it is meant."""


class SyncCatalogue:
    """Fetches on a timetable of its own: it is not woken by what others write."""

    def __init__(self, refresh: RefreshCatalogue, every_seconds: float) -> None:
        """Begin at once."""
        self._refresh = refresh
        self._every_seconds = every_seconds
        self._failures = 0
        self._stopping = asyncio.Event()
        self._on_list: Callable[[], None] = _nobody_waits

    def tell_of_lists(self, on_list: Callable[[], None]) -> None:
        """Call this whenever a new list is sold from: there may be something in it."""
        self._on_list = on_list

    async def run(self) -> None:
        """Fetch until `stop`."""
        while not self._stopping.is_set():
            seconds = await self.fetch()
            try:
                async with asyncio.timeout(seconds):
                    await self._stopping.wait()
            except TimeoutError:
                pass

    async def fetch(self) -> float:
        """Fetch once and return the seconds until the next fetch."""
        try:
            is_sound = await self._refresh.refresh()
        except SupplierReplyTooLargeError as error:
            # It would be as large in a second: the next time is soon enough.
            log.warning("catalogue refused", cause=str(error))
            return self._every_seconds
        except SupplierError as error:
            log.warning("catalogue not fetched", cause=str(error))
            return self._after_failure()
        except Exception:  # The shop goes on with the list it has.
            log.exception("catalogue not stored")
            return self._after_failure()
        self._failures = 0
        self._on_list()
        return self._every_seconds if is_sound else min(DOUBT_SECONDS, self._every_seconds)

    def _after_failure(self) -> float:
        last = len(FAILURE_PAUSES_SECONDS) - 1
        seconds = FAILURE_PAUSES_SECONDS[min(self._failures, last)]
        self._failures += 1
        return min(seconds, self._every_seconds)

    def stop(self) -> None:
        """End the wait."""
        self._stopping.set()


def _nobody_waits() -> None:
    """Do nothing: a list is simply sold from."""
