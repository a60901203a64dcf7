"""The first screen, languages, help, cancelling, and input that nothing handles."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.dialog import Step
from handlers.account.texts import left_text
from handlers.ui.buttons import ChooseLanguage, ShowLanguages
from handlers.ui.i18n import load_languages
from tests.handlers.builders import HOSTILE
from tests.handlers.counter import CLARE, CONTACT, Counter
from tests.services.shop import ADMIN, ANNI, shop_rules

LANGUAGES = load_languages()


async def test_the_welcome_shows_shop_balance_and_contact(counter: Counter) -> None:
    await counter.say("/start")
    assert counter.text() == (
        "Halo Anni! Selamat datang di Konter <Maju>.\n"
        "Pulsa, paket data, token listrik, e-money, dan voucher game, siang malam.\n\n"
        "Saldo kamu: Rp100.000\n\n"
        f"Ada pertanyaan? {CONTACT}"
    )
    assert counter.labels() == [
        "🛒 Belanja",
        "💰 Saldo",
        "🧾 Riwayat",
        "💵 Isi saldo",
        "❓ Bantuan",
    ]


async def test_the_help_shows_the_id_and_the_language(counter: Counter) -> None:
    await counter.say("/start")
    await counter.press("Bantuan")
    assert "ID kamu: 1001" in counter.text()
    assert counter.labels() == [
        "🛒 Belanja",
        "💵 Isi saldo",
        "📋 Salin ID saya",
        "🌐 English",
        "🏠 Menu",
    ]
    (copy,) = [one for row in counter.last().buttons for one in row if "copy_text" in one]
    assert copy["copy_text"] == {"text": "1001"}


async def test_without_admins_the_welcome_shows_the_id(counter: Counter) -> None:
    """The owner copies it into ADMIN_IDS."""
    services = replace(counter.services, rules=shop_rules(admin_ids=frozenset()))
    counter.application.bot_data.services = services
    await counter.say("/start", ADMIN)
    assert f"ID kamu: {ADMIN}" in counter.text(ADMIN)
    assert "📋 Salin ID saya" in counter.labels(ADMIN)
    (copy,) = [one for row in counter.last(ADMIN).buttons for one in row if "copy_text" in one]
    assert copy["copy_text"] == {"text": str(ADMIN)}


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("id", False),
        ("id-ID", False),
        ("ID", False),
        ("in", False),
        ("en", True),
        ("ms", True),
        ("zh-hans", True),
        ("", True),
    ],
)
async def test_the_other_language_is_offered_to_clients_not_in_indonesian(
    counter: Counter, code: str, shown: bool
) -> None:
    counter.telegram.add_user(1_050, "Dewi", code)
    await counter.say("/start", 1_050)
    assert any("🌐" in label for label in counter.labels(1_050)) == shown
    await counter.say("/help", 1_050)
    assert any("🌐" in label for label in counter.labels(1_050))


async def test_everything_can_be_reached_from_the_welcome_and_back(counter: Counter) -> None:
    await counter.say("/start")
    for label, says in (
        ("Belanja", "Mau beli apa?"),
        ("Saldo", "Saldo kamu"),
        ("Riwayat", "Kamu belum pernah pesan"),
        ("Bantuan", "Cara belanja di Konter <Maju>"),
    ):
        await counter.press(label)
        assert says in counter.text()
        await counter.press("Menu")
        assert "Selamat datang" in counter.text()
    assert len(counter.said()) == 1


async def test_first_names_with_markup_are_escaped(counter: Counter) -> None:
    counter.telegram.add_user(1005, f"\u202e{HOSTILE}")
    await counter.say("/start", 1005)
    assert f"{HOSTILE}!" in counter.text(1005)
    assert "\u202e" not in counter.text(1005)


async def test_start_ends_the_current_step(counter: Counter) -> None:
    await counter.to_destination()
    await counter.say("/start")
    await counter.say("081234567890")
    assert "Mau beli apa buat nomor ini?" in counter.text()
    assert await counter.dialog() is None


async def test_start_delivers_the_notices_that_a_block_held_back(counter: Counter) -> None:
    await counter.say("/start")
    counter.telegram.block(ANNI)
    await counter.shop.credit(ANNI, 7_000)
    await counter.deliver.deliver()
    counter.telegram.unblock(ANNI)
    await counter.say("/start")
    assert "Rp7.000" in counter.text()


# --- languages ---


async def test_the_language_is_switched_in_the_help(counter: Counter) -> None:
    await counter.say("/help")
    answer = await counter.press("English")
    assert answer.text == "From now on we speak English."
    assert "Hello Anni!" in counter.text()
    await counter.say("/order")
    assert "What do you need?" in counter.text()
    names = [command["command"] for command in counter.telegram.commands_for(ANNI)]
    assert "order" in names
    await counter.say("/bantuan")
    await counter.press("Bahasa Indonesia")
    assert "Halo Anni!" in counter.text()
    names = [command["command"] for command in counter.telegram.commands_for(ANNI)]
    assert "beli" in names


async def test_the_language_is_chosen_by_command_too(counter: Counter) -> None:
    await counter.say("/bahasa")
    assert counter.labels() == ["English", "✓ Bahasa Indonesia", "🏠 Menu"]
    await counter.forge(ShowLanguages())
    await counter.press("English")
    assert "Hello Anni!" in counter.text()


async def test_an_unknown_language_is_refused(counter: Counter) -> None:
    await counter.say("/start")
    answer = await counter.forge(ChooseLanguage("tlh"))
    assert "versi lama" in answer.text
    assert "Selamat datang" in counter.text()


async def test_notices_use_the_chosen_language(counter: Counter) -> None:
    await counter.say("/help")
    await counter.press("English")
    await counter.shop.credit(ANNI, 7_000)
    await counter.deliver.deliver()
    assert "The shop put Rp7,000 into your wallet." in counter.text()


async def test_changing_the_language_does_not_end_a_purchase(counter: Counter) -> None:
    await counter.to_destination()
    await counter.say("/language")
    await counter.press("English")
    await counter.say("081234567890")
    assert "Please check once more" in counter.text()


# --- help and cancelling ---


@pytest.mark.parametrize(("who", "says"), [(ANNI, "Cara belanja"), (CLARE, "How Konter <Maju>")])
async def test_help_explains_how_the_shop_works(counter: Counter, who: int, says: str) -> None:
    for command in ("/help", "/bantuan"):
        await counter.say(command, who)
        assert says in counter.text(who)
        assert CONTACT in counter.text(who)


async def test_cancel_with_nothing_under_way_says_so(counter: Counter) -> None:
    await counter.say("/batal")
    assert "Tidak ada yang perlu dibatalkan" in counter.text()


async def test_cancel_removes_the_buttons_of_old_screens(counter: Counter) -> None:
    await counter.to_confirm()
    await counter.say("/cancel")
    question, screen, said = counter.said()
    assert question.buttons == screen.buttons == []
    assert "Pembelian dibatalkan." in said.text
    assert await counter.dialog() is None


async def test_cancel_works_if_the_screen_was_deleted(counter: Counter) -> None:
    await counter.to_confirm()
    del counter.telegram.state.chats[ANNI][counter.last().message_id]
    await counter.say("/cancel")
    assert "Pembelian dibatalkan." in counter.text()


async def test_leaving_the_catalogue_says_that_nothing_was_ordered(counter: Counter) -> None:
    await counter.to_products()
    await counter.press("Batal")
    assert counter.text() == "Oke, sampai di sini dulu. Belum ada yang dipesan."
    assert counter.labels() == ["🛒 Belanja", "🏠 Menu"]
    await counter.press("Belanja")
    assert len(counter.said()) == 1


async def test_leaving_an_old_screen_is_answered_too(counter: Counter) -> None:
    await counter.to_products()
    _, data = counter.find("Batal")
    await counter.say("/start")
    await counter.press_data(data, counter.said()[0].message_id)
    assert "Belum ada yang dipesan." in counter.said()[0].text


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("step", [None, *Step])
def test_every_step_has_a_text_for_leaving_it(step: Step | None, language: str) -> None:
    assert left_text(LANGUAGES[language], step).endswith(".")


# --- input that nothing handles ---


async def test_an_unknown_command_offers_to_shop(counter: Counter) -> None:
    await counter.say("/pulsa")
    assert "Perintah itu tidak ada." in counter.text()
    await counter.press("Belanja")
    assert "Mau beli apa?" in counter.text()


async def test_an_unknown_command_keeps_the_purchase(counter: Counter) -> None:
    await counter.to_destination()
    await counter.say("/pulsa")
    assert "Perintah itu tidak ada." in counter.text()
    await counter.say("081234567890")
    assert "Cek dulu" in counter.text()


@pytest.mark.parametrize(
    "content",
    [
        {"location": {"latitude": 1.0, "longitude": 2.0}},
        {"dice": {"emoji": "🎲", "value": 3}},
        {"voice": {"file_id": "f", "file_unique_id": "u", "duration": 1}},
    ],
)
async def test_unsupported_content_is_answered(counter: Counter, content: dict[str, Any]) -> None:
    await counter.send(content)
    assert counter.text() == "Maaf, kami cuma bisa baca teks dan foto."
    await counter.press("Belanja")
    assert "Mau beli apa?" in counter.text()


async def test_an_unexpected_photo_is_answered(counter: Counter) -> None:
    await counter.send(
        {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]}
    )
    assert counter.text().startswith("Tekan tombol untuk belanja")
    await counter.press("Belanja")
    assert "Mau beli apa?" in counter.text()


@pytest.mark.parametrize(
    "data", ["0:p:1", "2:p:1", "1:p:x", "1:zz:1", "nonsense", "1:c:1", "1:k:", "x" * 64]
)
async def test_an_outdated_or_forged_button_is_answered(counter: Counter, data: str) -> None:
    await counter.say("/start")
    before = counter.shown()
    answer = await counter.forge(data)
    assert answer.show_alert
    assert answer.text == "Tombol ini dari versi lama. Mulai lagi dengan /start, ya."
    assert counter.shown() == before


async def test_an_edited_message_does_nothing(counter: Counter) -> None:
    """Even if Telegram delivers an update that allowed_updates excludes."""
    await counter.say("/start")
    before = counter.shown()
    person = counter.telegram.state.people[ANNI]
    edited = {
        "message_id": 1,
        "date": 0,
        "edit_date": 1,
        "chat": person.as_chat(),
        "from": person.as_user(),
        "text": "/order",
        "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
    }
    await counter.intake.receive({"update_id": 99_999, "edited_message": edited})
    await counter.settled(99_999)
    assert counter.shown() == before


async def test_groups_are_not_served(counter: Counter) -> None:
    """A wallet belongs to one person."""
    person = counter.telegram.state.people[ANNI].as_user()
    chat = {"id": -5, "type": "group", "title": "Group"}
    message = {"message_id": 1, "date": 0, "chat": chat, "from": person, "text": "/start"}
    await counter.intake.receive({"update_id": 99_999, "message": message})
    await counter.settled(99_999)
    assert not [call for call in counter.telegram.calls if call.params.get("chat_id") == "-5"]


async def test_a_block_is_not_answered(counter: Counter) -> None:
    await counter.say("/start")
    count = len(counter.said())
    await counter.settled(counter.telegram.block(ANNI))
    await counter.settled(counter.telegram.unblock(ANNI))
    assert len(counter.said()) == count
