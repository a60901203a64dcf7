"""The catalogue's index, and the guard against a list that shrank suddenly."""

from collections.abc import Iterable
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import (
    CONFIRMATIONS_NEEDED,
    Catalogue,
    Category,
    CategoryId,
    Product,
    ProductId,
    ShrinkGuard,
)
from tests.domain.samples import product

FETCHED_AT = datetime(2026, 3, 14, tzinfo=UTC)
PULSA, DATA, TELKOMSEL, XL, REGULAR, PROMO, EMPTY = (CategoryId(n) for n in range(1, 8))
CATEGORIES = (
    Category(PULSA, None, "pulsa-reguler"),
    Category(DATA, None, "paket-internet"),
    Category(TELKOMSEL, PULSA, "TELKOMSEL"),
    Category(XL, PULSA, "XL"),
    Category(REGULAR, TELKOMSEL, "Reguler"),
    Category(PROMO, XL, "Promo"),
    Category(EMPTY, DATA, "Kosong"),
)


def catalogue(products: Iterable[Product]) -> Catalogue:
    """Return a catalogue with the categories above."""
    return Catalogue(products, CATEGORIES, FETCHED_AT)


ONE, TWO, THREE = product(1, REGULAR), product(2, PROMO), product(3, REGULAR)
SHOP = catalogue([ONE, TWO, THREE])


def test_products_are_found_by_id_code_and_category() -> None:
    assert len(SHOP) == 3
    assert SHOP.product(ProductId(2)) is TWO
    assert SHOP.product(ProductId(9)) is None
    assert SHOP.by_code("C3") is THREE
    assert SHOP.by_code("c3") is None
    assert list(SHOP.products_in(REGULAR)) == [ONE, THREE]
    assert list(SHOP.products_in(PULSA)) == []
    assert list(SHOP.products_below(PULSA)) == [ONE, THREE, TWO]
    assert set(SHOP.products) == {1, 2, 3}
    assert SHOP.fetched_at == FETCHED_AT


def test_categories_with_nothing_on_sale_are_left_out() -> None:
    assert [category.name for category in SHOP.children(None)] == ["pulsa-reguler"]
    assert [category.name for category in SHOP.children(PULSA)] == ["TELKOMSEL", "XL"]
    assert SHOP.children(DATA) == ()


def test_the_path_of_a_category_begins_at_its_type() -> None:
    assert [category.name for category in SHOP.path_of(PROMO)] == ["pulsa-reguler", "XL", "Promo"]
    assert SHOP.path_of(CategoryId(99)) == ()


@given(st.integers(0, 5_000), st.integers(0, 5_000))
def test_a_list_that_lost_more_than_half_needs_two_confirmations(old: int, new: int) -> None:
    collapsed = old > 0 and (new == 0 or new * 2 < old)
    guard = ShrinkGuard()
    for _ in range(CONFIRMATIONS_NEEDED):
        is_sound, guard = guard.judge(old, new)
        assert is_sound is not collapsed
    assert guard.judge(old, new) == (True, ShrinkGuard())


def test_a_good_list_resets_the_confirmations() -> None:
    _, guard = ShrinkGuard().judge(100, 10)
    assert guard.suspicions == 1
    assert guard.judge(100, 100) == (True, ShrinkGuard())
