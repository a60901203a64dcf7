"""Browsing the catalogue: one edited message, pages, "back", and products that cannot be bought."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.dialog import Step
from bot.domain.money import Rupiah
from bot.ports.supplier import ServiceList
from handlers.ui.buttons import Open, Pick, View, pack
from tests.handlers.builders import HOSTILE
from tests.handlers.counter import CLARE, Counter
from tests.services.shop import ADMIN, ANNI, LISTINGS

NEXT = " ›"


async def stock(counter: Counter, count: int, *, ready: int | None = None) -> None:
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
    counter.shop.supplier.listings = ServiceList((*LISTINGS, *listings), 0)
    await counter.shop.refresh.refresh()


async def close_for_the_night(counter: Counter) -> None:
    """Set the clock to 23:59, when one Telkomsel product is closed."""
    counter.shop.clock.advance(12 * 3600 - 60)


async def test_the_catalogue_is_one_message_edited_in_place(counter: Counter) -> None:
    await counter.say("/order")
    first = counter.last()
    assert counter.labels() == [
        "📱 Pulsa",
        "⚡ Token Listrik",
        "🎮 Voucher Game",
        "🏠 Menu",
        "✕ Batal",
    ]
    await counter.press("Pulsa")
    assert counter.labels() == ["Telkomsel", "XL", "‹ Kembali", "✕ Batal"]
    await counter.press("Telkomsel")
    assert counter.text().startswith("Pulsa › Telkomsel\n")
    assert [one.message_id for one in counter.said()] == [first.message_id]


async def test_products_show_their_price_cheapest_first(counter: Counter) -> None:
    await counter.to_products()
    assert counter.labels() == [
        "10.000 · Rp11.200",
        "once a day · Rp11.200",
        "Night · Rp11.200",
        "20.000 · Rp21.100",
        "Lihat 1 yang kosong",
        "‹ Kembali",
        "✕ Batal",
    ]
    await counter.press("Lihat 1")
    assert "Sold out · kosong" in counter.labels()
    await counter.press("Sembunyikan")
    assert not any("Sold out" in label for label in counter.labels())


async def list_sources(counter: Counter) -> None:
    """List Telkomsel 10.000 from SM10, from ONCE at another price, and sold out from SM20."""
    await counter.shop.relist("ONCE", name="TELKOMSEL  10.000", cost=Rupiah(10_500))
    await counter.shop.relist("SM20", name="Telkomsel 10.000", cost=Rupiah(9_000), is_ready=False)


async def test_customers_see_other_offers_without_source_codes(counter: Counter) -> None:
    await list_sources(counter)
    await counter.to_products()
    assert counter.labels() == [
        "10.000 · Rp11.200",
        "Night · Rp11.200",
        "Pilihan lain (1)",
        "Lihat 1 yang kosong",
        "‹ Kembali",
        "✕ Batal",
    ]
    await counter.press("Pilihan lain")
    assert "Produk yang sama lewat jalur lain:" in counter.text()
    assert counter.labels()[:2] == ["10.000 · Rp11.500", "Sembunyikan pilihan lain"]
    await counter.press("10.000 · Rp11.500")
    await counter.press("Kembali")
    assert counter.labels()[0] == "10.000 · Rp11.500"
    await counter.press("Sembunyikan")
    assert counter.labels()[0] == "10.000 · Rp11.200"
    assert not any(code in counter.shown() for code in ("ONCE", "SM10", "SM20"))


async def test_admins_see_every_source_with_its_code(counter: Counter) -> None:
    await list_sources(counter)
    await counter.to_products(ADMIN)
    await counter.press("Sumber lain (2)", ADMIN)
    assert "dari sumber lain, dengan kode" in counter.text(ADMIN)
    assert counter.labels(ADMIN)[:3] == [
        "10.000 · ONCE · Rp11.500",
        "10.000 · SM20 · kosong",
        "Sembunyikan sumber lain",
    ]
    await counter.press("ONCE", ADMIN)
    await counter.press("Kembali", ADMIN)
    assert counter.labels(ADMIN)[0] == "10.000 · ONCE · Rp11.500"
    await counter.say("telkomsel 10.000", ADMIN)
    await counter.press("Sumber lain", ADMIN)
    assert any("ONCE" in label for label in counter.labels(ADMIN))


async def test_offers_of_equal_price_and_description_are_merged(counter: Counter) -> None:
    """The available offer is bought, whichever is listed first."""
    await counter.shop.relist("SM10", is_ready=False)
    await counter.shop.relist("ONCE", name="Telkomsel 10.000")
    await counter.to_products()
    assert "10.000 · Rp11.200" in counter.labels()
    assert not any("Pilihan lain" in label for label in counter.labels())
    await counter.press("10.000 · Rp11.200")
    await counter.say("081234567890")
    await counter.press("Bayar")
    assert (await counter.orders())[0].service_code == "ONCE"


async def test_offers_of_different_descriptions_are_numbered_and_described(
    counter: Counter,
) -> None:
    await counter.shop.relist("ONCE", name="Telkomsel 10.000", note="Masa aktif 7 hari")
    await counter.shop.relist("SM20", name="Telkomsel 10.000", note="Masa aktif 30 hari")
    await counter.shop.relist("SM20", cost=LISTINGS[0].cost)
    await counter.to_products()
    await counter.press("Pilihan lain (2)")
    assert counter.labels()[:2] == ["1. 10.000 · Rp11.200", "2. 10.000 · Rp11.200"]
    assert "2. Telkomsel 10.000 · Umum · Masa aktif 7 hari" in counter.text()
    assert "1. Telkomsel 10.000 · Umum · Masa aktif 30 hari" in counter.text()


async def test_another_source_replaces_one_that_is_out_of_stock(counter: Counter) -> None:
    await counter.shop.relist("ONCE", name="TELKOMSEL  10.000", cost=Rupiah(10_500))
    await counter.to_products()
    await counter.press("Pilihan lain")
    await counter.shop.relist("SM10", is_ready=False)
    _, data = counter.find("Sembunyikan")
    category_id = int(data.split(":")[2])
    await counter.forge(Open(category_id, 0, View.SOURCES))
    assert "10.000 · Rp11.500" in counter.labels()
    assert not any("Pilihan lain" in label for label in counter.labels())
    await counter.shop.relist("SM10", name="Telkomsel 11.000")
    await counter.forge(Open(category_id, 0, View.SOURCES))
    assert "10.000 · Rp11.500" in counter.labels()
    await counter.forge(Open(category_id, 0, 7))
    assert "10.000 · Rp11.500" in counter.labels()


async def test_buttons_share_a_row_only_if_both_labels_fit(counter: Counter) -> None:
    await counter.say("/beli")
    await counter.press("Pulsa")
    assert ["Telkomsel", "XL"] in [[one["text"] for one in row] for row in counter.last().buttons]
    await counter.press("Telkomsel")
    rows = [[one["text"] for one in row] for row in counter.last().buttons]
    assert rows[0] == ["10.000 · Rp11.200"]
    assert rows[-1] == ["‹ Kembali", "✕ Batal"]


async def test_best_selling_brands_come_first(counter: Counter) -> None:
    shop = counter.shop
    await shop.accepted(code="XL10", number="081799999999")
    shop.supplier.says("r1", "success")
    shop.clock.advance(5)
    await shop.reconcile.poll()
    await shop.refresh.refresh()
    await counter.deliver.deliver()
    await counter.say("/beli")
    await counter.press("Pulsa")
    assert counter.labels()[:2] == ["XL", "Telkomsel"]


async def test_levels_with_one_choice_are_skipped(counter: Counter) -> None:
    await counter.say("/beli")
    await counter.press("Token Listrik")
    assert counter.text().startswith("Token Listrik › PLN\n")
    assert counter.labels() == ["20.000 · Rp11.200", "‹ Kembali", "✕ Batal"]
    await counter.press("Kembali")
    assert "Mau beli apa?" in counter.text()


async def test_long_lists_have_pages(counter: Counter) -> None:
    await stock(counter, 31)
    await counter.say("/beli")
    await counter.press("Paket Data")
    assert "Halaman 1 dari 3" in counter.text()
    assert counter.labels()[:14] == [f"{n} GB / 30 Hari · Rp{n + 11}.000" for n in range(1, 15)]
    assert counter.labels()[14:16] == ["2 ›", "‹ Kembali"]
    await counter.press(NEXT)
    assert "Halaman 2 dari 3" in counter.text()
    assert counter.labels()[14:17] == ["‹ 1", "3 ›", "‹ Kembali"]
    await counter.press(NEXT)
    assert len([label for label in counter.labels() if "GB" in label]) == 3
    assert counter.labels()[3:5] == ["‹ 2", "‹ Kembali"]


async def test_back_from_a_product_leads_to_its_page(counter: Counter) -> None:
    await stock(counter, 18)
    await counter.say("/beli")
    await counter.press("Paket Data")
    await counter.press(NEXT)
    await counter.press("16 GB")
    assert "Axis Data BRONET 16 GB / 30 Hari" in counter.text()
    await counter.press("Kembali")
    assert "Halaman 2 dari 2" in counter.text()
    dialog = await counter.dialog()
    assert dialog is not None
    assert dialog.step == Step.PRODUCT


async def test_products_out_of_stock_have_pages_too(counter: Counter) -> None:
    await stock(counter, 40, ready=6)
    await counter.say("/order", CLARE)
    await counter.press("Data packs", CLARE)
    await counter.press("Show 34 that are out of stock", CLARE)
    assert "Page 1 of 3" in counter.text(CLARE)
    await counter.press(NEXT, CLARE)
    assert "Page 2 of 3" in counter.text(CLARE)
    assert all("out of stock" in label for label in counter.labels(CLARE)[:14])


async def test_a_category_with_nothing_in_stock_says_so(counter: Counter) -> None:
    await stock(counter, 3, ready=0)
    await counter.say("/beli")
    await counter.press("Paket Data")
    assert "Semuanya sedang kosong." in counter.text()
    assert counter.labels() == ["Lihat 3 yang kosong", "‹ Kembali", "✕ Batal"]


async def test_a_closed_product_says_when_it_opens(counter: Counter) -> None:
    await close_for_the_night(counter)
    await counter.to_products()
    assert "Night · buka 00.30 WIB" in counter.labels()
    await counter.press("Night")
    assert counter.text().startswith("Telkomsel · Night · Rp11.200\n")
    assert "Produk ini tutup sampai 00.30 WIB. Coba lagi setelah itu, ya." in counter.text()
    await counter.press("Kembali")
    assert "Pulsa › Telkomsel" in counter.text()


async def test_a_product_out_of_stock_cannot_be_chosen(counter: Counter) -> None:
    await counter.to_products()
    await counter.shop.relist("SM20", is_ready=False)
    await counter.press("20.000")
    assert "Produk ini sedang kosong. Silakan pilih yang lain." in counter.text()
    dialog = await counter.dialog()
    assert dialog is not None
    assert dialog.step == Step.PRODUCT
    await counter.press("Kembali")
    assert "20.000 · kosong" in counter.labels()


async def test_a_delisted_product_leads_back_to_the_catalogue(counter: Counter) -> None:
    """The button may be a month old."""
    await counter.to_products()
    answer = await counter.forge(Pick(999))
    assert answer.text == "Produk ini sudah tidak dijual. Silakan pilih yang lain."
    assert "Mau beli apa?" in counter.text()


@pytest.mark.parametrize("number", [999, -1, 10**18 - 1])
async def test_an_unknown_category_leads_to_the_first_level(counter: Counter, number: int) -> None:
    await counter.say("/beli")
    answer = await counter.forge(Open(number))
    assert answer.show_alert
    assert "Mau beli apa?" in counter.text()


@pytest.mark.parametrize("page", [-5, 7, 10**18 - 1])
async def test_a_page_out_of_range_shows_the_nearest(counter: Counter, page: int) -> None:
    """The list may have become shorter since the button was made."""
    await counter.to_products()
    _, data = counter.find("Lihat 1")
    category_id = int(data.split(":")[2])
    await counter.forge(Open(category_id, page))
    assert "10.000 · Rp11.200" in counter.labels()


async def test_without_a_catalogue_the_shop_says_so(counter: Counter) -> None:
    await counter.say("/start")
    counter.shop.catalogue_cache.catalogue = None
    answer = await counter.press("Belanja")
    assert "sedang diperbarui" in answer.text
    await counter.say("/beli")
    assert "sedang diperbarui" in counter.text()
    assert await counter.dialog() is None


async def test_names_with_markup_are_escaped(counter: Counter) -> None:
    await counter.shop.relist("SM10", name=f"Telkomsel {HOSTILE}")
    await counter.shop.relist("XL10", name=f"10.000 {HOSTILE}", main=HOSTILE, sub=HOSTILE)
    await counter.say("/beli")
    await counter.press("Pulsa")
    await counter.press(HOSTILE.strip("<")[:6])
    assert HOSTILE in counter.text()
    await counter.press("10.000")
    assert HOSTILE in counter.text()


async def test_the_same_button_twice_is_answered_twice(counter: Counter) -> None:
    """Telegram refuses the second edit with "message is not modified"."""
    await counter.say("/beli")
    message, data = counter.find("Pulsa")
    for _ in range(2):
        answer = await counter.press_data(data, message.message_id)
        assert answer.text == ""
    assert len(counter.said()) == 1


async def test_a_screen_that_cannot_be_edited_is_sent_again(counter: Counter) -> None:
    await counter.to_products()
    _, data = counter.find("20.000")
    await counter.press_data(data, 777)
    assert "Telkomsel 20.000 · Rp21.100" in counter.text()
    assert len(counter.said()) == 2
    await counter.say("081234567890")
    assert len(counter.said()) == 3
    assert "Rp21.100" in counter.text()


async def test_a_number_typed_while_browsing_is_offered_products(counter: Counter) -> None:
    await counter.say("/beli")
    await counter.say("081234567890")
    assert "Mau beli apa buat nomor ini?" in counter.text()
    await counter.press("Pulsa")
    assert "Telkomsel" in counter.shown()


async def test_hidden_types_are_not_sold(counter: Counter) -> None:
    """Postpaid bills, and what the panel has not sorted."""
    await counter.shop.relist("XL10", type="pascabayar")
    await counter.shop.relist("ML86", type="not-filtered")
    await counter.say("/beli")
    assert counter.labels()[:2] == ["📱 Pulsa", "⚡ Token Listrik"]
    assert not any("Voucher Game" in label for label in counter.labels())


async def test_a_shop_with_one_type_starts_at_its_brands(counter: Counter) -> None:
    counter.shop.supplier.listings = ServiceList(LISTINGS[:6], 0)
    await counter.shop.refresh.refresh()
    await counter.say("/beli")
    assert counter.labels() == ["Telkomsel", "XL", "🏠 Menu", "✕ Batal"]


async def test_every_button_of_the_catalogue_fits_telegram(counter: Counter) -> None:
    """The embedded Bot API enforces Telegram's limits, so no call may be refused."""
    await stock(counter, 40, ready=16)
    await counter.say("/beli")
    for label in ("Paket Data", NEXT, "Lihat 24", NEXT, NEXT):
        await counter.press(label)
    codes = {
        call.code for call in counter.telegram.calls if call.params.get("chat_id") == str(ANNI)
    }
    assert codes == {200}
    assert pack(Open(10**17, 10**17, 2))
