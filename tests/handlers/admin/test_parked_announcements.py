"""Announcements of a parked order are edited once the order is settled, whatever settled it."""

from __future__ import annotations

import pytest

from bot.domain.order import OrderState, ParkReason
from tests.handlers.admins import ENGLISH_ADMIN, INDONESIAN_ADMIN, park_and_announce
from tests.handlers.harness import BotHarness
from tests.services.shop import ADMIN_CHAT, ANNI, SECOND_ADMIN


async def test_the_other_admins_announcement_names_who_refunded(harness: BotHarness) -> None:
    order = await park_and_announce(harness)
    count = len(harness.said(INDONESIAN_ADMIN))
    await harness.shop.insist_on_refund(SECOND_ADMIN, order.order_id)
    await harness.deliver.deliver()
    assert len(harness.said(INDONESIAN_ADMIN)) == count
    mine = harness.last(INDONESIAN_ADMIN)
    assert mine.buttons == []
    assert "K1 tidak perlu diputuskan lagi: gagal, uang dikembalikan." in mine.text
    assert "Uangnya dikembalikan oleh Bu Aide · @aide" in mine.text


async def test_an_order_settled_by_the_supplier_updates_both_announcements(
    harness: BotHarness,
) -> None:
    order = await park_and_announce(harness)
    harness.shop.supplier.shows(harness.shop.row(order, "late1", status_word="success"))
    harness.shop.clock.advance(60)
    await harness.shop.reconcile.look_up()
    await harness.deliver.deliver()
    for who, text in (
        (INDONESIAN_ADMIN, "Selesai dari jawaban supplier."),
        (ENGLISH_ADMIN, "supplier's answer"),
    ):
        message = harness.last(who)
        assert message.buttons == []
        assert text in message.text


@pytest.mark.parametrize("is_counted", [True, False])
async def test_the_announcement_names_the_decision(harness: BotHarness, is_counted: bool) -> None:
    order = await park_and_announce(harness)
    word = "partial" if is_counted else "waiting"
    harness.shop.supplier.shows(harness.shop.row(order, "late1", status_word=word))
    await harness.shop.admin.attach(SECOND_ADMIN, order.order_id, "late1")
    await harness.deliver.deliver()
    assert ("Anggap terkirim" in str(harness.last(INDONESIAN_ADMIN).buttons)) == is_counted
    if is_counted:
        await harness.shop.admin.count_delivered(SECOND_ADMIN, order.order_id)
        await harness.deliver.deliver()
    assert harness.last(INDONESIAN_ADMIN).buttons == []
    text = "Dianggap terkirim oleh Bu Aide" if is_counted else "Referensi dipasang oleh Bu Aide"
    assert text in harness.last(INDONESIAN_ADMIN).text


async def test_a_lost_order_found_as_partial_updates_its_announcement(harness: BotHarness) -> None:
    order = await park_and_announce(harness)
    harness.shop.supplier.shows(harness.shop.row(order, "late1", status_word="partial"))
    harness.shop.clock.advance(60)
    await harness.shop.reconcile.look_up()
    assert (await harness.shop.get(order.order_id)).park_reason is ParkReason.PARTIAL
    count = len(harness.said(INDONESIAN_ADMIN))
    await harness.deliver.deliver()
    assert len(harness.said(INDONESIAN_ADMIN)) == count
    assert "Anggap terkirim" in str(harness.last(INDONESIAN_ADMIN).buttons)


async def test_the_screen_of_the_decision_is_not_overwritten(harness: BotHarness) -> None:
    order = await park_and_announce(harness)
    older_id = harness.last(INDONESIAN_ADMIN).message_id
    harness.shop.clock.advance(3_600)
    await harness.shop.reconcile.look_up()
    await harness.deliver.deliver()
    assert harness.last(INDONESIAN_ADMIN).message_id != older_id
    await harness.press("Kembalikan", INDONESIAN_ADMIN)
    assert (await harness.shop.get(order.order_id)).state is OrderState.FAILED
    assert "K1: uangnya dikembalikan" in harness.text(INDONESIAN_ADMIN)
    assert harness.labels(INDONESIAN_ADMIN) == ["‹ Kembali"]
    older = harness.telegram.state.chats[ADMIN_CHAT][older_id]
    assert older.buttons == []
    assert "tidak perlu diputuskan lagi" in older.text


async def test_an_announcement_that_cannot_be_edited_blocks_no_other_notice(
    harness: BotHarness,
) -> None:
    order = await park_and_announce(harness)
    del harness.telegram.state.chats[ADMIN_CHAT][harness.last(INDONESIAN_ADMIN).message_id]
    harness.telegram.fail_next("editMessageText", "500")
    count = len(harness.said(INDONESIAN_ADMIN))
    await harness.shop.insist_on_refund(SECOND_ADMIN, order.order_id)
    for _ in range(3):
        await harness.deliver.deliver()
        harness.shop.clock.advance(10)
    assert len(harness.said(INDONESIAN_ADMIN)) == count
    assert harness.last(ENGLISH_ADMIN).buttons == []
    assert "uang kamu" in harness.text(ANNI).lower()
    assert await harness.shop.store.read(lambda tx: tx.outbox.backlog()) == 0
