"""The repository of top-ups."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import DuplicateError
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.topup import TopUp, TopUpId, TopUpState, payment_may_arrive
from bot.ports.store import Transaction
from storage.rows import MICROSECOND
from tests.storage.records import amounts, records
from tests.storage.samples import ANNI, BOSS, BUDI, NOW, SECOND, sample_shop

ASKED = TopUp(TopUpId(0), ANNI, Rupiah(50_000), TopUpState.PENDING, "update:1", NOW)


@settings(max_examples=40)
@given(
    records(
        TopUp,
        customer_id=st.sampled_from([ANNI, BUDI]),
        amount=amounts,
        code=st.integers(0, 999),
        credited=st.none() | amounts,
        replaced_by=st.none(),
    )
)
def test_a_top_up_is_stored_with_every_field(topup: TopUp) -> None:
    with sample_shop() as tx:
        stored = tx.topups.add(topup)
        assert stored == replace(topup, topup_id=stored.topup_id)
        assert tx.topups.get(stored.topup_id) == stored


def test_a_replayed_update_makes_one_top_up(tx: Transaction) -> None:
    tx.topups.add(ASKED)
    with pytest.raises(DuplicateError):
        tx.topups.add(replace(ASKED, amount=Rupiah(7)))
    assert tx.topups.get(TopUpId(99)) is None


@pytest.mark.parametrize("state", [TopUpState.APPROVED, TopUpState.REJECTED])
def test_a_top_up_is_decided_once(tx: Transaction, state: TopUpState) -> None:
    asked = tx.topups.add(ASKED)
    decided = tx.topups.decide(asked.topup_id, state, BOSS, NOW + SECOND)
    assert decided == replace(asked, state=state, decided_by=BOSS, decided_at=NOW + SECOND)
    assert tx.topups.decide(asked.topup_id, TopUpState.APPROVED, CustomerId(9002), NOW) is None
    assert tx.topups.get(asked.topup_id) == decided
    assert tx.topups.decide(TopUpId(99), state, BOSS, NOW) is None


def test_the_open_top_ups_of_a_customer_are_newest_first(tx: Transaction) -> None:
    asked = [tx.topups.add(replace(ASKED, request_key=f"update:{n}")) for n in range(4)]
    tx.topups.decide(asked[1].topup_id, TopUpState.REJECTED, BOSS, NOW)
    tx.topups.add(replace(ASKED, request_key="update:4", customer_id=BUDI))
    assert tx.topups.payable_of(ANNI, NOW) == [asked[3], asked[2], asked[0]]


@pytest.mark.parametrize("lasts", [None, timedelta(hours=1), timedelta(days=7)])
@pytest.mark.parametrize("hours", [0, 1, 24, 25, 47, 48, 49, 24 * 8, 24 * 9])
def test_payable_top_ups_are_those_whose_payment_may_arrive(
    tx: Transaction, lasts: timedelta | None, hours: int
) -> None:
    asked = tx.topups.add(replace(ASKED, expires_at=None if lasts is None else NOW + lasts))
    for now in (NOW + timedelta(hours=hours) + one for one in (-MICROSECOND, 0 * MICROSECOND)):
        expected = [asked] if payment_may_arrive(asked, now) else []
        assert tx.topups.payable_of(ANNI, now) == expected


def test_an_open_total_is_reserved_once(tx: Transaction) -> None:
    paid = replace(ASKED, code=7, is_reserved=True, expires_at=NOW)
    first = tx.topups.add(paid)
    with pytest.raises(DuplicateError):
        tx.topups.add(replace(paid, amount=Rupiah(49_999), code=8, request_key="update:2"))
    later = NOW + SECOND
    assert tx.topups.reserved_totals(50_001, 50_999, later) == {50_007}
    tx.topups.decide(first.topup_id, TopUpState.APPROVED, BOSS, NOW, Rupiah(50_007))
    second = tx.topups.add(replace(paid, request_key="update:3"))
    tx.topups.release_expired(NOW)
    assert tx.topups.reserved_totals(50_007, 50_007, later) == {50_007}
    tx.topups.release_expired(later)
    assert tx.topups.reserved_totals(50_007, 50_007, later) == frozenset()
    assert [one.topup_id for one in tx.topups.payable_of(ANNI, NOW)] == [second.topup_id]


def test_a_proof_is_attached_to_an_open_top_up(tx: Transaction) -> None:
    asked = tx.topups.add(ASKED)
    tx.topups.attach_proof(asked.topup_id, "file")
    assert tx.topups.by_key(ASKED.request_key) == replace(asked, proof="file")
    assert tx.topups.by_key("none") is None


def test_a_top_up_is_cancelled_once_and_can_still_be_decided(tx: Transaction) -> None:
    asked = tx.topups.add(replace(ASKED, code=7, is_reserved=True, expires_at=NOW + SECOND))
    gone = tx.topups.cancel(asked.topup_id, NOW)
    assert gone == replace(asked, cancelled_at=NOW)
    assert tx.topups.cancel(asked.topup_id, NOW + SECOND) is None
    assert tx.topups.reserved_totals(50_007, 50_007, NOW) == {50_007}
    assert tx.topups.newest_of(ANNI) == gone
    decided = tx.topups.decide(asked.topup_id, TopUpState.APPROVED, BOSS, NOW, Rupiah(50_007))
    assert decided is not None
    assert tx.topups.cancel(asked.topup_id, NOW) is None
    assert tx.topups.newest_of(BUDI) is None


def test_top_ups_expire_once_earliest_first(tx: Transaction) -> None:
    ends = [NOW + 2 * SECOND, NOW + SECOND, None, NOW, NOW]
    asked = [
        tx.topups.add(replace(ASKED, request_key=f"update:{n}", expires_at=end))
        for n, end in enumerate(ends)
    ]
    tx.topups.cancel(asked[3].topup_id, NOW)
    tx.topups.decide(asked[4].topup_id, TopUpState.REJECTED, BOSS, NOW)
    assert tx.topups.next_expiry() == NOW + SECOND
    assert tx.topups.due_to_expire(NOW, 9) == []
    assert tx.topups.due_to_expire(NOW + 2 * SECOND, 9) == [asked[1], asked[0]]
    assert tx.topups.due_to_expire(NOW + 2 * SECOND, 1) == [asked[1]]
    tx.topups.mark_expired(asked[1].topup_id, NOW + SECOND)
    assert tx.topups.get(asked[1].topup_id) == replace(asked[1], expired_at=NOW + SECOND)
    assert tx.topups.next_expiry() == NOW + 2 * SECOND
    tx.topups.mark_expired(asked[0].topup_id, NOW + 2 * SECOND)
    assert tx.topups.next_expiry() is None


@pytest.mark.parametrize("state", [TopUpState.APPROVED, TopUpState.REJECTED])
def test_a_decided_total_stays_reserved_until_it_expires(
    tx: Transaction, state: TopUpState
) -> None:
    """A transfer may be in progress when the top-up is decided."""
    asked = tx.topups.add(replace(ASKED, code=7, is_reserved=True, expires_at=NOW))
    tx.topups.decide(asked.topup_id, state, BOSS, NOW)
    assert tx.topups.reserved_totals(50_000, 50_010, NOW) == {50_007}
    assert tx.topups.reserved_totals(50_000, 50_010, NOW + SECOND) == frozenset()


def test_the_last_use_of_each_total_is_found(tx: Transaction) -> None:
    for number, (amount, code) in enumerate([(50_000, 7), (50_000, 8), (49_999, 8)]):
        at = NOW + number * SECOND
        key = f"update:{number}"
        asked = replace(ASKED, amount=Rupiah(amount), code=code, request_key=key, created_at=at)
        tx.topups.add(asked)
    assert tx.topups.totals_last_used(50_001, 50_999) == {
        50_007: NOW + 2 * SECOND,
        50_008: NOW + SECOND,
    }
    assert tx.topups.totals_last_used(50_009, 50_999) == {}


def test_credited_top_ups_are_found_by_requested_and_credited_amount(tx: Transaction) -> None:
    asked = [
        tx.topups.add(replace(ASKED, customer_id=who, code=code, request_key=f"update:{code}"))
        for code, who in enumerate((ANNI, BUDI, ANNI, ANNI), start=1)
    ]
    tx.topups.decide(asked[0].topup_id, TopUpState.APPROVED, BOSS, NOW, Rupiah(50_001))
    tx.topups.decide(asked[1].topup_id, TopUpState.APPROVED, BOSS, NOW, Rupiah(42_000))
    tx.topups.decide(asked[2].topup_id, TopUpState.REJECTED, BOSS, NOW)

    def found(amount: int, since: datetime = NOW) -> list[int]:
        return [one.topup_id for one in tx.topups.approved_with_amount(amount, since)]

    assert found(50_001) == [asked[0].topup_id]
    assert found(50_002) == found(42_000) == [asked[1].topup_id]
    assert found(50_001, NOW + SECOND) == found(50_003) == found(50_004) == []
    assert [one.topup_id for one in tx.topups.pending_with_total(50_004)] == [asked[3].topup_id]
    assert tx.topups.pending_with_total(50_003) == []


def test_a_top_up_records_which_ones_it_replaced(tx: Transaction) -> None:
    old = tx.topups.add(ASKED)
    new = tx.topups.add(replace(ASKED, request_key="update:2", created_at=NOW + SECOND))
    tx.topups.set_payment_message(old.topup_id, 77)
    gone = tx.topups.cancel(old.topup_id, NOW, new.topup_id)
    assert gone == replace(old, cancelled_at=NOW, replaced_by=new.topup_id, message_id=77)
    assert tx.topups.replaced_by(new.topup_id) == [gone]
    assert tx.topups.replaced_by(old.topup_id) == []
    assert tx.topups.requested_since(ANNI, NOW - SECOND) == [gone, new]
    assert tx.topups.requested_since(ANNI, NOW) == [new]
    assert tx.topups.requested_since(BUDI, NOW - SECOND) == []
