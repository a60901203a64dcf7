"""A month of business with levels, bands and staff agrees with independent books to the rupiah."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.month.run import ACTS_A_DAY, run
from tests.month.shop_month import DAYS

SEED = 4
HAPPENED = {
    "cancelled for its cost",
    "debit refused",
    "erased",
    "price changed before the confirm",
    "refused: CustomerBlockedError",
    "refused: ProductUnavailableError",
    "restored",
    "rule undone",
    "rule: Bands",
    "rule: Fixed",
    "rule: Less",
    "too little money",
    "top-up",
    "top-up rejected",
    "_lost",
    "_found",
    *(f"{source} {way}" for source in ("cash", "bonus", "correction") for way in ("in", "out")),
}
"""What the month has to contain, or the test would prove less than it says."""


@pytest.mark.timeout(300)
async def test_a_month_agrees_with_the_books_to_the_rupiah(tmp_path: Path) -> None:
    month = await run(SEED, ACTS_A_DAY, tmp_path)
    assert month.checks > DAYS
    assert HAPPENED - month.seen == set()
