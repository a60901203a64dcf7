"""The pause on every screen where buying begins, and the reminder when the shop is open again."""

from __future__ import annotations

import pytest

from bot.domain.reopening import MAX_NOTE_LENGTH
from bot.ports.store import Transaction
from bot.services.orders.circuit_breaker import BREAKER
from handlers.ui.buttons import AskReopening, AskRestock, ForgetReopening
from tests.handlers.builders import HOSTILE
from tests.handlers.harness import CLARE, INDONESIAN_ADMIN, BotHarness
from tests.services.shop import ADMIN, ANNI, BUDI

PAUSED = "⏸ Toko sedang istirahat."
REMIND_ME, REMINDER_OFF = "🔔 Kabari kalau buka", "🔕 Matikan pengingat"


SCREENS = [
    ("/start",),
    ("/help", "Menu"),
    ("081234567890",),
    ("081234567890", "Pulsa"),
    ("081234567890", "Pulsa", "10.000"),
    ("/beli",),
    ("/beli", "Pulsa", "Telkomsel"),
    ("/beli", "Pulsa", "Telkomsel", "10.000"),
    ("/cari telkomsel",),
    ("halo",),
    ("/beli", "Pulsa", "Telkomsel", "Lihat 1", "Sold out"),
]
"""Where buying begins: a text, then the buttons to press."""


async def open_screen(harness: BotHarness, acts: tuple[str, ...]) -> None:
    """Send the first text, then press the buttons."""
    text, *labels = acts
    await harness.say(text)
    for label in labels:
        await harness.press(label)


async def test_a_pause_and_its_reminder_are_shown_wherever_buying_begins(
    harness: BotHarness,
) -> None:
    await harness.say(f"/pause libur {HOSTILE}", INDONESIAN_ADMIN)
    notice = f"{PAUSED}\nBelum bisa terima pesanan.\n💬 libur {HOSTILE}\n\n"
    for screen in SCREENS:
        await open_screen(harness, screen)
        text, labels, step = harness.text(), harness.labels(), await harness.dialog()
        assert text.startswith(notice), screen
        assert text.count("istirahat") == 1
        assert labels[0] == REMIND_ME
        answer = await harness.press(REMIND_ME)
        assert answer.text == "Oke, kami kabari sekali begitu toko buka."
        assert (harness.text(), harness.labels()) == (text, [REMINDER_OFF, *labels[1:]])
        assert await harness.dialog() == step
        assert (await harness.press(REMINDER_OFF)).text
        assert (harness.text(), harness.labels()) == (text, labels)
    await harness.say("/resume", INDONESIAN_ADMIN)
    for screen in SCREENS:
        await open_screen(harness, screen)
        assert "istirahat" not in harness.text(), screen
        assert REMIND_ME not in harness.labels()


async def test_the_reminder_is_shown_on_the_next_screen(harness: BotHarness) -> None:
    await harness.shop.admin.pause(ADMIN)
    await harness.say("/start", CLARE)
    assert harness.text(CLARE).startswith("⏸ The shop is taking a break.\nNo orders are taken")
    await harness.press("🔔 Tell me when it opens", CLARE)
    await harness.say("/order", CLARE)
    assert "🔔 We will write to you as soon as it opens." in harness.text(CLARE)
    assert harness.labels(CLARE)[0] == "🔕 Turn the reminder off"


async def test_a_reminder_is_sent_once_when_the_shop_opens(harness: BotHarness) -> None:
    await harness.shop.admin.pause(ADMIN, "libur")
    await harness.say("/start")
    await harness.press(REMIND_ME)
    await harness.forge(AskReopening())
    await harness.say("/start", CLARE)
    count = len(harness.said(CLARE))
    await harness.say("/resume", INDONESIAN_ADMIN)
    assert "1 pelanggan yang menunggu dikabari." in harness.text(INDONESIAN_ADMIN)
    news = harness.last()
    assert news.text == "🔔 Toko sudah buka lagi.\nSilakan pesan."
    assert harness.labels() == ["🛒 Belanja"]
    assert len(harness.said(CLARE)) == count
    await harness.press("Belanja")
    assert "Mau beli apa?" in harness.text()
    assert news in harness.said()
    said = len(harness.said())
    await harness.say("/resume", INDONESIAN_ADMIN)
    assert len(harness.said()) == said


