"""Questions are answered with the state of orders and top-ups, never with products."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.catalogue import Listing
from bot.domain.dialog import Step
from bot.domain.order import Order, OrderState
from bot.ports.supplier import ServiceList
from tests.handlers.harness import CLARE, INDONESIAN_ADMIN, BotHarness
from tests.handlers.topups import request_topup, send_proof
from tests.services.shop import ADMIN, ANNI, BUDI, CONTACT, LISTINGS

UNREADABLE = "Maaf, kami cuma bisa baca teks dan foto."
FILE = {"file_id": "f", "file_unique_id": "u"}
UNSUPPORTED: list[dict[str, Any]] = [
    {"voice": FILE | {"duration": 1}},
    {"sticker": FILE | {"width": 1, "height": 1, "is_animated": False, "is_video": False}
     | {"type": "regular"}},
    {"video": FILE | {"width": 1, "height": 1, "duration": 1}, "caption": "tsel 10"},
    {"video_note": FILE | {"length": 1, "duration": 1}},
    {"audio": FILE | {"duration": 1}},
    {"animation": FILE | {"width": 1, "height": 1, "duration": 1}},
    {"document": FILE | {"file_name": "a.docx", "mime_type": "application/msword"}},
    {"location": {"latitude": 1.0, "longitude": 2.0}},
    {"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0}
     | {"is_closed": False, "is_anonymous": True, "type": "regular"}
     | {"allows_multiple_answers": False, "allows_revoting": False, "members_only": False}},
    {"dice": {"emoji": "🎲", "value": 3}},
]  # fmt: skip
QUESTIONS = ["mana pulsa saya?", "pesanan saya gimana"]
"""A sure and a vague question; the domain's tests hold the many ways to ask."""
WITH_NUMBER = "081234567890 belum masuk"


@pytest.fixture
def harness(topup_harness: BotHarness) -> BotHarness:
    """A shop with a way to pay."""
    return topup_harness


async def bought(harness: BotHarness, number: str = "081234567890") -> Order:
    """Buy Telkomsel 10.000 and return the order."""
    await harness.to_confirm(number)
    await harness.press("Bayar")
    return (await harness.orders())[0]


@pytest.mark.parametrize("text", [*QUESTIONS, WITH_NUMBER])
async def test_a_question_is_answered_with_the_open_order(harness: BotHarness, text: str) -> None:
    order = await bought(harness)
    await harness.say(text)
    assert harness.text().startswith("K1 · Telkomsel 10.000")
    assert harness.labels() == ["✕ Batalkan pesanan", "💬 Tanya admin", "🧾 Riwayat", "🏠 Menu"]
    answer = await harness.press("Tanya admin")
    assert "K1 sudah kami teruskan" in answer.text
    assert "K1" in harness.text(INDONESIAN_ADMIN)
    await harness.shop.start()
    await harness.say(text)
    assert "Sedang diproses" in harness.text()
    assert (await harness.shop.get(order.order_id)).state is OrderState.SENDING


@pytest.mark.parametrize("text", [*QUESTIONS, "K1 gimana", "tf kemana"])
async def test_a_question_is_answered_with_the_open_top_up(harness: BotHarness, text: str) -> None:
    total = await request_topup(harness)
    await harness.say(text)
    assert f"Isi saldo {harness.money(total)}" in harness.text()
    assert "Uangnya belum kami terima." in harness.text()
    assert f"📄 Bayar {harness.money(total)}" in harness.labels()
    assert "💬 Tanya admin" in harness.labels()
    await send_proof(harness)
    await harness.say(text)
    assert "sudah menerima foto kamu" in harness.text()
    assert "belum kami terima" not in harness.text()


async def test_without_admins_only_the_contact_is_named(harness: BotHarness) -> None:
    rules = replace(harness.shop.rules, owner_ids=frozenset())
    harness.application.bot_data.services = replace(harness.services, rules=rules)
    nobody = f"Dari sini belum ada yang bisa kami panggil.\n{CONTACT}"
    await harness.say("cs")
    assert (await harness.press("Tanya admin")).text == nobody
    await bought(harness)
    await harness.say("mana pulsa saya?")
    assert (await harness.press("Tanya admin")).text == nobody


