"""The owner's screens of what is sold: switches, undo, names, places, disruptions."""

from __future__ import annotations

import pytest

from bot.domain.dialog import Step
from handlers.selection.buttons import (
    AskNote,
    AskTypeName,
    Disrupt,
    EndDisruption,
    ForgetNote,
    LeaveBrand,
    NameType,
    PlaceType,
    SellTo,
    ShowTarget,
    UsualName,
)
from handlers.ui.buttons import Button, fits
from handlers.ui.staff_buttons import ShowSelection
from tests.handlers.admins import ENGLISH_ADMIN, acts, register_second_admin
from tests.handlers.harness import INDONESIAN_ADMIN, BotHarness
from tests.services.catalogue.test_selection import brand, sm10, type_of
from tests.services.catalogue.test_watch_brands import worked_then_fails
from tests.services.shop import ANNI

OWNER = INDONESIAN_ADMIN
UNKNOWN = 9_999


async def press(harness: BotHarness, *labels: str) -> None:
    for label in labels:
        await harness.press(label, OWNER)


async def open_brand(harness: BotHarness) -> None:
    await harness.say("/produk", OWNER)
    await press(harness, "Pulsa", "Telkomsel")


async def test_a_type_is_switched_off_and_on_again(harness: BotHarness) -> None:
    await harness.say("/produk", OWNER)
    assert "Voucher Game · 1 produk" in harness.text(OWNER)
    assert "Aturan Telegram" in harness.text(OWNER)
    await press(harness, "Voucher Game", "Tidak dijual")
    assert "Voucher Game: tidak dijual" in harness.text(OWNER)
    await harness.say("/beli")
    assert not any("Voucher Game" in one for one in harness.labels())
    await press(harness, "Batalkan lagi")
    await harness.say("/beli")
    assert any("Voucher Game" in one for one in harness.labels())
    assert [one.action for one in await acts(harness)] == ["sell_to", "sell_to"]


async def test_what_staff_sell_is_shown_to_them_only(harness: BotHarness) -> None:
    await harness.say("/produk", OWNER)
    await press(harness, "Voucher Game", "Hanya pegawai", "Kembali")
    assert "Voucher Game · 1 produk · hanya dijual pegawai" in harness.text(OWNER)
    await harness.say("/beli", OWNER)
    assert any("Voucher Game" in one for one in harness.labels(OWNER))
    await harness.say("/beli")
    assert not any("Voucher Game" in one for one in harness.labels())


async def test_a_disrupted_brand_is_marked_with_the_owners_words(harness: BotHarness) -> None:
    await open_brand(harness)
    await press(harness, "🚧 Gangguan", "✏️ Catatan")
    assert await harness.step(OWNER) == Step.SELECTION
    await harness.say("Telkomsel perbaikan <sampai> 15.00", OWNER)
    assert await harness.is_idle(OWNER)
    assert "Catatanmu: Telkomsel perbaikan <sampai> 15.00" in harness.text(OWNER)
    await harness.say("/beli")
    await harness.press("Pulsa")
    await harness.press("⚠️ Telkomsel")
    assert "Sedang gangguan: Telkomsel perbaikan <sampai> 15.00" in harness.text()
    await harness.press("10.000 · gangguan")
    assert "gangguan: Telkomsel perbaikan <sampai> 15.00" in harness.text()
    await harness.press("🔔")
    await press(harness, "Normal lagi")
    assert "dijual lagi" in harness.text(OWNER)
    await harness.shop.restock.step()
    await harness.deliver.deliver()
    assert "Telkomsel 10.000" in harness.text()


async def test_a_mark_and_its_end_can_be_taken_back(harness: BotHarness) -> None:
    await open_brand(harness)
    await press(harness, "🚧 Gangguan", "Batalkan lagi")
    assert "dijual lagi" in harness.text(OWNER)
    await press(harness, "Batalkan lagi", "✏️ Catatan")
    await harness.say("Sabar ya", OWNER)
    await press(harness, "Normal lagi", "Batalkan lagi")
    assert "Catatanmu: Sabar ya" in harness.text(OWNER)
    await press(harness, "Hapus catatan")
    assert "Belum ada catatan" in harness.text(OWNER)
    await harness.say("/produk", OWNER)
    assert "🚧 Pulsa › Telkomsel, sejak" in harness.text(OWNER)


async def test_a_product_is_found_by_words_and_hidden(harness: BotHarness) -> None:
    await harness.say("/products telkomsel 10.000", OWNER)
    await press(harness, "SM10", "Sembunyikan")
    await harness.to_products()
    assert not any("10.000" in one for one in harness.labels())
    await harness.say("/produk SM10", OWNER)
    await press(harness, "SM10 🙈", "Tampilkan", "Kembali")
    assert "Umum" in harness.text(OWNER)
    await harness.say("/produk xyzzyx", OWNER)
    assert "Tidak ada produk supplier" in harness.text(OWNER)


async def test_a_type_has_the_owners_name_everywhere(harness: BotHarness) -> None:
    await harness.say("/produk", OWNER)
    await press(harness, "Pulsa", "Ganti nama")
    await harness.say("Pulsa & <paket>", OWNER)
    assert "Pulsa & <paket>" in harness.text(OWNER)
    await harness.to_products()
    assert "Pulsa & <paket> › Telkomsel" in harness.text()
    await harness.say("081234567890")
    assert any("Pulsa & <paket>" in one for one in harness.labels())
    await press(harness, "Batalkan lagi")
    assert "sebagai Pulsa." in harness.text(OWNER)
    await press(harness, "Batalkan lagi")
    await press(harness, "Nama biasa", "Batalkan lagi")
    assert "sebagai Pulsa & <paket>." in harness.text(OWNER)


