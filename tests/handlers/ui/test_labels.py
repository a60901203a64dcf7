"""Product labels fit into their line and stay distinguishable."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import CategoryId, Listing, Product, ProductId
from bot.domain.money import Rupiah
from bot.domain.order import OrderState
from bot.domain.policy import Policy
from bot.domain.viewer import EVERYBODY
from bot.sandbox.supplier.catalogue import full_catalogue
from bot.services.catalogue.browse import Offer, offer_of
from bot.services.catalogue.terms import Terms
from handlers.orders.texts import past_label
from handlers.ui import labels
from handlers.ui.i18n import load_languages
from handlers.ui.labels import available_width, fit_name, shared_words, width
from handlers.ui.offers import offer_labels
from handlers.ui.order_card import again_label
from handlers.ui.product_names import short_name, whole_name
from tests.handlers.builders import NOW, an_order, shop_rules
from tests.handlers.test_taps_to_best_sellers import CATALOGUE
from tests.services.shop import LISTINGS

LANGUAGES = load_languages()
WORDS = LANGUAGES["id"]
TERMS = Terms(shop_rules(), Policy(), EVERYBODY)
AMOUNT = re.compile(r"\d[\d.,]*")


def offers(*names: str, cost: int = 62_500, main: str = "TELKOMSEL") -> list[Offer]:
    """Return offers of products with these names, each at the same price."""
    made = []
    for number, name in enumerate(names, 1):
        listing = replace(LISTINGS[0], code=f"C{number}", name=name, main=main, cost=Rupiah(cost))
        made.append(offer_of(Product(ProductId(number), CategoryId(1), listing), TERMS, NOW))
    return made


@pytest.mark.parametrize(
    ("name", "longest", "shown"),
    [
        ("Telkomsel 10.000", 23, "Telkomsel 10.000"),
        ("350 Menit Sesama + 50 Menit Semua Op / 7 Hari", 23, "350mnt+50mnt/7hr"),
        ("350 Menit Sesama + 50 Menit Semua Op / 7 Hari", 15, "350+50mnt/7hr"),
        ("1100 Diamonds ( 964 + 136 Bonus )", 22, "1100 DM (964+136)"),
        ("Three Pulsa Transfer 75.000", 23, "Three Transfer 75.000"),
        ("Axis Data BRONET 13 GB / 30 Hari", 23, "Axis BRONET 13 GB/30 hr"),
        ("XL Xtra Combo VIP 10 GB + 20 GB / 30 Hari", 23, "XL Xtra… 10+20GB/30hr"),
        ("Indosat Data Freedom Internet 4,5 GB + 20 GB / 30 Hari", 17, "4,5+20GB/30hr"),
        ("China Unicom 20 CNY", 17, "China… 20 CNY"),
        ("x" * 50, 20, "x" * 9 + "…" + "x" * 10),
    ],
)
def test_filler_words_are_shortened_before_amounts(name: str, longest: int, shown: str) -> None:
    assert fit_name(name, longest) == shown


@given(name=st.text(min_size=1, max_size=80), longest=st.integers(12, 48))
def test_a_fitted_name_has_at_most_the_given_length(name: str, longest: int) -> None:
    made = fit_name(name, longest)
    assert len(made) <= longest
    assert bool(made.strip(" …")) or not name.strip()
    if len(name) <= longest:
        assert made == name


def test_words_shared_by_all_products_are_dropped_first() -> None:
    names = [f"XL Xtra Combo {kind} 10 GB / 30 Hari" for kind in ("VIP", "Flex")]
    assert list(offer_labels(WORDS, offers(*names, main="XL"), whole_name).of.values()) == [
        "XL VIP 10 GB/30 hr · Rp63.500",
        "XL Flex 10 GB/30 hr · Rp63.500",
    ]
    assert shared_words(["10 GB A", "20 GB B"]) == frozenset()
    assert shared_words(["alone"]) == frozenset()


def test_labels_that_would_be_equal_are_numbered_and_spelled_out() -> None:
    """Products of one price must differ without the supplier's codes, which customers never see."""
    names = ("Aaaaaaaaaa Bbbbbbbbbb Cccccc 1 GB", "Aaaaaaaaaa Bbbbbbbbbb Dddddd 1 GB", "Zzz")
    made = offer_labels(WORDS, offers(*names))
    labels = list(made.of.values())
    assert len(set(labels)) == len(names)
    assert [made.spelled_out.get(label) for label in labels] == [
        "1. Telkomsel · Aaaaaaaaaa Bbbbbbbbbb Cccccc 1 GB · Umum",
        "2. Telkomsel · Aaaaaaaaaa Bbbbbbbbbb Dddddd 1 GB · Umum",
        None,
    ]
    assert labels[0].startswith("1. ")
    assert labels[2] == "Zzz · Rp63.500"
    assert not any("C1" in text for text in (*labels, *made.spelled_out.values()))


