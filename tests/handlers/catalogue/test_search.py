"""Searching for products: typed words, pages, and the way to a purchase."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.money import Rupiah
from bot.ports.supplier import ServiceList
from handlers.catalogue.buttons import Find, FindSources
from tests.handlers.counter import BOSS, CLARE, Counter
from tests.services.shop import LISTINGS


async def test_typed_words_are_searched(counter: Counter) -> None:
    await counter.say("tsel 20rb")
    assert "Hasil untuk tsel 20rb" in counter.text()
    await counter.press("Telkomsel 20.000 · Rp21.100")
    await counter.say("081234567890")
    await counter.press("Bayar")
    assert (await counter.orders())[0].service_code == "SM20"


@pytest.mark.parametrize("command", ["/search telkomsel 10", "/cari telkomsle 10"])
async def test_the_search_command_works_at_any_step(counter: Counter, command: str) -> None:
    await counter.to_destination()
    await counter.say(command)
    assert any("Telkomsel 10.000 · " in label for label in counter.labels())


async def test_the_search_command_alone_explains_itself(counter: Counter) -> None:
    await counter.say("/cari")
    assert "tsel 10" in counter.text()
    await counter.say("/cari 081234567890")
    assert "Mau beli apa" in counter.text()


async def test_words_typed_while_browsing_are_searched(counter: Counter) -> None:
    await counter.to_products()
    await counter.say("xl")
    assert any("XL 10.000" in label for label in counter.labels())


async def test_results_have_pages_with_products_out_of_stock_last(counter: Counter) -> None:
    more = [replace(LISTINGS[0], code=f"Z{n}", name=f"Zebu {n}") for n in range(35)]
    more[0] = replace(more[0], is_ready=False)
    counter.shop.supplier.listings = ServiceList((*LISTINGS, *more), 0)
    await counter.shop.refresh.refresh()
    await counter.say("zebu")
    assert "Halaman 1 dari 3" in counter.text()
    assert len([label for label in counter.labels() if label.startswith("Telkomsel · ")]) == 14
    await counter.press("›")
    await counter.press("3 ›")
    assert counter.labels()[6:9] == ["Telkomsel · Zebu 0 · kosong", "‹ 2", "🛒 Belanja"]
    answer = await counter.forge(Find(99, "nonsense xyzzy"))
    assert "belum ketemu" in answer.text


@pytest.mark.parametrize("text", ["hola", "x" * 4096, "\u202e\u0000<qqzz>", "&<zzqq>", "🎲" * 40])
async def test_a_search_without_results_says_so(counter: Counter, text: str) -> None:
    await counter.say(text, CLARE)
    assert "nothing found" in counter.text(CLARE)
    await counter.press("Shop", CLARE)
    assert "What do you need?" in counter.text(CLARE)


async def test_results_of_the_same_name_are_shown_once(counter: Counter) -> None:
    await counter.shop.relist("ONCE", name="TELKOMSEL  10.000", cost=Rupiah(10_500))
    await counter.say("telkomsel 10.000")
    assert counter.labels()[:2] == ["Telkomsel 10.000 · Rp11.200", "Pilihan lain (1)"]
    await counter.press("Pilihan lain")
    assert "lewat jalur lain" in counter.text()
    assert counter.labels()[0] == "TELKOMSEL 10.000 · Rp11.500"
    await counter.press("Sembunyikan pilihan lain")
    assert counter.labels()[0] == "Telkomsel 10.000 · Rp11.200"
    await counter.press("Pilihan lain")
    await counter.shop.relist("ONCE", name="Telkomsel once")
    await counter.forge(FindSources(0, "telkomsel 10.000"))
    assert counter.labels()[0] == "Telkomsel 10.000 · Rp11.200"


async def test_results_of_the_same_name_in_two_subs_are_numbered(
    counter: Counter,
) -> None:
    await counter.shop.relist("ONCE", name="TELKOMSEL  10.000", sub="Promo")
    await counter.say("telkomsel 10.000")
    assert counter.labels()[:2] == ["1. Tsel 10.000 · Rp11.200", "2. Tsel 10.000 · Rp11.200"]
    assert "Telkomsel 10.000 · Umum" in counter.text()
    assert "TELKOMSEL 10.000 · Promo" in counter.text()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("saldo", "Saldo kamu: Rp"),
        ("cek saldo dong", "Saldo kamu: Rp"),
        ("isi saldo", "Saldo kamu: Rp"),
        ("Bantuan?", "Cara belanja di"),
        ("tolong", "Cara belanja di"),
        ("riwayat", "Kamu belum pernah pesan"),
        ("status saya", "Tidak ada pesanan yang sedang berjalan"),
        ("saldo ovo", "belum ketemu"),
    ],
)
async def test_commands_work_without_a_slash(counter: Counter, text: str, says: str) -> None:
    await counter.say(text)
    assert says in counter.text()
    await counter.to_products()
    await counter.say(text)
    assert says in counter.text()


@pytest.mark.parametrize("text", ["batal", "Batal!", "ga jadi", "cancel"])
async def test_the_word_for_cancel_works_at_every_step(counter: Counter, text: str) -> None:
    await counter.say(text)
    assert "Tidak ada yang perlu dibatalkan" in counter.text()
    await counter.to_destination()
    await counter.say(text)
    assert await counter.dialog() is None
    await counter.to_confirm()
    await counter.say(text)
    assert await counter.dialog() is None
    assert "Tidak ada yang dipesan" in counter.text()


@pytest.mark.parametrize("text", ["K1", " k1 "])
async def test_an_orders_number_opens_the_order(counter: Counter, text: str) -> None:
    await counter.to_confirm()
    await counter.press("Bayar")
    await counter.say(text)
    assert counter.text().startswith("K1 · Telkomsel 10.000")
    await counter.to_destination()
    await counter.say(text)
    assert counter.text().startswith("K1 · Telkomsel 10.000")
    await counter.say(text, CLARE)
    assert "nothing found" in counter.text(CLARE)
    await counter.say("K99")
    assert "belum ketemu" in counter.text()


async def test_an_admin_opens_anybodys_order(counter: Counter) -> None:
    await counter.to_confirm()
    await counter.press("Bayar")
    await counter.say("K1", BOSS)
    assert "K1" in counter.text(BOSS)
    assert "Anni" in counter.text(BOSS)


@pytest.mark.parametrize("text", ["saldo", "riwayat", "bantuan"])
async def test_command_words_work_while_a_number_is_expected(counter: Counter, text: str) -> None:
    await counter.to_destination()
    await counter.say(text)
    assert "bukan nomor" not in counter.text()
    assert await counter.dialog() is None


async def test_near_matches_are_marked_as_such(counter: Counter) -> None:
    await counter.say("xl 25rb")
    assert counter.text().startswith("xl 25rb belum ada. Ini yang paling mendekati:")
    assert any("XL 10.000" in label for label in counter.labels())


async def test_too_many_results_are_reported(counter: Counter) -> None:
    more = [replace(LISTINGS[0], code=f"Z{n}", name=f"Zebra {n}.000") for n in range(1, 100)]
    counter.shop.supplier.listings = ServiceList((*LISTINGS, *more), 0)
    await counter.shop.refresh.refresh()
    await counter.say("zebra")
    assert "Ada 99 produk" in counter.text()
    await counter.say("zebra 20rb")
    assert "produk, terlalu" not in counter.text()


async def test_a_long_query_is_never_cut_within_an_amount(counter: Counter) -> None:
    """Half of 100.000 would be another product."""
    await counter.say("saya mau beli pulsa yang telkomsel dong kak 100.000 ya")
    assert "100" not in counter.text()
    await counter.say("x" * 47 + " telkomsel 10.000")
    assert "belum ketemu" in counter.text()


async def save_number(counter: Counter, number: str, name: str) -> None:
    await counter.say(number)
    await counter.press("10.000 ·")
    await counter.press("Bayar")
    await counter.say("/nomor")
    await counter.press(number[-4:])
    await counter.press("Beri nama")
    await counter.say(name)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("mama", "10.000 · Rp11.200"),
        ("Mama 20", "20.000 · Rp21.100"),
        ("pulsa 20rb ke mama ya", "20.000 · Rp21.100"),
        ("/cari mama 20", "20.000 · Rp21.100"),
    ],
)
async def test_a_saved_name_stands_for_its_number(counter: Counter, text: str, first: str) -> None:
    await save_number(counter, "081234567890", "Mama")
    await counter.say(text)
    assert "0812 3456 7890" in counter.text()
    assert counter.labels()[0] == first
    assert await counter.dialog() is None


async def test_a_number_beside_a_saved_name_takes_precedence(counter: Counter) -> None:
    await save_number(counter, "081234567890", "Mama")
    await counter.say("mama 081311112222")
    assert "0813 1111 2222" in counter.text()


async def test_a_saved_name_answers_the_question_for_a_number(counter: Counter) -> None:
    await save_number(counter, "081234567890", "Mama")
    await counter.to_destination()
    await counter.say("mama")
    assert "Untuk: 0812 3456 7890" in counter.text()


async def test_a_number_named_like_a_brand_does_not_hide_the_brand(counter: Counter) -> None:
    await save_number(counter, "081234567890", "XL")
    await counter.say("xl 10")
    assert "Hasil untuk xl 10" in counter.text()
    await counter.say("xl")
    assert "0812 3456 7890" in counter.text()


async def test_another_letter_in_a_short_word_is_only_a_near_match(counter: Counter) -> None:
    masa = replace(LISTINGS[5], code="MASA", name="XL Masa Aktif 10 Hari")
    counter.shop.supplier.listings = ServiceList((*LISTINGS, masa), 0)
    await counter.shop.refresh.refresh()
    await counter.say("mama 10")
    assert "mama 10 belum ada. Ini yang paling mendekati" in counter.text()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("UID: 812345678", "Itu sepertinya user ID game."),
        ("uid 1628 30886 99", "Itu sepertinya user ID game."),
        ("User ID-nya 12345678901", "Itu sepertinya user ID game."),
        ("12345678 (2001)", "Itu sepertinya user ID game."),
        ("hai", "Halo! Mau beli apa?"),
        ("Selamat malam kak", "Halo! Mau beli apa?"),
        ("terima kasih banyak ya", "Sama-sama!"),
        ("ok makasih", "Sama-sama!"),
        ("08129", "Nomornya kurang panjang"),
        ("0812 345", "Nomornya kurang panjang"),
        ("+62 8123", "Nomornya kurang panjang"),
    ],
)
async def test_greetings_game_ids_and_short_numbers_are_not_searched(
    counter: Counter, text: str, says: str
) -> None:
    await counter.say(text)
    assert says in counter.text()
    assert "🛒 Belanja" in counter.labels()
