"""The pause on every screen where buying begins, and the reminder when the shop is open again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.domain.reopening import LONGEST_NOTE
from bot.ports.store import Transaction
from bot.services.orders.circuit_breaker import BREAKER
from handlers.ui.buttons import AskReopening, AskRestock, ForgetReopening
from tests.handlers.builders import HOSTILE
from tests.handlers.counter import BOSS, CLARE, Counter
from tests.services.shop import ADMIN, ANNI, BUDI

PAUSED = "⏸ Toko sedang istirahat."
REMIND_ME, REMINDER_OFF = "🔔 Kabari kalau buka", "🔕 Matikan pengingat"
OpenScreen = Callable[[Counter], Awaitable[None]]


async def to_start(counter: Counter) -> None:
    """Open the first screen."""
    await counter.say("/start")


async def to_menu(counter: Counter) -> None:
    """Open the first screen on a pressed message."""
    await counter.say("/help")
    await counter.press("Menu")


async def to_kinds(counter: Counter) -> None:
    """Open the list of types."""
    await counter.say("/beli")


async def to_products(counter: Counter) -> None:
    """Open the list of products."""
    await counter.to_products()


async def to_product(counter: Counter) -> None:
    """Choose a product, which asks for its number."""
    await counter.to_destination()


async def to_confirm(counter: Counter) -> None:
    """Open the confirm screen."""
    await counter.to_confirm()


async def to_number(counter: Counter) -> None:
    """Type a number first."""
    await counter.say("081234567890")


async def to_its_products(counter: Counter) -> None:
    """Open the products for a typed number."""
    await counter.say("081234567890")
    await counter.press("Pulsa")


async def to_search(counter: Counter) -> None:
    """Search for a word."""
    await counter.say("/cari telkomsel")


async def to_greeting(counter: Counter) -> None:
    """Send a greeting."""
    await counter.say("halo")


async def to_sold_out(counter: Counter) -> None:
    """Open a product that is out of stock."""
    await counter.to_products()
    await counter.press("Lihat 1")
    await counter.press("Sold out")


SCREENS = [
    to_start,
    to_menu,
    to_kinds,
    to_products,
    to_product,
    to_confirm,
    to_number,
    to_its_products,
    to_search,
    to_greeting,
    to_sold_out,
]


@pytest.mark.parametrize("open_screen", SCREENS, ids=lambda open_screen: open_screen.__name__)
async def test_a_pause_is_shown_wherever_buying_begins(
    counter: Counter, open_screen: OpenScreen
) -> None:
    await counter.say(f"/pause libur {HOSTILE}", BOSS)
    await open_screen(counter)
    assert counter.text().startswith(
        f"{PAUSED}\nBelum bisa terima pesanan.\n💬 libur {HOSTILE}\n\n"
    )
    assert counter.labels()[0] == REMIND_ME
    assert counter.text().count("istirahat") == 1
    await counter.say("/resume", BOSS)
    await open_screen(counter)
    assert "istirahat" not in counter.text()
    assert REMIND_ME not in counter.labels()


@pytest.mark.parametrize("open_screen", SCREENS, ids=lambda open_screen: open_screen.__name__)
async def test_the_reminder_button_works_on_every_screen(
    counter: Counter, open_screen: OpenScreen
) -> None:
    await counter.shop.admin.pause(ADMIN)
    await open_screen(counter)
    text, labels, step = counter.text(), counter.labels(), await counter.dialog()
    answer = await counter.press(REMIND_ME)
    assert answer.text == "Oke, kami kabari sekali begitu toko buka."
    assert (counter.text(), counter.labels()) == (text, [REMINDER_OFF, *labels[1:]])
    assert await counter.dialog() == step
    answer = await counter.press(REMINDER_OFF)
    assert answer.text
    assert (counter.text(), counter.labels()) == (text, labels)


async def test_the_reminder_is_shown_on_the_next_screen(counter: Counter) -> None:
    await counter.shop.admin.pause(ADMIN)
    await counter.say("/start", CLARE)
    assert counter.text(CLARE).startswith("⏸ The shop is taking a break.\nNo orders are taken")
    await counter.press("🔔 Tell me when it opens", CLARE)
    await counter.say("/order", CLARE)
    assert "🔔 We will write to you as soon as it opens." in counter.text(CLARE)
    assert counter.labels(CLARE)[0] == "🔕 Turn the reminder off"


async def test_a_reminder_is_sent_once_when_the_shop_opens(counter: Counter) -> None:
    await counter.shop.admin.pause(ADMIN, "libur")
    await counter.say("/start")
    await counter.press(REMIND_ME)
    await counter.forge(AskReopening())
    await counter.say("/start", CLARE)
    count = len(counter.said(CLARE))
    await counter.say("/resume", BOSS)
    assert "1 pelanggan yang menunggu dikabari." in counter.text(BOSS)
    news = counter.last()
    assert news.text == "🔔 Toko sudah buka lagi.\nSilakan pesan."
    assert counter.labels() == ["🛒 Belanja"]
    assert len(counter.said(CLARE)) == count
    await counter.press("Belanja")
    assert "Mau beli apa?" in counter.text()
    assert news in counter.said()
    said = len(counter.said())
    await counter.say("/resume", BOSS)
    assert len(counter.said()) == said


async def test_a_withdrawn_reminder_is_not_sent(counter: Counter) -> None:
    await counter.shop.admin.pause(ADMIN)
    await counter.say("/start")
    await counter.press(REMIND_ME)
    await counter.press(REMINDER_OFF)
    count = len(counter.said())
    await counter.say("/resume", BOSS)
    assert "dikabari" not in counter.text(BOSS)
    assert len(counter.said()) == count


async def test_a_reminder_delivered_during_the_next_pause_says_so(counter: Counter) -> None:
    await counter.shop.admin.pause(ADMIN)
    await counter.say("/start")
    await counter.press(REMIND_ME)
    counter.is_told = False
    await counter.shop.admin.resume(ADMIN)
    await counter.shop.admin.pause(ADMIN, "mati lampu")
    await counter.deliver.deliver()
    assert counter.text() == (
        f"Toko tadi sempat buka.\n{PAUSED}\nBelum bisa terima pesanan.\n💬 mati lampu"
    )
    counter.is_told = True
    await counter.press(REMIND_ME)
    assert counter.labels() == [REMINDER_OFF]
    await counter.say("/resume", BOSS)
    assert counter.text().startswith("🔔 Toko sudah buka lagi.")


async def test_an_old_reminder_button_says_that_the_shop_is_open(counter: Counter) -> None:
    await counter.shop.admin.pause(ADMIN)
    await counter.say("/start")
    await counter.shop.admin.resume(ADMIN)
    answer = await counter.press(REMIND_ME)
    assert answer.show_alert
    assert answer.text == "Toko sudah buka. Silakan pesan."
    assert counter.labels()[0] == "🛒 Belanja"


async def test_the_reminder_button_of_an_inaccessible_message_works(counter: Counter) -> None:
    """Telegram does not return the contents of such an old message."""
    await counter.shop.admin.pause(ADMIN)
    await counter.say("/start")
    _, data = counter.find(REMIND_ME)
    answer = await counter.press_data(data, 777)
    assert answer.text == "Oke, kami kabari sekali begitu toko buka."
    assert (await counter.shop.reopening.opening(ANNI)).is_subscribed
    assert (await counter.forge(ForgetReopening())).text


async def test_a_reminder_is_saved_if_the_screen_cannot_be_edited(counter: Counter) -> None:
    await counter.shop.admin.pause(ADMIN)
    await counter.say("/start")
    message, data = counter.find(REMIND_ME)
    counter.telegram.fail_next("editMessageReplyMarkup", "500")
    answer = await counter.press_data(data, message.message_id)
    assert answer.text
    assert (await counter.shop.reopening.opening(ANNI)).is_subscribed


async def test_a_quote_from_before_the_pause_gets_the_reminder_button(counter: Counter) -> None:
    await counter.to_confirm()
    text, labels = counter.text(), counter.labels()
    await counter.shop.admin.pause(ADMIN, f"libur {HOSTILE}")
    answer = await counter.press("Bayar")
    assert answer.show_alert
    assert answer.text == (
        f"Toko sedang istirahat. Coba lagi begitu toko buka, ya.\n💬 libur {HOSTILE}"
    )
    assert (counter.text(), counter.labels()) == (text, [REMIND_ME, *labels])
    await counter.press("Bayar")
    assert counter.labels() == [REMIND_ME, *labels]
    await counter.press(REMIND_ME)
    await counter.say("/resume", BOSS)
    assert counter.last().text.startswith("🔔 Toko sudah buka lagi.")
    await counter.press("Bayar")
    assert len(await counter.orders()) == 1


@pytest.mark.parametrize("sign", ["m", "🙏", "<"])
async def test_the_longest_note_fits_everywhere(counter: Counter, sign: str) -> None:
    """The answer to a callback query has at most 200 characters (Bot API)."""
    await counter.say(f"/pause {sign * 900}", BOSS)
    assert f"hanya {LONGEST_NOTE} huruf pertama" in counter.text(BOSS)
    await counter.to_confirm()
    assert f"💬 {sign * LONGEST_NOTE}\n" in counter.text()
    answer = await counter.press("Bayar")
    assert "istirahat" in answer.text
    assert sign in answer.text
    assert len(answer.text.encode("utf-16-le")) // 2 <= 200


async def test_the_admin_sees_the_note_that_customers_read(counter: Counter) -> None:
    await counter.say(f"/pause libur {HOSTILE}", BOSS)
    assert f"Pelanggan membaca: libur {HOSTILE}" in counter.text(BOSS)
    await counter.say("/pause", BOSS)
    assert "Biar pelanggan tahu sebabnya: /pause buka lagi hari Senin" in counter.text(BOSS)
    await counter.say("/resume", BOSS)
    await counter.say("/status", BOSS)
    message, data = counter.find("Tutup toko", BOSS)
    await counter.shop.admin.pause(ADMIN, "sakit")
    await counter.press_data(data, message.message_id, BOSS)
    assert "Pelanggan membaca: sakit" in counter.text(BOSS)
    assert (await counter.shop.reopening.opening(BUDI)).note == "sakit"


async def test_an_admin_gets_no_reminder_button(counter: Counter) -> None:
    await counter.say("/pause libur", BOSS)
    await counter.say("/start", BOSS)
    assert counter.text(BOSS).startswith(f"{PAUSED}\nBelum bisa terima pesanan.\n💬 libur\n\n")
    assert REMIND_ME not in counter.labels(BOSS)
    await counter.to_confirm(who=BOSS)
    labels = counter.labels(BOSS)
    assert REMIND_ME not in labels
    assert (await counter.press("Bayar", BOSS)).show_alert
    assert counter.labels(BOSS) == labels


@pytest.mark.parametrize("open_screen", SCREENS, ids=lambda open_screen: open_screen.__name__)
async def test_an_open_circuit_breaker_is_shown_wherever_buying_begins(
    counter: Counter, open_screen: OpenScreen
) -> None:
    """Orders are still taken and only wait, so no reminder is offered."""

    def break_(tx: Transaction) -> None:
        tx.conditions.raise_(f"{BREAKER}U1", "K1", counter.shop.clock.now())

    await counter.shop.store.write(break_)
    await open_screen(counter)
    assert counter.text().startswith("⏳ Pesanan sedang lebih lama dari biasanya.")
    assert REMIND_ME not in counter.labels()


async def test_the_restock_message_follows_the_reopening_message(counter: Counter) -> None:
    await to_sold_out(counter)
    await counter.forge(AskRestock(counter.shop.product("GONE")))
    await counter.shop.admin.pause(ADMIN)
    await counter.say("/start")
    await counter.press(REMIND_ME)
    await counter.shop.relist("GONE", is_ready=True)
    await counter.shop.restock.step()
    await counter.say("/resume", BOSS)
    await counter.shop.restock.step()
    await counter.deliver.deliver()
    assert [one.text.splitlines()[0] for one in counter.said()[-2:]] == [
        "🔔 Toko sudah buka lagi.",
        "🔔 Sudah ada lagi:",
    ]
