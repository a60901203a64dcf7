"""The first screen, languages, help, cancelling, and input that nothing handles."""

from __future__ import annotations

import pytest

from handlers.ui.buttons import ChooseLanguage, ShowLanguages
from tests.handlers.builders import HOSTILE
from tests.handlers.harness import INDONESIAN_ADMIN, BotHarness
from tests.handlers.topups import send_proof
from tests.services.shop import ADMIN_CHAT, ANNI, ANNI_CHAT, shop_rules


async def test_without_admins_the_welcome_shows_the_id(harness: BotHarness) -> None:
    """The owner copies it into ADMIN_IDS."""
    harness.shop.rules = shop_rules(owner_ids=frozenset())
    await harness.restart()
    await harness.say("/start", INDONESIAN_ADMIN)
    assert f"ID kamu: {ADMIN_CHAT}" in harness.text(INDONESIAN_ADMIN)
    (copy,) = [
        one for row in harness.last(INDONESIAN_ADMIN).buttons for one in row if "copy_text" in one
    ]
    assert copy["copy_text"] == {"text": str(ADMIN_CHAT)}


@pytest.mark.parametrize(
    ("code", "shown"), [("id-ID", False), ("ID", False), ("in", False), ("ms", True), ("", True)]
)
async def test_the_other_language_is_offered_to_clients_not_in_indonesian(
    harness: BotHarness, code: str, shown: bool
) -> None:
    dewi = harness.add_newcomer(1_050, "Dewi", code)
    await harness.say("/start", dewi)
    assert any("🌐" in label for label in harness.labels(dewi)) == shown
    await harness.say("/help", dewi)
    assert any("🌐" in label for label in harness.labels(dewi))


async def test_everything_can_be_reached_from_the_welcome_and_back(harness: BotHarness) -> None:
    await harness.say("/start")
    for label, says in (
        ("Belanja", "Mau beli apa?"),
        ("Saldo", "Saldo kamu"),
        ("Riwayat", "Kamu belum pernah pesan"),
        ("Bantuan", "Cara belanja di Konter <Maju>"),
    ):
        await harness.press(label)
        assert says in harness.text()
        await harness.press("Menu")
        assert "Selamat datang" in harness.text()
    assert len(harness.said()) == 1


async def test_first_names_with_markup_are_escaped(harness: BotHarness) -> None:
    dewi = harness.add_newcomer(1005, f"\u202e{HOSTILE}")
    await harness.say("/start", dewi)
    assert f"{HOSTILE}!" in harness.text(dewi)
    assert "\u202e" not in harness.text(dewi)


async def test_start_ends_the_current_step(harness: BotHarness) -> None:
    await harness.to_destination()
    await harness.say("/start")
    await harness.say("081234567890")
    assert "Mau beli apa buat nomor ini?" in harness.text()
    assert await harness.dialog() is None


async def test_start_delivers_the_notices_that_a_block_held_back(harness: BotHarness) -> None:
    await harness.say("/start")
    harness.telegram.block(ANNI_CHAT)
    await harness.shop.credit(ANNI, 7_000)
    await harness.deliver.deliver()
    harness.telegram.unblock(ANNI_CHAT)
    await harness.say("/start")
    assert "Rp7.000" in harness.text()


# --- languages ---


async def test_the_language_is_switched_and_back(harness: BotHarness) -> None:
    await harness.say("/help")
    answer = await harness.press("English")
    assert answer.text == "From now on we speak English."
    assert "Hello Anni!" in harness.text()
    await harness.say("/order")
    assert "What do you need?" in harness.text()
    assert "order" in [one["command"] for one in harness.telegram.commands_for(ANNI_CHAT)]
    await harness.shop.credit(ANNI, 7_000)
    await harness.deliver.deliver()
    assert "Your top-up of Rp7,000 by transfer has arrived." in harness.text()
    await harness.forge(ShowLanguages())
    await harness.press("Bahasa Indonesia")
    assert "Halo Anni!" in harness.text()
    assert "beli" in [one["command"] for one in harness.telegram.commands_for(ANNI_CHAT)]


