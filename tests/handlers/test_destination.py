"""The number, meter or account: asked with an example, refused with advice, taken as pasted."""

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
from handlers.callback_data import BuyAgain
from handlers.destination import readable
from handlers.i18n import load_languages
from handlers.texts.buy import destination_fault, destination_text
from tests.handlers.builders import HOSTILE
from tests.handlers.counter import BOSS, Counter
from tests.handlers.test_names import product
from tests.services.shop import ANNI, LISTINGS

LANGUAGES = load_languages()
EACH_LANGUAGE = pytest.mark.parametrize("language", ["id", "en"])
FORMS = {True: GameForm("{user}{zone}"), False: GameForm()}


def an_offer(kind: DestinationKind, *, has_zone: bool = False) -> Offer:
    """Return a product that is delivered to this kind of destination."""
    return Offer(product("Product"), Rupiah(11_200), None, None, kind, FORMS[has_zone])


async def sell(counter: Counter, **changes: Any) -> None:
    """Sell nothing but one product, and choose it."""
    listing = replace(LISTINGS[0], code="ONLY", name="The only one", **changes)
    counter.shop.supplier.listings = ServiceList((listing, *LISTINGS[:5]), 0)
    await counter.shop.refresh.refresh()
    product_id = counter.shop.product("ONLY")
    await counter.say("/beli")
    await counter.forge(f"1:p:{product_id}")


@EACH_LANGUAGE
@pytest.mark.parametrize("has_zone", [True, False])
@pytest.mark.parametrize("kind", list(DestinationKind))
def test_every_kind_is_asked_for(kind: DestinationKind, has_zone: bool, language: str) -> None:
    """A sentence of its own for each, with the product and its price above it."""
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
@pytest.mark.parametrize("fault", list(DestinationFault))
def test_every_fault_says_what_to_do(
    fault: DestinationFault, kind: DestinationKind, language: str
) -> None:
    """Nobody reads only that something is wrong."""
    error = DestinationError(fault, kind)
    text = destination_fault(LANGUAGES[language], error, an_offer(kind))
    assert text.endswith(".")
    assert "{" not in text


async def test_the_meters_owner_cannot_be_checked(counter: Counter) -> None:
    """A token for the wrong meter is lost, so its customer is warned twice."""
    await counter.say("/beli")
    await counter.press("Token Listrik")
    await counter.press("20.000")
    warning = "Nama pemilik meter tidak bisa kami cek. Pastikan nomornya benar."
    assert warning in counter.text()
    await counter.say("12345678901")
    assert warning in counter.text()
    assert "1234 5678 901" in counter.text()


async def test_a_products_note_is_shown_without_the_resellers_balance(counter: Counter) -> None:
    """It describes what is bought; a dash describes nothing."""
    await sell(counter, note=f"Kuota lokal {HOSTILE}. Sisa saldo Rp 5.000")
    assert f"Kuota lokal {HOSTILE}" in counter.text()
    assert "5.000" not in counter.text()
    await sell(counter, note="-")
    assert "\n-\n" not in counter.text()


@pytest.mark.parametrize(
    "typed",
    [
        "081234567890",
        "+62 812-3456-7890",
        "62 812 3456 7890",
        "\u202a+62\u00a0812\u20113456\u20137890\u202c",
        "0812\u200b3456\u200b7890",
        " 0812.3456.7890 ",
        "ke 0812 3456 7890 ya",
        '"081234567890"!',
        "0812_3456_7890 🙏",
        "62 812 3456 7890 (mama)",
    ],
)
async def test_a_number_is_taken_as_it_is_pasted(counter: Counter, typed: str) -> None:
    """Phone books add direction marks, narrow spaces and typographic hyphens."""
    await counter.to_destination()
    await counter.say(typed)
    assert "Untuk: 0812 3456 7890" in counter.text()
    assert len(counter.said()) == 2


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("halo", "Itu bukan nomor HP."),
        ("٠٨١٢٣٤٥٦٧٨٩٠", "angka 0 sampai 9"),
        ("０８１２３４５６７８９０", "angka 0 sampai 9"),
        ("081234567890 10", "terbaca kurang jelas"),
        ("08123456789.10", "terbaca kurang jelas"),
        ("0812 3456 789 10", "terbaca kurang jelas"),
        ("ke 0812 3456 7890 7", "terbaca kurang jelas"),
        ("081234567890 dan 085711112222", "lebih dari satu nomor"),
        ("0812O4567890", "Ada huruf"),
        ("0812", "10 sampai 13 digit"),
        ("0812" * 5, "10 sampai 13 digit"),
        ("0212345678", "bukan nomor HP Indonesia"),
        ("+1 212 555 1234", "bukan nomor Indonesia"),
        ("\u202e", "Nomornya belum terisi"),
        ("<b>0812</b>", "Itu bukan nomor HP."),
        ("8" * 4096, "10 sampai 13 digit"),
        ("a" + " " * 4000 + "b", "10 sampai 13 digit"),
    ],
)
async def test_what_is_no_number_is_refused_with_advice(
    counter: Counter, typed: str, says: str
) -> None:
    """Below what was typed, with the question and its buttons; the old ones are gone."""
    await counter.to_destination()
    await counter.say(typed)
    assert says in counter.text()
    assert "misalnya 081234567890" in counter.text()
    assert counter.labels() == ["👤 Nomor saya", "‹ Kembali", "✕ Batal"]
    assert [one.buttons for one in counter.said()[:-1]] == [[]]
    assert await counter.orders() == []
    await counter.say("081234567890")
    assert "Cek dulu" in counter.text()


