"""The question for a phone number, meter or account: its examples, refusals and pasted input."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.destination import DestinationKind, GameForm
from bot.domain.dialog import Step
from bot.domain.errors import DestinationError, DestinationFault
from bot.domain.money import Rupiah
from bot.ports.supplier import ServiceList
from bot.services.catalogue.browse import Offer
from handlers.buying.destination import readable
from handlers.buying.texts import destination_fault, destination_text
from handlers.ui.buttons import BuyAgain
from handlers.ui.i18n import load_languages
from tests.handlers.builders import HOSTILE
from tests.handlers.harness import BotHarness
from tests.handlers.ui.test_names import product
from tests.services.shop import ANNI, ANNI_CHAT, LISTINGS

LANGUAGES = load_languages()
EACH_LANGUAGE = pytest.mark.parametrize("language", ["id", "en"])
FORMS = {True: GameForm("{user}{zone}"), False: GameForm()}


def an_offer(kind: DestinationKind, *, has_zone: bool = False) -> Offer:
    """Return an offer of a product with this kind of destination."""
    return Offer(product("Product"), Rupiah(11_200), None, None, kind, FORMS[has_zone])


async def sell(harness: BotHarness, **changes: Any) -> None:
    """List a product with these changes first, and choose it."""
    listing = replace(LISTINGS[0], code="ONLY", name="The only one", **changes)
    harness.shop.supplier.listings = ServiceList((listing, *LISTINGS[:5]), 0)
    await harness.shop.refresh.refresh()
    product_id = harness.shop.product("ONLY")
    await harness.say("/beli")
    await harness.forge(f"1:p:{product_id}")


@EACH_LANGUAGE
@pytest.mark.parametrize("has_zone", [True, False])
@pytest.mark.parametrize("kind", list(DestinationKind))
def test_every_kind_of_destination_has_its_question(
    kind: DestinationKind, has_zone: bool, language: str
) -> None:
    offer = an_offer(kind, has_zone=has_zone)
    text = destination_text(LANGUAGES[language], offer, "-")
    assert "Product" in text
    assert LANGUAGES[language].money(11_200) in text
    assert "{" not in text
    assert ("zone" in text) == (kind is DestinationKind.GAME and has_zone)
    other = "en" if language == "id" else "id"
    assert text != destination_text(LANGUAGES[other], offer, "-")


@EACH_LANGUAGE
@pytest.mark.parametrize("kind", list(DestinationKind))
def test_every_fault_says_what_to_do(kind: DestinationKind, language: str) -> None:
    for fault in DestinationFault:
        error = DestinationError(fault, kind)
        text = destination_fault(LANGUAGES[language], error, an_offer(kind))
        assert text.endswith("."), fault
        assert "{" not in text


async def test_a_products_note_is_shown_without_the_resellers_balance(harness: BotHarness) -> None:
    await sell(harness, note=f"Kuota lokal {HOSTILE}. Sisa saldo Rp 5.000")
    assert f"Kuota lokal {HOSTILE}" in harness.text()
    assert "5.000" not in harness.text()
    await sell(harness, note="-")
    assert "\n-\n" not in harness.text()


async def test_a_pasted_number_is_accepted(harness: BotHarness) -> None:
    """Phone books add direction marks, narrow spaces and typographic hyphens."""
    await harness.to_destination()
    await harness.say("\u202a+62\u00a0812\u20113456\u20137890\u202c")
    assert "Untuk: 0812 3456 7890" in harness.text()
    assert len(harness.said()) == 2


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("halo", "Itu bukan nomor HP."),
        ("٠٨١٢٣٤٥٦٧٨٩٠", "angka 0 sampai 9"),
        ("081234567890 10", "terbaca kurang jelas"),
        ("081234567890 dan 085711112222", "lebih dari satu nomor"),
        ("0812O4567890", "Ada huruf"),
        ("0812", "10 sampai 13 digit"),
        ("0212345678", "bukan nomor HP Indonesia"),
        ("+1 212 555 1234", "bukan nomor Indonesia"),
        ("\u202e", "Nomornya belum terisi"),
        ("<b>0812</b>", "Itu bukan nomor HP."),
        ("8" * 4096, "10 sampai 13 digit"),
        ("a" + " " * 4000 + "b", "10 sampai 13 digit"),
    ],
)
async def test_an_invalid_number_is_refused_with_a_reason(
    harness: BotHarness, typed: str, says: str
) -> None:
    await harness.to_destination()
    await harness.say(typed)
    assert says in harness.text()
    assert "misalnya 081234567890" in harness.text()
    assert harness.labels() == ["👤 Nomor saya", "‹ Kembali", "✕ Batal"]
    assert [one.buttons for one in harness.said()[:-1]] == [[]]
    assert await harness.orders() == []
    await harness.say("081234567890")
    assert "Cek dulu" in harness.text()


async def test_the_same_mistake_twice_is_answered_twice(harness: BotHarness) -> None:
    await harness.to_destination()
    await harness.say("halo")
    await harness.say("halo")
    assert len(harness.said()) == 3
    assert "Itu bukan nomor HP." in harness.text()
    await harness.say("081234567890")
    assert "Cek dulu" in harness.text()
    assert [bool(one.buttons) for one in harness.said()] == [False, False, False, True]


@pytest.mark.parametrize("phone", ["85291234567", "+855 12 345 678"])
async def test_a_foreign_contact_is_refused(harness: BotHarness, phone: str) -> None:
    """Read as Indonesian, its digits would be the number of a stranger."""
    await harness.to_destination()
    shared = {"phone_number": phone, "first_name": "Anni", "user_id": ANNI_CHAT}
    await harness.send({"contact": shared})
    assert "bukan nomor Indonesia" in harness.text()
    assert await harness.shop.saved_numbers.all(ANNI) == []
    await harness.contact("6281234567890")
    assert "Untuk: 0812 3456 7890" in harness.text()
    await harness.send({"contact": shared})
    assert "bukan nomor Indonesia" in harness.text()
    assert not any("Bayar" in label for label in harness.labels())


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("beli buat +852 9123 4567", "bukan nomor Indonesia"),
        ("8491234567", "bukan nomor Indonesia"),
        ("0895-3456-7890 1O", "Ada huruf"),
    ],
)
async def test_a_foreign_or_mistyped_number_removes_the_quote(
    harness: BotHarness, typed: str, says: str
) -> None:
    """No button may pay for a part of the digits."""
    await harness.to_confirm("081311112222")
    await harness.say(typed)
    assert says in harness.text()
    assert not any("Bayar" in label for label in harness.labels())
    assert await harness.orders() == []


async def to_meter(harness: BotHarness) -> None:
    """Choose a token for electricity."""
    await harness.say("/beli")
    await harness.press("Token Listrik")
    await harness.press("20.000")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("1234 5678 901 2B", "Ada huruf"),
        ("meter l412 3456 7890", "Ada huruf"),
        ("14123456789 5", "terbaca kurang jelas"),
    ],
)
async def test_an_unclear_meter_number_is_asked_for_again(
    harness: BotHarness, typed: str, says: str
) -> None:
    """The digits alone are the meter of another household."""
    await to_meter(harness)
    await harness.say(typed)
    assert says in harness.text()
    assert not any("Bayar" in label for label in harness.labels())
    await harness.say("meter 1412 3456 789 ya")
    assert "Untuk: 1412 3456 789" in harness.text()


@pytest.mark.parametrize(
    ("is_quoted", "typed", "shows"),
    [
        (True, "xl 10", "XL 10.000"),
        (False, "pln 20rb", "PLN 20.000"),
        (True, "14123456789", "20.000 · Rp11.200"),
        (False, "pln 14123456789", "20.000 · Rp11.200"),
        (False, "xl 081711112222", "10.000 · Rp11.200"),
        (True, "pulsa 20rb ke 081311112222", "20.000 · Rp21.100"),
        (True, "pulsa ke 0817 1111 2222 ya", "10.000 · Rp11.200"),
    ],
)
async def test_another_request_typed_instead_is_answered(
    harness: BotHarness, is_quoted: bool, typed: str, shows: str
) -> None:
    await harness.to_destination()
    if is_quoted:
        await harness.say("081234567890")
    await harness.say(typed)
    assert any(shows in label for label in harness.labels()), harness.shown()
    assert await harness.dialog() is None
    if is_quoted:
        await harness.press("Bayar")
        assert len(await harness.orders()) == 1


async def test_a_number_of_another_operator_leads_to_its_products(harness: BotHarness) -> None:
    await harness.to_confirm("081711112222")
    await harness.press("Lihat produk XL")
    assert "0817 1111 2222" in harness.text()
    await harness.press("10.000 ·")
    assert "XL 10.000" in harness.text()


@pytest.mark.parametrize("minutes", [31, 3 * 24 * 60])
async def test_an_expired_confirm_screen_takes_no_number(harness: BotHarness, minutes: int) -> None:
    await harness.to_confirm()
    harness.shop.clock.advance(minutes * 60)
    await harness.say("081311112222")
    assert "Mau beli apa" in harness.text()
    await harness.to_confirm()
    harness.shop.clock.advance(minutes * 60)
    await harness.contact("081311112222")
    assert "Mau beli apa" in harness.text()
    assert await harness.dialog() is None


async def test_the_question_is_open_for_half_a_day(harness: BotHarness) -> None:
    """Customers first ask somebody for the number; later a number may be for anything."""
    await harness.to_destination()
    harness.shop.clock.advance(11 * 3600)
    await harness.say("081234567890")
    assert "Cek dulu" in harness.text()
    await harness.to_destination()
    harness.shop.clock.advance(13 * 3600)
    await harness.say("081234567890")
    assert "Mau beli apa" in harness.text()


async def test_a_contact_is_not_a_meter_number(harness: BotHarness) -> None:
    await to_meter(harness)
    await harness.contact("08123456789")
    assert "bukan nomor HP" in harness.text()
    assert "nomor meter" in harness.text()


async def to_diamonds(harness: BotHarness) -> None:
    """Choose diamonds of a game that has zones."""
    await harness.say("/beli")
    await harness.press("Voucher Game")
    await harness.press("86 Diamonds")


async def test_user_id_and_zone_of_a_game_are_shown_apart_everywhere(harness: BotHarness) -> None:
    """The supplier gets both joined."""
    await to_diamonds(harness)
    await harness.say("123456789 1234")
    await harness.say("nothing")
    assert "123456789 (1234)" in harness.text()
    await harness.press("Bayar")
    assert "123456789 (1234) · Rp" in harness.shown()
    (order,) = await harness.orders()
    assert (order.destination, order.zone) == ("1234567891234", "1234")
    harness.shop.clock.advance(660)
    await to_diamonds(harness)
    await harness.press("👤 123456789 (1234)")
    assert "Untuk: 123456789 (1234)" in harness.text()
    await harness.press("Bayar")
    again, _ = await harness.orders()
    assert again.zone == "1234"
    await harness.forge(BuyAgain(again.order_id))
    assert "Untuk: 123456789 (1234)" in harness.text()


async def test_a_photo_is_not_a_number(harness: BotHarness) -> None:
    await harness.to_destination()
    await harness.send(
        {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]}
    )
    assert "Kiriman itu tidak bisa kami baca." in harness.text()
    await harness.say("081234567890")
    assert "Cek dulu" in harness.text()


async def test_a_product_that_sold_out_meanwhile_leads_back(harness: BotHarness) -> None:
    await harness.to_destination()
    await harness.shop.relist("SM10", is_ready=False)
    await harness.say("081234567890")
    assert "Produk ini sedang kosong" in harness.text()
    assert await harness.step() == Step.PRODUCT
    await harness.press("Belanja")
    assert "Mau beli apa?" in harness.text()


@given(text=st.text(max_size=300))
def test_readable_text_is_short_and_has_no_direction_marks(text: str) -> None:
    offer = an_offer(DestinationKind.GAME)
    if len(text) > 100:
        with pytest.raises(DestinationError):
            readable(text, offer)
        return
    made = readable(text, offer)
    assert not {"\u200f", "\u202e", "\u2066", "\u00a0"} & set(made)
    assert all(one in made for one in text if one.isascii())