async def test_a_withdrawn_reminder_is_not_sent(harness: BotHarness) -> None:
    await harness.shop.admin.pause(ADMIN)
    await harness.say("/start")
    await harness.press(REMIND_ME)
    await harness.press(REMINDER_OFF)
    count = len(harness.said())
    await harness.say("/resume", INDONESIAN_ADMIN)
    assert "dikabari" not in harness.text(INDONESIAN_ADMIN)
    assert len(harness.said()) == count


async def test_a_reminder_delivered_during_the_next_pause_says_so(harness: BotHarness) -> None:
    await harness.shop.admin.pause(ADMIN)
    await harness.say("/start")
    await harness.press(REMIND_ME)
    harness.is_told = False
    await harness.shop.admin.resume(ADMIN)
    await harness.shop.admin.pause(ADMIN, "mati lampu")
    await harness.deliver.deliver()
    assert harness.text() == (
        f"Toko tadi sempat buka.\n{PAUSED}\nBelum bisa terima pesanan.\n💬 mati lampu"
    )
    harness.is_told = True
    await harness.press(REMIND_ME)
    assert harness.labels() == [REMINDER_OFF]
    await harness.say("/resume", INDONESIAN_ADMIN)
    assert harness.text().startswith("🔔 Toko sudah buka lagi.")


async def test_an_old_reminder_button_says_that_the_shop_is_open(harness: BotHarness) -> None:
    await harness.shop.admin.pause(ADMIN)
    await harness.say("/start")
    await harness.shop.admin.resume(ADMIN)
    answer = await harness.press(REMIND_ME)
    assert answer.show_alert
    assert answer.text == "Toko sudah buka. Silakan pesan."
    assert harness.labels()[0] == "🛒 Belanja"


async def test_the_reminder_button_of_an_inaccessible_message_works(harness: BotHarness) -> None:
    """Telegram does not return the contents of such an old message."""
    await harness.shop.admin.pause(ADMIN)
    await harness.say("/start")
    _, data = harness.find(REMIND_ME)
    answer = await harness.press_data(data, 777)
    assert answer.text == "Oke, kami kabari sekali begitu toko buka."
    assert (await harness.shop.reopening.opening(ANNI)).is_subscribed
    assert (await harness.forge(ForgetReopening())).text


async def test_a_reminder_is_saved_if_the_screen_cannot_be_edited(harness: BotHarness) -> None:
    await harness.shop.admin.pause(ADMIN)
    await harness.say("/start")
    message, data = harness.find(REMIND_ME)
    harness.telegram.fail_next("editMessageReplyMarkup", "500")
    answer = await harness.press_data(data, message.message_id)
    assert answer.text
    assert (await harness.shop.reopening.opening(ANNI)).is_subscribed


async def test_a_quote_from_before_the_pause_gets_the_reminder_button(harness: BotHarness) -> None:
    await harness.to_confirm()
    text, labels = harness.text(), harness.labels()
    await harness.shop.admin.pause(ADMIN, f"libur {HOSTILE}")
    answer = await harness.press("Bayar")
    assert answer.show_alert
    assert answer.text == (
        f"Toko sedang istirahat. Coba lagi begitu toko buka, ya.\n💬 libur {HOSTILE}"
    )
    assert (harness.text(), harness.labels()) == (text, [REMIND_ME, *labels])
    await harness.press("Bayar")
    assert harness.labels() == [REMIND_ME, *labels]
    await harness.press(REMIND_ME)
    await harness.say("/resume", INDONESIAN_ADMIN)
    assert harness.last().text.startswith("🔔 Toko sudah buka lagi.")
    await harness.press("Bayar")
    assert len(await harness.orders()) == 1


