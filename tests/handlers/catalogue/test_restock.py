"""The restock reminder: from a product out of stock to buying it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.dialog import Step
from bot.domain.order import CancelReason, OrderState
from bot.domain.restock import MAX_OPEN_REQUESTS
from bot.ports.supplier import ServiceList
from handlers.ui.buttons import AskRestock, ForgetRestock, Pick, PickAnew
from tests.handlers.builders import HOSTILE
from tests.handlers.counter import CLARE, Counter
from tests.services.shop import LISTINGS

REMIND_ME, REMINDER_OFF = "🔔 Kabari", "🔕 Matikan"


async def to_sold_out(counter: Counter) -> None:
    """Open the product that is out of stock."""
    await counter.to_products()
    await counter.press("Lihat 1")
    await counter.press("Sold out")


async def restock_product(counter: Counter, code: str = "GONE") -> None:
    """Restock a product, and deliver the reminders."""
    await counter.shop.relist(code, is_ready=True)
    await counter.shop.restock.step()
    await counter.deliver.deliver()


async def test_a_product_out_of_stock_offers_a_reminder(counter: Counter) -> None:
    await to_sold_out(counter)
    assert counter.text() == (
        "Telkomsel · Sold out · Rp11.200\n\n"
        "⚠️ Produk ini sedang kosong. Silakan pilih yang lain.\n\n"
        "Mau dikabari kalau sudah bisa dibeli lagi? Kamu dapat satu pesan, kalau itu dalam 7 hari."
    )
    assert counter.labels() == ["🔔 Kabari kalau ada lagi", "‹ Kembali", "✕ Batal"]


async def test_a_reminder_is_confirmed_on_the_same_screen(counter: Counter) -> None:
    await to_sold_out(counter)
    message, data = counter.find(REMIND_ME)
    await counter.press_data(data, message.message_id)
    promised = counter.text()
    assert "Kami kabari sekali kalau stoknya ada lagi dalam 7 hari." in promised
    assert counter.labels() == ["🔕 Matikan pengingat", "‹ Kembali", "✕ Batal"]
    counter.shop.clock.advance(3_600)
    await counter.press_data(data, message.message_id)
    assert counter.text() == promised
    await counter.press("Kembali")
    await counter.press("Sold out")
    assert counter.text() == promised


async def test_a_restocked_product_is_bought_from_the_reminder(counter: Counter) -> None:
    await to_sold_out(counter)
    await counter.press(REMIND_ME)
    await restock_product(counter)
    news = counter.last()
    assert news.text == "🔔 Sudah ada lagi:\n\nTelkomsel · Sold out · Rp11.200"
    assert counter.labels() == ["🛒 Tsel · Sold out · Rp11.200"]
    await counter.press("🛒 Tsel · Sold out")
    assert "Kirim nomor HP" in counter.text()
    await counter.say("081234567890")
    await counter.press("Bayar")
    (order,) = await counter.orders()
    assert order.service_code == "GONE"
    assert news in counter.said()


async def test_products_restocked_together_have_a_button_each(counter: Counter) -> None:
    await counter.shop.relist("SM20", is_ready=False)
    await counter.say("/order", CLARE)
    for code in ("GONE", "SM20"):
        await counter.forge(AskRestock(counter.shop.product(code)), CLARE)
    await counter.shop.relist("SM20", is_ready=True)
    await restock_product(counter)
    assert counter.text(CLARE).startswith("🔔 Back in stock:\n\nTelkomsel 20,000")
    assert counter.labels(CLARE) == ["🛒 Tsel 20,000 · Rp21,100", "🛒 Tsel · Sold out · Rp11,200"]


async def test_a_late_reminder_of_a_product_sold_out_again_offers_another(counter: Counter) -> None:
    counter.is_told = False
    await to_sold_out(counter)
    await counter.press(REMIND_ME)
    await counter.shop.relist("GONE", is_ready=True)
    await counter.shop.restock.step()
    await counter.shop.relist("GONE", is_ready=False)
    await counter.deliver.deliver()
    news = counter.last()
    assert "kosong lagi" in news.text
    assert counter.labels() == ["🔔 Telkomsel · Sold out"]
    await counter.press("🔔 Telkomsel · Sold out")
    assert "sedang kosong" in counter.text()
    assert news in counter.said()
    await counter.press(REMIND_ME)
    assert "dalam 7 hari" in counter.text()


async def test_a_closed_product_offers_a_reminder(counter: Counter) -> None:
    counter.shop.clock.advance(12 * 3_600 - 60)
    await counter.to_products()
    await counter.press("Night")
    assert "tutup sampai 00.30 WIB" in counter.text()
    await counter.press(REMIND_ME)
    counter.shop.clock.advance(32 * 60)
    await counter.shop.restock.step()
    await counter.deliver.deliver()
    assert "Night · Rp11.200" in counter.text()


async def test_a_reminder_can_be_withdrawn(counter: Counter) -> None:
    await to_sold_out(counter)
    await counter.press(REMIND_ME)
    answer = await counter.press(REMINDER_OFF)
    assert answer.text == "Oke, pengingatnya dimatikan."
    assert "🔔 Kabari kalau ada lagi" in counter.labels()
    count = len(counter.said())
    await restock_product(counter)
    assert len(counter.said()) == count


async def test_a_customer_has_at_most_twenty_reminders(counter: Counter) -> None:
    many = [replace(LISTINGS[4], code=f"E{number}") for number in range(MAX_OPEN_REQUESTS)]
    counter.shop.supplier.listings = ServiceList((*LISTINGS, *many), 0)
    await counter.shop.refresh.refresh()
    await counter.to_products()
    for one in many:
        await counter.forge(AskRestock(counter.shop.product(one.code)))
    await counter.say("/saldo")
    before = counter.text()
    answer = await counter.forge(AskRestock(counter.shop.product("GONE")))
    assert answer.show_alert
    assert "Kamu sudah menunggu 20 produk" in answer.text
    assert counter.text() == before


async def test_an_old_reminder_button_offers_a_restocked_product(counter: Counter) -> None:
    await to_sold_out(counter)
    await counter.shop.relist("GONE", is_ready=True)
    await counter.press(REMIND_ME)
    assert "Produk ini sudah bisa dibeli." in counter.text()
    await counter.press("🛒 Beli")
    assert "Kirim nomor HP" in counter.text()


@pytest.mark.parametrize("kind", [AskRestock, ForgetRestock, Pick, PickAnew])
async def test_an_unknown_product_is_reported_as_no_longer_sold(
    counter: Counter, kind: type[AskRestock | ForgetRestock | Pick | PickAnew]
) -> None:
    await counter.say("/beli")
    answer = await counter.forge(kind(999))
    assert answer.show_alert
    assert "sudah tidak dijual" in answer.text


async def test_a_product_picked_from_a_reminder_asks_for_its_number(counter: Counter) -> None:
    await counter.say("/start")
    await counter.forge(PickAnew(counter.shop.product("SM10")))
    dialog = await counter.dialog()
    assert dialog is not None
    assert (dialog.step, dialog.message_id) == (Step.DESTINATION, counter.last().message_id)
    assert counter.remembered() == Step.DESTINATION


async def test_an_order_cancelled_as_unavailable_offers_a_reminder(counter: Counter) -> None:
    await counter.to_confirm()
    await counter.press("Bayar")
    await counter.shop.relist("SM10", is_ready=False)
    counter.shop.clock.advance(6)
    await counter.shop.send.start()
    await counter.deliver.deliver()
    (order,) = await counter.orders()
    assert (order.state, order.cancel_reason) == (OrderState.CANCELLED, CancelReason.NOT_READY)
    outcome = counter.last()
    await counter.press(REMIND_ME)
    assert "dalam 7 hari" in counter.text()
    assert outcome in counter.said()


async def test_a_name_with_markup_is_escaped(counter: Counter) -> None:
    await counter.shop.relist("GONE", name=f"Sold {HOSTILE}")
    await counter.to_products()
    await counter.press("Lihat 1")
    await counter.press("Sold")
    assert HOSTILE in counter.text()
    await counter.press(REMIND_ME)
    await restock_product(counter)
    assert HOSTILE in counter.text()


async def test_reminders_work_after_a_restart(counter: Counter) -> None:
    await to_sold_out(counter)
    await counter.restart()
    await counter.press(REMIND_ME)
    await counter.restart()
    await restock_product(counter)
    await counter.restart()
    await counter.press("🛒 Tsel · Sold out")
    assert "Kirim nomor HP" in counter.text()
