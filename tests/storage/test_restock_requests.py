"""The repository of restock requests: customers to notify when a product is back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.catalogue import ProductId
from bot.domain.errors import DuplicateError
from bot.domain.restock import REQUEST_LIFETIME, new_request
from bot.ports.store import Transaction
from tests.storage.samples import ANNI, BUDI, NOW, SECOND

FIRST, SECOND_PRODUCT = ProductId(1), ProductId(2)
REQUEST = new_request(ANNI, FIRST, NOW)
LATER = NOW + timedelta(hours=1)
OVER = NOW + REQUEST_LIFETIME


def test_requests_are_stored_and_listed_oldest_first(tx: Transaction) -> None:
    first = tx.restock_requests.add(REQUEST)
    second = tx.restock_requests.add(replace(REQUEST, product_id=SECOND_PRODUCT))
    tx.restock_requests.add(replace(REQUEST, customer_id=BUDI))
    assert first.request_id < second.request_id
    assert tx.restock_requests.open_of(ANNI, NOW) == [first, second]
    assert tx.restock_requests.wanted(NOW) == [FIRST, SECOND_PRODUCT]


def test_a_customer_has_one_open_request_for_a_product(tx: Transaction) -> None:
    tx.restock_requests.add(REQUEST)
    with pytest.raises(DuplicateError):
        tx.restock_requests.add(replace(REQUEST, asked_at=LATER))
    tx.restock_requests.mark_notified(FIRST, LATER)
    again = tx.restock_requests.add(REQUEST)
    assert tx.restock_requests.open_of(ANNI, LATER) == [again]


def test_a_request_is_marked_as_told_once(tx: Transaction) -> None:
    first = tx.restock_requests.add(REQUEST)
    second = tx.restock_requests.add(replace(REQUEST, customer_id=BUDI))
    other = tx.restock_requests.add(replace(REQUEST, product_id=SECOND_PRODUCT))
    told = tx.restock_requests.mark_notified(FIRST, LATER)
    assert sorted(told, key=lambda one: one.request_id) == [
        replace(first, notified_at=LATER),
        replace(second, notified_at=LATER),
    ]
    assert tx.restock_requests.mark_notified(FIRST, LATER) == []
    assert tx.restock_requests.open_of(ANNI, LATER) == [other]
    assert tx.restock_requests.wanted(LATER) == [SECOND_PRODUCT]


def test_an_expired_request_is_neither_open_nor_told(tx: Transaction) -> None:
    tx.restock_requests.add(REQUEST)
    assert tx.restock_requests.wanted(OVER - SECOND) == [FIRST]
    assert tx.restock_requests.wanted(OVER) == []
    assert tx.restock_requests.open_of(ANNI, OVER) == []
    assert tx.restock_requests.mark_notified(FIRST, OVER) == []
    tx.restock_requests.forget_expired(OVER - SECOND)
    assert len(tx.restock_requests.open_of(ANNI, NOW)) == 1
    tx.restock_requests.forget_expired(OVER)
    assert tx.restock_requests.open_of(ANNI, NOW) == []


def test_a_request_can_be_withdrawn(tx: Transaction) -> None:
    tx.restock_requests.add(REQUEST)
    tx.restock_requests.add(replace(REQUEST, customer_id=BUDI))
    tx.restock_requests.forget(ANNI, FIRST)
    tx.restock_requests.forget(ANNI, FIRST)
    assert [one.customer_id for one in tx.restock_requests.mark_notified(FIRST, NOW)] == [BUDI]
