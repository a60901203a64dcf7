"""Receipts: their contents, that nothing is cut off, and that they never show the cost."""

from __future__ import annotations

import pytest

from bot.domain.dialog import Step
from bot.domain.order import OrderState
from bot.sandbox.telegram.server import ChatMessage
from handlers.receipts.buttons import AskSellingPrice
from handlers.receipts.texts import receipt_lines
from handlers.ui.buttons import MakeReceipt
from handlers.ui.i18n import load_languages
from handlers.ui.picture import Line, draw_receipt, drawable
from tests.handlers.builders import an_order, profile
from tests.handlers.harness import BotHarness
from tests.handlers.topups import send_proof
from tests.services.shop import BUDI

SHOP = ("Konter Maju", "@konter_help")
TOKEN = "12345678901234567890/BUDI SANTOSO/R1M/900VA/32,1"


def receipt_text(language: str = "id", price: int = 0, **changes: object) -> str:
    order = an_order(OrderState.SUCCEEDED, **changes)
    lines = receipt_lines(load_languages()[language], order, profile(), SHOP, price)
    return "\n".join(f"{line.label} {line.text}" for line in lines)


def test_a_receipt_shows_a_token_with_its_tariff() -> None:
    text = receipt_text("en", voucher=TOKEN, category_type="token-pln")
    for fact in ("1234 5678 9012 3456 7890", "BUDI SANTOSO", "32.1 kWh", "R1M / 900 VA"):
        assert fact in text


def test_a_receipt_shows_everything_except_the_cost() -> None:
    text = receipt_text(voucher="SN-123", price=13_000)
    for fact in (*SHOP, "K12", "Telkomsel 10.000", "0812 3456 7890", "SN-123", "Rp13.000", "WIB"):
        assert fact in text
    assert "11.200" not in text
    assert "10.200" not in text
    assert "Rp" not in receipt_text(voucher="SN-123")


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


async def delivered(harness: BotHarness) -> None:
    """Deliver an order of Anni's, and request its receipt."""
    order = await harness.shop.queue()
    await harness.say("/start")
    await harness.shop.send_next(harness.shop.reply(order, status_word="success", voucher="SN1"))
    await harness.deliver.deliver()
    await harness.press("Struk")


def picture(message: ChatMessage) -> bytes:
    """Return the picture of a message."""
    assert message.photo is not None
    return message.photo.content


async def test_an_order_has_a_receipt_only_after_it_was_delivered(harness: BotHarness) -> None:
    await harness.shop.queue()
    await harness.say("/struk K1 15rb")
    assert "setelah pesanan selesai" in harness.shown()


async def test_a_selling_price_is_pressed_or_typed(harness: BotHarness) -> None:
    await delivered(harness)
    plain = picture(harness.said()[-2])
    await harness.press("Rp12.000")
    pressed = picture(harness.last())
    await harness.press("Harga lain")
    assert harness.library_step() == Step.SELLING_PRICE
    await harness.say("murah")
    assert "bukan jumlah" in harness.text()
    await harness.send({"dice": {"emoji": "🎲", "value": 3}})
    assert "struk K1" in harness.text()
    await send_proof(harness)
    assert "bukan jumlah" in harness.text()
    await harness.say("Rp\u202f15.\u200d500")
    typed = picture(harness.last())
    assert len({plain, pressed, typed}) == 3
    assert await harness.is_idle()
    for command in ("/receipt k1 15500", "/receipt \u202aK1\u202c Rp\u00a015.\u200b500"):
        await harness.say(command)
        assert picture(harness.last()) == typed


async def test_a_number_typed_instead_of_a_price_starts_a_purchase(harness: BotHarness) -> None:
    await delivered(harness)
    await harness.press("Harga lain")
    await harness.say("081234567890")
    assert "Mau beli apa" in harness.text()
    assert await harness.dialog() is None
    await harness.press("Harga lain")
    await harness.contact("081234567890")
    assert "Mau beli apa" in harness.text()
    await harness.press("Harga lain")
    await harness.say("/batal")
    assert "struknya tetap" in harness.text()
    assert await harness.dialog() is None


async def test_the_receipt_contains_no_hint_for_the_seller(harness: BotHarness) -> None:
    """The picture is forwarded, so the hint, whose example is above the price, is sent apart."""
    await delivered(harness)
    receipt, hint = harness.said()[-2:]
    assert receipt.text == "K1 · Telkomsel 10.000"
    assert receipt.buttons == []
    assert "/struk K1 12000" in hint.text
    assert harness.labels() == ["Rp12.000", "Rp13.000", "Rp14.000", "Rp15.000", "✏️ Harga lain"]
    await harness.press("Rp12.000")
    priced = harness.last()
    assert (priced.text, priced.buttons) == (receipt.text, [])


async def test_another_customers_order_has_no_receipt(harness: BotHarness) -> None:
    order = await harness.shop.queue(BUDI)
    await harness.say("/start")
    for button in (MakeReceipt(order.order_id, 0), AskSellingPrice(order.order_id)):
        assert "tidak" in (await harness.forge(button)).text.lower()
    assert await harness.dialog() is None
    for typed in ("/struk", "/struk K", "/struk K1", "/struk K1 banyak"):
        await harness.say(typed)
        assert harness.last().photo is None
