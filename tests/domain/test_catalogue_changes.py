"""Only what a list changes is stored, and the catalogue is the list again afterwards."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import Catalogue, Category, CategoryId, Listing, Product, ProductId
from bot.domain.catalogue_changes import ListChanges, changed_catalogue, changes_between
from bot.domain.money import Rupiah
from tests.samples import LISTING, NOON

SUB = CategoryId(3)
CATEGORIES = [
    Category(CategoryId(1), None, LISTING.type),
    Category(CategoryId(2), CategoryId(1), LISTING.main),
    Category(SUB, CategoryId(2), LISTING.sub),
]
lists = st.lists(
    st.builds(
        lambda code, cost: replace(LISTING, code=code, cost=Rupiah(cost)),
        st.sampled_from("ABCDEFGH"),
        st.integers(1, 3),
    ),
    max_size=10,
)


ROWS = {code: replace(LISTING, code=code) for code in "ABCDXY"}


def listed(text: str) -> list[Listing]:
    return [ROWS[code] for code in text]


def after(catalogue: Catalogue | None, changes: ListChanges) -> Catalogue:
    """Return the catalogue that a store would make of the changes."""
    stored = [
        Product(ProductId(ord(row.listing.code[0])), SUB, row.listing, row.position)
        for row in changes.rows
    ]
    return changed_catalogue(catalogue, changes, stored, CATEGORIES, NOON)


@given(st.lists(lists, max_size=3))
def test_after_its_changes_the_catalogue_has_the_list_in_order(some: list[list[Listing]]) -> None:
    catalogue = None
    for listings in some:
        catalogue = after(catalogue, changes_between(catalogue, listings))
        by_code = {one.code: one for one in listings}
        assert [one.listing for one in catalogue.products.values()] == list(by_code.values())
        assert changes_between(catalogue, listings) == ListChanges([], [])


def test_only_new_and_changed_rows_are_stored() -> None:
    old = after(None, changes_between(None, listed("ABCD")))
    dearer = replace(LISTING, code="C", cost=Rupiah(99_000))
    for new, codes, gone in (
        ([*listed("AB"), dearer, *listed("D")], "C", []),
        (listed("AXYBCD"), "XY", []),
        (listed("ABCDX"), "X", []),
        (listed("BD"), "", ["A", "C"]),
        (listed("BCDA"), "A", []),
    ):
        changes = changes_between(old, new)
        assert "".join(row.listing.code for row in changes.rows) == codes
        assert changes.gone == gone
        kept = after(old, changes).products_by_code
        assert all(kept[code] is old.products_by_code[code] for code in "BD")


def test_equal_listings_are_in_memory_once() -> None:
    """After a start the listings of the database are those of the first list that is fetched."""
    old = after(None, changes_between(None, listed("AB")))
    fetched = [replace(one) for one in listed("AB")]
    changes = changes_between(old, fetched)
    assert changes == ListChanges([], [])
    new = after(old, changes)
    assert [one.listing for one in new.products.values()] == listed("AB")
    assert all(one.listing is two for one, two in zip(new.products.values(), fetched, strict=True))
