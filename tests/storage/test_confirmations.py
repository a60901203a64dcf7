"""The repository of confirmations, with their one-time tokens."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from bot.domain.confirmation import Confirmation, ConfirmationKind
from bot.domain.order import CustomerId
from bot.ports.store import Transaction
from tests.storage.records import records
from tests.storage.samples import ANNI, BUDI, NOW, SECOND, empty_shop

SHOWN = Confirmation(
    "token0000001", ANNI, ConfirmationKind.PURCHASE, {"product_id": 1, "destination": "08"}, NOW
)


@settings(max_examples=25)
@given(records(Confirmation))
def test_a_confirmation_is_stored_with_every_field(confirmation: Confirmation) -> None:
    with empty_shop() as tx:
        tx.confirmations.add(confirmation)
        assert tx.confirmations.get(confirmation.token) == confirmation


def test_a_token_works_once(tx: Transaction) -> None:
    tx.confirmations.add(SHOWN)
    assert tx.confirmations.consume(SHOWN.token, ANNI, NOW + SECOND, "K12")
    assert not tx.confirmations.consume(SHOWN.token, ANNI, NOW, "K13")
    used = tx.confirmations.get(SHOWN.token)
    assert used is not None
    assert (used.used_at, used.outcome) == (NOW + SECOND, "K12")


def test_what_an_unused_confirmation_does_can_change(tx: Transaction) -> None:
    tx.confirmations.add(SHOWN)
    changed = replace(SHOWN, payload={"product_id": 2})
    tx.confirmations.amend(changed)
    assert tx.confirmations.get(SHOWN.token) == changed
    assert tx.confirmations.consume(SHOWN.token, ANNI, NOW, "K12")
    tx.confirmations.amend(SHOWN)
    used = tx.confirmations.get(SHOWN.token)
    assert used is not None
    assert used.payload == changed.payload


@pytest.mark.parametrize(
    ("token", "actor_id"), [(SHOWN.token, BUDI), ("token0000002", ANNI), ("TOKEN0000001", ANNI)]
)
def test_a_token_works_only_for_its_own_actor(
    tx: Transaction, token: str, actor_id: CustomerId
) -> None:
    tx.confirmations.add(SHOWN)
    assert not tx.confirmations.consume(token, actor_id, NOW, "K12")
    assert tx.confirmations.get(SHOWN.token) == SHOWN
    assert tx.confirmations.get("token0000002") is None


def test_unused_confirmations_are_deleted_oldest_first_within_a_limit(tx: Transaction) -> None:
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


def test_used_confirmations_are_deleted_by_time_of_use(tx: Transaction) -> None:
    for number in range(4):
        tx.confirmations.add(replace(SHOWN, token=f"token{number}"))
    for number in range(3):
        tx.confirmations.consume(f"token{number}", ANNI, NOW - number * SECOND, "K12")
    assert tx.confirmations.forget_used(NOW, 1) == 1
    assert tx.confirmations.get("token2") is None
    assert tx.confirmations.forget_used(NOW, 9) == 1
    left = [number for number in range(4) if tx.confirmations.get(f"token{number}") is not None]
    assert left == [0, 3]


def test_used_confirmations_of_admins_are_kept(tx: Transaction) -> None:
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