async def test_the_same_mistake_twice_is_answered_twice(counter: Counter) -> None:
    """Each answer stands below its mistake, and only the newest screen has buttons."""
    await counter.to_destination()
    await counter.say("halo")
    await counter.say("halo")
    assert len(counter.said()) == 3
    assert "Itu bukan nomor HP." in counter.text()
    await counter.say("081234567890")
    assert "Cek dulu" in counter.text()
    assert [bool(one.buttons) for one in counter.said()] == [False, False, False, True]


async def test_a_shared_contact_gives_its_number(counter: Counter) -> None:
    """Telegram writes it without a plus, or with one."""
    await counter.to_destination()
    await counter.contact("6281234567890")
    assert "Untuk: 0812 3456 7890" in counter.text()
    await counter.contact("+62 813-1111-2222")
    assert "Untuk: 0813 1111 2222" in counter.text()


@pytest.mark.parametrize("phone", ["85291234567", "821012345678", "+855 12 345 678", "84912345678"])
async def test_a_contact_of_another_country_is_asked_for_again(
    counter: Counter, phone: str
) -> None:
    """Nothing is quoted for the stranger who has that number here, and nothing is kept."""
    await counter.to_destination()
    shared = {"phone_number": phone, "first_name": "Anni", "user_id": ANNI}
    await counter.send({"contact": shared})
    assert "bukan nomor Indonesia" in counter.text()
    assert await counter.shop.saved_numbers.all(ANNI) == []
    await counter.contact("6281234567890")
    assert "Untuk: 0812 3456 7890" in counter.text()
    await counter.send({"contact": shared})
    assert "bukan nomor Indonesia" in counter.text()
    assert not any("Bayar" in label for label in counter.labels())


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("+852 9123 4567", "bukan nomor Indonesia"),
        ("0085291234567", "bukan nomor Indonesia"),
        ("beli buat +852 9123 4567", "bukan nomor Indonesia"),
        ("8491234567", "bukan nomor Indonesia"),
        ("0812 345 678 9O", "Ada huruf"),
        ("0895-3456-7890 1O", "Ada huruf"),
        ("0812345678 l2 ya", "Ada huruf"),
    ],
)
@pytest.mark.parametrize("is_quoted", [False, True])
async def test_a_number_that_is_none_of_ours_is_told_what_is_wrong(
    counter: Counter, typed: str, says: str, is_quoted: bool
) -> None:
    """Where it is asked for, and below a quote: no button pays for a part of it."""
    await counter.to_destination()
    if is_quoted:
        await counter.say("081311112222")
    await counter.say(typed)
    assert says in counter.text()
    assert not any("Bayar" in label for label in counter.labels())
    assert await counter.orders() == []


@pytest.mark.parametrize(
    "typed", ["1234 5678 901 2B", "1412 3456 789 O", "14123456789 l2", "meter l412 3456 7890"]
)
async def test_a_meter_with_a_letter_is_asked_for_again(counter: Counter, typed: str) -> None:
    """The digits alone are another household's meter."""
    await counter.say("/beli")
    await counter.press("Token Listrik")
    await counter.press("20.000")
    await counter.say(typed)
    assert "Ada huruf" in counter.text()
    assert not any("Bayar" in label for label in counter.labels())