async def test_an_unknown_language_is_refused(harness: BotHarness) -> None:
    await harness.say("/start")
    answer = await harness.forge(ChooseLanguage("tlh"))
    assert "versi lama" in answer.text
    assert "Selamat datang" in harness.text()


async def test_changing_the_language_does_not_end_a_purchase(harness: BotHarness) -> None:
    await harness.to_destination()
    await harness.say("/language")
    await harness.press("English")
    await harness.say("081234567890")
    assert "Please check once more" in harness.text()


# --- help and cancelling ---


async def test_cancel_removes_the_buttons_of_old_screens(harness: BotHarness) -> None:
    await harness.to_confirm()
    await harness.say("/cancel")
    question, screen, said = harness.said()
    assert question.buttons == screen.buttons == []
    assert "Pembelian dibatalkan." in said.text
    assert await harness.dialog() is None


async def test_cancel_works_if_the_screen_was_deleted(harness: BotHarness) -> None:
    await harness.to_confirm()
    del harness.telegram.state.chats[ANNI_CHAT][harness.last().message_id]
    await harness.say("/cancel")
    assert "Pembelian dibatalkan." in harness.text()


async def test_leaving_the_catalogue_says_that_nothing_was_ordered(harness: BotHarness) -> None:
    await harness.to_products()
    message, data = harness.find("Batal")
    await harness.say("/start")
    await harness.press_data(data, message.message_id)
    left = harness.message(message.message_id)
    assert left.text == "Oke, sampai di sini dulu. Belum ada yang dipesan."
    assert [one["text"] for row in left.buttons for one in row] == ["🛒 Belanja", "🏠 Menu"]


# --- input that nothing handles ---


async def test_an_unknown_command_keeps_the_purchase(harness: BotHarness) -> None:
    await harness.to_destination()
    await harness.say("/pulsa")
    assert "Perintah itu tidak ada." in harness.text()
    await harness.say("081234567890")
    assert "Cek dulu" in harness.text()


async def test_an_unexpected_photo_is_answered(harness: BotHarness) -> None:
    await send_proof(harness)
    assert harness.text().startswith("Tekan tombol untuk belanja")


async def test_an_outdated_or_forged_button_is_answered(harness: BotHarness) -> None:
    await harness.say("/start")
    before = harness.shown()
    for data in ("0:p:1", "2:p:1", "1:p:x", "1:zz:1", "nonsense", "1:c:1", "1:k:", "x" * 64):
        answer = await harness.forge(data)
        assert answer.show_alert
        assert answer.text == "Tombol ini dari versi lama. Mulai lagi dengan /start, ya."
        assert harness.shown() == before


async def test_an_edited_message_does_nothing(harness: BotHarness) -> None:
    """Even if Telegram delivers an update that allowed_updates excludes."""
    await harness.say("/start")
    before = harness.shown()
    person = harness.telegram.state.people[ANNI_CHAT]
    edited = {
        "message_id": 1,
        "date": 0,
        "edit_date": 1,
        "chat": person.as_chat(),
        "from": person.as_user(),
        "text": "/order",
        "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
    }
    await harness.receiver.receive({"update_id": 99_999, "edited_message": edited})
    await harness.settled(99_999)
    assert harness.shown() == before


async def test_a_block_is_not_answered(harness: BotHarness) -> None:
    await harness.say("/start")
    count = len(harness.said())
    await harness.settled(harness.telegram.block(ANNI_CHAT))
    await harness.settled(harness.telegram.unblock(ANNI_CHAT))
    assert len(harness.said()) == count


async def test_an_owner_who_comes_by_the_link_reads_the_first_steps(harness: BotHarness) -> None:
    await harness.say("/start a-secret", INDONESIAN_ADMIN)
    text = harness.text(INDONESIAN_ADMIN)
    assert text.startswith("✅ Kamu pemilik toko ini.")
    assert "/setor 500000" in text
    assert "Tidak ada yang perlu kamu." in text
    await harness.say("/start a-secret")
    assert "pemilik" not in harness.text()
