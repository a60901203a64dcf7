"""The shop of the service tests, and an event loop with virtual time."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.faults.simulation.virtual_time import VirtualLoop
from tests.services.conftest import empty_shop, shop

__all__ = ["empty_shop", "runner", "shop"]


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """Runs the coroutine of a test on a loop whose sleeps take no time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        yield runner