async def test_an_expired_top_up_is_still_reported(harness: BotHarness) -> None:
    """Money may arrive late; for a cancelled top-up none is expected."""
    await request_topup(harness)
    harness.shop.clock.advance(2 * 3600)
    await harness.say("udah transfer min")
    assert "Waktu bayarnya sudah habis" in harness.text()
    assert not any("Bayar" in label for label in harness.labels())
    await harness.say("/saldo")
    await request_topup(harness, "75rb")
    await harness.press("Batal")
    harness.shop.clock.advance(23 * 3600)
    await harness.say("udah transfer min")
    assert "Tidak ada pesanan atau isi saldo" in harness.text()


async def test_a_decided_top_up_is_reported(harness: BotHarness) -> None:
    await request_topup(harness)
    (topup,) = await harness.shop.topups.open_of(ANNI)
    await harness.shop.topups.decide(ADMIN, topup.topup_id, approve=True)
    await harness.deliver.deliver()
    await harness.say("udah masuk belum?")
    assert "Isi saldo terakhir kamu:\nIsi saldo Rp" in harness.text()
    assert "Isi saldo ini sudah masuk." in harness.text()


@pytest.mark.parametrize("text", QUESTIONS)
async def test_without_open_orders_a_question_reports_the_last_one(
    harness: BotHarness, text: str
) -> None:
    await harness.say(text)
    assert harness.text().startswith("Tidak ada pesanan atau isi saldo yang sedang berjalan.")
    order = await bought(harness)
    await harness.shop.buy.cancel(ANNI, order.order_id)
    await harness.deliver.deliver()
    await harness.say(text)
    assert "Pesanan terakhir kamu:\nK1" in harness.text()
    assert "Kamu membatalkan pesanan ini." in harness.text()
    assert "💬 Tanya admin" in harness.labels()


async def test_all_open_orders_and_top_ups_are_reported(harness: BotHarness) -> None:
    await bought(harness)
    await bought(harness, "081277777777")
    await request_topup(harness)
    await harness.say("udah masuk belum?")
    assert all(one in harness.text() for one in ("K1 ·", "K2 ·", "Isi saldo Rp"))
    assert "💬 Tanya admin" in harness.labels()
    for text in ("k1 belum masuk", "+62 812-3456-7890 belum masuk min"):
        await harness.say(text)
        assert "K1 ·" in harness.text()
        assert "K2 ·" not in harness.text()
        assert "Isi saldo Rp" not in harness.text()


async def test_another_customers_order_is_not_disclosed(harness: BotHarness) -> None:
    await bought(harness)
    for text in ("K1 belum masuk", "081234567890 belum masuk"):
        await harness.say(text, BUDI)
        assert "K1" not in harness.text(BUDI)
        assert "Tidak ada pesanan" in harness.text(BUDI)


async def test_a_number_in_the_question_selects_its_last_order(harness: BotHarness) -> None:
    order = await bought(harness)
    await harness.shop.buy.cancel(ANNI, order.order_id)
    await harness.deliver.deliver()
    await bought(harness, "081277777777")
    await harness.say("0812 3456 7890 kok belum masuk")
    assert harness.text().startswith("K1 ·")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tsel 10 udah ada?", "Telkomsel 10.000"),
        ("pulsa kapan ready", "Telkomsel 10.000"),
        ("cara beli tsel 10", "Telkomsel 10.000"),
        ("transfer", "Transfer 10.000"),
    ],
)
async def test_a_question_that_names_a_product_finds_it(
    harness: BotHarness, text: str, found: str
) -> None:
    await sell(harness, name="Telkomsel Transfer 10.000", type="pulsa-transfer")
    await harness.say(text)
    assert "Hasil untuk" in harness.text()
    assert found in harness.text() or any(found in label for label in harness.labels())


async def test_with_an_open_order_a_question_about_its_product_means_the_order(
    harness: BotHarness,
) -> None:
    await bought(harness)
    await harness.say("tsel 10 mana")
    assert harness.text().startswith("K1 ·")
    await harness.say("cek K1 dong")
    assert harness.text().startswith("K1 ·")
    await harness.say("tsel 20 ready?")
    assert "Hasil untuk" in harness.text()


