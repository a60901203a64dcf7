"""Owners change prices in chat, and customers read their price lists."""

import pytest

from bot.domain.dialog import Step
from bot.domain.order import CustomerId
from bot.domain.staff import Right, StaffMember, written
from bot.ports.store import Transaction
from handlers.prices.buttons import (
    AskCode,
    AskFixedPrice,
    AskLevelName,
    AskTerms,
    ChooseTarget,
    DropLevel,
    DropRule,
    MoveLevel,
    SetLeast,
    SetRounding,
    ShowLevel,
    ShowProductPrices,
    ShowRule,
    UndoPrice,
)
from handlers.ui.buttons import ListPrices
from handlers.ui.staff_buttons import ShowPrices
from tests.handlers.admins import ENGLISH_ADMIN, register_second_admin
from tests.handlers.harness import INDONESIAN_ADMIN, BotHarness
from tests.services.shop import ADMIN, ANNI, BUDI

OWNER = INDONESIAN_ADMIN


async def price(harness: BotHarness, who: CustomerId = ANNI) -> int:
    """Return the price of SM10 in a new quote."""
    shop = harness.shop
    return (await shop.buy.quote(who, shop.product("SM10"), "081234567890")).offer.price


async def new_rule(harness: BotHarness, terms: str, *path: str) -> None:
    """Type a rule for everybody, up to its preview."""
    await harness.say("/harga", OWNER)
    await harness.press("Aturan baru", OWNER)
    for label in path:
        await harness.press(label, OWNER)
    await harness.press("Untuk semua ini", OWNER)
    await harness.say(terms, OWNER)


async def test_an_owner_makes_a_rule_with_bands_and_takes_it_back(harness: BotHarness) -> None:
    await harness.say("/harga", OWNER)
    assert "Belum ada aturan." in harness.text(OWNER)
    assert "modal + Rp1.000" in harness.text(OWNER)
    await new_rule(
        harness, "sampai 20.000: +1.500\ndi atasnya: 2%\nbulat 100", "Pulsa", "Telkomsel"
    )
    text = harness.text(OWNER)
    assert "Pratinjau untuk Umum: Pulsa › Telkomsel" in text
    assert "sampai Rp20.000: modal + Rp1.500" in text
    assert "⬆️ 5 lebih mahal · ⬇️ 0 lebih murah · 0 tetap" in text
    assert "modal Rp10.200, Rp11.200 → Rp11.700, untung Rp1.500" in text
    assert await price(harness) == 11_200
    await harness.press("Terapkan", OWNER)
    assert await price(harness) == 11_700
    await harness.say("/harga", OWNER)
    assert "Telkomsel · 2 rentang" in str(harness.labels(OWNER))
    await harness.press("2 rentang", OWNER)
    assert "Dibulatkan ke atas ke Rp100" in harness.text(OWNER)
    await harness.press("Kembali", OWNER)
    await harness.press("Batalkan perubahan terakhir", OWNER)
    assert "Dibatalkan" in harness.text(OWNER)
    assert await price(harness) == 11_200


async def test_the_preview_offers_rounding_and_a_least_margin(harness: BotHarness) -> None:
    await new_rule(harness, "1450")
    await harness.press("Pembulatan", OWNER)
    await harness.press("Rp500", OWNER)
    assert "Rp11.200 → Rp12.000" in harness.text(OWNER)
    await harness.press("Untung minimal", OWNER)
    await harness.press("Kembali", OWNER)
    await harness.press("Untung minimal", OWNER)
    await harness.press("Rp1.000", OWNER)
    assert "Untung minimal: Rp1.000" in harness.text(OWNER)
    await harness.press("Terapkan", OWNER)
    assert await price(harness) == 12_000


async def test_a_long_preview_has_pages(harness: BotHarness) -> None:
    await new_rule(harness, "0")
    token = harness.find("Terapkan", OWNER)[1].rpartition(":")[2]
    await harness.forge(f"1:2h:7:{token}", OWNER)
    assert "8 lebih murah" in harness.text(OWNER)


