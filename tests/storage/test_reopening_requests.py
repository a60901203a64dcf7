"""The repository of reopening requests: customers to notify when the shop opens again."""

from __future__ import annotations

from datetime import timedelta

from bot.ports.store import Transaction
from tests.storage.samples import ANNI, BUDI, NOW

LATER = NOW + timedelta(hours=1)


def test_a_customer_has_one_request_the_first(tx: Transaction) -> None:
    requests = tx.reopening_requests
    assert requests.of(ANNI) is None
    requests.add(ANNI, NOW)
    first = requests.of(ANNI)
    assert first is not None
    assert (first.customer_id, first.asked_at) == (ANNI, NOW)
    requests.add(ANNI, LATER)
    assert requests.of(ANNI) == first
    assert requests.of(BUDI) is None


def test_taking_returns_and_removes_all_requests_oldest_first(tx: Transaction) -> None:
    requests = tx.reopening_requests
    requests.add(BUDI, NOW)
    requests.add(ANNI, LATER)
    taken = requests.take()
    assert [one.customer_id for one in taken] == [BUDI, ANNI]
    assert requests.take() == []
    requests.add(BUDI, NOW)
    (again,) = requests.take()
    assert again.request_id > max(one.request_id for one in taken)


def test_a_request_can_be_withdrawn(tx: Transaction) -> None:
    tx.reopening_requests.add(ANNI, NOW)
    tx.reopening_requests.add(BUDI, NOW)
    tx.reopening_requests.forget(ANNI)
    tx.reopening_requests.forget(ANNI)
    assert [one.customer_id for one in tx.reopening_requests.take()] == [BUDI]