async def test_a_meter_is_taken_among_words(counter: Counter) -> None:
    """As a phone number is; with a digit behind it nobody guesses."""
    await counter.say("/beli")
    await counter.press("Token Listrik")
    await counter.press("20.000")
    await counter.say("14123456789 5")
    assert "terbaca kurang jelas" in counter.text()
    await counter.say("meter 1412 3456 789 ya")
    assert "Untuk: 1412 3456 789" in counter.text()


@pytest.mark.parametrize("is_quoted", [False, True])
@pytest.mark.parametrize(
    ("typed", "shows"),
    [
        ("xl 10", "XL 10.000"),
        ("pln 20rb", "PLN 20.000"),
        ("14123456789", "20.000 · Rp11.200"),
        ("pln 14123456789", "20.000 · Rp11.200"),
        ("xl 081711112222", "10.000 · Rp11.200"),
        ("pulsa 20rb ke 081311112222", "20.000 · Rp21.100"),
    ],
)
async def test_another_wish_is_answered(
    counter: Counter, typed: str, shows: str, is_quoted: bool
) -> None:
    """While a number is asked for, and on the confirm screen, whose button still buys."""
    await counter.to_destination()
    if is_quoted:
        await counter.say("081234567890")
    await counter.say(typed)
    assert any(shows in label for label in counter.labels()), counter.shown()
    assert await counter.dialog() is None
    if is_quoted:
        await counter.press("Bayar")
        assert len(await counter.orders()) == 1


async def test_a_number_of_another_operator_is_a_new_wish_on_the_confirm_screen(
    counter: Counter,
) -> None:
    """Rather than pulsa of the wrong operator; where there is nothing for it, it is asked."""
    await counter.to_confirm()
    await counter.say("pulsa ke 0817 1111 2222 ya")
    assert "0817 1111 2222" in counter.text()
    assert any("XL" in label or "10.000" in label for label in counter.labels())
    assert await counter.dialog() is None
    await counter.to_confirm()
    await counter.say("083112345678")
    assert "Untuk: 0831 1234 5678" in counter.text()


async def test_a_number_of_another_operator_leads_to_its_products(counter: Counter) -> None:
    """One tap from the warning."""
    await counter.to_confirm("081711112222")
    await counter.press("Lihat produk XL")
    assert "0817 1111 2222" in counter.text()
    await counter.press("10.000 ·")
    assert "XL 10.000" in counter.text()


@pytest.mark.parametrize("minutes", [31, 3 * 24 * 60])
async def test_an_old_confirm_screen_is_not_in_the_way(counter: Counter, minutes: int) -> None:
    """A number is a number first, words are looked for; the old button explains itself."""
    await counter.to_confirm()
    counter.shop.clock.advance(minutes * 60)
    await counter.say("081311112222")
    assert "Mau beli apa" in counter.text()
    await counter.to_confirm()
    counter.shop.clock.advance(minutes * 60)
    await counter.contact("081311112222")
    assert "Mau beli apa" in counter.text()
    assert await counter.dialog() is None


async def test_a_question_stands_for_half_a_day(counter: Counter) -> None:
    """Somebody asks for the number, and comes back with it; later it may be for anything."""
    await counter.to_destination()
    counter.shop.clock.advance(11 * 3600)
    await counter.say("081234567890")
    assert "Cek dulu" in counter.text()
    await counter.to_destination()
    counter.shop.clock.advance(13 * 3600)
    await counter.say("081234567890")
    assert "Mau beli apa" in counter.text()


async def test_a_contact_is_no_meter(counter: Counter) -> None:
    """Its phone number might even have eleven digits."""
    await counter.say("/beli")
    await counter.press("Token Listrik")
    await counter.press("20.000")
    await counter.contact("08123456789")
    assert "bukan nomor HP" in counter.text()
    assert "nomor meter" in counter.text()


async def test_a_game_needs_its_zone(counter: Counter) -> None:
    """User and zone in one message, joined as the supplier wants them."""
    await counter.say("/beli")
    await counter.press("Voucher Game")
    await counter.press("86 Diamonds")
    assert "user ID dan zone Mobile Legends" in counter.text()
    await counter.say("12345678")
    assert "Zone-nya belum ada" in counter.text()
    await counter.say("12345678 (1234)")
    assert "Untuk: 12345678 (1234)" in counter.text()


