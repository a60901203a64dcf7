"""Receipts: their contents, that nothing is cut off, and that they never show the cost."""

from __future__ import annotations

import pytest

from bot.domain.dialog import Step
from bot.domain.order import OrderState
from handlers.receipts.buttons import AskSellingPrice
from handlers.receipts.texts import receipt_lines
from handlers.ui.buttons import MakeReceipt
from handlers.ui.i18n import load_languages
from handlers.ui.picture import Line, draw_receipt, drawable
from tests.handlers.builders import an_order, profile
from tests.handlers.counter import Counter
from tests.services.shop import BUDI

SHOP = ("Konter Maju", "@konter_help")
TOKEN = "12345678901234567890/BUDI SANTOSO/R1M/900VA/32,1"


def receipt_text(language: str = "id", price: int = 0, **changes: object) -> str:
    order = an_order(OrderState.SUCCEEDED, **changes)
    lines = receipt_lines(load_languages()[language], order, profile(), SHOP, price)
    return "\n".join(f"{line.label} {line.text}" for line in lines)


def test_a_receipt_shows_everything_except_the_cost() -> None:
    text = receipt_text(voucher="SN-123", price=13_000)
    for fact in (*SHOP, "K12", "Telkomsel 10.000", "0812 3456 7890", "SN-123", "Rp13.000", "WIB"):
        assert fact in text
    assert "11.200" not in text
    assert "10.200" not in text
    assert "Rp" not in receipt_text(voucher="SN-123")


def test_a_token_is_grouped_with_its_owner_and_energy() -> None:
    text = receipt_text("en", voucher=TOKEN, category_type="token-pln")
    for fact in ("1234 5678 9012 3456 7890", "BUDI SANTOSO", "32.1 kWh", "Energy", "Thank you"):
        assert fact in text
    assert "R1M / 900 VA" in text
    assert "Tarif/daya" in receipt_text("id", voucher=TOKEN, category_type="token-pln")


@pytest.mark.parametrize("text", ["x" * 5_000, "word " * 120, "🎲\u202e\u0000 a\u0301", ""])
def test_a_picture_is_drawn_for_any_text(text: str) -> None:
    content = draw_receipt([Line("Konter", size=44, is_centred=True), Line(text, "Product")])
    assert content.startswith(b"\x89PNG")
    height = int.from_bytes(content[20:24])
    assert height >= 150
    assert (height > 400) == (len(text) > 100)


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("📱 Berkah Cell", "Berkah Cell"),
        ("WA 0812 • @konter", "WA 0812 · @konter"),
        ("Müller → ★", "Muller >"),
        ("Toko Ибрагим", "Toko"),
        ("line\nbreak", "line break"),
    ],
)
def test_characters_missing_in_the_font_are_replaced_or_dropped(text: str, drawn: str) -> None:
    assert drawable(text) == drawn


async def test_a_receipt_is_made_from_an_order(counter: Counter) -> None:
    order = await counter.shop.queue()
    await counter.say("/struk K1 15rb")
    assert "setelah pesanan selesai" in counter.shown()
    await counter.shop.send_next(counter.shop.reply(order, status_word="success", voucher="SN1"))
    await counter.say("/riwayat")
    await counter.press("✅ Telkomsel")
    await counter.press("Struk")
    plain = counter.said()[-2].photo
    await counter.press("Rp12.000")
    priced = counter.last().photo
    await counter.say("/receipt k1 15.000")
    typed = counter.last().photo
    assert plain is not None
    assert priced is not None
    assert typed is not None
    assert len({plain.content, priced.content, typed.content}) == 3


async def delivered(counter: Counter) -> Counter:
    """Deliver an order of Anni's, and request its receipt."""
    order = await counter.shop.queue()
    await counter.say("/start")
    await counter.shop.send_next(counter.shop.reply(order, status_word="success", voucher="SN1"))
    await counter.deliver.deliver()
    await counter.press("Struk")
    return counter


async def test_a_custom_selling_price_can_be_typed(counter: Counter) -> None:
    await delivered(counter)
    plain = counter.said()[-2].photo
    await counter.press("Harga lain")
    assert "struk K1" in counter.text()
    assert counter.remembered() == Step.SELLING_PRICE
    await counter.say("murah")
    assert "bukan jumlah" in counter.text()
    await counter.send({"dice": {"emoji": "🎲", "value": 3}})
    assert counter.said()[-2].text == "Maaf, kami cuma bisa baca teks dan foto."
    assert "struk K1" in counter.text()
    await counter.send(
        {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]}
    )
    assert "bukan jumlah" in counter.text()
    await counter.say("Rp\u202f15.\u200d500")
    priced = counter.last().photo
    assert plain is not None
    assert priced is not None
    assert priced.content != plain.content
    assert await counter.dialog() is None
    assert counter.remembered() is None
    for command in ("/receipt K1 15500", "/receipt \u202aK1\u202c Rp\u00a015.\u200b500"):
        await counter.say(command)
        typed = counter.last().photo
        assert typed is not None
        assert typed.content == priced.content


async def test_a_number_typed_instead_of_a_price_starts_a_purchase(counter: Counter) -> None:
    await delivered(counter)
    await counter.press("Harga lain")
    await counter.say("081234567890")
    assert "Mau beli apa" in counter.text()
    assert await counter.dialog() is None
    await counter.press("Harga lain")
    await counter.contact("081234567890")
    assert "Mau beli apa" in counter.text()
    await counter.press("Harga lain")
    await counter.say("/batal")
    assert "struknya tetap" in counter.text()
    assert await counter.dialog() is None


async def test_the_outcome_has_a_receipt_button(counter: Counter) -> None:
    order = await counter.shop.queue()
    await counter.say("/start")
    await counter.shop.send_next(counter.shop.reply(order, status_word="success", voucher="SN1"))
    await counter.deliver.deliver()
    news = counter.last()
    await counter.press("Struk")
    assert counter.said()[-2].photo is not None
    assert counter.said()[-3] == news


async def test_the_receipt_contains_no_hint_for_the_seller(counter: Counter) -> None:
    """The picture is forwarded, so the hint, whose example is above the price, is sent apart."""
    await delivered(counter)
    picture, hint = counter.said()[-2:]
    assert picture.photo is not None
    assert picture.text == "K1 · Telkomsel 10.000"
    assert picture.buttons == []
    assert "/struk K1 12000" in hint.text
    assert counter.labels() == ["Rp12.000", "Rp13.000", "Rp14.000", "Rp15.000", "✏️ Harga lain"]
    await counter.press("Rp12.000")
    priced = counter.last()
    assert (priced.text, priced.buttons) == (picture.text, [])


async def test_another_customers_order_has_no_receipt(counter: Counter) -> None:
    order = await counter.shop.queue(BUDI)
    await counter.say("/start")
    for button in (MakeReceipt(order.order_id, 0), AskSellingPrice(order.order_id)):
        assert "tidak" in (await counter.forge(button)).text.lower()
    assert await counter.dialog() is None
    for typed in ("/struk", "/struk K", "/struk K1", "/struk K1 banyak"):
        await counter.say(typed)
        assert counter.last().photo is None
