"""Products are found by what people call them, also where a letter is wrong."""

from __future__ import annotations

import random
import re
import string
from functools import cache

import pytest

from bot.domain.catalogue import CategoryId, Listing, Product, ProductId
from bot.domain.money import Rupiah
from bot.domain.search import SearchIndex, words_of
from bot.sandbox.supplier_catalogue import full_catalogue
from bot.services.search import Search, near
from tests.services.shop import Shop, shop_rules


@cache
def products() -> tuple[Product, ...]:
    """Return the 1,400 rows of the sandbox, without those that nobody can sell."""
    rows = [row for row in full_catalogue() if row.get("name") and row["code"]]
    return tuple(
        Product(ProductId(number), CategoryId(1), _listing(row))
        for number, row in enumerate(rows, start=1)
    )


def _listing(row: dict[str, object]) -> Listing:
    path = row["category"]
    assert isinstance(path, dict)
    names = (path["type"], path["main"], path["sub"])
    return Listing(
        str(row["code"]),
        str(row["name"]),
        "",
        *names,
        Rupiah(1),
        True,
        True,
        None,
    )


@cache
def index() -> SearchIndex:
    return SearchIndex(products(), near)


def found(query: str) -> list[str]:
    """Return the names of what is found, the best fits first."""
    names = {one.product_id: one.listing.name for one in products()}
    scores = index().find(query)
    return [names[one] for one in sorted(scores, key=lambda one: -scores[one])]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("tsel 10", "Telkomsel 10.000"),
        ("telkomsel 10rb", "Telkomsel 10.000"),
        ("Telkomsel Rp 10.000", "Telkomsel 10.000"),
        ("10k tsel", "Telkomsel 10.000"),
        ("isat 5ribu", "Indosat 5.000"),
        ("axis 2gb", "Axis Data OWSEM 2 GB"),
        ("axis 2 giga", "Axis Data OWSEM 2 GB"),
        ("pln 50", "PLN 50.000"),
        ("token listrik 50rb", "PLN 50.000"),
        ("gopay 20", "GoPay 20.000"),
        ("byu 10rb", "by.U"),
        ("BR10", "Axis Data BRONET 13 GB"),
        ("ml 86", "86 Diamonds"),
        ("telkomsle 10", "Telkomsel 10.000"),
        ("indosta 25", "Indosat"),
        ("smartfern 10rb", "Smartfren"),
        ("voucher vidio", "Vidio"),
        ("harga pulsa 10?", "Telkomsel 10.000"),
        ("berapa token 50rb dong", "PLN 50.000"),
    ],
)
def test_people_find_what_they_mean(query: str, first: str) -> None:
    """By alias, amount, code, and with letters mixed up."""
    assert found(query)[0].startswith(first), found(query)[:5]


@pytest.mark.parametrize("query", ["", "halo apa", "zzzzqqq", "🎲", "   ", "\u0000", "٠"])
def test_what_means_nothing_finds_nothing(query: str) -> None:
    """Rather than everything."""
    assert found(query) == []


def test_amounts_are_read_as_people_write_them() -> None:
    """Thousands in groups or with a unit; decimals stay what they are."""
    assert words_of("10.000 10rb 10ribu 10k 1jt") == ["10000", "10000", "10000", "10000", "1000000"]
    assert words_of("1,5 gb 1.5jt 4,5rb 1.2.3") == ["1.5", "gb", "1.5e+06", "4500", "1.2.3"]


def typos(word: str, chance: random.Random) -> list[str]:
    """Return a word with a letter lost, doubled, wrong, too many, and with two changed over."""
    at = chance.randrange(len(word) - 1)
    letter = chance.choice(string.ascii_lowercase)
    return [
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    ]


def test_95_of_100_typos_of_one_letter_find_the_product() -> None:
    """Of each product, a word of four letters or more is misspelt in each way, the rest right."""
    chance, hits, tries, missed = random.Random(7), 0, 0, []  # noqa: S311 - the same typos each time
    for product in products():
        name = product.listing.name
        long_words = re.findall(r"[A-Za-z]{4,}", name)
        if not long_words:
            continue
        word = chance.choice(long_words)
        for typo in typos(word.lower(), chance):
            query = name.replace(word, typo, 1)
            tries += 1
            if product.product_id in index().find(query):
                hits += 1
            else:
                missed.append(query)
    assert tries > 5_000
    assert hits / tries >= 0.95, (hits, tries, missed[:20])


def test_95_of_100_misspelt_words_alone_find_the_product() -> None:
    """Also where the misspelt word is all that there is."""
    chance, hits, tries, missed = random.Random(8), 0, 0, []  # noqa: S311 - the same
    for product in products():
        for word in re.findall(r"[A-Za-z]{5,}", product.listing.name):
            typo = chance.choice(typos(word.lower(), chance))
            tries += 1
            if product.product_id in index().find(typo):
                hits += 1
            else:
                missed.append((word, typo))
    assert hits / tries >= 0.95, (hits, tries, missed[:40])


# --- the service ---


async def test_available_products_come_first(shop: Shop) -> None:
    """At today's price; what is out of stock stands below."""
    await shop.relist("SM10", is_ready=False)
    offers = shop.search.find("telkomsel")
    assert [one.is_available for one in offers][-2:] == [False, False]
    assert {one.product.listing.code for one in offers[-2:]} == {"SM10", "GONE"}


async def test_a_new_list_is_searched_at_once(shop: Shop) -> None:
    """The index is made with each list, before it is sold from."""
    assert shop.search.find("Kartu Hadiah") == []
    shop.refresh._search = shop.search
    await shop.relist("SM20", name="Kartu Hadiah 20.000")
    assert [one.product.listing.code for one in shop.search.find("Kartu Hadiah")] == ["SM20"]


async def test_a_shop_without_a_list_finds_nothing(shop: Shop) -> None:
    """And says so instead of failing."""
    shop.shelf.catalogue = None
    assert shop.search.find("telkomsel") == []
    assert Search(shop.shelf, shop_rules(), shop.clock).find("telkomsel") == []
    assert near("", []) == []
