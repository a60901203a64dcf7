"""Rows and records: what goes into the database comes out the same."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.rows import Mapper, instant, micros
from tests.storage.records import instants
from tests.storage.samples import NOW, in_memory


@given(instants)
def test_an_instant_comes_back_to_the_microsecond(at: datetime) -> None:
    """Floats would round: rows are compared with the instants of the calls."""
    assert instant(micros(at)) == at
    assert instant(micros(at)).tzinfo is UTC


@given(instants, st.integers(-24 * 60 + 1, 24 * 60 - 1))
def test_an_instant_is_the_same_wherever_it_was_read(at: datetime, offset_minutes: int) -> None:
    """Midnight in Jakarta is 17 o'clock in UTC."""
    elsewhere = at.astimezone(timezone(timedelta(minutes=offset_minutes)))
    assert micros(elsewhere) == micros(at)


@given(instants, instants)
def test_instants_are_ordered_as_their_numbers(one: datetime, other: datetime) -> None:
    """So that SQL may compare them."""
    assert (micros(one) < micros(other)) == (one < other)


def test_an_instant_without_a_zone_is_refused() -> None:
    """It could mean any hour."""
    with pytest.raises(TypeError):
        micros(NOW.replace(tzinfo=None))


def test_a_field_that_no_column_can_hold_is_found_at_once() -> None:
    """Not when the first order is stored."""

    @dataclass
    class Priced:
        amount: float

    with pytest.raises(TypeError, match="float"):
        Mapper(Priced)


def test_columns_that_are_no_fields_are_left_alone() -> None:
    """The table may know more than the record, such as when a notice was delivered."""

    @dataclass
    class Named:
        name: str

    connection = in_memory()
    row = connection.execute("select 'Anni' as name, 1 as more").fetchone()
    assert Mapper(Named).record(row) == Named("Anni")
    connection.close()
