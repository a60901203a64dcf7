"""Purchases continue while Telegram refuses calls, is unreachable, or loses its answers."""

from __future__ import annotations

from typing import Literal

import pytest

from bot.domain.dialog import Step
from handlers.orders.buttons import ShowOrder
from tests.handlers.counter import Counter
from tests.services.shop import ANNI


@pytest.mark.parametrize("kind", ["500", "lost"])
async def test_a_lost_screen_does_not_lose_the_step(
    counter: Counter, kind: Literal["500", "lost"]
) -> None:
    await counter.to_products()
    counter.telegram.fail_next("editMessageText", kind, count=2)
    await counter.press("10.000")
    dialog = await counter.dialog()
    assert dialog is not None
    assert dialog.step == counter.remembered() == Step.DESTINATION
    await counter.say("081234567890")
    assert "Cek dulu" in counter.text()


async def test_a_lost_first_screen_does_not_lose_the_step(counter: Counter) -> None:
    counter.telegram.fail_next("sendMessage", "500", count=2)
    await counter.say("/beli")
    assert counter.said() == []
    assert counter.remembered() == Step.PRODUCT


@pytest.mark.parametrize("kind", ["500", "lost"])
async def test_a_screen_that_fails_once_is_sent_again(
    counter: Counter, kind: Literal["500", "lost"]
) -> None:
    counter.telegram.fail_next("sendMessage", kind)
    await counter.say("/saldo")
    assert "Saldo" in counter.text()
    await counter.say("/beli")
    counter.telegram.fail_next("editMessageText", kind)
    await counter.press("Pulsa")
    assert "Pilih operatornya" in counter.text()


async def test_a_screen_waits_out_a_short_429(counter: Counter) -> None:
    counter.telegram.fail_next("sendMessage", "429", retry_after=1)
    await counter.say("/start")
    assert "Selamat datang" in counter.text()


async def test_a_failed_callback_answer_is_not_an_error(counter: Counter) -> None:
    await counter.say("/beli")
    counter.telegram.fail_next("answerCallbackQuery", "500")
    message, data = counter.find("Pulsa")
    counter.telegram.press_forged(ANNI, message.message_id, data)
    await counter.settled(counter.telegram.updates.next_id - 1)
    assert "Pilih operatornya" in counter.text()
    assert "E0" not in counter.shown()


async def test_a_blocked_bot_keeps_the_step(counter: Counter) -> None:
    await counter.to_products()
    message, data = counter.find("10.000")
    counter.telegram.press_forged(ANNI, message.message_id, data)
    counter.telegram.state.people[ANNI].has_blocked = True
    await counter.settled(counter.telegram.updates.next_id - 1)
    counter.telegram.state.people[ANNI].has_blocked = False
    dialog = await counter.dialog()
    assert dialog is not None
    assert dialog.step == counter.remembered() == Step.DESTINATION


async def test_every_press_is_answered_also_on_an_error(counter: Counter) -> None:
    await counter.say("/start")
    counter.shop.history.search = None  # type: ignore[assignment, method-assign]
    answer = await counter.press("Riwayat")
    assert answer.text == ""
    assert "E00000" in counter.text()


async def test_a_screen_too_long_for_telegram_is_sent_in_parts(counter: Counter) -> None:
    order = await counter.shop.queue()
    started = await counter.shop.start()
    voucher = "code " * 1_000
    reply = counter.shop.reply(started, status_word="success", voucher=voucher)
    counter.shop.supplier.will(reply)
    await counter.shop.send.carry_out(started)
    await counter.deliver.deliver()
    await counter.say("/riwayat")
    count = len(counter.said())
    await counter.forge(ShowOrder(order.order_id))
    shown = "".join(one.text for one in counter.said()[count:])
    assert shown.count("code") == 1_000
    assert "Beli lagi" in counter.labels()[1]


async def test_a_very_long_name_is_shortened(counter: Counter) -> None:
    await counter.shop.relist("SM10", name="Telkomsel " + "10.000 " * 900)
    await counter.to_confirm()
    assert "…" in counter.text()
    await counter.press("Bayar")
    assert counter.text().startswith("K1 · Telkomsel 10.000")


async def test_a_number_typed_after_the_dialog_ended_is_not_its_destination(
    counter: Counter,
) -> None:
    """The database is authoritative, whatever step the library remembers."""
    await counter.to_destination()
    await counter.shop.dialogs.end(ANNI)
    await counter.say("081234567890")
    assert "Mau beli apa buat nomor ini?" in counter.text()


async def test_a_deleted_question_for_an_amount_is_sent_again(counter: Counter) -> None:
    await counter.say("/saldo")
    await counter.press("Isi saldo")
    del counter.telegram.state.chats[ANNI][counter.last().message_id]
    await counter.say("halo")
    assert "Itu bukan jumlah uang." in counter.text()
    dialog = await counter.dialog()
    assert dialog is not None
    assert dialog.message_id == counter.last().message_id


async def test_the_confirm_screen_is_sent_below_the_typed_number(counter: Counter) -> None:
    """The chat keeps its order: question, number, confirm screen, which becomes the order."""
    await counter.to_destination()
    await counter.say("081234567890")
    question, mine, screen = counter.telegram.messages(ANNI)[-3:]
    assert (mine.text, mine.is_from_bot) == ("081234567890", False)
    assert "Kirim nomor HP" in question.text
    assert question.buttons == []
    dialog = await counter.dialog()
    assert dialog is not None
    assert dialog.message_id == screen.message_id
    await counter.press("Bayar")
    (order,) = await counter.orders()
    assert order.message_id == screen.message_id


async def test_a_lost_confirm_screen_leaves_the_question_its_buttons(counter: Counter) -> None:
    await counter.to_destination()
    counter.telegram.fail_next("sendMessage", "500", count=2)
    await counter.say("081234567890")
    assert counter.labels()[-2:] == ["‹ Kembali", "✕ Batal"]
    await counter.say("081234567890")
    assert "Cek dulu" in counter.text()
    assert counter.said()[0].buttons == []


async def test_old_buttons_that_cannot_be_removed_do_not_stop_a_purchase(counter: Counter) -> None:
    await counter.to_destination()
    counter.telegram.fail_next("editMessageReplyMarkup", "500")
    await counter.say("081234567890")
    assert "Cek dulu" in counter.text()
    await counter.press("Bayar")
    assert len(await counter.orders()) == 1
