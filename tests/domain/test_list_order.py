"""Whether the supplier's list is sorted by the creation of its rows."""

import pytest

from bot.domain.lookup import is_by_creation
from tests.domain.samples import at, row


@pytest.mark.parametrize(
    ("seconds", "is_in_order"),
    [
        ([], True),
        ([7], True),
        ([9, 8, 8, 3], True),
        ([3, 8, 8, 9], True),
        ([100, 40, 45, 20], True),
        ([100, 40, 46, 20], False),
        ([10, 20, 14, 30], False),
        ([100, 200, 150], False),
        ([-3_600, 9, 7, 5, 3, 1], False),
        ([9, 7, 5, 3, 1, 3_600], False),
        ([100, None, 50, None, 20], True),
        ([100, 4e8, 50, -4e8, 20], True),
    ],
)
def test_a_list_is_by_creation_in_either_direction_within_five_seconds(
    seconds: list[float | None], is_in_order: bool
) -> None:
    """Rows without an instant, or with an absurd one, are ignored."""
    rows = [
        row(ref_id=f"r{n}", created_at=None if second is None else at(second))
        for n, second in enumerate(seconds)
    ]
    assert is_by_creation(rows, at(600)) is is_in_order
