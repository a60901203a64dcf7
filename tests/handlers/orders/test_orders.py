"""A customer's own orders: their message, the history, cancelling, and help requests."""

from __future__ import annotations

from bot.domain.notice import NoticeKind
from bot.domain.order import Order, OrderState
from bot.ports.store import Transaction
from handlers.orders.buttons import ShowOrder
from handlers.ui.buttons import AskForHelp, CancelOrder, ShowHistory
from tests.handlers.builders import HOSTILE
from tests.handlers.harness import INDONESIAN_ADMIN, BotHarness
from tests.services.shop import ANNI, BUDI, CONTACT


async def bought(harness: BotHarness) -> Order:
    """Buy Telkomsel 10.000 and return the order."""
    await harness.to_confirm()
    await harness.press("Bayar")
    return (await harness.orders())[0]


async def delivered(harness: BotHarness, voucher: str = "SN-0041234") -> Order:
    """Buy Telkomsel 10.000, and let the supplier deliver at once."""
    await bought(harness)
    shop = harness.shop
    started = await shop.start()
    reply = shop.reply(started, status_word="success", voucher=voucher)
    shop.supplier.will(reply)
    await shop.send.carry_out(started)
    await harness.deliver.deliver()
    return await shop.get(started.order_id)


async def test_an_order_is_edited_in_one_message_and_ends_in_a_new_one(harness: BotHarness) -> None:
    await bought(harness)
    assert "Dalam antrean" in harness.text()
    assert harness.labels() == ["✕ Batalkan pesanan"]
    shop = harness.shop
    started = await shop.start()
    shop.supplier.shows(shop.row(started))
    shop.supplier.will(shop.reply(started))
    await shop.send.carry_out(started)
    await harness.deliver.deliver()
    assert "Sedang diproses" in harness.text()
    assert harness.labels() == ["💬 Tanya admin"]
    shop.supplier.says("r1", "success", voucher="SN-0041234")
    shop.clock.advance(10)
    await shop.reconcile.poll()
    await harness.deliver.deliver()
    _, one, outcome = harness.said()
    assert "✅ Selesai." in one.text
    assert one.buttons == []
    assert "SN-0041234" in outcome.text


async def test_a_queued_order_is_cancelled_by_its_button(harness: BotHarness) -> None:
    await bought(harness)
    answer = await harness.press("Batalkan pesanan")
    assert answer.text == "K1 dibatalkan, dan uang kamu sudah kembali."
    (order,) = await harness.orders()
    assert order.state is OrderState.CANCELLED
    assert (await harness.shop.wallet()).held == 0
    _, one, outcome = harness.said()
    assert "Kamu membatalkan pesanan ini." in one.text
    assert "Saldo kamu Rp100.000" in outcome.text


async def test_an_ended_order_cannot_be_cancelled(harness: BotHarness) -> None:
    order = await delivered(harness)
    answer = await harness.forge(CancelOrder(order.order_id))
    assert answer.text == "Pesanan ini sudah selesai, jadi tidak bisa dibatalkan."
    await bought(harness)
    await harness.press("Batalkan pesanan")
    (cancelled, _) = await harness.orders()
    answer = await harness.forge(CancelOrder(cancelled.order_id))
    assert answer.text == "Pesanan ini sudah dibatalkan."


async def test_cancelling_after_the_send_is_refused(harness: BotHarness) -> None:
    order = await bought(harness)
    message, data = harness.find("Batalkan pesanan")
    await harness.shop.start()
    answer = await harness.press_data(data, message.message_id)
    assert answer.show_alert
    assert answer.text == "Terlambat: pesanannya sudah dikirim. Hasilnya akan kami kabari."
    assert (await harness.shop.get(order.order_id)).state is OrderState.SENDING


async def test_an_order_is_cancelled_from_the_history_too(harness: BotHarness) -> None:
    await bought(harness)
    await harness.say("/riwayat")
    await harness.press("⏳ Telkomsel")
    opened = harness.last().message_id
    await harness.press("Batalkan pesanan")
    states = {one.message_id: one.text for one in harness.said()}
    assert "Kamu membatalkan pesanan ini." in states[opened]
    (order,) = await harness.orders()
    assert order.message_id not in (None, opened)
    assert "Kamu membatalkan pesanan ini." in states[order.message_id or 0]


