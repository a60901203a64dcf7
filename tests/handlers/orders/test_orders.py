"""A customer's own orders: their message, the history, cancelling, and help requests."""

from __future__ import annotations

import pytest

from bot.domain.notice import NoticeKind
from bot.domain.order import Order, OrderState
from bot.ports.store import Transaction
from handlers.orders.buttons import ShowOrder
from handlers.ui.buttons import AskForHelp, CancelOrder, ShowHistory
from tests.handlers.builders import HOSTILE
from tests.handlers.counter import BOSS, CLARE, CONTACT, Counter
from tests.services.shop import ANNI, BUDI, PRICE


async def bought(counter: Counter) -> Order:
    """Buy Telkomsel 10.000 and return the order."""
    await counter.to_confirm()
    await counter.press("Bayar")
    return (await counter.orders())[0]


async def delivered(counter: Counter, voucher: str = "SN-0041234") -> Order:
    """Buy Telkomsel 10.000, and let the supplier deliver at once."""
    await bought(counter)
    shop = counter.shop
    started = await shop.start()
    reply = shop.reply(started, status_word="success", voucher=voucher)
    shop.supplier.will(reply)
    await shop.send.carry_out(started)
    await counter.deliver.deliver()
    return await shop.get(started.order_id)


async def test_an_order_is_edited_in_one_message_and_ends_in_a_new_one(counter: Counter) -> None:
    await bought(counter)
    assert "Dalam antrean" in counter.text()
    assert counter.labels() == ["✕ Batalkan pesanan"]
    shop = counter.shop
    started = await shop.start()
    shop.supplier.shows(shop.row(started))
    shop.supplier.will(shop.reply(started))
    await shop.send.carry_out(started)
    await counter.deliver.deliver()
    assert "Sedang diproses" in counter.text()
    assert counter.labels() == ["💬 Tanya admin"]
    shop.supplier.says("r1", "success", voucher="SN-0041234")
    shop.clock.advance(10)
    await shop.reconcile.poll()
    await counter.deliver.deliver()
    _, one, outcome = counter.said()
    assert "✅ Selesai." in one.text
    assert one.buttons == []
    assert "SN-0041234" in outcome.text
    assert counter.labels() == ["📋 Salin kode", "🧾 Struk", "🔁 Beli lagi", "💬 Tanya admin"]
    assert outcome.buttons[0][0]["copy_text"] == {"text": "SN-0041234"}


async def test_a_queued_order_is_cancelled_by_its_button(counter: Counter) -> None:
    await bought(counter)
    answer = await counter.press("Batalkan pesanan")
    assert answer.text == "K1 dibatalkan, dan uang kamu sudah kembali."
    (order,) = await counter.orders()
    assert order.state is OrderState.CANCELLED
    assert (await counter.shop.wallet()).held == 0
    _, one, outcome = counter.said()
    assert "Kamu membatalkan pesanan ini." in one.text
    assert "Saldo kamu Rp100.000" in outcome.text


async def test_cancelling_after_the_send_is_refused(counter: Counter) -> None:
    order = await bought(counter)
    message, data = counter.find("Batalkan pesanan")
    await counter.shop.start()
    answer = await counter.press_data(data, message.message_id)
    assert answer.show_alert
    assert answer.text == "Terlambat: pesanannya sudah dikirim. Hasilnya akan kami kabari."
    assert (await counter.shop.get(order.order_id)).state is OrderState.SENDING


async def test_cancelling_twice_says_that_the_order_is_cancelled(counter: Counter) -> None:
    order = await bought(counter)
    await counter.press("Batalkan pesanan")
    answer = await counter.forge(CancelOrder(order.order_id))
    assert answer.text == "Pesanan ini sudah dibatalkan."


async def test_a_succeeded_order_cannot_be_cancelled(counter: Counter) -> None:
    order = await delivered(counter)
    answer = await counter.forge(CancelOrder(order.order_id))
    assert answer.text == "Pesanan ini sudah selesai, jadi tidak bisa dibatalkan."
    assert "SN-0041234" in counter.text()


