"""Questions are answered with the state of orders and top-ups, never with products."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.catalogue import Listing
from bot.domain.dialog import Step
from bot.domain.notice import NoticeKind
from bot.domain.order import Order, OrderState
from bot.ports.store import Transaction
from bot.ports.supplier import ServiceList
from handlers.ui.buttons import AskShop
from tests.handlers.counter import BOSS, CLARE, CONTACT, Counter
from tests.handlers.till import ACCOUNT, furnish, pay_in, prove
from tests.services.shop import ADMIN, ANNI, BUDI, LISTINGS, SECOND_ADMIN

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
QUESTIONS = [
    "mana pulsa saya?",
    "udah transfer ya min",
    "halo min, udah masuk belum?",
    "kok belum masuk",
    "kapan masuknya",
    "pesanan saya gimana",
    "where is my order",
    "I have paid",
    "min kok lama banget ya",
    "salah nomor min",
    "saldo kepotong",
    "pulsa belum aktif",
    "081234567890 belum masuk",
]
CANCEL_TEXTS = ["batalin aja", "ga jadi deh kak", "Batalin dong ya", "cancel please"]


@pytest.fixture
async def till(counter: Counter) -> Counter:
    """A shop with a bank account for top-ups, and no QRIS."""
    await counter.stop()
    furnish(counter, "", ACCOUNT)
    await counter.start()
    return counter


async def bought(counter: Counter, number: str = "081234567890") -> Order:
    """Buy Telkomsel 10.000 and return the order."""
    await counter.to_confirm(number)
    await counter.press("Bayar")
    return (await counter.orders())[0]


@pytest.mark.parametrize("text", QUESTIONS)
async def test_a_question_is_answered_with_the_open_order(counter: Counter, text: str) -> None:
    order = await bought(counter)
    await counter.say(text)
    assert counter.text().startswith("K1 · Telkomsel 10.000")
    assert "Dalam antrean" in counter.text()
    assert CONTACT in counter.text()
    assert counter.labels() == ["✕ Batalkan pesanan", "💬 Tanya admin", "🧾 Riwayat", "🏠 Menu"]
    answer = await counter.press("Tanya admin")
    assert "K1 sudah kami teruskan" in answer.text
    assert "K1" in counter.text(BOSS)
    await counter.shop.start()
    await counter.say(text)
    assert "Sedang diproses" in counter.text()
    assert (await counter.shop.get(order.order_id)).state is OrderState.SENDING


@pytest.mark.parametrize("text", [*QUESTIONS[:-1], "K1 gimana", "tf kemana", "saldo belum nambah"])
async def test_a_question_is_answered_with_the_open_top_up(till: Counter, text: str) -> None:
    total = await pay_in(till)
    await till.say(text)
    assert f"Isi saldo {till.money(total)}" in till.text()
    assert "Uangnya belum kami terima." in till.text()
    assert f"📄 Bayar {till.money(total)}" in till.labels()
    assert "💬 Tanya admin" in till.labels()
    await prove(till)
    await till.say(text)
    assert "sudah menerima foto kamu" in till.text()
    assert "belum kami terima" not in till.text()


async def test_without_admins_only_the_contact_is_named(counter: Counter) -> None:
    rules = replace(counter.shop.rules, admin_ids=frozenset())
    counter.application.bot_data.services = replace(counter.services, rules=rules)
    nobody = f"Dari sini belum ada yang bisa kami panggil.\n{CONTACT}"
    await counter.say("cs")
    assert (await counter.press("Tanya admin")).text == nobody
    await bought(counter)
    await counter.say("mana pulsa saya?")
    assert (await counter.press("Tanya admin")).text == nobody


async def test_an_expired_top_up_is_still_reported(till: Counter) -> None:
    """Money may arrive late; for a cancelled top-up none is expected."""
    await pay_in(till)
    till.shop.clock.advance(2 * 3600)
    await till.say("udah transfer min")
    assert "Waktu bayarnya sudah habis" in till.text()
    assert not any("Bayar" in label for label in till.labels())
    await till.say("/saldo")
    await pay_in(till, "75rb")
    await till.press("Batal")
    till.shop.clock.advance(23 * 3600)
    await till.say("udah transfer min")
    assert "Tidak ada pesanan atau isi saldo" in till.text()


async def test_a_decided_top_up_is_reported_for_a_day(till: Counter) -> None:
    await pay_in(till)
    (topup,) = await till.shop.topups.open_of(ANNI)
    await till.shop.topups.decide(ADMIN, topup.topup_id, approve=True)
    await till.deliver.deliver()
    await till.say("udah masuk belum?")
    assert "Isi saldo terakhir kamu:\nIsi saldo Rp" in till.text()
    assert "Isi saldo ini sudah masuk." in till.text()
    assert "Saldo kamu:" in till.text()
    till.shop.clock.advance(25 * 3600)
    await till.say("udah masuk belum?")
    assert "Isi saldo ini sudah masuk." not in till.text()


@pytest.mark.parametrize("text", QUESTIONS[:-1])
async def test_without_open_orders_a_question_reports_the_last_one(
    counter: Counter, text: str
) -> None:
    await counter.say(text)
    assert counter.text().startswith("Tidak ada pesanan atau isi saldo yang sedang berjalan.")
    assert "Saldo kamu:" in counter.text()
    assert "💬 Tanya admin" in counter.labels()
    order = await bought(counter)
    await counter.shop.buy.cancel(ANNI, order.order_id)
    await counter.deliver.deliver()
    await counter.say(text)
    assert "Pesanan terakhir kamu:\nK1" in counter.text()
    assert "Kamu membatalkan pesanan ini." in counter.text()
    assert "💬 Tanya admin" in counter.labels()


async def test_all_open_orders_and_top_ups_are_reported(till: Counter) -> None:
    await bought(till)
    await bought(till, "081277777777")
    await pay_in(till)
    await till.say("udah masuk belum?")
    assert all(one in till.text() for one in ("K1 ·", "K2 ·", "Isi saldo Rp"))
    assert "💬 Tanya admin" in till.labels()
    for text in ("k1 belum masuk", "+62 812-3456-7890 belum masuk min"):
        await till.say(text)
        assert "K1 ·" in till.text()
        assert "K2 ·" not in till.text()
        assert "Isi saldo Rp" not in till.text()


async def test_another_customers_order_is_not_disclosed(counter: Counter) -> None:
    await bought(counter)
    for text in ("K1 belum masuk", "081234567890 belum masuk"):
        await counter.say(text, BUDI)
        assert "K1" not in counter.text(BUDI)
        assert "Tidak ada pesanan" in counter.text(BUDI)


async def test_a_number_in_the_question_selects_its_last_order(counter: Counter) -> None:
    order = await bought(counter)
    await counter.shop.buy.cancel(ANNI, order.order_id)
    await counter.deliver.deliver()
    await bought(counter, "081277777777")
    await counter.say("0812 3456 7890 kok belum masuk")
    assert counter.text().startswith("K1 ·")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tsel 10 udah ada?", "Telkomsel 10.000"),
        ("ada pulsa 10?", "Telkomsel 10.000"),
        ("xl 10 ready?", "XL 10.000"),
        ("tsel 10 mana", "Telkomsel 10.000"),
        ("kok tsel 10 kosong", "Telkomsel 10.000"),
        ("pulsa kapan ready", "Telkomsel 10.000"),
        ("cara beli tsel 10", "Telkomsel 10.000"),
        ("pulsa transfer", "Transfer 10.000"),
        ("tf tsel 10", "Transfer 10.000"),
        ("transfer", "Transfer 10.000"),
    ],
)
async def test_a_question_that_names_a_product_finds_it(
    counter: Counter, text: str, found: str
) -> None:
    await sell(counter, name="Telkomsel Transfer 10.000", type="pulsa-transfer")
    await counter.say(text)
    assert "Hasil untuk" in counter.text()
    assert found in counter.text() or any(found in label for label in counter.labels())


async def test_with_an_open_order_a_question_about_its_product_means_the_order(
    counter: Counter,
) -> None:
    await bought(counter)
    await counter.say("tsel 10 mana")
    assert counter.text().startswith("K1 ·")
    await counter.say("cek K1 dong")
    assert counter.text().startswith("K1 ·")
    await counter.say("tsel 20 ready?")
    assert "Hasil untuk" in counter.text()


async def sell(counter: Counter, **changes: Any) -> None:
    """List one more product."""
    more: Listing = replace(LISTINGS[0], code="MORE", **changes)
    counter.shop.supplier.listings = ServiceList((*LISTINGS, more), 0)
    await counter.shop.refresh.refresh()


# --- other questions ---


@pytest.mark.parametrize(
    ("text", "says", "label"),
    [
        ("cs", "Tekan tombol di bawah: admin kami panggil", "💬 Tanya admin"),
        ("admin", "Tekan tombol di bawah: admin kami panggil", "💬 Tanya admin"),
        ("nomor cs berapa ya", CONTACT, "💬 Tanya admin"),
        ("refund", "langsung kembali ke saldo", "💬 Tanya admin"),
        ("uang saya balik kapan", "langsung kembali ke saldo", "💬 Tanya admin"),
        ("tagihan", "Tagihan (pascabayar) belum ada", "⚡ Token PLN"),
        ("bayar listrik", "Tagihan (pascabayar) belum ada", "⚡ Token PLN"),
        ("pascabayar", "Tagihan (pascabayar) belum ada", "⚡ Token PLN"),
        ("bpjs", "Tagihan (pascabayar) belum ada", "⚡ Token PLN"),
        ("gimana cara pesan", "Cara belanja di", "🛒 Belanja"),
        ("transfer kemana min", "Cara belanja di", "🛒 Belanja"),
        ("bayarnya gimana", "Cara belanja di", "🛒 Belanja"),
        ("how to pay", "Cara belanja di", "🛒 Belanja"),
        ("how do I top up", "Cara belanja di", "🛒 Belanja"),
        ("bisa bayar pake qris?", "Cara belanja di", "🛒 Belanja"),
        ("cara isi saldo", "Cara belanja di", "🛒 Belanja"),
        ("topup", "Saldo kamu", "💵 Isi saldo"),
        ("mau top up", "Saldo kamu", "💵 Isi saldo"),
        ("mau ngomong sama admin", "Tekan tombol di bawah", "💬 Tanya admin"),
        ("mau batal", "Tidak ada yang perlu dibatalkan", "🏠 Menu"),
        ("menu", "Selamat datang", "🛒 Belanja"),
        ("Menu!", "Selamat datang", "🛒 Belanja"),
    ],
)
async def test_other_questions_have_their_answers(
    counter: Counter, text: str, says: str, label: str
) -> None:
    await counter.say(text)
    assert says in counter.text()
    assert label in counter.labels()


async def test_a_request_for_the_shop_mentions_open_orders_only(counter: Counter) -> None:
    await counter.say("cs")
    assert "Tidak ada pesanan" not in counter.text()
    await bought(counter)
    await counter.say("cs")
    assert "K1 ·" in counter.text()


async def test_a_question_for_bills_is_offered_prepaid_tokens(counter: Counter) -> None:
    await counter.say("bayar listrik")
    await counter.press("Token PLN")
    assert any("PLN 20.000" in label for label in counter.labels())
    await sell(counter, name="BPJS 1 Bulan", type="tagihan", main="BPJS")
    await counter.say("bpjs")
    assert any("BPJS 1 Bulan" in label for label in counter.labels())
    counter.shop.supplier.listings = ServiceList(LISTINGS[:6], 0)
    await counter.shop.refresh.refresh()
    await counter.say("tagihan", CLARE)
    assert "do not sell bills yet" in counter.text(CLARE)
    assert not any("PLN" in label for label in counter.labels(CLARE))


async def notified_admins(counter: Counter) -> list[int]:
    """Return the admins who have a notice that Anni asks for the shop."""

    def chats(tx: Transaction) -> list[int]:
        return sorted(one.chat_id for one in tx.outbox.about(NoticeKind.ASKED, ANNI))

    return await counter.shop.store.read(chats)


async def test_the_admins_are_notified_without_an_order(till: Counter) -> None:
    total = await pay_in(till)
    await till.say("cs")
    till.is_told = False
    answer = await till.press("Tanya admin")
    assert answer.show_alert
    assert answer.text == f"Sudah kami teruskan ke admin. Kamu akan dihubungi.\n{CONTACT}"
    await till.forge(AskShop())
    assert await notified_admins(till) == [ADMIN, SECOND_ADMIN]
    till.is_told = True
    await till.deliver.deliver()
    assert "Pelanggan minta dihubungi" in till.text(BOSS)
    assert "Anni" in till.text(BOSS)
    assert f"Isi saldonya {till.money(total)} belum diputuskan." in till.text(BOSS)
    till.shop.clock.advance(601)
    await till.forge(AskShop())
    assert till.text(BOSS).startswith("💬 Pelanggan minta dihubungi")


@pytest.mark.parametrize("text", CANCEL_TEXTS)
async def test_cancelling_in_words_is_understood(counter: Counter, text: str) -> None:
    await counter.to_confirm()
    await counter.say(text)
    assert "Pembelian dibatalkan." in counter.text()
    await counter.say(text)
    assert "Pesanan yang masih menunggu bisa dibatalkan lewat /status." in counter.text()
    await bought(counter)
    await counter.say("min tolong batalkan pesanan saya")
    assert "✕ Batalkan pesanan" in counter.labels()


# --- during a step ---


@pytest.mark.parametrize("text", [*QUESTIONS, "cs", "refund", "bpjs", "riwayat 0812"])
async def test_a_question_at_the_destination_step_keeps_the_step(
    counter: Counter, text: str
) -> None:
    await bought(counter)
    await counter.to_destination("20.000 ")
    await counter.say(text)
    assert "Kirim nomor HP-nya" in counter.text()
    assert "Telkomsel 20.000" in counter.text()
    assert "Cek dulu" not in counter.said()[-2].text
    dialog = await counter.dialog()
    assert dialog is not None
    assert (dialog.step, counter.remembered()) == (Step.DESTINATION, Step.DESTINATION)
    await counter.say("081277777777")
    assert "Untuk: 0812 7777 7777" in counter.text()
    assert "Telkomsel 20.000" in counter.text()


@pytest.mark.parametrize("text", [*QUESTIONS, "admin", "uang saya kembali?", "tagihan"])
async def test_a_question_at_the_confirm_step_keeps_the_quote(counter: Counter, text: str) -> None:
    await counter.to_confirm()
    await counter.say(text)
    assert "Telkomsel 10.000" in counter.text()
    assert "0812 3456 7890" in counter.text()
    assert "Hasil untuk" not in counter.text()
    dialog = await counter.dialog()
    assert dialog is not None
    assert (dialog.step, counter.remembered()) == (Step.CONFIRM, Step.CONFIRM)
    await counter.press("Bayar")
    assert len(await counter.orders()) == 1


@pytest.mark.parametrize("text", [*QUESTIONS, "cs", "refund", "pascabayar"])
async def test_a_question_at_the_amount_step_keeps_the_step(counter: Counter, text: str) -> None:
    await counter.say("/saldo")
    await counter.press("Isi saldo")
    await counter.say(text)
    assert "Mau isi saldo berapa?" in counter.text()
    assert "⚠️" not in counter.text()
    assert counter.remembered() == Step.AMOUNT
    await counter.say("50rb")
    assert (await counter.shop.topups.open_of(ANNI))[0].amount == 50_000


async def test_a_name_may_sound_like_a_question(counter: Counter) -> None:
    """Here only an unmistakable question is answered."""
    await counter.to_confirm()
    await counter.press("Bayar")
    for said, name in (("udah masuk belum?", "PDAM"), ("K1 belum masuk", "Admin")):
        await counter.say("/nomor")
        await counter.press("7890")
        await counter.press("Beri nama")
        await counter.say(said)
        assert counter.said()[-2].text.startswith("K1 ·")
        await counter.say(name)
        assert name in counter.text()


async def test_a_question_after_a_step_expired_ends_the_step(counter: Counter) -> None:
    await counter.to_destination()
    counter.shop.clock.advance(13 * 3600)
    await counter.say("udah masuk belum?")
    assert "Tidak ada pesanan" in counter.text()
    assert await counter.dialog() is None
    assert counter.remembered() is None


async def test_a_question_at_the_step_of_a_delisted_product_leads_back(counter: Counter) -> None:
    await counter.to_destination()
    counter.shop.supplier.listings = ServiceList(LISTINGS[1:], 0)
    await counter.shop.refresh.refresh()
    await counter.say("udah masuk belum?")
    assert "Tidak ada pesanan" in counter.said()[-2].text
    assert counter.remembered() == Step.PRODUCT


# --- unsupported content ---


@pytest.mark.parametrize("content", UNSUPPORTED)
@pytest.mark.parametrize("step", [None, Step.PRODUCT, Step.DESTINATION, Step.CONFIRM, Step.AMOUNT])
async def test_unsupported_content_is_answered_at_every_step(
    counter: Counter, content: dict[str, Any], step: Step | None
) -> None:
    again = await to_step(counter, step)
    await counter.send(content)
    texts = [one.text for one in counter.said()]
    if again:
        assert texts[-2] == UNREADABLE
        assert again in texts[-1]
    else:
        assert texts[-1] == UNREADABLE
    assert counter.remembered() == step


async def to_step(counter: Counter, step: Step | None) -> str:
    """Go to a step; return the text that it asks again, or an empty string."""
    if step is Step.PRODUCT:
        await counter.to_products()
    elif step is Step.DESTINATION:
        await counter.to_destination()
        return "Kirim nomor HP-nya"
    elif step is Step.CONFIRM:
        await counter.to_confirm()
        return "Telkomsel 10.000"
    elif step is Step.AMOUNT:
        await counter.say("/saldo")
        await counter.press("Isi saldo")
        return "Mau isi saldo berapa?"
    return ""


async def test_unsupported_content_keeps_the_question_for_a_name(counter: Counter) -> None:
    await bought(counter)
    await counter.say("/nomor")
    await counter.press("7890")
    await counter.press("Beri nama")
    await counter.send(UNSUPPORTED[0])
    assert counter.said()[-2].text == UNREADABLE
    assert counter.remembered() == Step.NAME


@pytest.mark.parametrize(
    ("button", "asks"), [("Jumlah lain", "masuk"), ("Tolak + alasan", "Kenapa")]
)
async def test_unsupported_content_decides_no_top_up(till: Counter, button: str, asks: str) -> None:
    await pay_in(till)
    await till.press(button, BOSS)
    asked = till.text(BOSS)
    await till.send(UNSUPPORTED[0], BOSS)
    assert [one.text for one in till.said(BOSS)[-2:]] == [UNREADABLE, asked]
    assert asks in asked
    assert len(await till.shop.topups.open_of(ANNI)) == 1
    assert till.remembered(BOSS) == Step.DECISION


async def test_an_unsupported_file_with_an_open_top_up_names_the_accepted_types(
    till: Counter,
) -> None:
    """The file may have been meant as a payment proof."""
    await pay_in(till)
    await till.send(UNSUPPORTED[6])
    assert till.text().startswith(UNREADABLE)
    assert "PDF" in till.text()
