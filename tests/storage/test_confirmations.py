"""One-time tokens in the database."""

import pytest
from hypothesis import given

from bot.domain.customer import Confirmation, ConfirmationKind
from storage.transaction import SqlTransaction
from tests.storage.records import records
from tests.storage.samples import ANNI, BUDI, NOW, SECOND, in_memory

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