async def test_wrong_terms_are_told_and_the_question_stays(harness: BotHarness) -> None:
    await new_rule(harness, "1000%")
    assert "paling banyak 100% dari modal" in harness.text(OWNER)
    for text, reply in (
        ("-500", "di bawah modal"),
        ("murah banget", "belum bisa dibaca"),
        ("5jt", "paling banyak Rp1.000.000"),
        ("1500\nbulat 20000", "paling jauh dibulatkan"),
        ("sampai 9: 1\nsampai 5: 1\n2%", "lebih tinggi dari baris sebelumnya"),
        ("sampai 9: 1", "Tambahkan baris terakhir"),
        ("1\n" * 20, "terlalu banyak"),
        ("umum - 300", "Hanya level"),
    ):
        await harness.say(text, OWNER)
        assert reply in harness.text(OWNER), text
        assert await harness.step(OWNER) == Step.PRICE
    await harness.send(
        {
            "sticker": {
                "file_id": "s",
                "file_unique_id": "s",
                "type": "regular",
                "width": 9,
                "height": 9,
                "is_animated": False,
                "is_video": False,
            }
        },
        OWNER,
    )
    assert "Ketik jawabannya" in harness.text(OWNER)
    await harness.press("Batal", OWNER)
    assert await harness.is_idle(OWNER)


async def test_a_command_ends_the_question(harness: BotHarness) -> None:
    await harness.say("/harga", OWNER)
    await harness.press("Aturan baru", OWNER)
    await harness.press("Untuk semua ini", OWNER)
    await harness.say("/harga", OWNER)
    assert await harness.is_idle(OWNER)
    await harness.press("Aturan baru", OWNER)
    await harness.press("Untuk semua ini", OWNER)
    await harness.say("081234567890", OWNER)
    assert await harness.is_idle(OWNER)


async def test_of_two_owners_the_second_is_shown_the_preview_again(harness: BotHarness) -> None:
    await register_second_admin(harness)
    await new_rule(harness, "1500")
    await harness.say("/price sm10 12000", ENGLISH_ADMIN)
    await harness.press("Apply", ENGLISH_ADMIN)
    assert "the new prices count at once" in harness.text(ENGLISH_ADMIN)
    answer = await harness.press("Terapkan", OWNER)
    assert "belum ada yang diterapkan" in answer.text
    assert "Pratinjau" in harness.text(OWNER)
    assert await price(harness) == 12_000
    _, data = harness.find("Terapkan", OWNER)
    await harness.press("Terapkan", OWNER)
    message_id = harness.last(OWNER).message_id
    await harness.press_data(data, message_id, OWNER)
    assert "sudah diterapkan" in harness.text(OWNER)
    answer = await harness.forge(UndoPrice(1), OWNER)
    assert "tidak bisa dibatalkan" in answer.text
    harness.shop.clock.advance(3_600)
    await new_rule(harness, "1500")
    harness.shop.clock.advance(3_600)
    assert "terlalu lama" in (await harness.press("Terapkan", OWNER)).text


async def test_one_product_is_fixed_and_let_go(harness: BotHarness) -> None:
    await harness.say("/harga s10 11500", OWNER)
    assert "harga tetap Rp11.500" in harness.text(OWNER)
    await harness.press("Terapkan", OWNER)
    assert await price(harness) == 11_500
    await harness.say("/harga S10", OWNER)
    text = harness.text(OWNER)
    assert "Kode supplier: SM10" in text
    assert "Kode singkat: S10" in text
    assert "Modal: Rp10.200" in text
    assert "Umum: Rp11.500 · harga tetap" in text
    await harness.press("Ubah harga", OWNER)
    await harness.say("murah", OWNER)
    assert "Itu bukan jumlah" in harness.text(OWNER) or "jumlah" in harness.text(OWNER)
    await harness.say("9rb", OWNER)
    assert "1 ditahan di modal dan untung minimal" in harness.text(OWNER)
    await harness.press("Terapkan", OWNER)
    assert await price(harness) == 10_200
    await harness.say("/harga S10", OWNER)
    assert "ditahan di harga terendah" in harness.text(OWNER)
    await harness.press("Lepas harga tetap", OWNER)
    await harness.press("Terapkan", OWNER)
    assert await price(harness) == 11_200


