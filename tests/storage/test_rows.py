"""Conversion between records and rows loses nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.rows import Mapper, instant, micros
from tests.storage.records import instants
from tests.storage.samples import NOW, in_memory


@given(instants)
def test_an_instant_is_stored_to_the_microsecond(at: datetime) -> None:
    """Floats would round; rows are compared with the instants of calls."""
    assert instant(micros(at)) == at
    assert instant(micros(at)).tzinfo is UTC


@given(instants, st.integers(-24 * 60 + 1, 24 * 60 - 1))
def test_an_instant_is_stored_alike_from_any_time_zone(at: datetime, offset_minutes: int) -> None:
    elsewhere = at.astimezone(timezone(timedelta(minutes=offset_minutes)))
    assert micros(elsewhere) == micros(at)


@given(instants, instants)
def test_instants_are_ordered_as_their_numbers(one: datetime, other: datetime) -> None:
    assert (micros(one) < micros(other)) == (one < other)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        micros(NOW.replace(tzinfo=None))


def test_a_field_that_no_column_can_hold_is_refused_when_the_mapper_is_made() -> None:
    @dataclass
    class Priced:
        amount: float

    with pytest.raises(TypeError, match="float"):
        Mapper(Priced)


def test_columns_without_a_field_are_ignored() -> None:
    @dataclass
    class Named:
        name: str

    with in_memory() as connection:
        row = connection.execute("select 'Anni' as name, 1 as more").fetchone()
    assert Mapper(Named).record(row) == Named("Anni")