async def test_an_order_is_cancelled_from_the_history_too(counter: Counter) -> None:
    await bought(counter)
    await counter.say("/riwayat")
    await counter.press("⏳ Telkomsel")
    opened = counter.last().message_id
    await counter.press("Batalkan pesanan")
    states = {one.message_id: one.text for one in counter.said()}
    assert "Kamu membatalkan pesanan ini." in states[opened]
    (order,) = await counter.orders()
    assert order.message_id not in (None, opened)
    assert "Kamu membatalkan pesanan ini." in states[order.message_id or 0]


@pytest.mark.parametrize("kind", [CancelOrder, ShowOrder, AskForHelp])
@pytest.mark.parametrize("number", [1, 999, -1, 10**18 - 1])
async def test_another_customers_order_cannot_be_reached(
    counter: Counter, kind: type[CancelOrder | ShowOrder | AskForHelp], number: int
) -> None:
    await bought(counter)
    await counter.say("/start", BUDI)
    answer = await counter.forge(kind(number), BUDI)
    assert answer.show_alert
    assert answer.text.startswith("Pesanan itu tidak ada di riwayat kamu")
    assert "0812" not in counter.shown(BUDI)
    (order,) = await counter.orders()
    assert order.state is OrderState.QUEUED
    assert counter.said(BOSS) == []


# --- the history ---


async def test_the_history_opens_each_order_with_its_code(counter: Counter) -> None:
    """A code that was deleted from the chat is found again."""
    await delivered(counter)
    await counter.say("/history")
    assert counter.labels() == [
        "✅ Telkomsel 10.000 · …7890",
        "🔁 Telkomsel 10.000 · …7890",
        "🏠 Menu",
    ]
    await counter.press("✅ Telkomsel")
    assert "SN-0041234" in counter.text()
    assert "Rp11.200" in counter.text()
    assert counter.labels() == [
        "📋 Salin kode",
        "🧾 Struk",
        "🔁 Beli lagi",
        "💬 Tanya admin",
        "‹ Kembali",
    ]
    await counter.press("Kembali")
    assert "Pesanan kamu" in counter.text()


async def test_each_line_of_the_history_names_its_state(counter: Counter) -> None:
    await delivered(counter)
    await counter.to_confirm("081234567891")
    await counter.press("Bayar")
    await counter.say("/riwayat")
    newest, older = counter.text().split("\n\n")[1:3]
    assert newest.startswith("⏳ K2")
    assert newest.endswith("dalam antrean")
    assert older.startswith("✅ K1")
    assert older.endswith("selesai")


async def test_a_token_is_shown_in_groups_with_its_owner(counter: Counter) -> None:
    await counter.say("/beli")
    await counter.press("Token Listrik")
    await counter.press("20.000")
    await counter.say("12345678901")
    await counter.press("Bayar")
    shop = counter.shop
    started = await shop.start()
    voucher = "12345678901234567890/BUDI SANTOSO/R1/900VA/32,1"
    shop.supplier.will(shop.reply(started, status_word="success", voucher=voucher))
    await shop.send.carry_out(started)
    await counter.deliver.deliver()
    assert "Token kamu:\n1234 5678 9012 3456 7890\nBUDI SANTOSO · 32,1 kWh" in counter.text()
    await counter.say("/riwayat")
    await counter.press("✅ PLN")
    assert "1234 5678 9012 3456 7890" in counter.text()


async def test_the_history_has_pages(counter: Counter) -> None:
    await counter.shop.credit(ANNI, 900_000)
    for count in range(8):
        await counter.shop.queue(number=f"08123456700{count}")
    await counter.deliver.deliver()
    await counter.say("/riwayat")
    assert "Halaman 1 dari 2" in counter.text()
    assert counter.labels()[0] == "⏳ Telkomsel 10.000 · …7007"
    assert len(counter.labels()) == 8
    await counter.press("›")
    assert "Halaman 2 dari 2" in counter.text()
    await counter.press("⏳ Telkomsel")
    await counter.press("Kembali")
    assert "Halaman 2 dari 2" in counter.text()
    for page in (99, -3, 10**18 - 1):
        await counter.forge(ShowHistory(page))
        assert "dari 2" in counter.text()


async def test_an_empty_history_offers_to_shop(counter: Counter) -> None:
    await counter.say("/riwayat")
    assert "Kamu belum pernah pesan apa-apa." in counter.text()
    await counter.press("Belanja")
    assert "Mau beli apa?" in counter.text()


