"""Searching for products: typed words, pages, and the way to a purchase."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.money import Rupiah
from bot.ports.supplier import ServiceList
from handlers.catalogue.buttons import Find, FindSources
from tests.handlers.harness import CLARE, INDONESIAN_ADMIN, BotHarness
from tests.services.shop import LISTINGS


async def test_typed_words_are_searched(harness: BotHarness) -> None:
    await harness.say("tsel 20rb")
    assert "Hasil untuk tsel 20rb" in harness.text()
    await harness.press("Telkomsel 20.000 · Rp21.100")
    await harness.say("081234567890")
    await harness.press("Bayar")
    assert (await harness.orders())[0].service_code == "SM20"


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("/search telkomsel 10", "Telkomsel 10.000 · "),
        ("/cari telkomsle 10", "Telkomsel 10.000 · "),
        ("/cari 081234567890", "10.000 · "),
    ],
)
async def test_the_search_command_works_at_any_step(
    harness: BotHarness, command: str, found: str
) -> None:
    await harness.to_destination()
    await harness.say(command)
    assert any(found in label for label in harness.labels())


async def test_words_typed_while_browsing_are_searched(harness: BotHarness) -> None:
    await harness.to_products()
    await harness.say("xl")
    assert any("XL 10.000" in label for label in harness.labels())


async def test_results_have_pages_with_products_out_of_stock_last(harness: BotHarness) -> None:
    more = [replace(LISTINGS[0], code=f"Z{n}", name=f"Zebu {n}") for n in range(35)]
    more[0] = replace(more[0], is_ready=False)
    harness.shop.supplier.listings = ServiceList((*LISTINGS, *more), 0)
    await harness.shop.refresh.refresh()
    await harness.say("zebu")
    assert "Halaman 1 dari 3" in harness.text()
    assert len([label for label in harness.labels() if label.startswith("Telkomsel · ")]) == 14
    await harness.press("›")
    await harness.press("3 ›")
    assert harness.labels()[6:9] == ["Telkomsel · Zebu 0 · kosong", "‹ 2", "🛒 Belanja"]
    answer = await harness.forge(Find(99, "nonsense xyzzy"))
    assert "belum ketemu" in answer.text


async def test_a_search_without_results_says_so(harness: BotHarness) -> None:
    for count, text in enumerate(
        ("hola", "saldo ovo", "x" * 4096, "\u202e\u0000<qqzz>", "🎲" * 40), 1
    ):
        await harness.say(text, CLARE)
        assert len(harness.said(CLARE)) == count
        assert "nothing found" in harness.text(CLARE)
    await harness.press("Shop", CLARE)
    assert "What do you need?" in harness.text(CLARE)


async def test_results_of_the_same_name_are_shown_once(harness: BotHarness) -> None:
    await harness.shop.relist("ONCE", name="TELKOMSEL  10.000", cost=Rupiah(10_500))
    await harness.say("telkomsel 10.000")
    assert harness.labels()[:2] == ["Telkomsel 10.000 · Rp11.200", "Pilihan lain (1)"]
    await harness.press("Pilihan lain")
    assert "lewat jalur lain" in harness.text()
    assert harness.labels()[0] == "TELKOMSEL 10.000 · Rp11.500"
    await harness.press("Sembunyikan pilihan lain")
    assert harness.labels()[0] == "Telkomsel 10.000 · Rp11.200"
    await harness.press("Pilihan lain")
    await harness.shop.relist("ONCE", name="Telkomsel once")
    await harness.forge(FindSources(0, "telkomsel 10.000"))
    assert harness.labels()[0] == "Telkomsel 10.000 · Rp11.200"


async def test_results_of_the_same_name_in_two_subs_are_numbered(harness: BotHarness) -> None:
    await harness.shop.relist("ONCE", name="TELKOMSEL  10.000", sub="Promo")
    await harness.say("telkomsel 10.000")
    assert harness.labels()[:2] == ["1. Tsel 10.000 · Rp11.200", "2. Tsel 10.000 · Rp11.200"]
    assert "Telkomsel 10.000 · Umum" in harness.text()
    assert "TELKOMSEL 10.000 · Promo" in harness.text()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("cek saldo dong", "Saldo kamu: Rp"),
        ("Bantuan?", "Cara belanja di"),
        ("riwayat", "Kamu belum pernah pesan"),
        ("status saya", "Tidak ada pesanan yang sedang berjalan"),
    ],
)
async def test_commands_work_without_a_slash(harness: BotHarness, text: str, says: str) -> None:
    await harness.say(text)
    assert says in harness.text()
    for go in (harness.to_products, harness.to_destination):
        await go()
        await harness.say(text)
        assert says in harness.text()


@pytest.mark.parametrize("text", ["K1", " k1 "])
async def test_an_orders_number_opens_the_order(harness: BotHarness, text: str) -> None:
    await harness.to_confirm()
    await harness.press("Bayar")
    await harness.say(text)
    assert harness.text().startswith("K1 · Telkomsel 10.000")
    await harness.to_destination()
    await harness.say(text)
    assert harness.text().startswith("K1 · Telkomsel 10.000")
    await harness.say(text, CLARE)
    assert "nothing found" in harness.text(CLARE)
    await harness.say("K99")
    assert "belum ketemu" in harness.text()


async def test_an_admin_opens_anybodys_order(harness: BotHarness) -> None:
    await harness.to_confirm()
    await harness.press("Bayar")
    await harness.say("K1", INDONESIAN_ADMIN)
    assert "K1" in harness.text(INDONESIAN_ADMIN)
    assert "Anni" in harness.text(INDONESIAN_ADMIN)


async def test_near_matches_are_marked_as_such(harness: BotHarness) -> None:
    await harness.say("xl 25rb")
    assert harness.text().startswith("xl 25rb belum ada. Ini yang paling mendekati:")
    assert any("XL 10.000" in label for label in harness.labels())


async def test_too_many_results_are_reported(harness: BotHarness) -> None:
    more = [replace(LISTINGS[0], code=f"Z{n}", name=f"Zebra {n}.000") for n in range(1, 100)]
    harness.shop.supplier.listings = ServiceList((*LISTINGS, *more), 0)
    await harness.shop.refresh.refresh()
    await harness.say("zebra")
    assert "Ada 99 produk" in harness.text()
    await harness.say("zebra 20rb")
    assert "produk, terlalu" not in harness.text()


async def test_a_long_query_is_never_cut_within_an_amount(harness: BotHarness) -> None:
    """Half of 100.000 would be another product."""
    await harness.say("saya mau beli pulsa yang telkomsel dong kak 100.000 ya")
    assert "100" not in harness.text()
    await harness.say("x" * 47 + " telkomsel 10.000")
    assert "belum ketemu" in harness.text()


async def save_number(harness: BotHarness, number: str, name: str) -> None:
    await harness.say(number)
    await harness.press("10.000 ·")
    await harness.press("Bayar")
    await harness.say("/nomor")
    await harness.press(number[-4:])
    await harness.press("Beri nama")
    await harness.say(name)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("mama", "10.000 · Rp11.200"),
        ("Mama 20", "20.000 · Rp21.100"),
        ("pulsa 20rb ke mama ya", "20.000 · Rp21.100"),
        ("/cari mama 20", "20.000 · Rp21.100"),
    ],
)
async def test_a_saved_name_stands_for_its_number(
    harness: BotHarness, text: str, first: str
) -> None:
    await save_number(harness, "081234567890", "Mama")
    await harness.say(text)
    assert "0812 3456 7890" in harness.text()
    assert harness.labels()[0] == first
    assert await harness.dialog() is None


async def test_a_number_beside_a_saved_name_takes_precedence(harness: BotHarness) -> None:
    await save_number(harness, "081234567890", "Mama")
    await harness.say("mama 081311112222")
    assert "0813 1111 2222" in harness.text()


async def test_a_saved_name_answers_the_question_for_a_number(harness: BotHarness) -> None:
    await save_number(harness, "081234567890", "Mama")
    await harness.to_destination()
    await harness.say("mama")
    assert "Untuk: 0812 3456 7890" in harness.text()


async def test_a_number_named_like_a_brand_does_not_hide_the_brand(harness: BotHarness) -> None:
    await save_number(harness, "081234567890", "XL")
    await harness.say("xl 10")
    assert "Hasil untuk xl 10" in harness.text()
    await harness.say("xl")
    assert "0812 3456 7890" in harness.text()


async def test_another_letter_in_a_short_word_is_only_a_near_match(harness: BotHarness) -> None:
    masa = replace(LISTINGS[5], code="MASA", name="XL Masa Aktif 10 Hari")
    harness.shop.supplier.listings = ServiceList((*LISTINGS, masa), 0)
    await harness.shop.refresh.refresh()
    await harness.say("mama 10")
    assert "mama 10 belum ada. Ini yang paling mendekati" in harness.text()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("User ID-nya 12345678901", "Itu sepertinya user ID game."),
        ("12345678 (2001)", "Itu sepertinya user ID game."),
        ("hai", "Halo! Mau beli apa?"),
        ("terima kasih banyak ya", "Sama-sama!"),
        ("+62 8123", "Nomornya kurang panjang"),
    ],
)
async def test_greetings_game_ids_and_short_numbers_are_not_searched(
    harness: BotHarness, text: str, says: str
) -> None:
    await harness.say(text)
    assert says in harness.text()
    assert "🛒 Belanja" in harness.labels()