BRANDS = ("GENSHIN IMPACT INTERNATIONAL SERVER", "NARAKA", "XL", "WWWWWWWWWWWWWWWWWWWWWWWW")
ENDS = ("60 + 30 Bonus", "60 + 300 Bonus", "1,5 GB / 30 Hari / 24 Jam", "Spesial Malam 1 GB")
HARD = [
    replace(
        LISTINGS[0],
        code=f"SECRET{number}-{brand[:3]}",
        name=f"Paket Istimewa Genesis Crystals Mingguan {end}",
        type="voucher-game",
        main=brand,
        sub=f"Sub {number % 2}",
        cost=Rupiah(12_345_678 + number // 2),
    )
    for brand in BRANDS
    for number, end in enumerate(ENDS)
]
"""The longest usual names and prices, which differ only at their end."""
SANDBOX = [
    replace(one.listing, is_ready=True, cutoff=LISTINGS[0].cutoff)
    for one in CATALOGUE.products.values()
]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("listings", [SANDBOX, HARD], ids=["sandbox", "hard"])
def test_every_label_fits_and_is_unique(listings: list[Listing], language: str) -> None:
    words = LANGUAGES[language]
    by_category: dict[tuple[str, ...], list[Offer]] = defaultdict(list)
    for number, one in enumerate(listings):
        product = Product(ProductId(number), CategoryId(1), one)
        by_category[one.path].append(offer_of(product, TERMS, NOW))
    mixed = [offer for group in by_category.values() for offer in group[:3]][:80]
    for group in [*by_category.values(), mixed]:
        for name_of in (short_name, whole_name):
            made = offer_labels(words, group, name_of)
            assert len({label.casefold() for label in made.of.values()}) == len(group)
            for offer in group:
                label, listing = made.of[offer.product.product_id], offer.product.listing
                assert width(label) <= available_width(), label
                assert label.endswith(f" · {words.money(offer.price)}")
                read = f"{label} {made.spelled_out.get(label, '')}"
                name = words.numbers_in(listing.name)
                assert set(AMOUNT.findall(name)) <= set(AMOUNT.findall(read)), read
                assert listing.code not in read


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Telkomsel 5.000", "✅ Tsel 5.000 · …7890, 24 Nov"),
        ("Telkomsel 100.000", "✅ Telkomsel 100.000 · …7890"),
        ("Tsel 5K", "✅ Tsel 5K · …7890, 24 Nov"),
        ("1 GB / 1 Hari", "✅ Tsel · 1 GB/1 Hari · …7890"),
        ("Telkomsel Data Flash 10 GB / 30 Hari", "✅ Tsel… 10GB/30hr · …7890"),
    ],
)
def test_history_labels_name_the_destination_and_the_day_if_it_fits(name: str, label: str) -> None:
    past = an_order(OrderState.SUCCEEDED, product_name=name)
    assert past_label(WORDS, past) == label
    assert width(label) <= available_width()
    assert width(again_label(WORDS, past)) <= available_width()


def test_no_step_needs_letters_that_it_would_shorten_a_name_without() -> None:
    """A step is left out where its letters are missing, which is faster than its pattern."""
    names = {str(row.get("name", "")) for row in full_catalogue()} | {
        "Three (3) Pulsa Transfer 5.000",
        "Mobile Legend 86 Diamonds + Bonus",
        "PUBG MOBILE 60 UC / FREE FIRE 5 Diamond",
        "Paket Telepon 100 Menit Semua Operator ( 1 Hari )",
        "Smartfren Data 10 GB+20 GB Sesama, Semua Op",
    }
    for needed, pattern, short in labels._STEPS:
        changed = {name for name in names if pattern.sub(short, name) != name}
        assert all(needed in name.lower() for name in changed)
        assert changed or pattern.pattern.startswith(r"(\d)(")
