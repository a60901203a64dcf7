"""The shop and a customer write to each other in the chat."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.dialog import Step
from bot.domain.order import CustomerId
from bot.domain.staff import Right, StaffMember, written
from handlers.threads.buttons import AnswerShop, IsOfCase, SendMessage
from handlers.ui.buttons import AskShop, Button
from handlers.ui.staff_buttons import CloseThread, ShowThread, WriteTo
from tests.handlers.harness import INDONESIAN_ADMIN as OWNER
from tests.handlers.harness import BotHarness
from tests.handlers.topups import document, photo, request_topup
from tests.services.shop import ADMIN, ANNI, BUDI

OLD = "versi lama"


@pytest.fixture
async def chat(harness: BotHarness) -> BotHarness:
    """A shop in which Anni, Budi and an owner have written."""
    for who in (ANNI, BUDI, OWNER):
        await harness.say("/start", who)
    return harness


async def hire(harness: BotHarness, *rights: Right) -> None:
    member = StaffMember(BUDI, written(rights), ADMIN.customer_id, harness.shop.clock.now())
    await harness.shop.store.write(lambda tx: tx.staff.put(member))


async def write(harness: BotHarness, text: str = "Nomornya <benar> kak?") -> None:
    """Write to Anni as the owner."""
    await harness.forge(WriteTo(ANNI, 0, "shop"), OWNER)
    await harness.say(text, OWNER)
    await harness.press("Kirim", OWNER)


async def reply(
    harness: BotHarness, content: dict[str, Any], fragment: str, who: CustomerId = ANNI
) -> None:
    """Reply to the newest message that contains a text."""
    (*_, message) = (one for one in harness.said(who) if fragment in one.text)
    original = harness.telegram.state.as_json(message)
    await harness.send({**content, "reply_to_message": original}, who)


def voice(harness: BotHarness) -> dict[str, Any]:
    stored = harness.telegram.state.add_file("", "audio/ogg", b"OggS", special_kind="voice")
    return {"voice": {"file_id": stored.file_id, "file_unique_id": "v", "duration": 3}}


async def test_a_message_is_shown_before_it_is_sent(chat: BotHarness) -> None:
    await chat.forge(WriteTo(ANNI, 0, "shop"), OWNER)
    assert chat.text(OWNER).startswith("✍️ Untuk Anni\nPercakapan")
    assert await chat.step(OWNER) is Step.WRITE
    await chat.say("salah", OWNER)
    await chat.say("pulsa tsel 10 sudah masuk ya <3", OWNER)
    assert "pulsa tsel 10 sudah masuk ya <3" in chat.text(OWNER)
    assert "Pesan dari" not in chat.shown()
    await chat.press("Kirim", OWNER)
    assert chat.text(OWNER).startswith("📨 Terkirim.")
    assert chat.text() == "💬 Pesan dari Konter <Maju>\n\npulsa tsel 10 sudah masuk ya <3"
    assert chat.labels() == ["↩️ Balas"]
    assert await chat.is_idle(OWNER)
    assert "salah" not in chat.shown()


async def test_an_answer_comes_back_into_the_thread(chat: BotHarness) -> None:
    await write(chat)
    await chat.press("Balas")
    assert await chat.step() is Step.REPLY
    await chat.say("nomor saya 081234567890")
    assert "disampaikan ke toko" in chat.text()
    assert await chat.is_idle()
    assert chat.text(OWNER) == "💬 Percakapan\nAnni\n\nnomor saya 081234567890"
    assert chat.labels(OWNER) == ["↩️ Balas", "✅ Selesai"]
    await chat.say("tsel 10")
    assert "disampaikan" not in chat.text()
    await chat.say("/tugas", OWNER)
    await chat.press("Anni · Percakapan", OWNER)
    assert "nomor saya 081234567890" in chat.text(OWNER)
    await chat.press("Selesai", OWNER)
    assert "Ditutup · Pak Admin" in chat.text(OWNER)
    await chat.press("Kembali", OWNER)
    assert chat.text(OWNER) == "Tidak ada yang menunggu keputusan kamu."


async def test_pictures_and_voices_go_both_ways(chat: BotHarness) -> None:
    await chat.forge(WriteTo(ANNI, 0, "shop"), OWNER)
    await chat.send(photo(chat) | {"caption": "begini"}, OWNER)
    await chat.press("Kirim", OWNER)
    assert chat.last().photo is not None
    assert "begini" in chat.text()
    for content in (voice(chat), document(chat, "struk.pdf", "application/pdf")):
        await chat.press("Balas")
        await chat.send(content)
        assert "disampaikan" in chat.text()
    assert chat.said(OWNER)[-2].voice is not None
    assert chat.last(OWNER).document is not None


async def test_a_reply_to_the_message_is_an_answer_at_any_step(chat: BotHarness) -> None:
    await write(chat)
    await chat.to_destination()
    await reply(chat, {"text": "081234567890"}, "Pesan dari")
    assert "disampaikan" in chat.text()
    assert await chat.step() is Step.DESTINATION
    assert "081234567890" in chat.text(OWNER)
    await reply(chat, {"text": "baik"}, "081234567890", OWNER)
    await chat.press("Kirim", OWNER)
    assert chat.text().endswith("baik")
    await reply(chat, {"text": "081234567890"}, "Telkomsel 10.000")
    assert "Cek dulu" in chat.text()
    await reply(chat, {"text": "/batal"}, "Pesan dari")
    assert await chat.is_idle()


async def test_what_cannot_be_sent_says_why(chat: BotHarness) -> None:
    await write(chat)
    await chat.press("Balas")
    await chat.say("x" * 1_001)
    assert "terlalu panjang" in chat.text()
    await chat.send({"location": {"latitude": 1, "longitude": 2}})
    assert "PDF" in chat.text()
    assert await chat.step() is Step.REPLY
    await reply(chat, {"text": "x" * 1_001}, "Pesan dari")
    assert "terlalu panjang" in chat.text()
    await chat.forge(WriteTo(ANNI, 0, "shop"), OWNER)
    await chat.say("x" * 1_001, OWNER)
    assert "terlalu panjang" in chat.text(OWNER)
    await chat.send({"location": {"latitude": 1, "longitude": 2}}, OWNER)
    assert "PDF" in chat.text(OWNER)
    await chat.press("Batal", OWNER)
    assert chat.text(OWNER) == "Oke, tidak ada pesan yang dikirim."


async def test_an_answer_that_comes_late_is_a_purchase(chat: BotHarness) -> None:
    await write(chat)
    await chat.press("Balas")
    chat.shop.clock.advance(3_601)
    await chat.say("081234567890")
    assert "Mau beli apa" in chat.text()
    assert await chat.is_idle()
    await chat.press("Balas")
    await chat.say("/saldo")
    assert await chat.is_idle()


async def test_old_and_forged_buttons_say_why_not(chat: BotHarness) -> None:
    await write(chat)
    sent = chat.find("Balas")[0]
    unknown: list[Button] = [WriteTo(ANNI, 9, "order"), WriteTo(1, 0, "shop")]
    for button in (*unknown, WriteTo(ANNI, 0, "x"), ShowThread(99), SendMessage("token")):
        assert OLD in (await chat.forge(button, OWNER)).text
    assert "sudah tidak ada" in (await chat.forge(CloseThread(99), OWNER)).text
    assert "sudah tidak ada" in (await chat.forge(AnswerShop(1), BUDI)).text
    of_staff: list[Button] = [WriteTo(ANNI, 0, "shop"), ShowThread(1), CloseThread(1)]
    for button in of_staff:
        assert OLD in (await chat.forge(button, BUDI)).text
    await hire(chat, Right.SELL)
    for button in of_staff:
        assert OLD in (await chat.forge(button, BUDI)).text
    assert "tidak disimpan" in (await chat.forge(IsOfCase(1, "token"))).text
    assert sent.text.startswith("💬 Pesan dari")


async def test_a_proposal_is_sent_once_and_not_late(chat: BotHarness) -> None:
    await chat.forge(WriteTo(ANNI, 0, "shop"), OWNER)
    await chat.say("halo", OWNER)
    message, data = chat.find("Kirim", OWNER)
    await chat.press_data(data, message.message_id, OWNER)
    assert "sudah dikirim" in (await chat.press_data(data, message.message_id, OWNER)).text
    await chat.forge(WriteTo(ANNI, 0, "shop"), OWNER)
    await chat.say("halo lagi", OWNER)
    chat.shop.clock.advance(1_801)
    await chat.press("Kirim", OWNER)
    assert "setengah jam" in chat.text(OWNER)
    assert "halo lagi" not in chat.shown()


async def test_a_customer_who_has_blocked_the_bot_gets_it_later(chat: BotHarness) -> None:
    person = chat.telegram.state.people[chat.chats[ANNI]]
    person.has_blocked = True
    await write(chat)
    assert chat.text(OWNER).startswith("⚠️ Pesan kamu belum sampai")
    await chat.say("/start")
    assert "Nomornya <benar> kak?" in chat.shown()


async def test_an_employee_without_the_right_any_more_writes_nothing(chat: BotHarness) -> None:
    await hire(chat, Right.CUSTOMERS)
    await chat.forge(WriteTo(ANNI, 0, "shop"), BUDI)
    await hire(chat, Right.SELL)
    await chat.say("halo", BUDI)
    assert await chat.is_idle(BUDI)
    assert "Kirim ini?" not in chat.shown(BUDI)
    await hire(chat, Right.CUSTOMERS)
    await chat.forge(WriteTo(ANNI, 0, "shop"), BUDI)
    await chat.say("halo", BUDI)
    await chat.press("Kirim", BUDI)
    await chat.press("Balas")
    await chat.say("ya?")
    await hire(chat, Right.SELL)
    await reply(chat, {"text": "apa"}, "ya?", BUDI)
    assert "Kirim ini?" not in chat.text(BUDI)


# --- cases ---


async def test_a_question_to_the_shop_is_a_case_until_it_is_done(chat: BotHarness) -> None:
    await chat.forge(AskShop())
    assert "tg://user?id=1001" in chat.last(OWNER).html
    assert chat.labels(OWNER) == ["✍️ Tulis", "✅ Selesai"]
    await chat.press("Tulis", OWNER)
    assert "Pertanyaan" in chat.text(OWNER)
    await chat.say("Ada apa kak?", OWNER)
    await chat.press("Kirim", OWNER)
    await chat.say("/cases", OWNER)
    assert "1 pelanggan" in chat.text(OWNER)
    await chat.press("Anni · Pertanyaan", OWNER)
    await chat.press("Selesai", OWNER)
    await chat.say("/tugas", OWNER)
    assert "Tidak ada" in chat.text(OWNER)


async def complain(harness: BotHarness) -> None:
    """Complain about an order as Anni."""
    order = await harness.shop.queue()
    await harness.deliver.deliver()
    await harness.shop.help_requests.ask_about_order(ANNI, order.order_id, "update:1")
    await harness.deliver.deliver()


async def test_an_unasked_picture_is_asked_about_while_a_case_is_open(
    topup_harness: BotHarness,
) -> None:
    for who in (ANNI, OWNER):
        await topup_harness.say("/start", who)
    await complain(topup_harness)
    await topup_harness.send(photo(topup_harness) | {"caption": "belum masuk"})
    assert topup_harness.text() == "Ini gambar apa?"
    assert topup_harness.labels() == ["💰 Bukti transfer", "Keluhan K1"]
    message, data = topup_harness.find("Keluhan K1")
    await topup_harness.press("Keluhan K1")
    assert "disampaikan" in topup_harness.text()
    assert topup_harness.text(OWNER) == "💬 Keluhan K1\nAnni\n\nbelum masuk"
    assert topup_harness.last(OWNER).photo is not None
    answer = await topup_harness.press_data(data, message.message_id)
    assert "sudah menjawab" in answer.text
    await request_topup(topup_harness)
    await topup_harness.send(photo(topup_harness))
    message, data = topup_harness.find("Bukti transfer")
    await topup_harness.press("Bukti transfer")
    assert topup_harness.text(OWNER).startswith("💰 Isi saldo")
    answer = await topup_harness.press_data(data, message.message_id)
    assert "sudah menjawab" in answer.text


async def test_a_picture_that_proves_nothing_may_still_be_of_the_case(chat: BotHarness) -> None:
    await complain(chat)
    await chat.to_destination()
    await chat.send(photo(chat))
    assert "belum minta isi saldo" in (await chat.press("Bukti transfer")).text
    await chat.press("Keluhan K1")
    assert chat.last(OWNER).photo is not None
    assert await chat.step() is Step.DESTINATION


async def test_without_a_case_a_picture_is_what_it_was_before(chat: BotHarness) -> None:
    await write(chat)
    await chat.send(photo(chat))
    assert "Ini gambar apa?" not in chat.shown()
