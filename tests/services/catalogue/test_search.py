"""Products are found by the words that people use, even with a wrong letter."""

from __future__ import annotations

import asyncio
import random
import re
import string
import threading
from collections.abc import Sequence
from dataclasses import fields, replace
from functools import cache
from typing import ClassVar

import pytest

from bot.domain.catalogue import Catalogue, Category, CategoryId, Listing, Product, ProductId
from bot.domain.destination import DestinationKind
from bot.domain.search.index import MAX_WORDS, SearchIndex
from bot.domain.search.query import MAX_TEXT_LENGTH, Quantity, parse_query
from bot.domain.supplier_profile import PanelProfile
from bot.domain.typed_input.phone_number import parse_number
from bot.sandbox.supplier.catalogue import full_catalogue
from bot.services.catalogue.browse import CatalogueCache
from bot.services.catalogue.search import MAX_FOUND, NumberSearch, Search, near
from tests.services.shop import LISTINGS, NOON, Shop, shop_rules


@cache
def products() -> tuple[Product, ...]:
    """Return the sandbox's 1,400 products without the types that the shop hides."""
    rows = [row for row in full_catalogue() if row.get("name") and row["code"]]
    hidden = shop_rules().profile.hidden_types
    return tuple(
        Product(ProductId(number), CategoryId(1), listing)
        for number, listing in enumerate(map(_listing, rows), start=1)
        if listing.type not in hidden
    )


def _listing(row: dict[str, object]) -> Listing:
    path = row["category"]
    assert isinstance(path, dict)
    return replace(LISTINGS[0], code=str(row["code"]), name=str(row["name"]), **path)


@cache
def index() -> SearchIndex:
    return SearchIndex(products(), near)


def found(query: str) -> list[Listing]:
    """Return the products found, best match first, equal ones in the order of the list."""
    listings = {one.product_id: one.listing for one in products()}
    scores = index().search(query).scores
    return [listings[one] for one in sorted(scores, key=lambda one: (-round(scores[one], 2), one))]


