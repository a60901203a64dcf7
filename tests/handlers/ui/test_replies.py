"""Purchases continue while Telegram refuses calls, is unreachable, or loses its answers."""

from __future__ import annotations

from typing import Literal

import pytest

from bot.domain.dialog import Step
from handlers.orders.buttons import ShowOrder
from tests.handlers.harness import BotHarness
from tests.services.shop import ANNI_CHAT


@pytest.mark.parametrize("kind", ["500", "lost"])
async def test_a_lost_screen_does_not_lose_the_step(
    harness: BotHarness, kind: Literal["500", "lost"]
) -> None:
    await harness.to_products()
    harness.telegram.fail_next("editMessageText", kind, count=2)
    await harness.press("10.000")
    assert await harness.step() == harness.library_step() == Step.DESTINATION
    await harness.say("081234567890")
    assert "Cek dulu" in harness.text()


async def test_a_lost_first_screen_does_not_lose_the_step(harness: BotHarness) -> None:
    harness.telegram.fail_next("sendMessage", "500", count=2)
    await harness.say("/beli")
    assert harness.said() == []
    assert harness.library_step() == Step.PRODUCT


@pytest.mark.parametrize("kind", ["500", "lost"])
async def test_a_screen_that_fails_once_is_sent_again(
    harness: BotHarness, kind: Literal["500", "lost"]
) -> None:
    harness.telegram.fail_next("sendMessage", kind)
    await harness.say("/saldo")
    assert "Saldo" in harness.text()
    await harness.say("/beli")
    harness.telegram.fail_next("editMessageText", kind)
    await harness.press("Pulsa")
    assert "Pilih operatornya" in harness.text()


async def test_a_blocked_bot_keeps_the_step(harness: BotHarness) -> None:
    await harness.to_products()
    message, data = harness.find("10.000")
    harness.telegram.press_forged(ANNI_CHAT, message.message_id, data)
    harness.telegram.state.people[ANNI_CHAT].has_blocked = True
    await harness.settled(harness.telegram.updates.next_id - 1)
    harness.telegram.state.people[ANNI_CHAT].has_blocked = False
    assert await harness.step() == harness.library_step() == Step.DESTINATION


async def test_a_screen_too_long_for_telegram_is_sent_in_parts(harness: BotHarness) -> None:
    order = await harness.shop.queue()
    started = await harness.shop.start()
    voucher = "code " * 1_000
    reply = harness.shop.reply(started, status_word="success", voucher=voucher)
    harness.shop.supplier.will(reply)
    await harness.shop.send.carry_out(started)
    await harness.deliver.deliver()
    await harness.say("/riwayat")
    count = len(harness.said())
    await harness.forge(ShowOrder(order.order_id))
    shown = "".join(one.text for one in harness.said()[count:])
    assert shown.count("code") == 1_000
    assert "Beli lagi" in harness.labels()[1]


async def test_a_very_long_name_is_shortened(harness: BotHarness) -> None:
    await harness.shop.relist("SM10", name="Telkomsel " + "10.000 " * 900)
    await harness.to_confirm()
    assert "…" in harness.text()
    await harness.press("Bayar")
    assert harness.text().startswith("K1 · Telkomsel 10.000")


async def test_a_deleted_question_for_an_amount_is_sent_again(harness: BotHarness) -> None:
    await harness.say("/saldo")
    await harness.press("Isi saldo")
    del harness.telegram.state.chats[ANNI_CHAT][harness.last().message_id]
    await harness.say("halo")
    assert "Itu bukan jumlah uang." in harness.text()
    dialog = await harness.dialog()
    assert dialog is not None
    assert dialog.message_id == harness.last().message_id


async def test_a_lost_confirm_screen_leaves_the_question_its_buttons(harness: BotHarness) -> None:
    await harness.to_destination()
    harness.telegram.fail_next("sendMessage", "500", count=2)
    await harness.say("081234567890")
    assert harness.labels()[-2:] == ["‹ Kembali", "✕ Batal"]
    await harness.say("081234567890")
    assert "Cek dulu" in harness.text()
    assert harness.said()[0].buttons == []


async def test_old_buttons_that_cannot_be_removed_do_not_stop_a_purchase(
    harness: BotHarness,
) -> None:
    await harness.to_destination()
    harness.telegram.fail_next("editMessageReplyMarkup", "500")
    await harness.say("081234567890")
    assert "Cek dulu" in harness.text()
    await harness.press("Bayar")
    assert len(await harness.orders()) == 1