async def test_levels_have_prices_of_their_own(harness: BotHarness) -> None:
    await harness.say("/harga", OWNER)
    await harness.press("👥 Level", OWNER)
    assert "Belum ada level." in harness.text(OWNER)
    for name in ("Agen", "VIP"):
        await harness.press("Level baru", OWNER)
        await harness.say(name, OWNER)
        assert f"Nama levelnya {name}." in harness.text(OWNER)
        await harness.press("Kembali", OWNER)
    await harness.press("Level baru", OWNER)
    await harness.say("agen", OWNER)
    assert "sudah dipakai level lain" in harness.text(OWNER)
    await harness.say("/harga", OWNER)
    await harness.press("👥 Level", OWNER)
    await harness.press("VIP · 0", OWNER)
    await harness.press("Naikkan", OWNER)
    assert [one for one in harness.labels(OWNER) if "·" in one] == ["VIP · 0", "Agen · 0"]
    await harness.press("VIP · 0", OWNER)
    await harness.press("Hapus", OWNER)
    await harness.press("Agen · 0", OWNER)
    await harness.press("Ganti nama", OWNER)
    await harness.say("Agen Kota", OWNER)
    await harness.press("Kembali", OWNER)
    await harness.press("Agen Kota", OWNER)
    await harness.press("Harga untuk semua", OWNER)
    await harness.say("umum - 300", OWNER)
    assert "harga umum dikurangi Rp300" in harness.text(OWNER)
    await harness.press("Terapkan", OWNER)
    level_id = (await harness.shop.prices.levels.all(ADMIN))[0][0].level_id
    await harness.shop.people.set_level(ADMIN, ANNI, level_id)
    assert (await price(harness), await price(harness, BUDI)) == (10_900, 11_200)
    await harness.say("/harga S10 11000 agen kota", OWNER)
    await harness.press("Terapkan", OWNER)
    assert (await price(harness), await price(harness, BUDI)) == (11_000, 11_200)
    await harness.say("/harga S10", OWNER)
    assert "Agen Kota: Rp11.000 · harga tetap" in harness.text(OWNER)
    await harness.say("/harga S10 11000 Grosir", OWNER)
    assert "Tidak ada level" in harness.text(OWNER)
    await harness.say("/harga S10 murah", OWNER)
    assert "Itu bukan harga" in harness.text(OWNER)
    await harness.say("/harga", OWNER)
    await harness.press("🏷 Agen Kota", OWNER)
    assert "memakai harga umum" not in harness.text(OWNER)
    answer = await harness.forge(DropLevel(level_id), OWNER)
    assert "1 pelanggan memakai level ini" in answer.text


@pytest.fixture
async def clerk(harness: BotHarness) -> CustomerId:
    """Budi works for the shop, and sees costs."""

    def hire(tx: Transaction) -> None:
        rights = written([Right.COSTS])
        tx.staff.put(StaffMember(BUDI, rights, OWNER, harness.shop.clock.now()))

    await harness.shop.store.write(hire)
    return BUDI


async def test_staff_who_see_costs_look_but_change_nothing(
    harness: BotHarness, clerk: CustomerId
) -> None:
    await harness.say("/harga", clerk)
    assert "modal + Rp1.000" in harness.text(clerk)
    assert not any("Aturan baru" in one for one in harness.labels(clerk))
    await harness.say("/harga S10 11500", clerk)
    assert "Modal: Rp10.200" in harness.text(clerk)
    assert [one for one in harness.labels(clerk) if "Ubah" in one] == []
    await harness.say("/harga S10 kode X1", clerk)
    await harness.forge(AskTerms(0, 0, 0), clerk)
    assert await harness.is_idle(clerk)
    assert harness.shop.prices.codes.code_of(harness.shop.product("SM10")) == "S10"


async def test_what_is_gone_is_told(harness: BotHarness) -> None:
    await harness.say("/harga", OWNER)
    for button in (
        ShowRule(0, 0, 0),
        ShowRule(9, 0, 0),
        DropRule(0, 0, 0),
        AskTerms(9, 0, 0),
        AskFixedPrice(0, 999),
        AskCode(999),
        AskLevelName(9),
        ShowLevel(9),
        ShowProductPrices(999),
    ):
        assert "sudah tidak ada" in (await harness.forge(button, OWNER)).text, button
    for level in (MoveLevel(9), DropLevel(9)):
        assert "sudah tidak ada" in (await harness.forge(level, OWNER)).text
        await harness.press("Kembali", OWNER)
    assert "diperbarui" in (await harness.forge(ChooseTarget(0, 999, 0), OWNER)).text
    await harness.forge(AskTerms(0, 999, 0), OWNER)
    await harness.say("1500", OWNER)
    assert "sudah tidak ada" in harness.text(OWNER)
    for forged in (SetRounding(0, "t"), SetLeast(-1, "t")):
        await harness.forge(forged, OWNER)
    assert "terlalu lama" in (await harness.forge(SetLeast(1, "t"), OWNER)).text
    assert "terlalu lama" in (await harness.forge("1:2h:0:t", OWNER)).text


