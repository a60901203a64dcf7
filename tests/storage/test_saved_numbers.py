"""The repository of saved numbers."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.customer import SavedNumber, SavedNumberId
from bot.domain.destination import DestinationKind
from bot.ports.store import Transaction
from tests.samples import NUMBER
from tests.storage.records import records, texts
from tests.storage.samples import ANNI, BUDI, NOW, OTHER, SECOND, sample_shop

USED = SavedNumber(SavedNumberId(0), ANNI, DestinationKind.PHONE, "", NUMBER, "", NOW)


@settings(max_examples=25)
@given(
    records(SavedNumber, customer_id=st.sampled_from([ANNI, BUDI]), destination=texts.filter(bool))
)
def test_a_number_is_stored_with_every_field(number: SavedNumber) -> None:
    with sample_shop() as tx:
        tx.saved_numbers.use(number, 9)
        (stored,) = tx.saved_numbers.of(number.customer_id)
        assert stored == replace(number, number_id=stored.number_id)
        assert tx.saved_numbers.get(stored.number_id) == stored


def test_a_number_used_again_keeps_its_name_and_comes_first(tx: Transaction) -> None:
    tx.saved_numbers.use(replace(USED, name="Mama"), 9)
    tx.saved_numbers.use(replace(USED, destination=OTHER, used_at=NOW + SECOND), 9)
    tx.saved_numbers.use(replace(USED, used_at=NOW + 2 * SECOND), 9)
    assert [(one.destination, one.name) for one in tx.saved_numbers.of(ANNI)] == [
        (NUMBER, "Mama"),
        (OTHER, ""),
    ]
    tx.saved_numbers.use(replace(USED, name="Ibu", used_at=NOW + 3 * SECOND), 9)
    assert tx.saved_numbers.of(ANNI)[0].name == "Ibu"


def test_a_known_zone_is_kept(tx: Transaction) -> None:
    tx.saved_numbers.use(replace(USED, zone=""), 9)
    tx.saved_numbers.use(replace(USED, zone="1234"), 9)
    tx.saved_numbers.use(replace(USED, zone=""), 9)
    assert [one.zone for one in tx.saved_numbers.of(ANNI)] == ["1234"]


def test_beyond_the_limit_the_oldest_unnamed_numbers_are_dropped(tx: Transaction) -> None:
    tx.saved_numbers.use(replace(USED, customer_id=BUDI), 2)
    tx.saved_numbers.use(replace(USED, name="Mama"), 2)
    for second, number in enumerate(("0811", "0822", "0833"), start=1):
        tx.saved_numbers.use(replace(USED, destination=number, used_at=NOW + second * SECOND), 2)
    assert [one.destination for one in tx.saved_numbers.of(ANNI)] == ["0833", NUMBER]
    assert len(tx.saved_numbers.of(BUDI)) == 1


def test_a_number_is_renamed_and_deleted_by_its_id(tx: Transaction) -> None:
    tx.saved_numbers.use(USED, 9)
    (stored,) = tx.saved_numbers.of(ANNI)
    tx.saved_numbers.rename(stored.number_id, "Rumah")
    assert tx.saved_numbers.get(stored.number_id) == replace(stored, name="Rumah")
    tx.saved_numbers.forget(stored.number_id)
    assert tx.saved_numbers.get(stored.number_id) is None
    assert tx.saved_numbers.of(ANNI) == []
