"""A paused shop wherever buying begins, and the message that it is open again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.domain.reopening import LONGEST_NOTE
from bot.ports.store import Transaction
from bot.services.orders.circuit_breaker import BREAKER
from handlers.callback_data import AskReopening, AskRestock, ForgetReopening
from tests.handlers.builders import HOSTILE
from tests.handlers.counter import BOSS, CLARE, Counter
from tests.services.shop import ADMIN, ANNI, BUDI

PAUSED = "⏸ Toko sedang istirahat."
TELL, NEVER_MIND = "🔔 Kabari kalau buka", "🔕 Matikan pengingat"
Way = Callable[[Counter], Awaitable[None]]


async def to_start(counter: Counter) -> None:
    """The first screen."""
    await counter.say("/start")


async def to_menu(counter: Counter) -> None:
    """The first screen, on a pressed message."""
    await counter.say("/help")
    await counter.press("Menu")


async def to_kinds(counter: Counter) -> None:
    """The list of categories."""
    await counter.say("/beli")


async def to_products(counter: Counter) -> None:
    """The list of products."""
    await counter.to_products()


async def to_product(counter: Counter) -> None:
    """A product that asks for its number."""
    await counter.to_destination()


async def to_confirm(counter: Counter) -> None:
    """The confirm screen."""
    await counter.to_confirm()


async def to_number(counter: Counter) -> None:
    """A number that was typed first."""
    await counter.say("081234567890")


async def to_its_products(counter: Counter) -> None:
    """The products for that number."""
    await counter.say("081234567890")
    await counter.press("Pulsa")


async def to_search(counter: Counter) -> None:
    """Words that were looked for."""
    await counter.say("/cari telkomsel")


async def to_greeting(counter: Counter) -> None:
    """Somebody says hello."""
    await counter.say("halo")


async def to_empty(counter: Counter) -> None:
    """A product that is out of stock."""
    await counter.to_products()
    await counter.press("Lihat 1")
    await counter.press("Sold out")


WAYS = [
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
    to_empty,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_a_pause_is_told_wherever_buying_begins(counter: Counter, way: Way) -> None:
    """In one look, with the owner's note and the way to be told; once open, no word of it."""
    await counter.say(f"/pause libur {HOSTILE}", BOSS)
    await way(counter)
    assert counter.text().startswith(
        f"{PAUSED}\nBelum bisa terima pesanan.\n💬 libur {HOSTILE}\n\n"
    )
    assert counter.labels()[0] == TELL
    assert counter.text().count("istirahat") == 1
    await counter.say("/resume", BOSS)
    await way(counter)
    assert "istirahat" not in counter.text()
    assert TELL not in counter.labels()


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_the_way_to_be_told_works_on_every_screen(counter: Counter, way: Way) -> None:
    """The screen stays as it is, but for the button, which takes the request back."""
    await counter.shop.admin.pause(ADMIN)
    await way(counter)
    text, labels, step = counter.text(), counter.labels(), await counter.dialog()
    answer = await counter.press(TELL)
    assert answer.text == "Oke, kami kabari sekali begitu toko buka."
    assert (counter.text(), counter.labels()) == (text, [NEVER_MIND, *labels[1:]])
    assert await counter.dialog() == step
    answer = await counter.press(NEVER_MIND)
    assert answer.text
    assert (counter.text(), counter.labels()) == (text, labels)


async def test_the_promise_stands_on_the_next_screen(counter: Counter) -> None:
    """Also on another one, in the reader's language."""
    await counter.shop.admin.pause(ADMIN)
    await counter.say("/start", CLARE)
    assert counter.text(CLARE).startswith("⏸ The shop is taking a break.\nNo orders are taken")
    await counter.press("🔔 Tell me when it opens", CLARE)
    await counter.say("/order", CLARE)
    assert "🔔 We will write to you as soon as it opens." in counter.text(CLARE)
    assert counter.labels(CLARE)[0] == "🔕 Turn the reminder off"


async def test_whoever_asked_reads_once_that_the_shop_is_open(counter: Counter) -> None:
    """With the way in; the admin reads how many they are."""
    await counter.shop.admin.pause(ADMIN, "libur")
    await counter.say("/start")
    await counter.press(TELL)
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


async def test_nobody_is_told_who_took_it_back(counter: Counter) -> None:
    """Nor is the admin told of anybody."""
    await counter.shop.admin.pause(ADMIN)
    await counter.say("/start")
    await counter.press(TELL)
    await counter.press(NEVER_MIND)
    count = len(counter.said())
    await counter.say("/resume", BOSS)
    assert "dikabari" not in counter.text(BOSS)
    assert len(counter.said()) == count


async def test_news_that_came_too_late_says_so(counter: Counter) -> None:
    """The shop is paused again: why, and the way to be told once more."""
    await counter.shop.admin.pause(ADMIN)
    await counter.say("/start")
    await counter.press(TELL)
    counter.is_told = False
    await counter.shop.admin.resume(ADMIN)
    await counter.shop.admin.pause(ADMIN, "mati lampu")
    await counter.deliver.deliver()
    assert counter.text() == (
        f"Toko tadi sempat buka.\n{PAUSED}\nBelum bisa terima pesanan.\n💬 mati lampu"
    )
    counter.is_told = True
    await counter.press(TELL)
    assert counter.labels() == [NEVER_MIND]
    await counter.say("/resume", BOSS)
    assert counter.text().startswith("🔔 Toko sudah buka lagi.")


