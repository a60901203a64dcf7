"""The sandbox's service list has the shape of a real one."""

from collections import Counter
from typing import Any

import pytest

from bot.sandbox.supplier.catalogue import DOCUMENTED, full_catalogue

ROWS = [row for row in full_catalogue() if "category" in row]


def costs(kind: str, ending: str) -> list[int]:
    """Return the costs of products of a type whose names end with a text."""
    return [
        int(row["price"]["current"])
        for row in ROWS
        if row["category"]["type"] == kind and row["name"].endswith(ending)
    ]


def test_the_list_is_complete_and_the_same_at_every_start() -> None:
    rows = full_catalogue()
    assert rows == full_catalogue()
    assert len(rows) == 1400
    assert tuple(rows[:2]) == DOCUMENTED


@pytest.mark.parametrize(
    ("kind", "percent"),
    [
        ("paket-internet", 45),
        ("pulsa-reguler", 15),
        ("pulsa-transfer", 13),
        ("saldo-emoney", 15),
        ("paket-telepon", 7),
        ("streaming-tv", 4),
        ("token-pln", 1.5),
    ],
)
def test_product_types_have_realistic_shares(kind: str, percent: float) -> None:
    """The shares of similar suppliers, to within 2 %."""
    count = Counter(row["category"]["type"] for row in ROWS)[kind]
    assert abs(100 * count / len(ROWS) - percent) < 2


def test_some_products_are_sold_out() -> None:
    """About 55 % are ready."""
    ready = sum(row["status"] == "ready" for row in ROWS)
    assert 0.5 < ready / len(ROWS) < 0.6


@pytest.mark.parametrize(
    ("kind", "ending", "low", "high"),
    [
        ("pulsa-reguler", " 5.000", 5_050, 5_990),
        ("pulsa-reguler", " 100.000", 96_300, 98_950),
        ("pulsa-transfer", " 100.000", 92_300, 95_955),
        ("token-pln", " 20.000", 20_140, 20_880),
        ("paket-internet", " Hari", 3_476, 282_195),
    ],
)
def test_prices_are_plausible(kind: str, ending: str, low: int, high: int) -> None:
    """Small amounts cost more than their face value, large ones less."""
    found = costs(kind, ending)
    assert found
    assert low <= min(found) <= max(found) <= high


def test_codes_are_unique_and_names_are_not() -> None:
    rows: list[dict[str, Any]] = [row for row in ROWS if row["code"] and row["name"]]
    assert len({row["code"] for row in rows}) == len(rows)
    assert len({row["name"] for row in rows}) < len(rows)


def test_cutoffs_are_of_every_kind() -> None:
    """Most have none; of the others some are unpadded and some in daytime."""
    seen = Counter((row["cutoff"]["start"], row["cutoff"]["end"]) for row in ROWS)
    assert sum(count for (start, end), count in seen.items() if start == end) > len(ROWS) * 0.8
    assert seen["23:0", "0:30"]
    assert seen["12:00", "13:00"]
