"""The repository of saved numbers."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.customer import SavedNumber, SavedNumberId
from bot.domain.destination import DestinationKind
from storage.schema import load_migrations, migrate
from storage.transaction import SqlTransaction
from tests.storage.records import records, texts
from tests.storage.samples import (
    ANNI,
    BUDI,
    NOW,
    NUMBER,
    OTHER,
    SECOND,
    fail_if_called,
    sample_database,
)

USED = SavedNumber(SavedNumberId(0), ANNI, DestinationKind.PHONE, "", NUMBER, "", NOW)


@given(
    records(SavedNumber, customer_id=st.sampled_from([ANNI, BUDI]), destination=texts.filter(bool))
)
def test_a_number_is_stored_with_every_field(number: SavedNumber) -> None:
    connection, tx = sample_database()
    tx.saved_numbers.use(number, 9)
    (stored,) = tx.saved_numbers.of(number.customer_id)
    assert stored == replace(number, number_id=stored.number_id)
    assert tx.saved_numbers.get(stored.number_id) == stored
    connection.close()


def test_a_number_used_again_keeps_its_name_and_comes_first(tx: SqlTransaction) -> None:
    tx.saved_numbers.use(replace(USED, name="Mama"), 9)
    tx.saved_numbers.use(replace(USED, destination=OTHER, used_at=NOW + SECOND), 9)
    tx.saved_numbers.use(replace(USED, used_at=NOW + 2 * SECOND), 9)
    assert [(one.destination, one.name) for one in tx.saved_numbers.of(ANNI)] == [
        (NUMBER, "Mama"),
        (OTHER, ""),
    ]
    tx.saved_numbers.use(replace(USED, name="Ibu", used_at=NOW + 3 * SECOND), 9)
    assert tx.saved_numbers.of(ANNI)[0].name == "Ibu"


def test_a_known_zone_is_kept(tx: SqlTransaction) -> None:
    tx.saved_numbers.use(replace(USED, zone=""), 9)
    tx.saved_numbers.use(replace(USED, zone="1234"), 9)
    tx.saved_numbers.use(replace(USED, zone=""), 9)
    assert [one.zone for one in tx.saved_numbers.of(ANNI)] == ["1234"]


def test_beyond_the_limit_the_oldest_unnamed_numbers_are_dropped(tx: SqlTransaction) -> None:
    tx.saved_numbers.use(replace(USED, customer_id=BUDI), 2)
    tx.saved_numbers.use(replace(USED, name="Mama"), 2)
    for second, number in enumerate(("0811", "0822", "0833"), start=1):
        tx.saved_numbers.use(replace(USED, destination=number, used_at=NOW + second * SECOND), 2)
    assert [one.destination for one in tx.saved_numbers.of(ANNI)] == ["0833", NUMBER]
    assert len(tx.saved_numbers.of(BUDI)) == 1


def test_a_number_is_renamed_and_deleted_by_its_id(tx: SqlTransaction) -> None:
    tx.saved_numbers.use(USED, 9)
    (stored,) = tx.saved_numbers.of(ANNI)
    tx.saved_numbers.rename(stored.number_id, "Rumah")
    assert tx.saved_numbers.get(stored.number_id) == replace(stored, name="Rumah")
    tx.saved_numbers.forget(stored.number_id)
    assert tx.saved_numbers.get(stored.number_id) is None
    assert tx.saved_numbers.of(ANNI) == []


def test_the_migration_deletes_own_numbers_that_may_be_foreign() -> None:
    """Contacts of other countries had been saved with a leading 0."""
    steps = load_migrations()
    step = next(one.version for one in steps if "own_numbers" in one.name)
    foreign = [
        *("085291234567", "085361234567", "0819012345678", "0821012345678", "084912345678"),
        *("085512345678", "0856201234567", "0886912345678", "086131234567"),
    ]
    ours = [
        *("081234567890", "082112345678", "083112345678", "085112345678", "08521234567"),
        *("085712345678", "087812345678", "088112345678", "089512345678"),
    ]
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection, steps[: step - 1], fail_if_called)
        connection.execute("insert into customers values (1, 'Anni', '', '', '', 1, 0)")
        for kind, name, numbers in (
            ("phone", "Nomor saya", foreign[::2]),
            ("phone", "My number", foreign[1::2]),
            ("phone", "Nomor saya", ours),
            ("phone", "Mama", ["085298765432"]),
            ("phone", "", ["085298765433"]),
            ("meter", "My number", ["085298765434"]),
        ):
            connection.executemany(
                "insert into saved_numbers (customer_id, kind, main, destination, name, used_at)"
                " values (1, ?, '', ?, ?, 0)",
                [(kind, number, name) for number in numbers],
            )
        migrate(connection, steps, fail_if_called)
        kept = [row[0] for row in connection.execute("select destination from saved_numbers")]
    assert sorted(kept) == sorted([*ours, "085298765432", "085298765433", "085298765434"])
