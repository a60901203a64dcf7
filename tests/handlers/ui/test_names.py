"""Display names of types, brands and products."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import Category, CategoryId, Product, ProductId
from handlers.ui.i18n import load_languages
from handlers.ui.product_names import (
    BRANDS,
    TYPES,
    brand_name,
    category_label,
    in_order,
    short_name,
    type_name,
)
from tests.services.shop import LISTINGS

LANGUAGES = load_languages()


def product(name: str, path: tuple[str, str, str] = ("pulsa-reguler", "TELKOMSEL", "U")) -> Product:
    """Return a product with this name in this category."""
    kind, main, sub = path
    listing = replace(LISTINGS[0], name=name, type=kind, main=main, sub=sub)
    return Product(ProductId(1), CategoryId(3), listing)


def category(name: str, number: int = 1) -> Category:
    """Return a category with this name."""
    return Category(CategoryId(number), None, name)


@pytest.mark.parametrize(
    ("name", "indonesian", "english"),
    [
        ("pulsa-reguler", "Pulsa", "Pulsa"),
        ("token-pln", "Token Listrik", "Electricity tokens"),
        ("paket-baru-x", "Paket baru x", "Paket baru x"),
        ("", "", ""),
        ("--", "--", "--"),
    ],
)
def test_types_have_their_usual_names(name: str, indonesian: str, english: str) -> None:
    assert type_name(LANGUAGES["id"], name) == indonesian
    assert type_name(LANGUAGES["en"], name) == english


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("TELKOMSEL", "Telkomsel"),
        ("BY.U", "by.U"),
        ("XL", "XL"),
        ("MOBILE LEGENDS", "Mobile Legends"),
        ("ARENA  OF VALOR", "Arena Of Valor"),
        ("K-VISION", "K-Vision"),
        ("iFlix", "iFlix"),
        ("", ""),
    ],
)
def test_brands_have_their_usual_spelling(name: str, said: str) -> None:
    """The supplier writes most of them in capitals."""
    assert brand_name(name) == said


@pytest.mark.parametrize(
    ("name", "path", "short"),
    [
        ("Telkomsel 10.000", ("pulsa-reguler", "TELKOMSEL", "Umum"), "10.000"),
        ("Axis Data  BRONET 13 GB", ("paket-internet", "AXIS", "Bronet"), "13 GB"),
        ("Three Pulsa Transfer 75.000", ("pulsa-transfer", "TRI", "Pulsa Transfer"), "75.000"),
        ("296 Diamonds ( 256 + 40 Bonus )", ("voucher-game", "MOBILE LEGENDS", "D"), None),
        ("Axis Data / 30 Hari", ("paket-internet", "AXIS", "Bronet"), None),
        ("10 GB 30 Hari", ("paket-internet", "AXIS", "10 GB"), None),
        ("Telkomsel", ("pulsa-reguler", "TELKOMSEL", "Umum"), None),
        ("Smartfren 10.000", ("pulsa-reguler", "SMART", "Umum"), "10.000"),
    ],
)
def test_short_names_omit_brand_and_category(
    name: str, path: tuple[str, str, str], short: str | None
) -> None:
    assert short_name(product(name, path)) == (short or " ".join(name.split()))


@given(name=st.text(max_size=60), main=st.text(max_size=20), sub=st.text(max_size=20))
def test_a_short_name_is_empty_only_for_an_empty_name(name: str, main: str, sub: str) -> None:
    short = short_name(product(name, ("paket-internet", main, sub)))
    assert bool(short) == bool(name.split())
    assert short in " ".join(name.split())


def test_types_and_brands_are_ordered_by_sales() -> None:
    types = [category("pulsa-reguler", 1), category("token-pln", 2), category("neu", 3)]
    assert [one.name for one in in_order(types, 0, {CategoryId(3): 5, CategoryId(2): 1})] == [
        "neu",
        "token-pln",
        "pulsa-reguler",
    ]
    subs = [category("b", 1), category("a", 2)]
    assert in_order(subs, 2, {CategoryId(2): 9}) == subs


def test_without_sales_the_usual_order_applies() -> None:
    shuffled = [category(name) for name in ("neu", "token-pln", "alt", "pulsa-reguler")]
    ordered = [one.name for one in in_order(shuffled, 0, {})]
    assert ordered == ["pulsa-reguler", "token-pln", "neu", "alt"]
    brands = [category(name) for name in ("ZZZ", "XL", "TELKOMSEL")]
    assert [one.name for one in in_order(brands, 1, {})] == ["TELKOMSEL", "XL", "ZZZ"]
    subs = [category(name) for name in ("b", "a")]
    assert in_order(subs, 2, {}) == subs


def test_only_types_have_an_emoji() -> None:
    words = LANGUAGES["id"]
    assert category_label(words, category("token-pln"), 0) == "⚡ Token Listrik"
    assert category_label(words, category("paket-baru"), 0) == "🛍 Paket baru"
    assert category_label(words, category("TELKOMSEL"), 1) == "Telkomsel"


def test_brand_keys_are_upper_case_and_types_are_complete() -> None:
    assert all(name == name.upper() for name in BRANDS)
    assert all(sign and name for sign, name in TYPES.values())
