"""The repository of confirmations, with their one-time tokens."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import given

from bot.domain.confirmation import Confirmation, ConfirmationKind
from storage.schema import load_migrations, migrate
from storage.transaction import SqlTransaction
from tests.storage.records import records
from tests.storage.samples import ANNI, BUDI, NOW, SECOND, in_memory, unexpected

SHOWN = Confirmation(
    "token0000001", ANNI, ConfirmationKind.PURCHASE, {"product_id": 1, "destination": "08"}, NOW
)


@given(records(Confirmation))
def test_a_confirmation_is_stored_with_every_field(confirmation: Confirmation) -> None:
    connection = in_memory()
    tx = SqlTransaction(connection)
    tx.confirmations.add(confirmation)
    assert tx.confirmations.get(confirmation.token) == confirmation
    connection.close()


def test_a_token_works_once(tx: SqlTransaction) -> None:
    tx.confirmations.add(SHOWN)
    assert tx.confirmations.consume(SHOWN.token, ANNI, NOW + SECOND, "K12")
    assert not tx.confirmations.consume(SHOWN.token, ANNI, NOW, "K13")
    used = tx.confirmations.get(SHOWN.token)
    assert used is not None
    assert (used.used_at, used.outcome) == (NOW + SECOND, "K12")


@pytest.mark.parametrize(
    ("token", "actor_id"), [(SHOWN.token, BUDI), ("token0000002", ANNI), ("TOKEN0000001", ANNI)]
)
def test_a_token_works_only_for_its_own_actor(
    tx: SqlTransaction, token: str, actor_id: int
) -> None:
    tx.confirmations.add(SHOWN)
    assert not tx.confirmations.consume(token, actor_id, NOW, "K12")
    assert tx.confirmations.get(SHOWN.token) == SHOWN
    assert tx.confirmations.get("token0000002") is None


def test_unused_confirmations_are_deleted_oldest_first_within_a_limit(tx: SqlTransaction) -> None:
    for age in range(4):
        shown = replace(SHOWN, token=f"token{age}", created_at=NOW - age * SECOND)
        tx.confirmations.add(shown)
    tx.confirmations.consume("token3", ANNI, NOW, "K12")
    assert tx.confirmations.forget_unused(NOW, 1) == 1
    assert tx.confirmations.get("token2") is None
    assert tx.confirmations.forget_unused(NOW, 9) == 1
    assert tx.confirmations.forget_unused(NOW, 9) == 0
    left = [age for age in range(4) if tx.confirmations.get(f"token{age}") is not None]
    assert left == [0, 3]


def test_used_confirmations_are_deleted_by_time_of_use(tx: SqlTransaction) -> None:
    for number in range(4):
        tx.confirmations.add(replace(SHOWN, token=f"token{number}"))
    for number in range(3):
        tx.confirmations.consume(f"token{number}", ANNI, NOW - number * SECOND, "K12")
    assert tx.confirmations.forget_used(NOW, 1) == 1
    assert tx.confirmations.get("token2") is None
    assert tx.confirmations.forget_used(NOW, 9) == 1
    left = [number for number in range(4) if tx.confirmations.get(f"token{number}") is not None]
    assert left == [0, 3]


def test_used_confirmations_of_admins_are_kept(tx: SqlTransaction) -> None:
    """If a second tap read that nothing was moved, the admin would credit again."""
    for token, kind in (
        ("moved", "adjustment"),
        ("noted", "deposit"),
        ("again", "topup"),
        ("proposed", "adjustment"),
        ("sold", "purchase"),
    ):
        tx.confirmations.add(replace(SHOWN, token=token, kind=ConfirmationKind(kind)))
    for token in ("moved", "noted", "again", "sold"):
        tx.confirmations.consume(token, ANNI, NOW, "12")
    assert tx.confirmations.forget_used(NOW + SECOND, 9) == 1
    assert tx.confirmations.forget_unused(NOW + SECOND, 9) == 1
    assert all(map(tx.confirmations.get, ("moved", "noted", "again")))


def test_confirmations_survive_the_migration_that_rebuilt_their_table() -> None:
    steps = load_migrations()
    made_anew = next(one.version for one in steps if "topups_and_limits" in one.name)
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        migrate(connection, steps[: made_anew - 1], unexpected)
        shown = [
            ("a", 1001, "purchase", "{}", 5, None, ""),
            ("b", 9001, "adjustment", '{"amount":7}', 6, 7, "12"),
        ]
        connection.executemany("insert into confirmations values (?, ?, ?, ?, ?, ?, ?)", shown)
        migrate(connection, steps, unexpected)
        kept = connection.execute("select * from confirmations order by token").fetchall()
        assert [tuple(row) for row in kept] == shown
        connection.execute("pragma foreign_keys = on")
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("insert into confirmations values ('c', 1, 'gift', '{}', 1, 1, '')")
