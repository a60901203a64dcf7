"""The repository of withheld products: one open record each, and permanent ids."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.catalogue import ProductId
from bot.domain.errors import DuplicateError
from bot.domain.money import Rupiah
from bot.domain.order import OrderId
from bot.domain.withheld_products import Withheld, WithheldId
from bot.ports.store import Transaction
from tests.samples import ACCOUNT
from tests.storage.records import amounts, instants, records
from tests.storage.samples import BOSS, NOW, PRICE, SECOND, order, sample_shop, sent

PRODUCT, OTHER_PRODUCT = ProductId(1), ProductId(2)
withheld_records = records(
    Withheld,
    withheld_id=st.just(WithheldId(0)),
    product_id=st.just(PRODUCT),
    order_id=st.just(OrderId(1)),
    listed_cost=amounts,
    price=amounts,
    cost=st.integers(2**53 + 1, 2**60),
    withheld_at=instants,
    released_at=st.none(),
    released_by=st.none(),
)


def sample(**changes: object) -> Withheld:
    """Return a withheld product that is not stored yet."""
    withheld = Withheld(
        WithheldId(0), PRODUCT, OrderId(1), Rupiah(10_200), Rupiah(98_000), PRICE, NOW
    )
    return replace(withheld, **changes)  # type: ignore[arg-type]


@settings(max_examples=25)
@given(withheld_records)
def test_a_withheld_product_is_stored_with_every_field(withheld: Withheld) -> None:
    with sample_shop() as tx:
        tx.orders.add(order())
        added = tx.withheld_products.add(withheld)
        assert added == replace(withheld, withheld_id=added.withheld_id)
        assert tx.withheld_products.get(added.withheld_id) == added


def test_a_product_is_withheld_once(tx: Transaction) -> None:
    tx.orders.add(order())
    first = tx.withheld_products.add(sample())
    with pytest.raises(DuplicateError):
        tx.withheld_products.add(sample())
    other = tx.withheld_products.add(sample(product_id=OTHER_PRODUCT))
    assert tx.withheld_products.product_ids() == {PRODUCT, OTHER_PRODUCT}
    dearer = tx.withheld_products.save(replace(first, cost=Rupiah(99_000)))
    assert tx.withheld_products.of(PRODUCT) == dearer
    released = replace(dearer, released_at=NOW + SECOND, released_by=BOSS)
    tx.withheld_products.save(released)
    assert tx.withheld_products.open() == [released, other]
    assert tx.withheld_products.product_ids() == {OTHER_PRODUCT}
    tx.withheld_products.save(replace(released, ended_at=NOW + SECOND))
    assert tx.withheld_products.of(PRODUCT) is None
    again = tx.withheld_products.add(sample())
    assert again.withheld_id > other.withheld_id
    assert tx.withheld_products.get(WithheldId(99)) is None


def test_queued_orders_of_withheld_products_are_found(tx: Transaction) -> None:
    queued = [tx.orders.add(order()) for _ in range(2)]
    tx.orders.add(order(account="U2"))
    tx.orders.add(order(product_id=OTHER_PRODUCT, service_code="SM20"))
    under_way = tx.orders.add(sent(1))
    assert tx.orders.queued_of_withheld(ACCOUNT, 9) == []
    one = tx.withheld_products.add(sample())
    assert tx.orders.queued_of_withheld(ACCOUNT, 9) == queued
    assert tx.orders.queued_of_withheld(ACCOUNT, 1) == queued[:1]
    assert tx.orders.count_open_beside(under_way) == 3
    tx.withheld_products.save(replace(one, released_at=NOW, released_by=BOSS))
    assert tx.orders.queued_of_withheld(ACCOUNT, 9) == []
