"""The catalogue repository: permanent ids, and a list that is replaced as a whole."""

import sqlite3
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.catalogue import Catalogue, Listing, ProductId
from bot.domain.cutoff import CutoffWindow
from bot.domain.money import Rupiah
from bot.ports.store import Transaction
from bot.ports.versions import Subject
from tests.catalogue_lists import put_list
from tests.storage.records import records
from tests.storage.samples import NOW, SECOND, SM10, SM20, empty_shop

cutoffs = st.tuples(st.integers(0, 1439), st.integers(0, 1439)).filter(lambda two: two[0] != two[1])
listings = records(
    Listing,
    main=st.sampled_from(["TELKOMSEL", "XL", ""]),
    sub=st.sampled_from(["Umum", "TELKOMSEL", ""]),
    type=st.sampled_from(["pulsa", "data", "Umum"]),
    cost=st.integers(0, 10**8),
    cutoff=st.none() | st.builds(lambda two: CutoffWindow(*two), cutoffs),
)
lists = st.lists(listings, max_size=8, unique_by=lambda listing: listing.code)


def shown(catalogue: Catalogue | None) -> list[Listing]:
    assert catalogue is not None
    return [product.listing for product in catalogue.products.values()]


def ids(catalogue: Catalogue | None) -> dict[str, ProductId]:
    assert catalogue is not None
    return {product.listing.code: product.product_id for product in catalogue.products.values()}


@settings(max_examples=40)
@given(lists, lists)
def test_a_list_is_stored_with_every_field_and_in_order(
    first: list[Listing], second: list[Listing]
) -> None:
    with empty_shop() as tx:
        for fetched, at in ((first, NOW), (second, NOW + SECOND), (first, NOW + 2 * SECOND)):
            catalogue = put_list(tx, fetched, at)
            assert shown(catalogue) == fetched
            loaded = tx.catalogue.load()
            assert shown(loaded) == fetched
            assert ids(loaded) == ids(catalogue)
            assert loaded is not None
            assert loaded.fetched_at == catalogue.fetched_at == at
            for product in loaded.products.values():
                path = tuple(category.name for category in loaded.path_of(product.sub_id))
                assert path == product.listing.path
                assert tx.catalogue.product(product.product_id) == product


def test_before_the_first_list_there_is_no_catalogue() -> None:
    with empty_shop() as tx:
        assert tx.catalogue.load() is None
        assert len(put_list(tx, [], NOW)) == 0
        assert shown(tx.catalogue.load()) == []


def test_ids_are_permanent(tx: Transaction) -> None:
    first = ids(tx.catalogue.load())
    only = ids(put_list(tx, [SM20], NOW))
    assert only == {"SM20": first["SM20"]}
    moved = replace(SM10, sub="Promo", cost=Rupiah(9_000))
    new = replace(SM10, code="NEW")
    again = put_list(tx, [new, moved, SM20], NOW)
    assert {code: ids(again)[code] for code in first} == first
    assert ids(again)["NEW"] not in first.values()
    product = again.by_code("SM10")
    assert product is not None
    assert [category.name for category in again.path_of(product.sub_id)] == [
        "pulsa-reguler",
        "TELKOMSEL",
        "Promo",
    ]


def test_one_name_may_be_used_on_every_level(tx: Transaction) -> None:
    same = replace(SM10, type="XL", main="XL", sub="XL", code="X1")
    other = replace(SM10, type="data", main="XL", sub="XL", code="X2")
    catalogue = put_list(tx, [same, other], NOW)
    products = [catalogue.by_code(code) for code in ("X1", "X2")]
    paths = [catalogue.path_of(product.sub_id) for product in products if product is not None]
    assert len({category.category_id for path in paths for category in path}) == 6


def test_codes_that_differ_in_case_are_two_products(tx: Transaction) -> None:
    catalogue = put_list(tx, [SM10, replace(SM10, code="sm10")], NOW)
    assert len(catalogue) == 2


def test_a_product_that_left_the_list_is_still_found(tx: Transaction) -> None:
    """The buttons of old orders refer to it."""
    product_id = ids(tx.catalogue.load())["SM10"]
    put_list(tx, [SM20], NOW)
    product = tx.catalogue.product(product_id)
    assert product is not None
    assert product.listing == SM10
    assert tx.catalogue.product(ProductId(99)) is None


@pytest.mark.parametrize("connection", ["SQLite"], indirect=True)
def test_a_list_that_did_not_change_writes_nothing_but_its_time(
    connection: sqlite3.Connection, tx: Transaction
) -> None:
    """Most fetches change nothing, and the list may have 20,000 rows. PostgreSQL counts nothing."""
    before = connection.total_changes
    put_list(tx, [SM10, SM20], NOW + SECOND)
    assert connection.total_changes == before + 1
    put_list(tx, [SM10, replace(SM20, is_ready=False)], NOW + SECOND)
    # The changed row, the version and the time.
    assert connection.total_changes == before + 1 + 3


def test_every_change_of_the_products_on_sale_raises_their_version(tx: Transaction) -> None:
    """A process that kept the list in memory must notice it."""

    def version() -> int:
        return tx.versions.of(Subject.CATALOGUE)

    loaded, before = tx.catalogue.load(), version()
    assert loaded is not None
    assert loaded.version == before
    for count, fetched in enumerate(
        ([replace(SM10, cost=Rupiah(9)), SM20], [SM20], [SM10, SM20]), start=1
    ):
        put_list(tx, fetched, NOW)
        assert version() == before + count
        put_list(tx, fetched, NOW + SECOND)
        assert version() == before + count


def test_only_a_product_of_the_list_is_on_sale(tx: Transaction) -> None:
    catalogue = put_list(tx, [SM20], NOW)
    sm20 = catalogue.by_code("SM20")
    assert sm20 is not None
    assert tx.catalogue.on_sale(sm20.product_id) == sm20
    gone = next(one for one in (ProductId(1), ProductId(2)) if one != sm20.product_id)
    assert tx.catalogue.product(gone) is not None
    assert tx.catalogue.on_sale(gone) is None
    assert tx.catalogue.on_sale(ProductId(99)) is None


def test_of_two_listings_with_one_code_the_last_counts(tx: Transaction) -> None:
    dearer = replace(SM10, cost=Rupiah(99_000))
    catalogue = put_list(tx, [SM10, SM20, dearer], NOW)
    assert shown(catalogue) == shown(tx.catalogue.load()) == [dearer, SM20]


@pytest.mark.parametrize("order", [[SM10, SM20], [SM20, SM10]])
def test_the_suppliers_order_is_kept(tx: Transaction, order: list[Listing]) -> None:
    assert shown(put_list(tx, order, NOW)) == order
    assert shown(tx.catalogue.load()) == order