async def test_a_new_rule_is_chosen_down_to_a_product(harness: BotHarness) -> None:
    await harness.say("/harga", OWNER)
    await harness.press("Aturan baru", OWNER)
    for label in ("Pulsa", "XL", "Reguler", "XL10"):
        await harness.press(label, OWNER)
    assert "Harga untuk Umum: XL 10.000" in harness.text(OWNER)
    await harness.say("2%", OWNER)
    await harness.press("Terapkan", OWNER)
    await harness.say("/harga", OWNER)
    await harness.press("XL 10.000", OWNER)
    await harness.press("Semua harga produk ini", OWNER)
    assert "Umum: Rp10.500 · XL 10.000" in harness.text(OWNER)
    await harness.say("/harga xl", OWNER)
    await harness.press("XL10", OWNER)
    assert "Kode supplier: XL10" in harness.text(OWNER)
    await harness.say("/harga nothinglikeit", OWNER)
    assert "Tidak ada produk bernama nothinglikeit." in harness.text(OWNER)
    await harness.say("/harga telkomsel", OWNER)
    await harness.press("Daftar harga", OWNER)
    assert "S10 · Telkomsel 10.000 · Rp11.200" in harness.text(OWNER)


async def test_codes_are_edited_typed_and_buttons(harness: BotHarness) -> None:
    await harness.say("/harga S10 kode TS10", OWNER)
    assert "Kode singkatnya TS10." in harness.text(OWNER)
    await harness.press("Kembali", OWNER)
    await harness.press("Kode singkat", OWNER)
    assert "Kodenya sekarang: TS10" in harness.text(OWNER)
    for text, reply in (("10", "huruf lalu angka"), ("K12", "nomor pesanan"), ("-", "tanpa kode")):
        await harness.say(text, OWNER)
        assert reply in harness.text(OWNER)
    await harness.say("/harga XL10 code X10", OWNER)
    await harness.say("/harga SM10 kode x10", OWNER)
    assert "Kode itu sudah dipakai XL 10.000." in harness.text(OWNER)


async def test_customers_read_their_own_price_list(harness: BotHarness) -> None:
    await harness.say("/harga")
    assert "mau lihat yang mana" in harness.text()
    assert not any("Aturan" in one for one in harness.labels())
    await harness.press("Pulsa")
    await harness.press("Telkomsel")
    text = harness.text()
    assert "Daftar harga Konter <Maju>" in text
    assert "S10 · Telkomsel 10.000 · Rp11.200" in text
    assert "Sold out" not in text
    await harness.press("Kembali")
    await harness.press("Kembali")
    await harness.press("Token Listrik")
    assert "PLN20 · PLN 20.000 · Rp11.200" in harness.text()
    await harness.say("/price tsel")
    assert "S10 · Telkomsel 10.000 · Rp11.200" in harness.text()
    await harness.say("/harga barang aneh")
    assert "belum ada yang bisa dibeli" in harness.text()
    assert "diperbarui" in (await harness.forge(ListPrices(999))).text
    await harness.forge(ShowPrices())
    assert "Aturan" not in harness.text()


async def test_a_purchase_is_typed_by_its_code(harness: BotHarness) -> None:
    await harness.say("S10 0812-3456-7890")
    assert "Telkomsel 10.000" in harness.text()
    assert await harness.step() == Step.CONFIRM
    await harness.say("x10 081911223344")
    assert await harness.step() == Step.CONFIRM
    await harness.say("/beli s10 081234567890")
    assert await harness.step() == Step.CONFIRM
    await harness.press("Bayar")
    (order,) = await harness.orders()
    assert (order.service_code, order.destination) == ("SM10", "081234567890")
    await harness.say("S10 0812345")
    assert await harness.is_idle()
    await harness.say("s10")
    assert any("10.000" in one for one in harness.labels())
    await harness.say("/beli tsel 20")
    assert any("20.000" in one for one in harness.labels())
    await harness.shop.relist("SM10", is_ready=False)
    await harness.say("S10 081234567890")
    assert "habis" in harness.text() or "kosong" in harness.text()


async def test_a_fixed_price_below_the_floor_is_shown_with_what_it_sells_at(
    harness: BotHarness,
) -> None:
    await harness.say("/harga SM10 9000", OWNER)
    await harness.press("Terapkan", OWNER)
    floor = harness.money(await price(harness))
    assert f"jadi dijual {floor}" in harness.text(OWNER)
    await harness.say("/harga", OWNER)
    await harness.press(f"Rp9.000 → {floor}", OWNER)
    assert f"jadi dijual {floor}" in harness.text(OWNER)


async def test_a_product_that_is_not_found_is_named_however_long_its_word(
    harness: BotHarness,
) -> None:
    await harness.say(f"/harga {'x' * 90}", OWNER)
    assert "Tidak ada produk bernama xxxx" in harness.text(OWNER)
