"""What the owner sells: who is shown what, and what is disrupted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.catalogue import CategoryId, Disruption, ProductId
from bot.domain.sales import BrandOutcomes
from bot.domain.selection import (
    Choice,
    Selection,
    SoldTo,
    category_target,
    product_target,
    types_in_order,
)
from bot.domain.viewer import EVERYBODY, Viewer
from tests.domain.samples import product
from tests.domain.test_catalogue import CATEGORIES, DATA, PROMO, PULSA, REGULAR, TELKOMSEL, XL
from tests.domain.test_catalogue import catalogue as a_catalogue
from tests.samples import NOON

STAFF = Viewer(is_staff=True)
EMPTY = CATEGORIES[-1].category_id
SHOP = a_catalogue([product(1, REGULAR), product(2, PROMO), product(3, REGULAR), product(4, EMPTY)])
HIDDEN, BY_STAFF = Choice(SoldTo.NOBODY), Choice(SoldTo.STAFF)
DISRUPTED = Choice(disrupted_at=NOON, note="Repairs")
GONE = CategoryId(99)


def shown(selection: Selection, viewer: Viewer = EVERYBODY) -> list[int]:
    return sorted(selection.shown_to(viewer, SHOP).products)


def test_without_a_choice_the_list_is_the_same_object() -> None:
    selections = (
        Selection(),
        Selection({PULSA: Choice(note="over"), GONE: HIDDEN}, {ProductId(99): HIDDEN}),
    )
    for selection in selections:
        assert selection.shown_to(EVERYBODY, SHOP) is SHOP
    assert Selection({PULSA: BY_STAFF}).shown_to(STAFF, SHOP) is SHOP


@pytest.mark.parametrize(
    ("category_id", "left"),
    [(PULSA, [4]), (TELKOMSEL, [2, 4]), (REGULAR, [2, 4]), (XL, [1, 3, 4])],
)
def test_what_is_in_a_hidden_category_is_not_shown(
    category_id: CategoryId, left: list[int]
) -> None:
    assert shown(Selection({category_id: HIDDEN})) == shown(Selection({category_id: BY_STAFF}))
    assert shown(Selection({category_id: HIDDEN})) == left
    assert shown(Selection({category_id: HIDDEN}), STAFF) == left
    assert shown(Selection({category_id: BY_STAFF}), STAFF) == [1, 2, 3, 4]


def test_a_category_without_shown_products_is_left_out() -> None:
    selection = Selection({XL: HIDDEN}, {ProductId(4): HIDDEN})
    catalogue = selection.shown_to(EVERYBODY, SHOP)
    assert [one.category_id for one in catalogue.children(None)] == [PULSA]
    assert [one.category_id for one in catalogue.children(PULSA)] == [TELKOMSEL]


def test_the_narrowest_choice_about_a_product_counts() -> None:
    path = (PULSA, TELKOMSEL, REGULAR)
    one = ProductId(1)
    assert Selection().sold_to(one, path) is SoldTo.EVERYBODY
    assert Selection({PULSA: BY_STAFF}).sold_to(one, path) is SoldTo.STAFF
    narrow = Selection({PULSA: BY_STAFF}, {one: HIDDEN})
    assert narrow.sold_to(one, path) is SoldTo.NOBODY
    assert not narrow.sells_everything
    assert Selection({PULSA: DISRUPTED}).sells_everything


def test_a_disruption_holds_for_everything_below_and_the_nearest_counts() -> None:
    near = Choice(disrupted_at=NOON + timedelta(hours=1))
    selection = Selection(
        {REGULAR: near, TELKOMSEL: DISRUPTED, XL: HIDDEN, GONE: DISRUPTED},
        {ProductId(3): DISRUPTED, ProductId(2): HIDDEN, ProductId(99): DISRUPTED},
    )
    disrupted = selection.disrupted_in(SHOP)
    far = Disruption(NOON, "Repairs")
    assert disrupted == {1: Disruption(near.disrupted_at or NOON), 3: far}
    for product_id, disruption in disrupted.items():
        path = [one.category_id for one in SHOP.path_of(REGULAR)]
        assert selection.disruption_of(product_id, path) == disruption
    assert selection.disruption_of(ProductId(4), (DATA,)) is None


def test_shown_categories_have_the_owners_name_place_and_mark() -> None:
    selection = Selection({PULSA: Choice(name="Pulsa HP", position=1), TELKOMSEL: DISRUPTED})
    catalogue = selection.shown_to(EVERYBODY, SHOP)
    assert len(catalogue) == len(SHOP)
    pulsa, data = catalogue.children(None)
    assert (pulsa.name, pulsa.own_name, pulsa.position) == ("pulsa-reguler", "Pulsa HP", 1)
    assert data is SHOP.category(DATA)
    marked = catalogue.category(TELKOMSEL)
    assert marked is not None
    assert marked.disruption == Disruption(NOON, "Repairs")


def test_types_are_in_the_owners_order_then_in_the_usual_one() -> None:
    def types(selection: Selection) -> list[CategoryId]:
        states = types_in_order(SHOP, selection, [DATA, PULSA])
        return [one.category.category_id for one in states]

    assert types(Selection()) == [DATA, PULSA]
    assert types(Selection({PULSA: Choice(position=0)})) == [PULSA, DATA]
    placed = Selection({PULSA: Choice(position=1), DATA: replace(HIDDEN, position=0)})
    assert types(placed) == [DATA, PULSA]
    data, pulsa = types_in_order(SHOP, placed)
    assert (data.sold_to, data.products, pulsa.products) == (SoldTo.NOBODY, 1, 3)


def test_a_target_is_a_product_or_a_category() -> None:
    selection = Selection({PULSA: HIDDEN}, {ProductId(1): DISRUPTED})
    assert selection.of(category_target(PULSA)) is HIDDEN
    assert selection.of(product_target(ProductId(1))) is DISRUPTED
    assert product_target(ProductId(1)).category_id is None


@pytest.mark.parametrize(
    ("succeeded", "failed", "mostly_fail"),
    [(2, 3, True), (3, 3, False), (1, 3, False), (0, 5, True), (5, 0, False)],
)
def test_a_brand_fails_if_more_than_half_of_five_orders_do(
    succeeded: int, failed: int, mostly_fail: bool
) -> None:
    outcomes = BrandOutcomes("pulsa-reguler", "XL", succeeded, failed)
    assert outcomes.mostly_fail is mostly_fail
    assert outcomes.mostly_succeed is (succeeded > failed)