async def test_a_games_zone_stays_apart_wherever_it_is_shown(counter: Counter) -> None:
    """On the order, the saved number, and a purchase again; the supplier gets it joined."""
    await counter.say("/beli")
    await counter.press("Voucher Game")
    await counter.press("86 Diamonds")
    await counter.say("123456789 1234")
    await counter.say("nothing")
    assert "123456789 (1234)" in counter.text()
    await counter.press("Bayar")
    assert "123456789 (1234) · Rp" in counter.shown()
    (order,) = await counter.orders()
    assert (order.destination, order.zone) == ("1234567891234", "1234")
    counter.shop.clock.advance(660)
    await counter.say("/beli")
    await counter.press("Voucher Game")
    await counter.press("86 Diamonds")
    await counter.press("👤 123456789 (1234)")
    assert "Untuk: 123456789 (1234)" in counter.text()
    await counter.press("Bayar")
    again, _ = await counter.orders()
    assert again.zone == "1234"
    await counter.forge(BuyAgain(again.order_id))
    assert "Untuk: 123456789 (1234)" in counter.text()


@pytest.mark.parametrize(
    ("changes", "typed", "shown"),
    [
        ({"type": "streaming-tv", "main": "K-VISION"}, "1234567890", "1234 5678 90"),
        ({"type": "saldo-emoney", "main": "BRIZZI"}, "6013500123456789", "6013 5001 2345 6789"),
        ({"type": "voucher-game", "main": "FREE FIRE"}, "12345678", "12345678"),
        ({"type": "new-type"}, "+60 12-345 6789", "+60 12-345 6789"),
        ({"type": "new-type"}, HOSTILE, HOSTILE),
    ],
)
async def test_other_kinds_are_taken_in_their_form(
    counter: Counter, changes: dict[str, Any], typed: str, shown: str
) -> None:
    """A customer number, a card, a game without a zone, and whatever a new type needs."""
    await sell(counter, **changes)
    await counter.say(typed)
    assert f"Untuk: {shown}" in counter.text()


async def test_a_picture_is_no_number(counter: Counter) -> None:
    """A photo, a sticker or a voice message is answered kindly, and the question stays."""
    await counter.to_destination()
    await counter.send(
        {
            "sticker": {
                "file_id": "s",
                "file_unique_id": "u",
                "width": 1,
                "height": 1,
                "is_animated": False,
                "is_video": False,
                "type": "regular",
            }
        }
    )
    *_, said, question = counter.said()
    assert said.text == "Maaf, kami cuma bisa baca teks dan foto."
    assert "Kirim nomor HP-nya" in question.text
    await counter.send(
        {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]}
    )
    assert "Kiriman itu tidak bisa kami baca." in counter.text()
    await counter.say("081234567890")
    assert "Cek dulu" in counter.text()


async def test_an_edited_number_does_nothing(counter: Counter) -> None:
    """What was sent counts; a correction is sent anew."""
    await counter.to_confirm()
    (mine,) = [one for one in counter.telegram.messages(1001) if one.text == "081234567890"]
    before = counter.shown()
    counter.telegram.edit_text(1001, mine.message_id, "085711112222")
    await counter.say("/status")
    assert before in counter.shown().replace("085711112222", "081234567890")


async def test_a_product_that_sold_out_meanwhile_leads_back(counter: Counter) -> None:
    """The number is typed in vain, and the customer is told at once."""
    await counter.to_destination()
    await counter.shop.relist("SM10", is_ready=False)
    await counter.say("081234567890")
    assert "Produk ini sedang kosong" in counter.text()
    dialog = await counter.dialog()
    assert dialog is not None
    assert dialog.step == Step.PRODUCT
    await counter.press("Belanja")
    assert "Mau beli apa?" in counter.text()


async def test_a_product_that_is_gone_meanwhile_leads_back(counter: Counter) -> None:
    """The supplier stopped selling it."""
    await counter.to_destination()
    counter.shop.supplier.listings = ServiceList(LISTINGS[1:], 0)
    await counter.shop.refresh.refresh()
    await counter.say("081234567890")
    assert "sudah tidak dijual" in counter.text()


async def test_an_admin_buys_like_a_customer(counter: Counter) -> None:
    """At the counter, on the shop's own account."""
    await counter.to_confirm(who=BOSS)
    await counter.press("Bayar", BOSS)
    (order,) = await counter.orders(BOSS)
    assert order.is_counter_sale


@given(text=st.text(max_size=300))
def test_a_readable_text_is_short_and_holds_no_marks(text: str) -> None:
    """Whatever is pasted; what is too long is refused before anything looks at it."""
    offer = an_offer(DestinationKind.GAME)
    if len(text) > 100:
        with pytest.raises(DestinationError):
            readable(text, offer)
        return
    made = readable(text, offer)
    assert not {"\u200f", "\u202e", "\u2066", "\u00a0"} & set(made)
    assert all(one in made for one in text if one.isascii())
