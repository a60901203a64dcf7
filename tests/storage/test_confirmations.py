"""One-time tokens in the database."""

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
def test_a_confirmation_comes_back_as_it_was(confirmation: Confirmation) -> None:
    """Numbers of its payload as numbers, texts as texts."""
    connection = in_memory()
    tx = SqlTransaction(connection)
    tx.confirmations.add(confirmation)
    assert tx.confirmations.get(confirmation.token) == confirmation
    connection.close()


def test_a_token_works_once(tx: SqlTransaction) -> None:
    """The second tap finds what came of the first."""
    tx.confirmations.add(SHOWN)
    assert tx.confirmations.consume(SHOWN.token, ANNI, NOW + SECOND, "K12")
    assert not tx.confirmations.consume(SHOWN.token, ANNI, NOW, "K13")
    used = tx.confirmations.get(SHOWN.token)
    assert used is not None
    assert (used.used_at, used.outcome) == (NOW + SECOND, "K12")


@pytest.mark.parametrize(
    ("token", "actor_id"), [(SHOWN.token, BUDI), ("token0000002", ANNI), ("TOKEN0000001", ANNI)]
)
def test_a_token_works_for_its_own_person(tx: SqlTransaction, token: str, actor_id: int) -> None:
    """Neither for somebody else nor guessed."""
    tx.confirmations.add(SHOWN)
    assert not tx.confirmations.consume(token, actor_id, NOW, "K12")
    assert tx.confirmations.get(SHOWN.token) == SHOWN
    assert tx.confirmations.get("token0000002") is None


def test_screens_that_nobody_confirmed_are_forgotten(tx: SqlTransaction) -> None:
    """The oldest first, a few at a time; one that was used is another matter."""
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


def test_used_buttons_are_forgotten_by_their_use(tx: SqlTransaction) -> None:
    """The oldest use first; one that nobody used is another matter."""
    for number in range(4):
        tx.confirmations.add(replace(SHOWN, token=f"token{number}"))
    for number in range(3):
        tx.confirmations.consume(f"token{number}", ANNI, NOW - number * SECOND, "K12")
    assert tx.confirmations.forget_used(NOW, 1) == 1
    assert tx.confirmations.get("token2") is None
    assert tx.confirmations.forget_used(NOW, 9) == 1
    left = [number for number in range(4) if tx.confirmations.get(f"token{number}") is not None]
    assert left == [0, 3]


def test_what_an_admin_has_moved_is_not_forgotten(tx: SqlTransaction) -> None:
    """A second tap that is told "nothing was moved" would have the money credited again."""
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


def test_buttons_of_before_kinds_were_rows_go_on_working() -> None:
    """The table was made anew: what was shown is still there, used or not."""
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