@pytest.mark.parametrize(
    ("query", "brand", "amount"),
    [
        # Pulsa.
        ("tsel 10", "TELKOMSEL", "Telkomsel 10.000"),
        ("Telkomsel Rp 10.000", "TELKOMSEL", "Telkomsel 10.000"),
        ("10k tsel", "TELKOMSEL", "Telkomsel 10.000"),
        ("pulsa tsel 100", "TELKOMSEL", "Telkomsel 100.000"),
        ("kartu as 10", "TELKOMSEL", "Telkomsel 10.000"),
        ("simpati 25", "TELKOMSEL", "Telkomsel 25.000"),
        ("telkomsle 10", "TELKOMSEL", "Telkomsel 10.000"),
        ("isi pulsa tsel 20 dong kak", "TELKOMSEL", "Telkomsel 20.000"),
        ("isat 5ribu", "INDOSAT", "Indosat 5.000"),
        ("im3 10rb", "INDOSAT", "Indosat 10.000"),
        ("im 3 25", "INDOSAT", "Indosat 25.000"),
        ("mentari 50rb", "INDOSAT", "Indosat 50.000"),
        ("3 10rb", "TRI", "Three 10.000"),
        ("pulsa 3 10rb", "TRI", "Three 10.000"),
        ("three 10", "TRI", "Three 10.000"),
        ("tri 5", "TRI", "Three 5.000"),
        ("pulsa axis 10000", "AXIS", "Axis 10.000"),
        ("smart 20", "SMARTFREN", "Smartfren 20.000"),
        ("byu 10rb", "BY.U", "by.U 10.000"),
        ("by.u 15", "BY.U", "by.U 15.000"),
        ("by u 20", "BY.U", "by.U 20.000"),
        ("by-u 20", "BY.U", "by.U 20.000"),
        ("transfer pulsa tsel 20", "TELKOMSEL", "Telkomsel Pulsa Transfer 20.000"),
        ("harga pulsa 10?", "TELKOMSEL", "Telkomsel 10.000"),
        ("axsi 10", "AXIS", "Axis 10.000"),
        ("tf tsel 25rb", "TELKOMSEL", "Telkomsel Pulsa Transfer 25.000"),
        # Data.
        ("axis 2 giga", "AXIS", " 2 GB "),
        ("tsel 5gb 30 hari", "TELKOMSEL", " 5 GB / 30 Hari"),
        ("indosat freedom 3gb", "INDOSAT", " 3 GB "),
        ("3 10gb", "TRI", " 10 GB "),
        ("data 3 20gb", "TRI", " 20 GB "),
        ("kuota tsel 3gb 7 hari", "TELKOMSEL", " 3 GB / 7 Hari"),
        ("xl xtra combo flex 16gb", "XL", " Flex 16 GB "),
        ("paket data indosat yellow 8gb", "INDOSAT", " Yellow 8 GB "),
        ("smartfren unlimited 8gb", "SMARTFREN", " Unlimited 8 GB "),
        ("combo sakti 20gb", "TELKOMSEL", " Combo Sakti 20 GB "),
        ("tsel 4,5gb", "TELKOMSEL", " 4,5 GB "),
        ("axis bronet seminggu", "AXIS", " / 7 Hari"),
        ("tsel malam 1gb sehari", "TELKOMSEL", " Malam 1 GB / 1 Hari"),
        ("kuota 30 hari", "AXIS", " GB / 30 Hari"),
        ("internet bulanan", "AXIS", " GB / 30 Hari"),
        ("5gb", "TELKOMSEL", " 5 GB "),
        ("BR10", "AXIS", "BRONET 13 GB"),
        ("\u202aBR\u200b10\u202c", "AXIS", "BRONET 13 GB"),
        ("pln\u00a050.\u200b000", "PLN", "PLN 50.000"),
        # Calls.
        ("nelpon tsel 30 hari", "TELKOMSEL", "Telkomsel Telepon "),
        ("telpon indosat", "INDOSAT", "Indosat Telepon "),
        ("paket sms", "TELKOMSEL", " Telepon "),
        ("masa aktif axis 30 hari", "AXIS", "Masa Aktif 30 Hari"),
        # Electricity.
        ("pln 50", "PLN", "PLN 50.000"),
        ("token listrik 50rb", "PLN", "PLN 50.000"),
        ("pln 1 juta", "PLN", "PLN 1.000.000"),
        # E-money.
        ("gopay 20", "GO PAY", "GoPay 20.000"),
        ("top up dana 100rb", "DANA", "DANA 100.000"),
        ("spay 20", "SHOPEE PAY", "ShopeePay 20.000"),
        ("etoll mandiri 100rb", "MANDIRI E-TOLL", "Mandiri E-Toll 100.000"),
        ("e-toll 50", "MANDIRI E-TOLL", "Mandiri E-Toll 50.000"),
        ("brizzi 50rb", "BRIZZI", "BRI Brizzi 50.000"),
        # Games and channels.
        ("ml 86", "MOBILE LEGENDS", "86 Diamonds"),
        ("ff 140", "FREE FIRE", "140 Diamonds"),
        ("free fire 70 dm", "FREE FIRE", "70 Diamonds"),
        ("vidio 30 hari", "VIDIO", "Vidio Premier 30 Hari"),
        ("google play 50rb", "GOOGLE PLAY", "50.000"),
    ],
)
def test_a_query_finds_the_brand_and_amount_that_it_names(
    query: str, brand: str, amount: str
) -> None:
    first = found(query)[0]
    assert (first.main, amount in f"{first.name} ") == (brand, True), first.name
    assert index().search(query).match.is_exact


