"""The order history: its lines, its pages, and its search."""

from __future__ import annotations

from bot.domain.order import Order
from handlers.orders.buttons import ShowFoundOrder
from handlers.ui.buttons import FindOrders
from tests.handlers.buying.test_destination import sell
from tests.handlers.harness import CLARE, BotHarness
from tests.services.shop import ANNI, BUDI

MAMA, BUDE = "081234567890", "081277777777"


async def bought(
    harness: BotHarness, number: str = MAMA, label: str = "10.000 ", *, succeeds: bool = True
) -> Order:
    """Buy a product, and let the supplier deliver or refuse it."""
    await harness.to_destination(label)
    await harness.say(number)
    await harness.press("Bayar")
    shop = harness.shop
    started = await shop.start()
    word = "success" if succeeds else "failed"
    voucher, ref_id = "SN-1" if succeeds else "", f"r{started.order_id}"
    reply = shop.reply(started, status_word=word, voucher=voucher, ref_id=ref_id)
    shop.supplier.will(reply)
    await shop.send.carry_out(started)
    await harness.deliver.deliver()
    return await shop.get(started.order_id)


async def test_each_line_shows_product_destination_time_and_price(harness: BotHarness) -> None:
    await bought(harness)
    await bought(harness, BUDE, "20.000 ", succeeds=False)
    await harness.say("/riwayat")
    newest, older = harness.text().split("\n\n")[1:3]
    assert newest.startswith(
        "❌ K2 · Telkomsel 20.000\n0812 7777 7777\n14 Mar 2026, 12.00 WIB · Rp21.100"
    )
    assert older.startswith("✅ K1 · Telkomsel 10.000\n0812 3456 7890\n")
    assert older.endswith("selesai")


async def test_a_game_id_is_not_grouped(harness: BotHarness) -> None:
    """In groups it would look like a phone number."""
    await sell(harness, type="voucher-game", main="FREE FIRE")
    await harness.say("1234567890")
    await harness.press("Bayar")
    await harness.say("/riwayat")
    assert "\n1234567890\n" in harness.text()


async def test_only_successful_purchases_are_offered_again(harness: BotHarness) -> None:
    await bought(harness)
    await bought(harness, BUDE, succeeds=False)
    await bought(harness, MAMA, succeeds=False)
    again = ["🔁 Telkomsel 10.000 · …7890"]
    for command in ("/riwayat", "/start"):
        await harness.say(command)
        assert [one for one in harness.labels() if one.startswith("🔁")] == again


async def test_orders_are_found_by_destination_saved_name_or_product(harness: BotHarness) -> None:
    await named_orders(harness)
    for text in (
        *("/riwayat 0812 3456", "/history +62 812-3456-7890", "riwayat 62812 3456 7890"),
        *("riwayat 0812 3456 7890", "Riwayat: 7890", "cek riwayat 812 3456"),
        *("history 081234567890", "riwayat tsel 10", "/riwayat telkomsel 10rb"),
        *("riwayat tsel 0812 3456", "riwayat mama", "/riwayat Mama", "riwayat 10.000"),
    ):
        await harness.say(text)
        assert "Pesanan kamu dengan" in harness.text(), text
        assert "K1 ·" in harness.text()
        assert "K2 ·" not in harness.text()


async def named_orders(harness: BotHarness) -> None:
    """Place one order for a number that is named Mama, and one for another number."""
    await bought(harness)
    await bought(harness, "081399999999", "20.000 ")
    await harness.say("/nomor")
    await harness.press("7890")
    await harness.press("Beri nama")
    await harness.say("Mama")


async def test_a_search_without_results_says_so(harness: BotHarness) -> None:
    await bought(harness)
    for query in ("0899", "netflix", "tsel 25", "+852"):
        await harness.say(f"riwayat {query}")
        assert f"Tidak ada pesanan kamu dengan {query}." in harness.text()
    await harness.press("Riwayat")
    assert "K1 ·" in harness.text()


async def test_without_a_search_term_every_order_is_listed(harness: BotHarness) -> None:
    await bought(harness)
    for count, text in enumerate(("riwayat", "/riwayat", "cek riwayat pesanan"), 1):
        await harness.say(text)
        assert [one.text[:13] for one in harness.said()].count("Pesanan kamu\n") == count
        assert "K1 ·" in harness.text()


async def test_search_results_have_pages_and_orders_lead_back_to_theirs(
    harness: BotHarness,
) -> None:
    await harness.shop.credit(ANNI, 500_000)
    for _ in range(7):
        await bought(harness, succeeds=False)
    await bought(harness, "081399999999")
    await harness.say("riwayat 0812 3456")
    assert "Halaman 1 dari 2" in harness.text()
    await harness.press("2 ›")
    assert "K1 ·" in harness.text()
    assert "K8" not in harness.text()
    await harness.press("…7890")
    assert harness.text().startswith("K1 ·")
    await harness.press("Kembali")
    assert "Halaman 2 dari 2" in harness.text()
    assert "Pesanan kamu dengan 0812 3456" in harness.text()


async def test_an_orders_number_opens_it_from_the_history_too(harness: BotHarness) -> None:
    await bought(harness)
    await harness.say("riwayat K1")
    assert "SN-1" in harness.text()
    await harness.say("/history K1", CLARE)
    assert "No order of yours fits K1" in harness.text(CLARE)


async def test_another_customers_orders_are_not_found(harness: BotHarness) -> None:
    order = await bought(harness)
    await harness.say("riwayat 0812", BUDI)
    assert "Tidak ada pesanan kamu" in harness.text(BUDI)
    answer = await harness.forge(ShowFoundOrder(order.order_id, 0, "0812"), BUDI)
    assert "K1" not in answer.text
    await harness.forge(FindOrders(10**17, "0812"), BUDI)
    assert "Tidak ada pesanan kamu" in harness.text(BUDI)


async def test_special_characters_are_searched_literally(harness: BotHarness) -> None:
    await bought(harness)
    for query in ("%", "_", "' or 1=1 --", "<b>x</b>", "x" * 300, "🎲 0812 " * 30):
        await harness.say(f"/riwayat {query}")
        assert harness.text().startswith(("Pesanan kamu", "Tidak ada pesanan kamu")), query
        assert ("K1 ·" in harness.text()) == harness.text().startswith("Pesanan kamu")
