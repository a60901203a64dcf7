"""Browsing the catalogue: one edited message, pages, "back", and products that cannot be bought."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.dialog import Step
from bot.domain.money import Rupiah
from bot.ports.supplier import ServiceList
from handlers.ui.buttons import CatalogueView, Open, pack
from tests.handlers.builders import HOSTILE
from tests.handlers.harness import INDONESIAN_ADMIN, BotHarness
from tests.services.shop import ANNI_CHAT, LISTINGS

NEXT = " ›"


async def stock(harness: BotHarness, count: int, *, ready: int | None = None) -> None:
    """List this many AXIS data products, of which `ready` (by default all) are in stock."""
    listings = tuple(
        replace(
            LISTINGS[0],
            code=f"AX{number}",
            name=f"Axis Data BRONET {number} GB / 30 Hari",
            type="paket-internet",
            main="AXIS",
            sub="Bronet",
            cost=Rupiah(10_000 + number * 1_000),
            is_ready=ready is None or number <= ready,
        )
        for number in range(1, count + 1)
    )
    harness.shop.supplier.listings = ServiceList((*LISTINGS, *listings), 0)
    await harness.shop.refresh.refresh()


async def list_sources(harness: BotHarness) -> None:
    """List Telkomsel 10.000 from SM10, from ONCE at another price, and sold out from SM20."""
    await harness.shop.relist("ONCE", name="TELKOMSEL  10.000", cost=Rupiah(10_500))
    await harness.shop.relist("SM20", name="Telkomsel 10.000", cost=Rupiah(9_000), is_ready=False)


async def test_customers_see_other_offers_without_source_codes(harness: BotHarness) -> None:
    await list_sources(harness)
    await harness.to_products()
    for label in ("Pilihan lain (1)", "10.000 · Rp11.500", "Kembali"):
        await harness.press(label)
    assert harness.labels()[0] == "10.000 · Rp11.500"
    assert not any(code in harness.shown() for code in ("ONCE", "SM10", "SM20"))


async def test_admins_see_every_source_with_its_code(harness: BotHarness) -> None:
    await list_sources(harness)
    await harness.to_products(INDONESIAN_ADMIN)
    await harness.press("Sumber lain (2)", INDONESIAN_ADMIN)
    assert "dari sumber lain, dengan kode" in harness.text(INDONESIAN_ADMIN)
    assert harness.labels(INDONESIAN_ADMIN)[:3] == [
        "10.000 · ONCE · Rp11.500",
        "10.000 · SM20 · kosong",
        "Sembunyikan sumber lain",
    ]
    await harness.press("ONCE", INDONESIAN_ADMIN)
    await harness.press("Kembali", INDONESIAN_ADMIN)
    assert harness.labels(INDONESIAN_ADMIN)[0] == "10.000 · ONCE · Rp11.500"
    await harness.say("telkomsel 10.000", INDONESIAN_ADMIN)
    await harness.press("Sumber lain", INDONESIAN_ADMIN)
    assert any("ONCE" in label for label in harness.labels(INDONESIAN_ADMIN))


async def test_offers_of_equal_price_and_description_are_merged(harness: BotHarness) -> None:
    """The available offer is bought, whichever is listed first."""
    await harness.shop.relist("SM10", is_ready=False)
    await harness.shop.relist("ONCE", name="Telkomsel 10.000")
    await harness.to_products()
    assert "10.000 · Rp11.200" in harness.labels()
    assert not any("Pilihan lain" in label for label in harness.labels())
    await harness.press("10.000 · Rp11.200")
    await harness.say("081234567890")
    await harness.press("Bayar")
    assert (await harness.orders())[0].service_code == "ONCE"


async def test_offers_of_different_descriptions_are_numbered_and_described(
    harness: BotHarness,
) -> None:
    await harness.shop.relist("ONCE", name="Telkomsel 10.000", note="Masa aktif 7 hari")
    await harness.shop.relist("SM20", name="Telkomsel 10.000", note="Masa aktif 30 hari")
    await harness.shop.relist("SM20", cost=LISTINGS[0].cost)
    await harness.to_products()
    await harness.press("Pilihan lain (2)")
    assert harness.labels()[:2] == ["1. 10.000 · Rp11.200", "2. 10.000 · Rp11.200"]
    assert "2. Telkomsel 10.000 · Umum · Masa aktif 7 hari" in harness.text()
    assert "1. Telkomsel 10.000 · Umum · Masa aktif 30 hari" in harness.text()


async def test_another_source_replaces_one_that_is_out_of_stock(harness: BotHarness) -> None:
    await harness.shop.relist("ONCE", name="TELKOMSEL  10.000", cost=Rupiah(10_500))
    await harness.to_products()
    await harness.press("Pilihan lain")
    await harness.shop.relist("SM10", is_ready=False)
    _, data = harness.find("Sembunyikan")
    category_id = int(data.split(":")[2])
    await harness.forge(Open(category_id, 0, CatalogueView.SOURCES))
    assert "10.000 · Rp11.500" in harness.labels()
    assert not any("Pilihan lain" in label for label in harness.labels())
    await harness.shop.relist("SM10", name="Telkomsel 11.000")
    await harness.forge(Open(category_id, 0, CatalogueView.SOURCES))
    assert "10.000 · Rp11.500" in harness.labels()
    await harness.forge(Open(category_id, 0, 7))
    assert "10.000 · Rp11.500" in harness.labels()


async def test_best_selling_brands_come_first(harness: BotHarness) -> None:
    shop = harness.shop
    await shop.accepted(code="XL10", number="081799999999")
    shop.supplier.says("r1", "success")
    shop.clock.advance(5)
    await shop.reconcile.poll()
    await shop.refresh.refresh()
    await harness.deliver.deliver()
    await harness.say("/beli")
    await harness.press("Pulsa")
    assert harness.labels()[:2] == ["XL", "Telkomsel"]


async def test_long_lists_have_pages(harness: BotHarness) -> None:
    await stock(harness, 31)
    await harness.say("/beli")
    await harness.press("Paket Data")
    assert "Halaman 1 dari 3" in harness.text()
    assert harness.labels()[:14] == [f"{n} GB / 30 Hari · Rp{n + 11}.000" for n in range(1, 15)]
    assert harness.labels()[14:16] == ["2 ›", "‹ Kembali"]
    await harness.press(NEXT)
    assert "Halaman 2 dari 3" in harness.text()
    assert harness.labels()[14:17] == ["‹ 1", "3 ›", "‹ Kembali"]
    await harness.press(NEXT)
    assert len([label for label in harness.labels() if "GB" in label]) == 3
    assert harness.labels()[3:5] == ["‹ 2", "‹ Kembali"]


async def test_back_from_a_product_leads_to_its_page(harness: BotHarness) -> None:
    await stock(harness, 18)
    await harness.say("/beli")
    await harness.press("Paket Data")
    await harness.press(NEXT)
    await harness.press("16 GB")
    assert "Axis Data BRONET 16 GB / 30 Hari" in harness.text()
    await harness.press("Kembali")
    assert "Halaman 2 dari 2" in harness.text()
    assert await harness.step() == Step.PRODUCT


async def test_a_category_with_nothing_in_stock_says_so(harness: BotHarness) -> None:
    await stock(harness, 3, ready=0)
    await harness.say("/beli")
    await harness.press("Paket Data")
    assert "Semuanya sedang kosong." in harness.text()
    assert harness.labels() == ["Lihat 3 yang kosong", "‹ Kembali", "✕ Batal"]


async def test_a_product_out_of_stock_cannot_be_chosen(harness: BotHarness) -> None:
    await harness.to_products()
    await harness.shop.relist("SM20", is_ready=False)
    await harness.press("20.000")
    assert "Produk ini sedang kosong. Silakan pilih yang lain." in harness.text()
    assert await harness.step() == Step.PRODUCT
    await harness.press("Kembali")
    assert "20.000 · kosong" in harness.labels()


async def test_an_unknown_category_leads_to_the_first_level(harness: BotHarness) -> None:
    for number in (999, -1, 10**18 - 1):
        await harness.to_products()
        answer = await harness.forge(Open(number))
        assert answer.show_alert
        assert "Mau beli apa?" in harness.text()


async def test_a_page_out_of_range_shows_the_nearest(harness: BotHarness) -> None:
    """The list may have become shorter since the button was made."""
    await harness.to_products()
    _, data = harness.find("Lihat 1")
    category_id = int(data.split(":")[2])
    for page in (-5, 7, 10**18 - 1):
        await harness.forge(Open(0))
        await harness.forge(Open(category_id, page))
        assert "10.000 · Rp11.200" in harness.labels()


async def test_without_a_catalogue_the_shop_says_so(harness: BotHarness) -> None:
    await harness.say("/start")
    harness.shop.catalogue_cache.catalogue = None
    answer = await harness.press("Belanja")
    assert "sedang diperbarui" in answer.text
    await harness.say("/beli")
    assert "sedang diperbarui" in harness.text()
    assert await harness.dialog() is None


@pytest.mark.parametrize("text", ["081234567890", "081234567890 10", "pln 50", "/cari tsel 10"])
async def test_without_a_catalogue_typed_text_is_no_unknown_operator_or_product(
    harness: BotHarness, text: str
) -> None:
    """Right after the first start, the list is still on its way."""
    await harness.say("/start")
    harness.shop.catalogue_cache.catalogue = None
    await harness.say(text)
    assert "sedang diperbarui" in harness.text()


async def test_names_with_markup_are_escaped(harness: BotHarness) -> None:
    await harness.shop.relist("SM10", name=f"Telkomsel {HOSTILE}")
    await harness.shop.relist("XL10", name=f"10.000 {HOSTILE}", main=HOSTILE, sub=HOSTILE)
    await harness.say("/beli")
    await harness.press("Pulsa")
    await harness.press(HOSTILE.strip("<")[:6])
    assert HOSTILE in harness.text()
    await harness.press("10.000")
    assert HOSTILE in harness.text()


async def test_the_same_button_twice_is_answered_twice(harness: BotHarness) -> None:
    """Telegram refuses the second edit with "message is not modified"."""
    await harness.say("/beli")
    message, data = harness.find("Pulsa")
    for _ in range(2):
        answer = await harness.press_data(data, message.message_id)
        assert answer.text == ""
    assert len(harness.said()) == 1


async def test_a_screen_that_cannot_be_edited_is_sent_again(harness: BotHarness) -> None:
    await harness.to_products()
    _, data = harness.find("20.000")
    await harness.press_data(data, 777)
    assert "Telkomsel 20.000 · Rp21.100" in harness.text()
    assert len(harness.said()) == 2
    await harness.say("081234567890")
    assert len(harness.said()) == 3
    assert "Rp21.100" in harness.text()


async def test_a_shop_with_one_type_starts_at_its_brands(harness: BotHarness) -> None:
    harness.shop.supplier.listings = ServiceList(LISTINGS[:6], 0)
    await harness.shop.refresh.refresh()
    await harness.say("/beli")
    assert harness.labels() == ["Telkomsel", "XL", "🏠 Menu", "✕ Batal"]


async def test_every_button_of_the_catalogue_fits_telegram(harness: BotHarness) -> None:
    """The embedded Bot API enforces Telegram's limits, so no call may be refused."""
    await stock(harness, 40, ready=16)
    await harness.say("/beli")
    for label in ("Paket Data", NEXT, "Lihat 24", NEXT, NEXT):
        await harness.press(label)
    assert "Halaman 3 dari 3" in harness.text()
    assert "kosong" in harness.labels()[0]
    codes = {
        call.code for call in harness.telegram.calls if call.params.get("chat_id") == ANNI_CHAT
    }
    assert codes == {200}
    assert pack(Open(10**17, 10**17, 2))