@pytest.mark.parametrize(
    ("query", "brand", "amount"),
    [
        ("telkomsel 1000000", "TELKOMSEL", "Telkomsel 500.000"),
        ("pulsa axis 11rb", "AXIS", "Axis 12.000"),
        ("tsel 22rb", "TELKOMSEL", "Telkomsel 20.000"),
        ("axis 99gb", "AXIS", " 100 GB "),
        ("axis flash", "AXIS", "Axis "),
        ("saldo steam 20", "SHOPEE PAY", "20.000"),
        ("saldo telepon", "SHOPEE PAY", "ShopeePay"),
        ("mama 30 hari", "AXIS", "Masa Aktif 30 Hari"),
    ],
)
def test_a_query_without_exact_match_finds_the_nearest_of_the_brand(
    query: str, brand: str, amount: str
) -> None:
    first = found(query)[0]
    assert (first.main, amount in f"{first.name} ") == (brand, True), first.name
    assert not index().search(query).match.is_exact


def test_the_nearest_products_of_an_amount_have_one_of_its_unit() -> None:
    assert {one.type for one in found("tsel 22rb")} == {"pulsa-reguler", "pulsa-transfer"}


@pytest.mark.parametrize(
    ("query", "main", "part"),
    [("tf xl emoney", "XL", "Transfer"), ("tv tlp three", "TRI", "Telepon")],
)
def test_of_two_types_the_one_that_a_brand_has_counts(query: str, main: str, part: str) -> None:
    listings = found(query)
    assert {one.main for one in listings} == {main}
    assert all(part in one.name for one in listings)


def test_a_type_that_no_found_product_has_hides_none_of_them() -> None:
    with_type, alone = index().search("free telepon").scores, index().search("free").scores
    assert with_type.keys() == alone.keys()


@pytest.mark.parametrize(
    "query",
    [
        *("", "halo apa", "zzzzqqq", "🎲", "   ", "\u0000", "٠", "halo", "makasih", "ok", "iya"),
        *("terima kasih", "admin", "isi ulang", "wifi id", "hari ini", "selamat siang", "test"),
        *("mama", "mana", "budi", "selamat malam kak", "customer service", "sudah bayar kok"),
        *("list harga", "price list", "bisa pake qris", "how to pake"),
        *("pubg 60 uc", "steam wallet 12000", "gojek 20", "99gb", "assalamualaikum", "pagi kak"),
    ],
)
def test_talk_and_brands_not_sold_find_nothing(query: str) -> None:
    assert found(query) == []


@pytest.mark.parametrize(
    ("query", "missing", "main", "part"),
    [
        ("telkomsel xyzzy", ("xyzzy",), "TELKOMSEL", ""),
        ("telkomsel unlimited", ("unlimited",), "TELKOMSEL", ""),
        ("paket unlimited telkomsel", ("unlimited",), "TELKOMSEL", "Data"),
        ("paket data xyzzy tsel 30 hari", ("xyzzy",), "TELKOMSEL", " / 30 Hari"),
        ("axis flash 2gb", ("flash",), "AXIS", " 2 GB "),
        ("pulsa steam 10", ("steam",), "", "10.000"),
        ("unlimited sakti telkomsel", ("unlimited",), "TELKOMSEL", "Sakti"),
    ],
)
def test_unknown_words_are_reported_as_missing_and_otherwise_ignored(
    query: str, missing: tuple[str, ...], main: str, part: str
) -> None:
    hits = index().search(query)
    assert hits.match.missing == missing
    assert hits.match.has_rest
    assert not hits.match.is_exact
    for one in found(query):
        assert main in one.main
        assert part in f"{one.name} "


@pytest.mark.parametrize("query", ["paket nelpon", "paket telpon", "paketan sms"])
def test_a_pack_of_calls_finds_no_data_packs(query: str) -> None:
    """The word "paket" names data packs too."""
    assert index().search(query).match.missing == ()
    assert {one.type for one in found(query)} == {"paket-telepon"}


@pytest.mark.parametrize(
    ("query", "is_mostly_known"),
    [("telkomsel xyzzy", True), ("nomerku terdaftar telkomsel", False), ("saldo steam", False)],
)
def test_a_query_is_mostly_known_when_most_words_name_something(
    query: str, is_mostly_known: bool
) -> None:
    """A word for a type alone does not count."""
    assert index().search(query).match.is_mostly_known is is_mostly_known


