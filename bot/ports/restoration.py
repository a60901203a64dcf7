"""The port to the changes that a restored database needs."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Restoration(Protocol):
    """What is done to a whole database when the shop goes on from a backup of it."""

    def newest_at(self) -> datetime | None:
        """Return the newest instant that the database knows of."""
        ...

    def epoch(self) -> int:
        """Return how many restores the newest ids of the database have behind them."""
        ...

    def begin_epoch(self, epoch: int) -> None:
        """Give no id from now on that was given before this epoch."""
        ...

    def forget_unfinished(self) -> int:
        """Delete what people were in the middle of; return how many confirm buttons died."""
        ...

    def close_inbox(self, at: datetime, error: str) -> int:
        """Mark every update handled; return how many were not."""
        ...

    def make_outbox_stale(self) -> int:
        """Take every pending notice out of delivery; return how many there were."""
        ...
