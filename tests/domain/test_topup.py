"""Rules of top-ups: until when one is open, and what identifies a payment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.ledger import BANK, Phase, Purpose, Transfer, TransferId, wallet_of
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.topup import (
    PAYMENT_GRACE,
    TopUp,
    TopUpId,
    TopUpState,
    is_cancelled_without_proof,
    is_open,
    is_round,
    payable_until,
    payment_may_arrive,
    same_amount_key,
)

NOW = datetime(2026, 3, 14, 5, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
OPEN = TopUp(
    TopUpId(7),
    CustomerId(1001),
    Rupiah(50_000),
    TopUpState.PENDING,
    "update:1",
    NOW,
    code=123,
    expires_at=NOW + HOUR,
)


@pytest.mark.parametrize(
    ("amount", "expected"), [(50, True), (50_000, True), (49, False), (50_123, False)]
)
def test_multiples_of_50_are_round(amount: int, expected: bool) -> None:
    assert is_round(amount) is expected


def test_a_top_up_without_an_expiry_is_payable_for_a_day() -> None:
    assert payable_until(OPEN) == NOW + HOUR
    assert payable_until(replace(OPEN, expires_at=None)) == NOW + timedelta(days=1)


def test_a_top_up_is_open_until_its_expiry_unless_decided_or_cancelled() -> None:
    assert is_open(OPEN, NOW + HOUR - SECOND)
    assert not is_open(OPEN, NOW + HOUR)
    for state in (TopUpState.APPROVED, TopUpState.REJECTED):
        assert not is_open(replace(OPEN, state=state), NOW)
    assert not is_open(replace(OPEN, cancelled_at=NOW), NOW)


def test_a_payment_may_arrive_until_the_grace_is_over() -> None:
    cancelled = replace(OPEN, cancelled_at=NOW)
    for topup in (OPEN, cancelled):
        assert payment_may_arrive(topup, NOW + HOUR + PAYMENT_GRACE - SECOND)
        assert not payment_may_arrive(topup, NOW + HOUR + PAYMENT_GRACE)
    assert not payment_may_arrive(replace(OPEN, state=TopUpState.REJECTED), NOW)


def test_a_cancelled_top_up_with_a_payment_proof_is_not_treated_as_cancelled() -> None:
    cancelled = replace(OPEN, cancelled_at=NOW)
    assert is_cancelled_without_proof(cancelled)
    assert not is_cancelled_without_proof(OPEN)
    assert not is_cancelled_without_proof(replace(cancelled, proof="file"))
    assert not is_cancelled_without_proof(replace(cancelled, state=TopUpState.APPROVED))


def test_the_key_of_a_top_up_changes_with_its_state() -> None:
    assert same_amount_key(OPEN) == "topup:7:pending"
    assert same_amount_key(replace(OPEN, state=TopUpState.APPROVED)) == "topup:7:approved"


def test_the_key_of_a_transfer_is_its_id() -> None:
    credit = Transfer(
        Phase.SINGLE,
        Purpose.CREDIT,
        BANK,
        wallet_of(OPEN.customer_id),
        Rupiah(50_123),
        "adjustment:a",
        NOW,
        transfer_id=TransferId(12),
    )
    assert same_amount_key(credit) == "transfer:12"
