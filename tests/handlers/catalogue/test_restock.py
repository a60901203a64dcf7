"""The restock reminder: from a product out of stock to buying it."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.dialog import Step
from bot.domain.order import CancelReason, OrderState
from bot.domain.restock import MAX_OPEN_REQUESTS
from bot.ports.supplier import ServiceList
from handlers.ui.buttons import AskRestock, ForgetRestock, Pick, PickInNewMessage
from tests.handlers.builders import HOSTILE
from tests.handlers.harness import CLARE, BotHarness
from tests.services.shop import LISTINGS

REMIND_ME = "🔔 Kabari"


async def to_sold_out(harness: BotHarness) -> None:
    """Open the product that is out of stock."""
    await harness.to_products()
    await harness.press("Lihat 1")
    await harness.press("Sold out")


async def restock_product(harness: BotHarness, code: str = "GONE") -> None:
    """Restock a product, and deliver the reminders."""
    await harness.shop.relist(code, is_ready=True)
    await harness.shop.restock.step()
    await harness.deliver.deliver()


async def test_a_reminder_is_confirmed_on_the_same_screen(harness: BotHarness) -> None:
    await to_sold_out(harness)
    message, data = harness.find(REMIND_ME)
    await harness.press_data(data, message.message_id)
    promised = harness.text()
    assert "Kami kabari sekali kalau stoknya ada lagi dalam 7 hari." in promised
    assert harness.labels() == ["🔕 Matikan pengingat", "‹ Kembali", "✕ Batal"]
    harness.shop.clock.advance(3_600)
    await harness.press_data(data, message.message_id)
    assert harness.text() == promised
    await harness.press("Kembali")
    await harness.press("Sold out")
    assert harness.text() == promised


async def test_a_restocked_product_is_bought_from_the_reminder(harness: BotHarness) -> None:
    await to_sold_out(harness)
    await harness.press(REMIND_ME)
    await restock_product(harness)
    news = harness.last()
    assert news.text == "🔔 Sudah ada lagi:\n\nTelkomsel · Sold out · Rp11.200"
    await harness.press("🛒 Tsel · Sold out")
    assert "Kirim nomor HP" in harness.text()
    dialog = await harness.dialog()
    assert dialog is not None
    assert (dialog.step, dialog.message_id) == (Step.DESTINATION, harness.last().message_id)
    await harness.say("081234567890")
    await harness.press("Bayar")
    (order,) = await harness.orders()
    assert order.service_code == "GONE"
    assert news in harness.said()


async def test_products_restocked_together_have_a_button_each(harness: BotHarness) -> None:
    await harness.shop.relist("SM20", is_ready=False)
    await harness.say("/order", CLARE)
    for code in ("GONE", "SM20"):
        await harness.forge(AskRestock(harness.shop.product(code)), CLARE)
    await harness.shop.relist("SM20", is_ready=True)
    await restock_product(harness)
    assert harness.text(CLARE).startswith("🔔 Back in stock:\n\nTelkomsel 20,000")
    assert harness.labels(CLARE) == ["🛒 Tsel 20,000 · Rp21,100", "🛒 Tsel · Sold out · Rp11,200"]


async def test_a_late_reminder_of_a_product_sold_out_again_offers_another(
    harness: BotHarness,
) -> None:
    harness.is_told = False
    await to_sold_out(harness)
    await harness.press(REMIND_ME)
    await harness.shop.relist("GONE", is_ready=True)
    await harness.shop.restock.step()
    await harness.shop.relist("GONE", is_ready=False)
    await harness.deliver.deliver()
    news = harness.last()
    assert "kosong lagi" in news.text
    assert harness.labels() == ["🔔 Telkomsel · Sold out"]
    await harness.press("🔔 Telkomsel · Sold out")
    assert "sedang kosong" in harness.text()
    assert news in harness.said()
    await harness.press(REMIND_ME)
    assert "dalam 7 hari" in harness.text()


async def test_a_customer_has_at_most_twenty_reminders(harness: BotHarness) -> None:
    many = [replace(LISTINGS[4], code=f"E{number}") for number in range(MAX_OPEN_REQUESTS)]
    harness.shop.supplier.listings = ServiceList((*LISTINGS, *many), 0)
    await harness.shop.refresh.refresh()
    await harness.to_products()
    for one in many:
        await harness.forge(AskRestock(harness.shop.product(one.code)))
    await harness.say("/saldo")
    before = harness.text()
    answer = await harness.forge(AskRestock(harness.shop.product("GONE")))
    assert answer.show_alert
    assert "Kamu sudah menunggu 20 produk" in answer.text
    assert harness.text() == before


async def test_an_old_reminder_button_offers_a_restocked_product(harness: BotHarness) -> None:
    await to_sold_out(harness)
    await harness.shop.relist("GONE", is_ready=True)
    await harness.press(REMIND_ME)
    assert "Produk ini sudah bisa dibeli." in harness.text()
    await harness.press("🛒 Beli")
    assert "Kirim nomor HP" in harness.text()


async def test_an_unknown_product_is_reported_as_no_longer_sold(harness: BotHarness) -> None:
    await harness.say("/beli")
    for kind in (AskRestock, ForgetRestock, Pick, PickInNewMessage):
        answer = await harness.forge(kind(999))
        assert answer.show_alert
        assert "sudah tidak dijual" in answer.text


async def test_an_order_cancelled_as_unavailable_offers_a_reminder(harness: BotHarness) -> None:
    await harness.to_confirm()
    await harness.press("Bayar")
    await harness.shop.relist("SM10", is_ready=False)
    harness.shop.clock.advance(6)
    await harness.shop.send.start()
    await harness.deliver.deliver()
    (order,) = await harness.orders()
    assert (order.state, order.cancel_reason) == (OrderState.CANCELLED, CancelReason.NOT_READY)
    outcome = harness.last()
    await harness.press(REMIND_ME)
    assert "dalam 7 hari" in harness.text()
    assert outcome in harness.said()


async def test_a_name_with_markup_is_escaped(harness: BotHarness) -> None:
    await harness.shop.relist("GONE", name=f"Sold {HOSTILE}")
    await harness.to_products()
    await harness.press("Lihat 1")
    await harness.press("Sold")
    assert HOSTILE in harness.text()
    await harness.press(REMIND_ME)
    await restock_product(harness)
    assert HOSTILE in harness.text()


async def test_reminders_work_after_a_restart(harness: BotHarness) -> None:
    await to_sold_out(harness)
    await harness.restart()
    await harness.press(REMIND_ME)
    await harness.restart()
    await restock_product(harness)
    await harness.restart()
    await harness.press("🛒 Tsel · Sold out")
    assert "Kirim nomor HP" in harness.text()