@pytest.mark.parametrize("sign", ["m", "🙏", "<"])
async def test_the_longest_note_fits_everywhere(harness: BotHarness, sign: str) -> None:
    """The answer to a callback query has at most 200 characters (Bot API)."""
    await harness.say(f"/pause {sign * 900}", INDONESIAN_ADMIN)
    assert f"hanya {MAX_NOTE_LENGTH} huruf pertama" in harness.text(INDONESIAN_ADMIN)
    await harness.to_confirm()
    assert f"💬 {sign * MAX_NOTE_LENGTH}\n" in harness.text()
    answer = await harness.press("Bayar")
    assert "istirahat" in answer.text
    assert sign in answer.text
    assert len(answer.text.encode("utf-16-le")) // 2 <= 200


async def test_the_admin_sees_the_note_that_customers_read(harness: BotHarness) -> None:
    await harness.say(f"/pause libur {HOSTILE}", INDONESIAN_ADMIN)
    assert f"Pelanggan membaca: libur {HOSTILE}" in harness.text(INDONESIAN_ADMIN)
    await harness.say("/pause", INDONESIAN_ADMIN)
    assert "Biar pelanggan tahu sebabnya: /tutup" in harness.text(INDONESIAN_ADMIN)
    await harness.say("/resume", INDONESIAN_ADMIN)
    await harness.say("/status", INDONESIAN_ADMIN)
    message, data = harness.find("Tutup toko", INDONESIAN_ADMIN)
    await harness.shop.admin.pause(ADMIN, "sakit")
    await harness.press_data(data, message.message_id, INDONESIAN_ADMIN)
    assert "Pelanggan membaca: sakit" in harness.text(INDONESIAN_ADMIN)
    assert (await harness.shop.reopening.opening(BUDI)).note == "sakit"


async def test_an_admin_gets_no_reminder_button(harness: BotHarness) -> None:
    await harness.say("/pause libur", INDONESIAN_ADMIN)
    await harness.say("/start", INDONESIAN_ADMIN)
    await harness.press("Lihat sebagai pelanggan", INDONESIAN_ADMIN)
    assert harness.text(INDONESIAN_ADMIN).startswith(
        f"{PAUSED}\nBelum bisa terima pesanan.\n💬 libur\n\n"
    )
    assert REMIND_ME not in harness.labels(INDONESIAN_ADMIN)
    await harness.to_confirm(who=INDONESIAN_ADMIN)
    labels = harness.labels(INDONESIAN_ADMIN)
    assert REMIND_ME not in labels
    assert (await harness.press("Bayar", INDONESIAN_ADMIN)).show_alert
    assert harness.labels(INDONESIAN_ADMIN) == labels


async def test_an_open_circuit_breaker_is_shown_wherever_buying_begins(
    harness: BotHarness,
) -> None:
    """Orders are still taken and only wait, so no reminder is offered."""

    def break_(tx: Transaction) -> None:
        tx.conditions.raise_(f"{BREAKER}U1", "K1", harness.shop.clock.now())

    await harness.shop.store.write(break_)
    for screen in SCREENS:
        await open_screen(harness, screen)
        assert harness.text().startswith("⏳ Pesanan sedang lebih lama dari biasanya."), screen
        assert REMIND_ME not in harness.labels()


async def test_the_restock_message_follows_the_reopening_message(harness: BotHarness) -> None:
    await open_screen(harness, SCREENS[-1])
    await harness.forge(AskRestock(harness.shop.product("GONE")))
    await harness.shop.admin.pause(ADMIN)
    await harness.say("/start")
    await harness.press(REMIND_ME)
    await harness.shop.relist("GONE", is_ready=True)
    await harness.shop.restock.step()
    await harness.say("/resume", INDONESIAN_ADMIN)
    await harness.shop.restock.step()
    await harness.deliver.deliver()
    assert [one.text.splitlines()[0] for one in harness.said()[-2:]] == [
        "🔔 Toko sudah buka lagi.",
        "🔔 Sudah ada lagi:",
    ]