@pytest.mark.parametrize(
    "query",
    [
        *("mana", "mana ya", "kok", "udah belum", "kapan", "gimana", "bayar", "masuk"),
        *("bayr kapan", "where is it", "why", "when", "paid", "sudah", "kenapa lama"),
    ],
)
def test_question_words_do_not_match_similar_names(query: str) -> None:
    names = ("Manado 10", "Mandiri 20", "Bayard 5", "Kokoa", "Udahh", "Masukan", "Whyte", "Sudahi")
    changed = [
        replace(one, listing=replace(one.listing, name=name, code=f"C{place}", main=name.upper()))
        for place, (one, name) in enumerate(zip(products(), names, strict=False))
    ]
    assert SearchIndex(changed, near).search(query).scores == {}


@pytest.mark.parametrize(
    ("query", "like"),
    [
        ("tsel 10 udah ada?", "tsel 10"),
        ("ada pulsa 10?", "pulsa 10"),
        ("tri 5 ready?", "tri 5"),
        ("kapan tsel 10 ready min", "tsel 10"),
        ("pulsa transfer tsel 20 masih bisa?", "pulsa transfer tsel 20"),
        ("mau tf tsel 25rb dong, bisa?", "tf tsel 25rb"),
    ],
)
def test_question_words_around_a_product_are_ignored(query: str, like: str) -> None:
    assert index().search(query) == index().search(like)
    assert index().search(query).match.is_exact


@pytest.mark.parametrize(
    ("text", "is_specific"),
    [
        *(("tsel", True), ("malam", True), ("10", True), ("2gb", True), ("ml", True)),
        *(("pulsa", False), ("token", False), ("mana", False), ("xyzzy", False), ("", False)),
    ],
)
def test_brands_name_words_and_amounts_are_specific_and_types_are_not(
    text: str, is_specific: bool
) -> None:
    assert index().is_specific(text) is is_specific


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("10.000", 10_000, "rp"),
        ("10,000", 10_000, "rp"),
        ("10rb", 10_000, "rp"),
        ("10 ribu", 10_000, "rp"),
        ("10k", 10_000, "rp"),
        ("1,5jt", 1_500_000, "rp"),
        ("4,5rb", 4_500, "rp"),
        ("10", 10, ""),
        ("1.2.3", 1.23, ""),
        ("1,5 gb", 1.5, "gb"),
        ("2 minggu", 14, "hari"),
        ("sebulan", 30, "hari"),
        ("Rp\u00a050.\u200b000", 50_000, "rp"),
        ("\u202a10\u202c\u2060rb", 10_000, "rp"),
    ],
)
def test_amounts_are_parsed_in_common_spellings(text: str, value: float, unit: str) -> None:
    assert parse_query(text).quantities == (Quantity(value, unit),)


def typos(word: str, chance: random.Random) -> list[str]:
    """Return a word with a letter missing, doubled, wrong, added, and with two letters swapped."""
    at = chance.randrange(len(word) - 1)
    letter = chance.choice(string.ascii_lowercase)
    return [
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    ]


def missed_by(queries: Sequence[tuple[Product, str]]) -> list[str]:
    """Return the queries that do not find their product."""
    found_by = index().search
    return [query for one, query in queries if one.product_id not in found_by(query).scores]


def test_95_of_100_typos_of_one_letter_find_the_product() -> None:
    """Every fourth product's whole name is the query, with one word of four letters misspelt."""
    chance = random.Random(7)  # noqa: S311 - the same typos each time
    queries: list[tuple[Product, str]] = []
    for product in products()[::4]:
        name = product.listing.name
        if long_words := re.findall(r"[A-Za-z]{4,}", name):
            word = chance.choice(long_words)
            misspelt = typos(word.lower(), chance)
            queries += [(product, name.replace(word, typo, 1)) for typo in misspelt]
    assert len(queries) > 1_250
    missed = missed_by(queries)
    assert len(missed) / len(queries) <= 0.05, missed[:20]


