"""The worker that fetches the catalogue: at start, then every CATALOGUE_REFRESH_SECONDS."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from bot.domain.errors import SupplierError, SupplierReplyTooLargeError
from bot.services.catalogue.refresh import RefreshCatalogue
from bot.workers.heartbeat import Heartbeat
from bot.workers.loop import FAILURE_PAUSES_SECONDS

log = structlog.get_logger(__name__)

DOUBT_SECONDS = 60.0
"""The pause before a list that shrank is fetched again, to confirm that it is correct."""


class SyncCatalogue:
    """Fetches the catalogue at fixed intervals; writes to the store do not wake it."""

    def __init__(self, refresh: RefreshCatalogue, every_seconds: float) -> None:
        self._refresh = refresh
        self._every_seconds = every_seconds
        self.heartbeat = Heartbeat(every_seconds)
        self.failures = 0
        """How many fetches in a row have failed."""
        self._stopping = asyncio.Event()
        self._on_list: Callable[[], None] = _do_nothing

    def on_new_list(self, on_list: Callable[[], None]) -> None:
        """Set the function to call whenever a new list is on sale."""
        self._on_list = on_list

    async def run(self) -> None:
        """Fetch until `stop`."""
        while not self._stopping.is_set():
            with self.heartbeat.step():
                seconds = await self.fetch()
            try:
                async with asyncio.timeout(seconds):
                    await self._stopping.wait()
            except TimeoutError:
                pass

    async def fetch(self) -> float:
        """Fetch once and return the seconds until the next fetch."""
        try:
            is_accepted = await self._refresh.refresh()
        except SupplierReplyTooLargeError as error:
            # A retry would get the same list.
            log.warning("catalogue_too_large", cause=str(error))
            return self._every_seconds
        except SupplierError as error:
            log.warning("catalogue_not_fetched", cause=str(error))
            return self._after_failure()
        except Exception:  # The shop keeps selling from the list that it has.
            log.exception("catalogue_not_stored")
            return self._after_failure()
        self.failures = 0
        self._on_list()
        return self._every_seconds if is_accepted else min(DOUBT_SECONDS, self._every_seconds)

    def _after_failure(self) -> float:
        last = len(FAILURE_PAUSES_SECONDS) - 1
        seconds = FAILURE_PAUSES_SECONDS[min(self.failures, last)]
        self.failures += 1
        return min(seconds, self._every_seconds)

    def stop(self) -> None:
        """End `run` after a running fetch."""
        self._stopping.set()


def _do_nothing() -> None:
    """The default for `on_new_list`."""
