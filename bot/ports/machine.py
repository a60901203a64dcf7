"""The port to the machine that the shop runs on."""

from __future__ import annotations

from typing import Protocol

from bot.domain.machine import Certificate, Room


class Machine(Protocol):
    """Facts of the machine; each call takes a few milliseconds, or a call over the network."""

    async def room(self) -> Room | None:
        """Return the free space for the database; None if it cannot be read."""
        ...

    async def certificate(self) -> Certificate | None:
        """Return the certificate at the webhook's public address.

        None without a webhook, and when it cannot be read.
        """
        ...
