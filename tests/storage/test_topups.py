"""Requests to pay money in, in the database."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.customer import TopUp, TopUpId, TopUpState
from bot.domain.errors import DuplicateError
from bot.domain.money import Rupiah
from storage.transaction import SqlTransaction
from tests.storage.records import amounts, records
from tests.storage.samples import ANNI, BUDI, NOW, SECOND, furnished

ASKED = TopUp(TopUpId(0), ANNI, Rupiah(50_000), TopUpState.PENDING, "update:1", NOW)


@given(records(TopUp, customer_id=st.sampled_from([ANNI, BUDI]), amount=amounts))
def test_a_request_comes_back_as_it_was(topup: TopUp) -> None:
    """Every field but the id, which it is given."""
    connection, tx = furnished()
    stored = tx.topups.add(topup)
    assert stored == replace(topup, topup_id=stored.topup_id)
    assert tx.topups.get(stored.topup_id) == stored
    connection.close()


def test_a_replayed_update_asks_once(tx: SqlTransaction) -> None:
    """By its key."""
    tx.topups.add(ASKED)
    with pytest.raises(DuplicateError):
        tx.topups.add(replace(ASKED, amount=Rupiah(7)))
    assert tx.topups.get(TopUpId(99)) is None


@pytest.mark.parametrize("state", [TopUpState.APPROVED, TopUpState.REJECTED])
def test_a_request_is_decided_once(tx: SqlTransaction, state: TopUpState) -> None:
    """Of two admins one wins, and the other reads so."""
    asked = tx.topups.add(ASKED)
    decided = tx.topups.decide(asked.topup_id, state, 9001, NOW + SECOND)
    assert decided == replace(asked, state=state, decided_by=9001, decided_at=NOW + SECOND)
    assert tx.topups.decide(asked.topup_id, TopUpState.APPROVED, 9002, NOW) is None
    assert tx.topups.get(asked.topup_id) == decided
    assert tx.topups.decide(TopUpId(99), state, 9001, NOW) is None


def test_open_requests_are_oldest_first(tx: SqlTransaction) -> None:
    """Those that nobody has decided, and no more than asked for."""
    asked = [tx.topups.add(replace(ASKED, request_key=f"update:{n}")) for n in range(4)]
    tx.topups.decide(asked[1].topup_id, TopUpState.REJECTED, 9001, NOW)
    assert tx.topups.pending(10) == [asked[0], asked[2], asked[3]]
    assert tx.topups.pending(2) == [asked[0], asked[2]]