async def test_status_lists_open_orders(counter: Counter) -> None:
    await counter.say("/status")
    assert "Tidak ada pesanan yang sedang berjalan" in counter.text()
    await bought(counter)
    await counter.say("/status")
    assert "K1 · Telkomsel 10.000" in counter.text()
    assert "Dalam antrean" in counter.text()
    assert counter.labels() == ["⏳ K1 · Telkomsel 10.000", "🧾 Riwayat", "🏠 Menu"]


async def test_status_lists_at_most_eight_orders(counter: Counter) -> None:
    await counter.shop.credit(ANNI, 9_000_000)
    for count in range(30):
        await counter.shop.queue(number=f"0812345670{count:02}")
    await counter.deliver.deliver()
    await counter.say("/status")
    assert counter.text().count("Dalam antrean") == 8


async def test_other_screens_do_not_end_a_purchase(counter: Counter) -> None:
    await counter.to_destination()
    for command in ("/riwayat", "/status", "/saldo", "/bantuan", "/bahasa"):
        await counter.say(command)
    await counter.say("081234567890")
    assert "Cek dulu" in counter.text()


async def test_texts_from_outside_in_orders_are_escaped(counter: Counter) -> None:
    await counter.shop.relist("SM10", name=f"Telkomsel 10.000 {HOSTILE}")
    await delivered(counter, voucher=HOSTILE)
    await counter.say("/riwayat")
    await counter.press("…7890")
    assert counter.text().count(HOSTILE) == 2
    calls = [one for one in counter.telegram.calls if one.method.startswith(("send", "edit"))]
    assert not any("parse" in call.description for call in calls)


# --- help ---


async def test_help_reaches_every_admin_with_the_order(counter: Counter) -> None:
    await counter.say("/start", BOSS)
    await delivered(counter)
    answer = await counter.press("Tanya admin")
    assert answer.show_alert
    assert answer.text == f"K1 sudah kami teruskan ke admin dan akan dicek.\n{CONTACT}"
    text = counter.text(BOSS)
    for fact in ("K1", "Anni", "Telkomsel 10.000", "081234567890", "selesai", "/status K1"):
        assert fact in text
    assert "SN-0041234" in counter.text()


async def test_help_requests_within_ten_minutes_are_sent_once(counter: Counter) -> None:
    await counter.say("/start", BOSS)
    await delivered(counter)
    for _ in range(3):
        await counter.press("Tanya admin")
    counter.telegram.redeliver(counter.telegram.updates.next_id - 1)
    assert counter.shown(BOSS).count("minta bantuan") == 1
    counter.shop.clock.advance(600)
    await counter.press("Tanya admin")
    assert counter.shown(BOSS).count("minta bantuan") == 2


async def test_a_help_request_for_a_parked_order_links_to_its_decision(counter: Counter) -> None:
    order = await counter.shop.parked()
    await counter.say("/start", BOSS)
    await counter.say("/status")
    await counter.press("K1")
    await counter.press("Tanya admin")
    message, data = counter.find("Lihat pesanannya", BOSS)
    assert "minta bantuan" in message.text
    assert data == f"1:i:{order.order_id}"


async def test_the_help_notice_is_stored_in_the_outbox(counter: Counter) -> None:
    """It must reach every admin, also one who has blocked the bot for now."""
    order = await bought(counter)
    await counter.shop.start()
    counter.is_told = False
    await counter.forge(AskForHelp(order.order_id))

    def kinds(tx: Transaction) -> list[NoticeKind]:
        return [one.kind for one in tx.outbox.next_per_chat(counter.shop.clock.now(), 50)]

    assert (await counter.shop.store.read(kinds)).count(NoticeKind.HELP) == 2


async def test_orders_are_shown_in_english_too(counter: Counter) -> None:
    await counter.say("/order", CLARE)
    await counter.press("Pulsa", CLARE)
    await counter.press("Telkomsel", CLARE)
    await counter.press("10,000 · Rp11", CLARE)
    await counter.say("081234567890", CLARE)
    await counter.press(f"Pay Rp{PRICE:,}", CLARE)
    await counter.press("Cancel the order", CLARE)
    assert "You cancelled this order." in counter.text(CLARE)
    await counter.say("/history", CLARE)
    await counter.press("❌ Telkomsel", CLARE)
    assert counter.labels(CLARE) == ["🔁 Buy again", "💬 Ask the shop", "‹ Back"]
