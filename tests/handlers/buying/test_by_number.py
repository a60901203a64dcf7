"""A phone or meter number typed first: products for it, with the number filled in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.catalogue import Listing
from bot.domain.money import Rupiah
from bot.ports.supplier import ServiceList
from handlers.ui.buttons import OpenFor, PickFor, ShowNumber
from tests.handlers.harness import CLARE, BotHarness
from tests.services.shop import LISTINGS, PRICE

NUMBER = "081234567890"


async def test_a_typed_number_is_bought_for_in_two_taps(harness: BotHarness) -> None:
    """The button carries the number, so it works after a restart, too."""
    await harness.say(NUMBER)
    await harness.restart()
    await harness.press("10.000 ·")
    assert "0812 3456 7890" in harness.text()
    await harness.press("Bayar")
    (order,) = await harness.orders()
    assert (order.destination, order.price) == (NUMBER, PRICE)


async def test_a_number_is_accepted_while_browsing(harness: BotHarness) -> None:
    await harness.to_products()
    await harness.say("+62 812-3456-7890")
    await harness.press("Pulsa")
    await harness.press("20.000 ·")
    await harness.press("Bayar")
    (order,) = await harness.orders()
    assert (order.destination, order.service_code) == (NUMBER, "SM20")


async def test_back_from_a_product_keeps_the_number(harness: BotHarness) -> None:
    await harness.say(NUMBER)
    await harness.press("Pulsa")
    await harness.press("kosong")
    assert any("Sold out" in label for label in harness.labels())
    await harness.press("Sold out")
    assert "Produk ini sedang kosong" in harness.text()
    await harness.press("Kembali")
    assert "Sold out · kosong" in harness.labels()
    await harness.press("10.000 ·")
    assert "0812 3456 7890" in harness.text()


DANA = (
    replace(LISTINGS[0], code="DN20", name="DANA 20.000", type="saldo-emoney", main="DANA"),
    replace(LISTINGS[0], code="DN50", name="DANA 50.000", type="saldo-emoney", main="DANA"),
)
DATA = (
    replace(LISTINGS[0], code="TD2", name="Telkomsel Data 2 GB", type="paket-internet"),
    replace(LISTINGS[0], code="XD2", name="XL Data 2 GB", type="paket-internet", main="XL"),
)


async def stock(harness: BotHarness, *more: Listing) -> None:
    harness.shop.supplier.listings = ServiceList((*LISTINGS, *more), 0)
    await harness.shop.refresh.refresh()


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("dana 20rb 081234567890", "DANA 20.000"),
        ("081234567890 saldo dana", "DANA 20.000"),
        ("dana 20 81234567890", "DANA 20.000"),
        ("kuota 081234567890", "Telkomsel Data 2 GB"),
        ("paket data telkomsel 081234567890", "Telkomsel Data 2 GB"),
        ("2gb 081234567890", "Telkomsel Data 2 GB"),
        ("xl 10rb 081234567890", "XL 10.000"),
    ],
)
async def test_products_named_beside_a_number_come_first(
    harness: BotHarness, text: str, first: str
) -> None:
    await stock(harness, *DANA, *DATA)
    await harness.say(text)
    label = first.replace("Telkomsel", "Tsel") if "GB" in first else first
    assert harness.labels()[0].startswith(label), harness.shown()
    assert not any(label.startswith(("10.000", "20.000")) for label in harness.labels())
    await harness.press(label)
    assert f"{first}\nUntuk: 0812 3456 7890" in harness.text()


async def test_an_amount_that_a_brand_lacks_is_reported_with_the_nearest(
    harness: BotHarness,
) -> None:
    await stock(harness, *DANA)
    await harness.say("dana 45rb 081234567890")
    assert "dana 45.000 belum ada" in harness.text()
    assert harness.labels()[0].startswith("DANA 50.000")


@pytest.mark.parametrize("text", ["pln 20 081234567890", "diamonds 081234567890"])
async def test_a_product_for_another_kind_of_destination_asks_for_it(
    harness: BotHarness, text: str
) -> None:
    await harness.say(text)
    assert "Hasil untuk" in harness.text()
    assert harness.labels()[0].startswith(
        ("PLN 20.000", "Mobile Legends · 86 Diamonds", "ML · 86 Diamonds")
    )
    await harness.press(harness.labels()[0])
    assert "Kirim" in harness.text()


@pytest.mark.parametrize("text", ["pulsa tsel 20rb 081234567890", "kirim 20 ke 081234567890 kak"])
async def test_words_for_pulsa_or_without_a_product_offer_pulsa(
    harness: BotHarness, text: str
) -> None:
    await stock(harness, *DANA, *DATA)
    await harness.say(text)
    assert harness.labels()[:2] == ["20.000 · Rp21.100", "10.000 · Rp11.200"]


async def test_each_amount_is_offered_once_at_its_cheapest(harness: BotHarness) -> None:
    await harness.shop.relist("XL10", name="PLN 20.000", type="token-pln", main="PLN", sub="Promo")
    await harness.shop.relist("ML86", name="PLN 50.000", type="token-pln", main="PLN", sub="Token")
    await harness.shop.relist("PLN20", cost=Rupiah(20_500))
    await harness.say("12345678901")
    assert harness.labels()[:2] == ["20.000 · Rp11.200", "50.000 · Rp11.200"]


async def test_offers_of_several_operators_name_the_operator(harness: BotHarness) -> None:
    """The prefix 0851 belongs to Telkomsel and to by.U."""
    await harness.shop.relist("XL10", name="10.000", main="BY.U")
    await harness.shop.relist("SM10", name="10.000")
    await harness.say("085112345678 10rb")
    assert {"Telkomsel · 10.000 · Rp11.200", "by.U · 10.000 · Rp11.200"} <= {
        label.replace("Tsel", "Telkomsel") for label in harness.labels()
    }, harness.shown()


async def test_digits_of_a_phone_or_a_meter_are_asked_about(harness: BotHarness) -> None:
    """A phone number without its leading 0 may be a meter number."""
    await harness.say("81234567890")
    await harness.press("Meter listrik")
    assert "8123 4567 890" in harness.text()
    await harness.say("81234567890 20")
    await harness.press("HP")
    assert "0812 3456 7890" in harness.text()
    assert harness.labels()[0] == "20.000 · Rp21.100"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1234 5678 901 2B", "letters"),
        ("080012345678", "do not recognise the operator"),
        ("0812345678 25", "could not read the number clearly"),
        ("٠٨١٢٣٤٥٦٧٨٩٠", "digits 0 to 9"),
        ("08123456789012345", "recognise"),
    ],
)
async def test_an_invalid_number_is_explained(harness: BotHarness, text: str, says: str) -> None:
    await harness.say(text, CLARE)
    assert says in harness.text(CLARE)


async def test_a_contact_is_a_phone_number(harness: BotHarness) -> None:
    await harness.contact("6281234567890")
    assert "Telkomsel" in harness.text()
    for phone, says in (("0812", "tidak kami kenali"), ("6591234567", "bukan nomor Indonesia")):
        await harness.contact(phone)
        assert says in harness.text()
        assert harness.labels() == ["🛒 Belanja", "🏠 Menu"]


async def test_forged_buttons_do_nothing(harness: BotHarness) -> None:
    await harness.say(NUMBER)
    forged = [
        ShowNumber(is_meter=True, number=NUMBER),
        ShowNumber(is_meter=False, number="hello"),
        ShowNumber(is_meter=False, number="08123456789012345"),
        PickFor(harness.shop.product("SM10"), "0812"),
        OpenFor(9999, 0, view=0, is_meter=False, number=NUMBER),
    ]
    for button in forged:
        answer = await harness.forge(button)
        assert answer.text
    assert await harness.orders() == []


@pytest.mark.parametrize("made_up", ["0812", "x" * 50])
async def test_a_sold_out_product_with_a_forged_number_leads_back_without_it(
    harness: BotHarness, made_up: str
) -> None:
    await harness.say(NUMBER)
    await harness.forge(PickFor(harness.shop.product("GONE"), made_up))
    assert "sedang kosong" in harness.text()
    await harness.press("Kembali")
    assert "Sold out · kosong" in harness.labels()
    await harness.press("10.000 ·")
    assert "Kirim nomor HP" in harness.text()
