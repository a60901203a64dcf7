"""The shop of the services' tests; and time that passes when nothing is left to do."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.faults.simulation.virtual_time import VirtualLoop
from tests.services.conftest import empty_shop, shop

__all__ = ["empty_shop", "runner", "shop"]


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """Runs a test's coroutine on a loop whose sleeps take no time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        yield runner