async def sell(harness: BotHarness, **changes: Any) -> None:
    """List one more product."""
    more: Listing = replace(LISTINGS[0], code="MORE", **changes)
    harness.shop.supplier.listings = ServiceList((*LISTINGS, more), 0)
    await harness.shop.refresh.refresh()


# --- other questions ---


@pytest.mark.parametrize(
    ("text", "says", "label"),
    [
        ("nomor cs berapa ya", CONTACT, "💬 Tanya admin"),
        ("gimana cara pesan", "Cara belanja di", "🛒 Belanja"),
        ("how do I top up", "Cara belanja di", "🛒 Belanja"),
        ("bisa bayar pake qris?", "Cara belanja di", "🛒 Belanja"),
        ("topup", "Saldo kamu", "💵 Isi saldo"),
        ("mau ngomong sama admin", "Tekan tombol di bawah", "💬 Tanya admin"),
        ("mau batal", "Tidak ada yang perlu dibatalkan", "🏠 Menu"),
    ],
)
async def test_other_questions_have_their_answers(
    harness: BotHarness, text: str, says: str, label: str
) -> None:
    await harness.say(text)
    assert says in harness.text()
    assert label in harness.labels()


async def test_a_request_for_the_shop_mentions_open_orders_only(harness: BotHarness) -> None:
    await harness.say("cs")
    assert "Tidak ada pesanan" not in harness.text()
    await bought(harness)
    await harness.say("cs")
    assert "K1 ·" in harness.text()


async def test_a_question_for_bills_is_offered_prepaid_tokens(harness: BotHarness) -> None:
    await harness.say("bayar listrik")
    await harness.press("Token PLN")
    assert any("PLN 20.000" in label for label in harness.labels())
    await sell(harness, name="BPJS 1 Bulan", type="tagihan", main="BPJS")
    await harness.say("bpjs")
    assert any("BPJS 1 Bulan" in label for label in harness.labels())
    harness.shop.supplier.listings = ServiceList(LISTINGS[:6], 0)
    await harness.shop.refresh.refresh()
    await harness.say("tagihan", CLARE)
    assert "do not sell bills yet" in harness.text(CLARE)
    assert not any("PLN" in label for label in harness.labels(CLARE))


async def test_the_admins_are_notified_without_an_order(harness: BotHarness) -> None:
    total = await request_topup(harness)
    await harness.say("cs")
    answer = await harness.press("Tanya admin")
    assert answer.show_alert
    assert harness.text(INDONESIAN_ADMIN).startswith("💬 Pelanggan minta dihubungi")
    pending = f"Isi saldonya {harness.money(total)} belum diputuskan."
    assert pending in harness.text(INDONESIAN_ADMIN)


@pytest.mark.parametrize("text", ["Batal!", "ga jadi", "batalin aja", "cancel please"])
async def test_cancelling_in_words_is_understood(harness: BotHarness, text: str) -> None:
    for go in (harness.to_destination, harness.to_confirm):
        await go()
        await harness.say(text)
        assert "Pembelian dibatalkan. Tidak ada yang dipesan" in harness.text()
        assert await harness.dialog() is None
    await harness.say(text)
    assert "Tidak ada yang perlu dibatalkan" in harness.text()
    await bought(harness)
    await harness.say("min tolong batalkan pesanan saya")
    assert "✕ Batalkan pesanan" in harness.labels()


# --- during a step ---


OPEN_STEPS = {
    Step.DESTINATION: "Kirim nomor HP-nya",
    Step.CONFIRM: "Telkomsel 10.000",
    Step.AMOUNT: "Mau isi saldo berapa?",
    Step.NAME: "Nama diketik",
}
"""Steps that wait for a text, and what is asked again."""


async def to_step(harness: BotHarness, step: Step) -> None:
    """Go to a step that waits for a text."""
    if step is Step.DESTINATION:
        await harness.to_destination()
    elif step is Step.CONFIRM:
        await harness.to_confirm()
    elif step is Step.AMOUNT:
        await harness.say("/saldo")
        await harness.press("Isi saldo")
    else:
        await bought(harness)
        await harness.say("/nomor")
        await harness.press("7890")
        await harness.press("Beri nama")


