"""The button that tells when a product is back: from the empty shelf to buying it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.dialog import Step
from bot.domain.order import CancelReason, OrderState
from bot.domain.restock import OPEN_AT_MOST
from bot.ports.supplier import ServiceList
from handlers.callback_data import AskRestock, ForgetRestock, Pick, PickAnew
from tests.handlers.builders import HOSTILE
from tests.handlers.counter import CLARE, Counter
from tests.services.shop import LISTINGS

TELL, NEVER_MIND = "🔔 Kabari", "🔕 Matikan"


async def to_empty(counter: Counter) -> None:
    """Press the product that is out of stock."""
    await counter.to_products()
    await counter.press("Lihat 1")
    await counter.press("Sold out")


async def comes_in(counter: Counter, code: str = "GONE") -> None:
    """Let a product be ready, and whoever waits for it be told."""
    await counter.shop.relist(code, is_ready=True)
    await counter.shop.restock.step()
    await counter.deliver.deliver()


async def test_an_empty_product_offers_to_tell(counter: Counter) -> None:
    """With its name and price, why it cannot be bought, and what is promised."""
    await to_empty(counter)
    assert counter.text() == (
        "Telkomsel · Sold out · Rp11.200\n\n"
        "⚠️ Produk ini sedang kosong. Silakan pilih yang lain.\n\n"
        "Mau dikabari kalau sudah bisa dibeli lagi? Kamu dapat satu pesan, kalau itu dalam 7 hari."
    )
    assert counter.labels() == ["🔔 Kabari kalau ada lagi", "‹ Kembali", "✕ Batal"]


async def test_the_promise_is_said(counter: Counter) -> None:
    """On the same screen; pressed again, it is the same."""
    await to_empty(counter)
    message, data = counter.find(TELL)
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


async def test_what_is_back_is_bought_from_its_message(counter: Counter) -> None:
    """One press leads to the question for the number; the message itself is kept."""
    await to_empty(counter)
    await counter.press(TELL)
    await comes_in(counter)
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


async def test_what_is_back_together_has_a_button_each(counter: Counter) -> None:
    """And stands with its price in the text."""
    await counter.shop.relist("SM20", is_ready=False)
    await counter.say("/order", CLARE)
    for code in ("GONE", "SM20"):
        await counter.forge(AskRestock(counter.shop.product(code)), CLARE)
    await counter.shop.relist("SM20", is_ready=True)
    await comes_in(counter)
    assert counter.text(CLARE).startswith("🔔 Back in stock:\n\nTelkomsel 20,000")
    assert counter.labels(CLARE) == ["🛒 Tsel 20,000 · Rp21,100", "🛒 Tsel · Sold out · Rp11,200"]


async def test_what_is_gone_again_offers_to_tell_again(counter: Counter) -> None:
    """The message came late; its button leads to the same screen as the shelf, below it."""
    counter.is_told = False
    await to_empty(counter)
    await counter.press(TELL)
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
    await counter.press(TELL)
    assert "dalam 7 hari" in counter.text()


async def test_a_closed_product_tells_when_it_opens(counter: Counter) -> None:
    """Both when it opens by the clock, and by a message."""
    counter.shop.clock.advance(12 * 3_600 - 60)
    await counter.to_products()
    await counter.press("Night")
    assert "tutup sampai 00.30 WIB" in counter.text()
    await counter.press(TELL)
    counter.shop.clock.advance(32 * 60)
    await counter.shop.restock.step()
    await counter.deliver.deliver()
    assert "Night · Rp11.200" in counter.text()


async def test_it_can_be_taken_back(counter: Counter) -> None:
    """Said in a line that pops up; the screen offers it again, and no message comes."""
    await to_empty(counter)
    await counter.press(TELL)
    answer = await counter.press(NEVER_MIND)
    assert answer.text == "Oke, pengingatnya dimatikan."
    assert "🔔 Kabari kalau ada lagi" in counter.labels()
    count = len(counter.said())
    await comes_in(counter)
    assert len(counter.said()) == count


async def test_twenty_are_enough(counter: Counter) -> None:
    """A clear sentence pops up, and the screen stays as it is."""
    many = [replace(LISTINGS[4], code=f"E{number}") for number in range(OPEN_AT_MOST)]
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


async def test_an_old_screen_leads_to_what_is_back_already(counter: Counter) -> None:
    """Nothing is remembered: it can be bought at once."""
    await to_empty(counter)
    await counter.shop.relist("GONE", is_ready=True)
    await counter.press(TELL)
    assert "Produk ini sudah bisa dibeli." in counter.text()
    await counter.press("🛒 Beli")
    assert "Kirim nomor HP" in counter.text()


@pytest.mark.parametrize("kind", [AskRestock, ForgetRestock, Pick, PickAnew])
async def test_what_never_was_is_no_longer_sold(
    counter: Counter, kind: type[AskRestock | ForgetRestock | Pick | PickAnew]
) -> None:
    """Whoever makes buttons up is told so."""
    await counter.say("/beli")
    answer = await counter.forge(kind(999))
    assert answer.show_alert
    assert "sudah tidak dijual" in answer.text


async def test_a_product_picked_anew_is_waited_for_as_any(counter: Counter) -> None:
    """The number that is typed next is its destination, on the new message."""
    await counter.say("/start")
    await counter.forge(PickAnew(counter.shop.product("SM10")))
    dialog = await counter.dialog()
    assert dialog is not None
    assert (dialog.step, dialog.message_id) == (Step.DESTINATION, counter.last().message_id)
    assert counter.remembered() == Step.DESTINATION


async def test_an_order_that_closed_before_it_was_sent_offers_to_tell(counter: Counter) -> None:
    """Below the message that the money is back, which is kept."""
    await counter.to_confirm()
    await counter.press("Bayar")
    await counter.shop.relist("SM10", is_ready=False)
    counter.shop.clock.advance(6)
    await counter.shop.send.start()
    await counter.deliver.deliver()
    (order,) = await counter.orders()
    assert (order.state, order.cancel_reason) == (OrderState.CANCELLED, CancelReason.NOT_READY)
    outcome = counter.last()
    await counter.press(TELL)
    assert "dalam 7 hari" in counter.text()
    assert outcome in counter.said()


async def test_a_foreign_name_is_shown_letter_by_letter(counter: Counter) -> None:
    """On the screen and in the message."""
    await counter.shop.relist("GONE", name=f"Sold {HOSTILE}")
    await counter.to_products()
    await counter.press("Lihat 1")
    await counter.press("Sold")
    assert HOSTILE in counter.text()
    await counter.press(TELL)
    await comes_in(counter)
    assert HOSTILE in counter.text()


async def test_it_works_after_a_restart(counter: Counter) -> None:
    """The request is in the database, and every button carries its whole meaning."""
    await to_empty(counter)
    await counter.restart()
    await counter.press(TELL)
    await counter.restart()
    await comes_in(counter)
    await counter.restart()
    await counter.press("🛒 Tsel · Sold out")
    assert "Kirim nomor HP" in counter.text()
