"""Types, brands and products are called as people call them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import Category, CategoryId, Product, ProductId
from handlers.i18n import load_languages
from handlers.texts.names import (
    BRANDS,
    TYPES,
    brand_name,
    category_label,
    in_order,
    short_name,
    trail_text,
    type_name,
)
from tests.services.shop import LISTINGS

LANGUAGES = load_languages()


def product(name: str, path: tuple[str, str, str] = ("pulsa-reguler", "TELKOMSEL", "U")) -> Product:
    """Return a product of this name and place."""
    kind, main, sub = path
    listing = replace(LISTINGS[0], name=name, type=kind, main=main, sub=sub)
    return Product(ProductId(1), CategoryId(3), listing)


def category(name: str, number: int = 1) -> Category:
    """Return a category of this name."""
    return Category(CategoryId(number), None, name)


@pytest.mark.parametrize(
    ("name", "indonesian", "english"),
    [
        ("pulsa-reguler", "Pulsa", "Pulsa"),
        ("pulsa-transfer", "Pulsa Transfer", "Pulsa transfer"),
        ("paket-internet", "Paket Data", "Data packs"),
        ("token-pln", "Token Listrik", "Electricity tokens"),
        ("saldo-emoney", "E-Money", "E-money"),
        ("voucher-game", "Voucher Game", "Game vouchers"),
        ("paket-telepon", "Paket Telepon", "Phone packs"),
        ("streaming-tv", "TV & Streaming", "TV & streaming"),
        ("masa-aktif", "Masa Aktif", "Validity extension"),
        ("paket-baru-x", "Paket baru x", "Paket baru x"),
        ("", "", ""),
        ("--", "--", "--"),
    ],
)
def test_types_are_said_as_people_say_them(name: str, indonesian: str, english: str) -> None:
    """In both languages; one that nobody knows yet is made readable."""
    assert type_name(LANGUAGES["id"], name) == indonesian
    assert type_name(LANGUAGES["en"], name) == english


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("TELKOMSEL", "Telkomsel"),
        ("BY.U", "by.U"),
        ("GO PAY", "GoPay"),
        ("SHOPEE PAY", "ShopeePay"),
        ("LINKAJA", "LinkAja"),
        ("PLN", "PLN"),
        ("OVO", "OVO"),
        ("DANA", "DANA"),
        ("XL", "XL"),
        ("AXIS", "Axis"),
        ("TRI", "Three (3)"),
        ("SMARTFREN", "Smartfren"),
        ("MOBILE LEGENDS", "Mobile Legends"),
        ("ARENA  OF VALOR", "Arena Of Valor"),
        ("K-VISION", "K-Vision"),
        ("iFlix", "iFlix"),
        ("", ""),
    ],
)
def test_brands_have_their_usual_spelling(name: str, said: str) -> None:
    """The supplier shouts them all."""
    assert brand_name(name) == said


@pytest.mark.parametrize(
    ("name", "path", "short"),
    [
        ("Telkomsel 10.000", ("pulsa-reguler", "TELKOMSEL", "Umum"), "10.000"),
        (
            "Axis Data  BRONET 13 GB / 30 Hari",
            ("paket-internet", "AXIS", "Bronet"),
            "13 GB / 30 Hari",
        ),
        (
            "Three Pulsa Transfer 75.000",
            ("pulsa-transfer", "TRI", "Pulsa Transfer"),
            "75.000",
        ),
        (
            "XL Xtra Combo VIP 10 GB + 20 GB / 30 Hari",
            ("paket-internet", "XL", "Xtra Combo VIP"),
            "10 GB + 20 GB / 30 Hari",
        ),
        (
            "Telkomsel Telepon 350 Menit Sesama",
            ("paket-telepon", "TELKOMSEL", "Telepon"),
            "350 Menit Sesama",
        ),
        ("PLN 20.000", ("token-pln", "PLN", "Token"), "20.000"),
        ("296 Diamonds ( 256 + 40 Bonus )", ("voucher-game", "MOBILE LEGENDS", "D"), None),
        ("Axis Data / 30 Hari", ("paket-internet", "AXIS", "Bronet"), None),
        ("10 GB 30 Hari", ("paket-internet", "AXIS", "10 GB"), None),
        ("Telkomsel", ("pulsa-reguler", "TELKOMSEL", "Umum"), None),
        ("Smartfren 10.000", ("pulsa-reguler", "SMART", "Umum"), "10.000"),
    ],
)
def test_names_lose_what_the_screen_says_already(
    name: str, path: tuple[str, str, str], short: str | None
) -> None:
    """Brand and kind stand above the buttons; amounts, and what would not read well, stay."""
    assert short_name(product(name, path)) == (short or " ".join(name.split()))


@given(name=st.text(max_size=60), main=st.text(max_size=20), sub=st.text(max_size=20))
def test_no_name_is_lost(name: str, main: str, sub: str) -> None:
    """Whatever the list says, something is left of every name that was something."""
    short = short_name(product(name, ("paket-internet", main, sub)))
    assert bool(short) == bool(name.split())
    assert short in " ".join(name.split())


def test_what_sold_most_is_offered_first() -> None:
    """Types and brands by what this shop sold; what sold alike in the usual order."""
    types = [category("pulsa-reguler", 1), category("token-pln", 2), category("neu", 3)]
    assert [one.name for one in in_order(types, 0, {CategoryId(3): 5, CategoryId(2): 1})] == [
        "neu",
        "token-pln",
        "pulsa-reguler",
    ]
    subs = [category("b", 1), category("a", 2)]
    assert in_order(subs, 2, {CategoryId(2): 9}) == subs


def test_what_has_not_sold_is_offered_in_the_usual_order() -> None:
    """Known types and brands in the shop's order; the rest behind them, as listed."""
    shuffled = [category(name) for name in ("neu", "token-pln", "alt", "pulsa-reguler")]
    ordered = [one.name for one in in_order(shuffled, 0, {})]
    assert ordered == ["pulsa-reguler", "token-pln", "neu", "alt"]
    brands = [category(name) for name in ("ZZZ", "XL", "TELKOMSEL")]
    assert [one.name for one in in_order(brands, 1, {})] == ["TELKOMSEL", "XL", "ZZZ"]
    subs = [category(name) for name in ("b", "a")]
    assert in_order(subs, 2, {}) == subs


def test_a_trail_reads_from_the_type_down() -> None:
    """What the screen stands under."""
    path = [category("pulsa-reguler"), category("TELKOMSEL", 2), category("Umum", 3)]
    assert trail_text(LANGUAGES["id"], path) == "Pulsa › Telkomsel › Umum"


def test_only_types_have_a_picture() -> None:
    """One sign at most, where it helps the eye; a new type has one too."""
    words = LANGUAGES["id"]
    assert category_label(words, category("token-pln"), 0) == "⚡ Token Listrik"
    assert category_label(words, category("paket-baru"), 0) == "🛍 Paket baru"
    assert category_label(words, category("TELKOMSEL"), 1) == "Telkomsel"


def test_the_lists_are_written_with_care() -> None:
    """Brands are looked up in capitals; every type has a sign and a name."""
    assert all(name == name.upper() for name in BRANDS)
    assert all(sign and name for sign, name in TYPES.values())