async def test_types_are_moved(harness: BotHarness) -> None:
    await harness.say("/produk", OWNER)
    await press(harness, "Token Listrik", "Naik")
    await harness.say("/beli")
    assert "Token Listrik" in harness.labels()[0]
    await press(harness, "Batalkan lagi")
    await harness.say("/beli")
    assert "Pulsa" in harness.labels()[0]


async def test_going_back_or_writing_to_somebody_else_ends_the_question(
    harness: BotHarness,
) -> None:
    await open_brand(harness)
    await press(harness, "🚧 Gangguan", "✏️ Catatan", "Kembali")
    assert await harness.is_idle(OWNER)
    await press(harness, "✏️ Catatan")
    await harness.send({"sticker": {}}, OWNER)
    assert await harness.step(OWNER) == Step.SELECTION
    await harness.say("081234567890", OWNER)
    assert await harness.step(OWNER) == Step.SELECTION
    await harness.say("/batal", OWNER)
    assert await harness.is_idle(OWNER)
    assert "tetap seperti semula" in harness.text(OWNER)


async def test_a_failing_brand_is_proposed_and_marked_or_left(harness: BotHarness) -> None:
    await register_second_admin(harness)
    await worked_then_fails(harness.shop)
    await harness.shop.watch_brands.step()
    await harness.deliver.deliver()
    text = "4 of the last 5 orders failed within 2 hours."
    assert text in harness.text(ENGLISH_ADMIN)
    await harness.press("Leave it", ENGLISH_ADMIN)
    assert "Pulsa › Telkomsel stays on sale." in harness.text(ENGLISH_ADMIN)
    await press(harness, "Tandai Gangguan")
    assert "Pulsa › Telkomsel ditandai gangguan." in harness.text(OWNER)
    await harness.press("Its switches", ENGLISH_ADMIN)
    assert "Disrupted since" in harness.text(ENGLISH_ADMIN)


BUTTONS: tuple[Button, ...] = (
    ShowTarget(is_product=True, target_id=UNKNOWN),
    SellTo(is_product=False, target_id=UNKNOWN, sold_to="staff"),
    Disrupt(is_product=False, target_id=UNKNOWN),
    EndDisruption(is_product=True, target_id=UNKNOWN),
    AskNote(is_product=True, target_id=UNKNOWN),
    ForgetNote(is_product=True, target_id=UNKNOWN),
    AskTypeName(UNKNOWN),
    NameType(UNKNOWN, "Pulsa"),
    UsualName(UNKNOWN),
    PlaceType(UNKNOWN, 1),
    LeaveBrand(UNKNOWN),
)


async def test_what_is_not_listed_any_more_is_said(harness: BotHarness) -> None:
    await harness.say("/produk", OWNER)
    for button in BUTTONS:
        answer = await harness.forge(button, OWNER)
        assert answer.text == "Ini sudah tidak ada di daftar supplier.", button
    for button in (
        SellTo(is_product=True, target_id=1, sold_to="friends"),
        Disrupt(is_product=True, target_id=1, since=10**17),
    ):
        assert "versi lama" in (await harness.forge(button, OWNER)).text


async def test_customers_know_no_such_command_or_button(harness: BotHarness) -> None:
    await harness.say("/produk")
    assert "Perintah itu tidak ada" in harness.text()
    for button in (ShowSelection(), *BUTTONS):
        assert "versi lama" in (await harness.forge(button, ANNI)).text
    assert await acts(harness) == []


async def test_a_question_is_dropped_when_its_target_is_gone(harness: BotHarness) -> None:
    await open_brand(harness)
    await press(harness, "🚧 Gangguan", "✏️ Catatan")
    for code in ("SM10", "SM20", "ONCE", "NIGHT", "GONE"):
        await harness.shop.relist(code, main="XL")
    await harness.say("Sabar", OWNER)
    assert "tidak ada di daftar supplier" in harness.text(OWNER)
    assert await harness.is_idle(OWNER)


def test_a_name_of_the_greatest_length_fits_its_button() -> None:
    assert fits(NameType(10**17 - 1, "x" * 36))


@pytest.mark.parametrize("target", ["brand", "product"])
async def test_a_hidden_target_says_so_on_its_screen(harness: BotHarness, target: str) -> None:
    shop = harness.shop
    wanted = brand(shop) if target == "brand" else sm10(shop)
    await harness.say("/produk", OWNER)
    await harness.forge(SellTo(wanted.is_product, wanted.target_id, "nobody"), OWNER)
    assert "tidak dijual" in harness.text(OWNER)
    await harness.forge(SellTo(False, type_of(shop), "staff"), OWNER)
    await harness.forge(ShowTarget(wanted.is_product, wanted.target_id), OWNER)
    assert "Karena pilihan" not in harness.text(OWNER)
    await press(harness, "Tampilkan")
    assert "Karena pilihan di atasnya: hanya dijual pegawai." in harness.text(OWNER)