async def test_a_button_from_before_the_opening_says_that_it_is_open(counter: Counter) -> None:
    """And goes away."""
    await counter.shop.admin.pause(ADMIN)
    await counter.say("/start")
    await counter.shop.admin.resume(ADMIN)
    answer = await counter.press(TELL)
    assert answer.show_alert
    assert answer.text == "Toko sudah buka. Silakan pesan."
    assert counter.labels()[0] == "🛒 Belanja"


async def test_a_month_old_screen_is_answered_too(counter: Counter) -> None:
    """Telegram does not say what stands on it, and the request counts."""
    await counter.shop.admin.pause(ADMIN)
    await counter.say("/start")
    _, data = counter.find(TELL)
    answer = await counter.press_data(data, 777)
    assert answer.text == "Oke, kami kabari sekali begitu toko buka."
    assert (await counter.shop.reopening.opening(ANNI)).is_awaited
    assert (await counter.forge(ForgetReopening())).text


async def test_a_screen_that_cannot_change_does_no_harm(counter: Counter) -> None:
    """Telegram does not take the change, and the request counts."""
    await counter.shop.admin.pause(ADMIN)
    await counter.say("/start")
    message, data = counter.find(TELL)
    counter.telegram.fail_next("editMessageReplyMarkup", "500")
    answer = await counter.press_data(data, message.message_id)
    assert answer.text
    assert (await counter.shop.reopening.opening(ANNI)).is_awaited


async def test_a_quote_from_before_the_pause_gets_the_way_to_be_told(counter: Counter) -> None:
    """Its button says why it buys nothing; the quote stays, and buys once the shop is open."""
    await counter.to_confirm()
    text, labels = counter.text(), counter.labels()
    await counter.shop.admin.pause(ADMIN, f"libur {HOSTILE}")
    answer = await counter.press("Bayar")
    assert answer.show_alert
    assert answer.text == (
        f"Toko sedang istirahat. Coba lagi begitu toko buka, ya.\n💬 libur {HOSTILE}"
    )
    assert (counter.text(), counter.labels()) == (text, [TELL, *labels])
    await counter.press("Bayar")
    assert counter.labels() == [TELL, *labels]
    await counter.press(TELL)
    await counter.say("/resume", BOSS)
    assert counter.last().text.startswith("🔔 Toko sudah buka lagi.")
    await counter.press("Bayar")
    assert len(await counter.orders()) == 1


@pytest.mark.parametrize("sign", ["m", "🙏", "<"])
async def test_the_longest_note_fits_everywhere(counter: Counter, sign: str) -> None:
    """Whole on the screen; what pops up is cut by Telegram's limit."""
    await counter.say(f"/pause {sign * 900}", BOSS)
    assert f"hanya {LONGEST_NOTE} huruf pertama" in counter.text(BOSS)
    await counter.to_confirm()
    assert f"💬 {sign * LONGEST_NOTE}\n" in counter.text()
    answer = await counter.press("Bayar")
    assert "istirahat" in answer.text
    assert sign in answer.text
    assert len(answer.text.encode("utf-16-le")) // 2 <= 200


async def test_the_admin_reads_what_customers_read(counter: Counter) -> None:
    """The note as it is, or how to write one; a press keeps the note that is there."""
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


async def test_an_admin_is_not_asked_to_wait(counter: Counter) -> None:
    """They read of the pause as customers do, and open the shop themselves."""
    await counter.say("/pause libur", BOSS)
    await counter.say("/start", BOSS)
    assert counter.text(BOSS).startswith(f"{PAUSED}\nBelum bisa terima pesanan.\n💬 libur\n\n")
    assert TELL not in counter.labels(BOSS)
    await counter.to_confirm(who=BOSS)
    labels = counter.labels(BOSS)
    assert TELL not in labels
    assert (await counter.press("Bayar", BOSS)).show_alert
    assert counter.labels(BOSS) == labels


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_orders_that_wait_are_told_of_before_they_are_made(
    counter: Counter, way: Way
) -> None:
    """Nothing can be sent: they are taken all the same, so there is nothing to wait for."""

    def break_(tx: Transaction) -> None:
        tx.conditions.raise_(f"{BREAKER}U1", "K1", counter.shop.clock.now())

    await counter.shop.store.write(break_)
    await way(counter)
    assert counter.text().startswith("⏳ Pesanan sedang lebih lama dari biasanya.")
    assert TELL not in counter.labels()


async def test_what_is_back_is_told_after_the_shop_is_open(counter: Counter) -> None:
    """Two wishes, two messages: the shop first."""
    await to_empty(counter)
    await counter.forge(AskRestock(counter.shop.product("GONE")))
    await counter.shop.admin.pause(ADMIN)
    await counter.say("/start")
    await counter.press(TELL)
    await counter.shop.relist("GONE", is_ready=True)
    await counter.shop.restock.step()
    await counter.say("/resume", BOSS)
    await counter.shop.restock.step()
    await counter.deliver.deliver()
    assert [one.text.splitlines()[0] for one in counter.said()[-2:]] == [
        "🔔 Toko sudah buka lagi.",
        "🔔 Sudah ada lagi:",
    ]