@pytest.mark.parametrize("step", [Step.DESTINATION, Step.CONFIRM, Step.AMOUNT])
@pytest.mark.parametrize("text", [*QUESTIONS, WITH_NUMBER, "uang saya kembali?", "cs", "tagihan"])
async def test_a_question_at_a_step_keeps_the_step(
    harness: BotHarness, text: str, step: Step
) -> None:
    await to_step(harness, step)
    await harness.say(text)
    assert OPEN_STEPS[step] in harness.text()
    assert "⚠️" not in harness.text()
    assert "Hasil untuk" not in harness.text()
    assert await harness.step() == harness.library_step() == step


async def test_a_name_may_sound_like_a_question(harness: BotHarness) -> None:
    """Here only an unmistakable question is answered."""
    await harness.to_confirm()
    await harness.press("Bayar")
    for said, name in (("udah masuk belum?", "PDAM"), ("K1 belum masuk", "Admin")):
        await harness.say("/nomor")
        await harness.press("7890")
        await harness.press("Beri nama")
        await harness.say(said)
        assert harness.said()[-2].text.startswith("K1 ·")
        await harness.say(name)
        assert name in harness.text()


async def test_a_question_after_a_step_expired_ends_the_step(harness: BotHarness) -> None:
    await harness.to_destination()
    harness.shop.clock.advance(13 * 3600)
    await harness.say("udah masuk belum?")
    assert "Tidak ada pesanan" in harness.text()
    assert await harness.dialog() is None
    assert harness.library_step() is None


async def test_a_question_at_the_step_of_a_delisted_product_leads_back(harness: BotHarness) -> None:
    await harness.to_destination()
    harness.shop.supplier.listings = ServiceList(LISTINGS[1:], 0)
    await harness.shop.refresh.refresh()
    await harness.say("udah masuk belum?")
    assert "Tidak ada pesanan" in harness.said()[-2].text
    assert harness.library_step() == Step.PRODUCT


# --- unsupported content ---


async def test_unsupported_content_is_answered(harness: BotHarness) -> None:
    for count, content in enumerate(UNSUPPORTED, 1):
        await harness.send(content)
        assert [one.text for one in harness.said()] == [UNREADABLE] * count
    await harness.press("Belanja")
    assert "Mau beli apa?" in harness.text()


@pytest.mark.parametrize("step", OPEN_STEPS)
@pytest.mark.parametrize("content", [UNSUPPORTED[0], UNSUPPORTED[2]], ids=["voice", "caption"])
async def test_unsupported_content_keeps_the_step(
    harness: BotHarness, content: dict[str, Any], step: Step
) -> None:
    await to_step(harness, step)
    await harness.send(content)
    said, asked = harness.said()[-2:]
    assert said.text == UNREADABLE
    assert OPEN_STEPS[step] in asked.text
    assert harness.library_step() == step


@pytest.mark.parametrize(
    ("button", "asks"), [("Jumlah lain", "masuk"), ("Tolak + alasan", "Kenapa")]
)
async def test_unsupported_content_decides_no_top_up(
    harness: BotHarness, button: str, asks: str
) -> None:
    await request_topup(harness)
    await harness.press(button, INDONESIAN_ADMIN)
    asked = harness.text(INDONESIAN_ADMIN)
    await harness.send(UNSUPPORTED[0], INDONESIAN_ADMIN)
    assert [one.text for one in harness.said(INDONESIAN_ADMIN)[-2:]] == [UNREADABLE, asked]
    assert asks in asked
    assert len(await harness.shop.topups.open_of(ANNI)) == 1
    assert harness.library_step(INDONESIAN_ADMIN) == Step.DECISION


async def test_an_unsupported_file_with_an_open_top_up_names_the_accepted_types(
    harness: BotHarness,
) -> None:
    """The file may have been meant as a payment proof."""
    await request_topup(harness)
    await harness.send(UNSUPPORTED[6])
    assert harness.text().startswith(UNREADABLE)
    assert "PDF" in harness.text()
