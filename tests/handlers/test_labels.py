"""Labels fit their line, and what tells products apart stays on them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import CategoryId, Product, ProductId
from bot.domain.money import Rupiah
from bot.domain.order import OrderState
from bot.sandbox.supplier_catalogue import full_catalogue
from bot.services.browse import Offer, offer_of
from handlers.i18n import load_languages
from handlers.texts.catalogue import offer_labels, whole_name
from handlers.texts.history import again_label, past_label
from handlers.texts.labels import LONGEST_LABEL, fitted, shared_words
from handlers.texts.names import short_name
from tests.handlers.builders import NOW, an_order, shop_rules
from tests.services.shop import LISTINGS

WORDS = load_languages()["id"]
RULES = shop_rules()
AMOUNT = re.compile(r"\d[\d.,]*")


def offers(*names: str, cost: int = 62_500) -> list[Offer]:
    """Return products of these names, each at the same price."""
    made = []
    for number, name in enumerate(names, 1):
        listing = replace(LISTINGS[0], code=f"C{number}", name=name, cost=Rupiah(cost))
        made.append(offer_of(Product(ProductId(number), CategoryId(1), listing), RULES, NOW))
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
def test_filler_goes_before_amounts(name: str, longest: int, shown: str) -> None:
    """Spaces, brands and words are shortened, and only as far as they must be."""
    assert fitted(name, longest) == shown


@given(name=st.text(min_size=1, max_size=80), longest=st.integers(12, 48))
def test_a_fitted_name_fits(name: str, longest: int) -> None:
    """Whatever the list says; and what fits stays as it is."""
    made = fitted(name, longest)
    assert len(made) <= longest
    assert bool(made.strip(" …")) or not name.strip()
    if len(name) <= longest:
        assert made == name


def test_what_all_have_in_common_goes_first() -> None:
    """Whoever looked for "xl combo" need not read it on every button."""
    names = [f"XL Xtra Combo {kind} 10 GB + 20 GB / 30 Hari" for kind in ("VIP", "Flex")]
    assert list(offer_labels(WORDS, offers(*names), whole_name).values()) == [
        "VIP 10 GB+20 GB/30 Hari · Rp63.500",
        "Flex 10 GB+20 GB/30 hr · Rp63.500",
    ]
    assert shared_words(["10 GB A", "20 GB B"]) == frozenset()
    assert shared_words(["alone"]) == frozenset()


def test_names_that_became_the_same_have_their_codes() -> None:
    """Two sizes of one price must never look the same."""
    names = ("Aaaaaaaaaa Bbbbbbbbbb Cccccc 1 GB", "Aaaaaaaaaa Bbbbbbbbbb Dddddd 1 GB", "Zzz")
    labels = list(offer_labels(WORDS, offers(*names)).values())
    assert len(set(labels)) == len(names)
    assert "C1" in labels[0]
    assert "C2" in labels[1]
    assert labels[2] == "Zzz · Rp63.500"


def test_every_label_of_a_whole_list_fits_and_has_its_amounts() -> None:
    """On the shelves and in what was found, with 1,400 products as the supplier has them."""
    shelves: dict[tuple[str, ...], list[Offer]] = {}
    for number, row in enumerate(full_catalogue()):
        if not row.get("name") or not row.get("code"):
            continue
        path = tuple(row["category"][level] for level in ("type", "main", "sub"))
        listing = replace(
            LISTINGS[0],
            code=row["code"],
            name=row["name"],
            type=path[0],
            main=path[1],
            sub=path[2],
            cost=Rupiah(int(row["price"]["current"])),
        )
        product = Product(ProductId(number), CategoryId(1), listing)
        shelves.setdefault(path, []).append(offer_of(product, RULES, NOW))
    for shelf in shelves.values():
        for name_of in (short_name, whole_name):
            labels = offer_labels(WORDS, shelf, name_of)
            for offer in shelf:
                label = labels[offer.product.product_id]
                assert len(label) <= LONGEST_LABEL, label
                assert label.endswith(f" · {WORDS.money(offer.price)}")
                missing = set(AMOUNT.findall(offer.product.listing.name)) - set(
                    AMOUNT.findall(label)
                )
                assert not missing, label


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Telkomsel 5.000", "✅ Telkomsel 5.000 · …7890, 24 Nov"),
        ("Telkomsel 100.000", "✅ Tsel 100.000 · …7890, 24 Nov"),
        ("Telkomsel Data Flash 10 GB / 30 Hari", "✅ Tsel Flash 10 GB/30 Hari · …7890"),
    ],
)
def test_the_history_tells_purchases_apart(name: str, label: str) -> None:
    """By whom they were for, and by their day where there is room."""
    past = an_order(OrderState.SUCCEEDED, product_name=name)
    assert past_label(WORDS, past) == label
    assert len(label) <= LONGEST_LABEL
    assert len(again_label(past)) <= LONGEST_LABEL