async def test_another_customers_order_cannot_be_reached(harness: BotHarness) -> None:
    await bought(harness)
    await harness.say("/start", BUDI)
    for kind in (CancelOrder, ShowOrder, AskForHelp):
        for number in (1, 999, -1, 10**18 - 1):
            answer = await harness.forge(kind(number), BUDI)
            assert answer.show_alert
            assert answer.text.startswith("Pesanan itu tidak ada di riwayat kamu")
    assert "0812" not in harness.shown(BUDI)
    (order,) = await harness.orders()
    assert order.state is OrderState.QUEUED
    assert harness.said(INDONESIAN_ADMIN) == []


# --- the history ---


async def test_the_history_has_pages(harness: BotHarness) -> None:
    await harness.shop.credit(ANNI, 900_000)
    for count in range(8):
        await harness.shop.queue(number=f"08123456700{count}")
    await harness.deliver.deliver()
    await harness.say("/riwayat")
    assert "Halaman 1 dari 2" in harness.text()
    assert harness.labels()[0] == "⏳ Telkomsel 10.000 · …7007"
    assert len(harness.labels()) == 8
    await harness.press("›")
    assert "Halaman 2 dari 2" in harness.text()
    await harness.press("⏳ Telkomsel")
    await harness.press("Kembali")
    assert "Halaman 2 dari 2" in harness.text()
    for page in (99, -3, 10**18 - 1):
        await harness.forge(ShowHistory(page))
        assert "dari 2" in harness.text()


async def test_status_lists_at_most_eight_orders(harness: BotHarness) -> None:
    await harness.shop.credit(ANNI, 9_000_000)
    for count in range(9):
        await harness.shop.queue(number=f"0812345670{count:02}")
    await harness.deliver.deliver()
    await harness.say("/status")
    assert harness.text().count("Dalam antrean") == 8


async def test_other_screens_do_not_end_a_purchase(harness: BotHarness) -> None:
    await harness.to_destination()
    for command in ("/riwayat", "/status", "/saldo", "/bantuan", "/bahasa"):
        await harness.say(command)
    await harness.say("081234567890")
    assert "Cek dulu" in harness.text()


async def test_texts_from_outside_in_orders_are_escaped(harness: BotHarness) -> None:
    await harness.shop.relist("SM10", name=f"Telkomsel 10.000 {HOSTILE}")
    await delivered(harness, voucher=HOSTILE)
    await harness.say("/riwayat")
    await harness.press("…7890")
    assert harness.text().count(HOSTILE) == 2
    calls = [one for one in harness.telegram.calls if one.method.startswith(("send", "edit"))]
    assert not any("parse" in call.description for call in calls)


# --- help ---


async def test_help_reaches_every_admin_with_the_order(harness: BotHarness) -> None:
    await harness.say("/start", INDONESIAN_ADMIN)
    await delivered(harness)
    answer = await harness.press("Tanya admin")
    assert answer.show_alert
    assert answer.text == f"K1 sudah kami teruskan ke admin dan akan dicek.\n{CONTACT}"
    assert "/status K1" in harness.text(INDONESIAN_ADMIN)
    assert "SN-0041234" in harness.text()


async def test_help_requests_within_ten_minutes_are_sent_once(harness: BotHarness) -> None:
    await harness.say("/start", INDONESIAN_ADMIN)
    await delivered(harness)
    for _ in range(3):
        await harness.press("Tanya admin")
    harness.telegram.redeliver(harness.telegram.updates.next_id - 1)
    assert harness.shown(INDONESIAN_ADMIN).count("minta bantuan") == 1
    harness.shop.clock.advance(600)
    await harness.press("Tanya admin")
    assert harness.shown(INDONESIAN_ADMIN).count("minta bantuan") == 2


async def test_a_help_request_for_a_parked_order_links_to_its_decision(harness: BotHarness) -> None:
    order = await harness.shop.parked()
    await harness.say("/start", INDONESIAN_ADMIN)
    await harness.say("/status")
    await harness.press("K1")
    await harness.press("Tanya admin")
    message, data = harness.find("Lihat pesanannya", INDONESIAN_ADMIN)
    assert "minta bantuan" in message.text
    assert data == f"1:i:{order.order_id}"


async def test_the_help_notice_is_stored_in_the_outbox(harness: BotHarness) -> None:
    """It must reach every admin, also one who has blocked the bot for now."""
    order = await bought(harness)
    await harness.shop.start()
    harness.is_told = False
    await harness.forge(AskForHelp(order.order_id))

    def kinds(tx: Transaction) -> list[NoticeKind]:
        return [one.kind for one in tx.outbox.next_per_chat(harness.shop.clock.now(), 50)]

    assert (await harness.shop.store.read(kinds)).count(NoticeKind.HELP) == 2
