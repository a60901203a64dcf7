"""The owner's choices in the database, and what the rate of success of brands is read from."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.catalogue import CategoryId, ProductId
from bot.domain.order import OrderState
from bot.domain.sales import BrandOutcomes
from bot.domain.selection import Choice, Selection, SoldTo
from bot.ports.store import Transaction
from bot.ports.versions import Subject
from tests.storage.samples import NOW, SECOND, order

PRODUCT = ProductId(1)


def sub_of(tx: Transaction) -> CategoryId:
    product = tx.catalogue.product(PRODUCT)
    assert product is not None
    return product.sub_id


def test_choices_are_a_part_of_the_policy_and_raise_its_version(tx: Transaction) -> None:
    assert tx.policy.current().selection == Selection()
    before, sub = tx.versions.of(Subject.POLICY), sub_of(tx)
    of_sub = Choice(SoldTo.STAFF, NOW, "until 15.00", "Pulsa", 3)
    of_product = Choice(SoldTo.NOBODY, NOW, "no")
    tx.selection.put_category(sub, Choice())
    tx.selection.put_category(sub, of_sub)
    tx.selection.put_product(PRODUCT, Choice())
    tx.selection.put_product(PRODUCT, of_product)
    assert tx.policy.current().selection == Selection({sub: of_sub}, {PRODUCT: of_product})
    assert tx.versions.of(Subject.POLICY) == before + 4


def test_the_path_of_a_sub_begins_at_its_type(tx: Transaction) -> None:
    sub = sub_of(tx)
    parents = {one.category_id: one.parent_id for one in tx.catalogue.categories()}
    type_id, brand_id, sub_id = tx.catalogue.path_of(sub)
    assert (parents[sub_id], parents[brand_id], parents[type_id]) == (brand_id, type_id, None)
    assert sub_id == sub
    assert tx.catalogue.path_of(type_id) == ()


def test_outcomes_are_counted_by_brand_for_orders_that_ended_in_a_period(tx: Transaction) -> None:
    def ended(state: OrderState, after: timedelta, main: str) -> None:
        tx.orders.add(order(state=state, ended_at=NOW + after, main=main))

    ended(OrderState.SUCCEEDED, timedelta(0), "XL")
    ended(OrderState.FAILED, SECOND, "XL")
    ended(OrderState.FAILED, SECOND, "TRI")
    ended(OrderState.CANCELLED, SECOND, "XL")
    ended(OrderState.FAILED, -SECOND, "XL")
    ended(OrderState.FAILED, 2 * SECOND, "XL")
    type_ = order().category_type
    assert tx.orders.outcomes_by_brand(NOW, NOW + 2 * SECOND) == [
        BrandOutcomes(type_, "TRI", 0, 1),
        BrandOutcomes(type_, "XL", 1, 1),
    ]
