"""The history: time and price on each line, pages, and what is looked for in it."""

from __future__ import annotations

import pytest

from bot.domain.order import Order
from handlers.callback_data import FindOrders, ShowFoundOrder
from tests.handlers.counter import CLARE, Counter
from tests.handlers.test_destination import sell
from tests.services.shop import ANNI, BUDI

MAMA, BUDE = "081234567890", "081277777777"


async def bought(
    counter: Counter, number: str = MAMA, label: str = "10.000 ", *, succeeds: bool = True
) -> Order:
    """Buy, and have the supplier deliver or refuse."""
    await counter.to_destination(label)
    await counter.say(number)
    await counter.press("Bayar")
    shop = counter.shop
    started = await shop.start()
    word = "success" if succeeds else "failed"
    voucher, ref_id = "SN-1" if succeeds else "", f"r{started.order_id}"
    reply = shop.reply(started, status_word=word, voucher=voucher, ref_id=ref_id)
    shop.supplier.will(reply)
    await shop.send.carry_out(started)
    await counter.deliver.deliver()
    return await shop.get(started.order_id)


async def test_each_line_says_what_for_whom_when_and_for_how_much(counter: Counter) -> None:
    """In the text, where there is room."""
    await bought(counter)
    await bought(counter, BUDE, "20.000 ", succeeds=False)
    await counter.say("/riwayat")
    assert (
        "❌ K2 · Telkomsel 20.000\n0812 7777 7777\n14 Mar 2026, 12.00 WIB · Rp21.100"
        in counter.text()
    )
    assert (
        "✅ K1 · Telkomsel 10.000\n0812 3456 7890\n14 Mar 2026, 12.00 WIB · Rp11.200"
        in counter.text()
    )
    assert "/riwayat" in counter.text()


async def test_a_games_id_stands_in_one_piece(counter: Counter) -> None:
    """In groups it would look like a phone number."""
    await sell(counter, type="voucher-game", main="FREE FIRE")
    await counter.say("1234567890")
    await counter.press("Bayar")
    await counter.say("/riwayat")
    assert "\n1234567890\n" in counter.text()


async def test_only_what_succeeded_is_offered_again(counter: Counter) -> None:
    """Each product and number once, whatever failed since; on the first screen too."""
    await bought(counter)
    await bought(counter, BUDE, succeeds=False)
    await bought(counter, MAMA, succeeds=False)
    again = ["🔁 Telkomsel 10.000 · …7890"]
    for command in ("/riwayat", "/start"):
        await counter.say(command)
        assert [one for one in counter.labels() if one.startswith("🔁")] == again


@pytest.mark.parametrize(
    "text",
    [
        *("/riwayat 0812 3456", "/history +62 812-3456-7890", "riwayat 62812 3456 7890"),
        *(
            "riwayat 0812 3456 7890",
            "Riwayat: 7890",
            "cek riwayat 812 3456",
            "history 081234567890",
        ),
        *("riwayat tsel 10", "/riwayat telkomsel 10rb", "riwayat tsel 0812 3456", "riwayat mama"),
        *("/riwayat Mama", "riwayat 10.000"),
    ],
)
async def test_an_order_is_found_by_its_number_its_name_or_what_it_was(
    counter: Counter, text: str
) -> None:
    """In every spelling; the others are not shown."""
    await named_orders(counter)
    await counter.say(text)
    assert "Pesanan kamu dengan" in counter.text()
    assert "K1 ·" in counter.text()
    assert "K2 ·" not in counter.text()


async def named_orders(counter: Counter) -> None:
    """Have one order for Mama, and another."""
    await bought(counter)
    await bought(counter, "081399999999", "20.000 ")
    await counter.say("/nomor")
    await counter.press("7890")
    await counter.press("Beri nama")
    await counter.say("Mama")


@pytest.mark.parametrize(
    "text", ["riwayat 0899", "/riwayat netflix", "riwayat tsel 25", "riwayat +852"]
)
async def test_that_nothing_fits_is_said(counter: Counter, text: str) -> None:
    """With what to try, and the way to the whole history."""
    await bought(counter)
    await counter.say(text)
    query = text.partition(" ")[2]
    assert f"Tidak ada pesanan kamu dengan {query}." in counter.text()
    await counter.press("Riwayat")
    assert "K1 ·" in counter.text()


@pytest.mark.parametrize(
    "text", ["riwayat", "riwayat saya dong", "/riwayat", "cek riwayat pesanan"]
)
async def test_without_anything_to_look_for_all_is_shown(counter: Counter, text: str) -> None:
    """Small words are none."""
    await bought(counter)
    await counter.say(text)
    assert counter.text().startswith("Pesanan kamu\n")
    assert "K1 ·" in counter.text()


async def test_what_is_found_has_pages_and_leads_back(counter: Counter) -> None:
    """An opened order leads back to the page that it was found on."""
    await counter.shop.credit(ANNI, 500_000)
    for _ in range(7):
        await bought(counter, succeeds=False)
    await bought(counter, "081399999999")
    await counter.say("riwayat 0812 3456")
    assert "Halaman 1 dari 2" in counter.text()
    await counter.press("2 ›")
    assert "K1 ·" in counter.text()
    assert "K8" not in counter.text()
    await counter.press("…7890")
    assert counter.text().startswith("K1 ·")
    await counter.press("Kembali")
    assert "Halaman 2 dari 2" in counter.text()
    assert "Pesanan kamu dengan 0812 3456" in counter.text()


async def test_an_orders_number_opens_it_from_the_history_too(counter: Counter) -> None:
    """One's own only."""
    await bought(counter)
    await counter.say("riwayat K1")
    assert "SN-1" in counter.text()
    await counter.say("/history K1", CLARE)
    assert "No order of yours fits K1" in counter.text(CLARE)


async def test_nobody_finds_anothers_orders(counter: Counter) -> None:
    """Nor opens one by a made-up button."""
    order = await bought(counter)
    await counter.say("riwayat 0812", BUDI)
    assert "Tidak ada pesanan kamu" in counter.text(BUDI)
    answer = await counter.forge(ShowFoundOrder(order.order_id, 0, "0812"), BUDI)
    assert "K1" not in answer.text
    await counter.forge(FindOrders(10**17, "0812"), BUDI)
    assert "Tidak ada pesanan kamu" in counter.text(BUDI)


@pytest.mark.parametrize("query", ["%", "_", "' or 1=1 --", "<b>x</b>", "x" * 300, "🎲 0812 " * 30])
async def test_odd_words_are_looked_for_as_they_are(counter: Counter, query: str) -> None:
    """Nothing goes wrong, and nothing of the database's own is meant."""
    await bought(counter)
    await counter.say(f"/riwayat {query}")
    assert counter.text().startswith(("Pesanan kamu", "Tidak ada pesanan kamu"))
    assert ("K1 ·" in counter.text()) == counter.text().startswith("Pesanan kamu")