def test_95_of_100_misspelt_single_words_find_the_product() -> None:
    chance = random.Random(8)  # noqa: S311 - the same
    queries = [
        (product, chance.choice(typos(word.lower(), chance)))
        for product in products()
        for word in re.findall(r"[A-Za-z]{5,}", product.listing.name)
    ]
    missed = missed_by(queries)
    assert len(missed) / len(queries) <= 0.05, missed[:40]


# --- the service ---


def beside(shop: Shop, text: str) -> NumberSearch | None:
    """Return what a text names beside its number."""
    number = parse_number(text, shop.rules.profile.prefixes)
    assert number is not None
    return shop.search.beside(text, number)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("isi gopay ke", "gopay"),
        ("saldo gopai ya kak", "saldo gopai"),
        ("paket data tsel 30 hari", "paket data tsel 30 hari"),
        ("kouta 1,5gb", "kouta 1.5 gb"),
        ("mobile legends", "mobile legends"),
        ("by.u 10", "byu"),
        ("ini nomor mama saya, kirim ya", ""),
        ("tel", ""),
        ("10", ""),
    ],
)
def test_named_returns_only_words_for_a_brand_type_or_size(text: str, names: str) -> None:
    """Misspelt words count; short words that begin a name do not."""
    assert index().named(text) == names


async def test_available_products_are_found_first(shop: Shop) -> None:
    await shop.relist("SM10", is_ready=False)
    offers = shop.search.search("telkomsel").offers
    assert [one.is_available for one in offers][-2:] == [False, False]
    assert {one.product.listing.code for one in offers[-2:]} == {"SM10", "GONE"}


async def test_the_index_is_rebuilt_with_each_catalogue(shop: Shop) -> None:
    assert shop.search.search("Kartu Hadiah").offers == []
    shop.refresh._search = shop.search
    await shop.relist("SM20", name="Kartu Hadiah 20.000")
    (found,) = shop.search.search("Kartu Hadiah").offers
    assert found.product.listing.code == "SM20"


async def test_after_a_start_the_list_is_indexed_once_and_in_a_thread(shop: Shop) -> None:
    """Whoever searches first waits for it."""
    search = Search(shop.catalogue_cache, shop.rules, shop.clock)
    threads = []

    def prepare(catalogue: Catalogue) -> SearchIndex:
        threads.append(threading.current_thread())
        return Search.prepare(search, catalogue)

    search.prepare = prepare  # type: ignore[method-assign]
    await asyncio.gather(search.ready(), search.ready())
    await search.ready()
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()
    assert search.search("telkomsel").count
    shop.catalogue_cache.catalogue = None
    await search.ready()


@pytest.mark.parametrize(
    ("text", "codes", "kind"),
    [
        ("telkomsel 081234567890", "SM10 ONCE NIGHT SM20 GONE", DestinationKind.PHONE),
        ("xl 081234567890", "XL10", DestinationKind.PHONE),
        ("pulsa 081712345678", "XL10", DestinationKind.PHONE),
        ("pulsa 20rb 081234567890", "SM20", DestinationKind.PHONE),
        ("token 12345678901", "PLN20", DestinationKind.METER),
        ("diamonds 081234567890", "ML86", None),
    ],
)
async def test_products_named_beside_a_number_must_suit_it(
    shop: Shop, text: str, codes: str, kind: DestinationKind | None
) -> None:
    named = beside(shop, text)
    assert named is not None
    assert {one.product.listing.code for one in named.result.offers} == set(codes.split())
    assert named.kind is kind


@pytest.mark.parametrize("text", ["buat 081234567890 ya", "pulsa 10rb 081234567890"])
async def test_an_empty_catalogue_has_nothing_for_a_number(shop: Shop, text: str) -> None:
    shop.catalogue_cache.catalogue = Catalogue([], [], NOON)
    assert beside(shop, text) is None


async def test_a_text_may_name_products_of_another_brand(shop: Shop) -> None:
    offer = shop.browse.offer(shop.product("SM10"))
    assert shop.search.names_other("xl", offer)
    assert not shop.search.names_other("telkomsel 20", offer)
    assert not shop.search.names_other("081234567890", offer)


