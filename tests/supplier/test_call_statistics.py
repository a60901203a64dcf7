"""Calls are counted by their outcome; each request is timed without the waits for its turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
import stamina

from bot.domain.errors import SupplierError
from bot.ports.supplier import ReadShare
from bot.supplier.call_statistics import outcome_of
from tests.supplier.panel_calls import REFUSED, STATUS, SUCCESS, connected, order, supplier_at
from tests.supplier.raw_panel import answer, close


@pytest.fixture(autouse=True)
def _no_pauses() -> Iterator[None]:
    stamina.set_testing(True, attempts=10, cap=True)
    yield
    stamina.set_testing(False)


async def test_calls_are_counted_by_kind_and_outcome() -> None:
    acts = (answer(SUCCESS), answer(REFUSED), close, answer(STATUS), *[close] * 3)
    async with connected(*acts) as (_, supplier):
        for _ in range(3):
            with suppress(SupplierError):
                await order(supplier)
        for _ in range(2):
            with suppress(SupplierError):
                await supplier.recent_rows(ReadShare.OTHER)
        counted, seconds = supplier.statistics.calls, supplier.statistics.seconds
    assert +counted == {
        ("order", "answered"): 1,
        ("order", "refused_own_deposit"): 1,
        ("order", "unknown"): 1,
        ("status", "answered"): 1,
        ("status", "failed"): 1,
    }
    made = {kind: histogram.cumulative()[-1][1] for kind, histogram in seconds.items()}
    assert made == {"order": 3, "status": 4}, "a failed read is made three times"


async def test_an_order_that_was_not_sent_is_counted_as_unavailable() -> None:
    async with supplier_at("http://127.0.0.1:9/") as supplier:
        with pytest.raises(SupplierError) as caught:
            await order(supplier)
        assert supplier.statistics.calls["order", "unavailable"] == 1
    assert outcome_of(caught.value) == "unavailable"