async def test_a_name_of_the_catalogue_is_told_from_a_type_and_from_other_words(shop: Shop) -> None:
    is_named, is_specific = shop.search.is_named, shop.search.is_specific
    assert [is_named(text) for text in ("telkomsel", "pulsa", "ibu")] == [True, True, False]
    assert [is_specific(text) for text in ("telkomsel 10", "pulsa")] == [True, False]


async def test_without_a_catalogue_nothing_is_found(shop: Shop) -> None:
    assert shop.catalogue_cache.size == len(LISTINGS)
    shop.catalogue_cache.catalogue = None
    assert shop.catalogue_cache.size == 0
    assert shop.search.search("telkomsel").offers == []
    assert beside(shop, "gopay 081234567890") is None
    assert near("", []) == []


class CountedNear:
    """Calls `near` and records the words."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def __call__(self, word: str, known: Sequence[str]) -> Sequence[tuple[str, float]]:
        self.words.append(word)
        return near(word, known)


def test_a_repeated_word_counts_once() -> None:
    counted = CountedNear()
    searched = SearchIndex(products(), counted)
    for word in ("pulsa", "data", "tsel", "tel", "vocher", "xyzzy", "10", "2gb"):
        counted.words.clear()
        alone, once = searched.search(word), list(counted.words)
        for times in (2, 15):
            counted.words.clear()
            assert searched.search(" ".join([word] * times)) == alone
            assert counted.words == once


def test_the_number_of_different_words_is_limited() -> None:
    """Each word is compared with all names, and only once."""
    counted = CountedNear()
    unknown = SearchIndex(products(), counted)
    words = [f"zq{a}{b}" for a in "jkvwx" for b in "jkvwx"]
    for read in (unknown.search, unknown.named):
        read(" ".join([*words, *words]))
        read(" ".join([words[0]] * 15))
        assert counted.words == [*words[:MAX_WORDS], words[0]]
        counted.words.clear()


def test_the_number_of_different_amounts_is_limited() -> None:
    some = "telkomsel 1gb 30 hari 5.000 7"
    assert index().search(f"{some} 8 9 11 12 13 14") == index().search(some)
    assert index().named("1gb 2gb 3gb 4gb 5gb 6gb") == "1 gb 2 gb 3 gb 4 gb"


@pytest.mark.parametrize("filler", ["1 ", "data ", "0o", "- 1", "3 3 ", "  "])
def test_words_beyond_the_length_limit_are_not_read(filler: str) -> None:
    page = (filler * MAX_TEXT_LENGTH)[:MAX_TEXT_LENGTH]
    assert parse_query(f"{page} telkomsel" * 10) == parse_query(page)


class CountingProfile(PanelProfile):
    """The shipped profile. Counts the offers built: each looks up its note, which no other has."""

    made: ClassVar[int] = 0

    def public_note(self, note: str) -> str:
        type(self).made += 1
        return super().public_note(note)


@pytest.mark.parametrize("word", ["telkomsel", "telkomselx", "xyzzyxyzzy"])
def test_a_word_cut_by_the_length_limit_is_not_searched(word: str) -> None:
    """Half a word may be another word. A text without spaces is cut to its beginning."""
    assert index().search(f"{word} " * 7) == index().search(word)
    assert index().search(word * 30) == index().search((word * 30)[:60])


def test_offers_are_built_only_for_the_results_shown(shop: Shop) -> None:
    known = shop_rules().profile
    profile = CountingProfile(**{one.name: getattr(known, one.name) for one in fields(known)})
    catalogue_cache = CatalogueCache()
    ids = [Category(CategoryId(n), CategoryId(n - 1) if n > 1 else None, "x") for n in (1, 2, 3)]
    listed = [
        replace(one, sub_id=CategoryId(3), listing=replace(one.listing, note=one.listing.code))
        for one in products()
    ]
    catalogue_cache.replace(Catalogue(listed, ids, shop.clock.now()), {})
    search = Search(catalogue_cache, replace(shop_rules(), profile=profile), shop.clock)
    found = search.search("pulsa")
    assert found.count > 300
    assert len(found.offers) == CountingProfile.made == MAX_FOUND
