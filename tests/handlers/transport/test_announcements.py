"""Announcements of a parked order are edited once the order is settled, whatever settled it."""

from __future__ import annotations

import pytest

from bot.domain.order import OrderState, ParkReason
from bot.sandbox.telegram.state import ChatMessage
from tests.handlers.admins import AIDE, BOSS, told_of_parked
from tests.handlers.counter import Counter
from tests.services.shop import ANNI


def announced(counter: Counter, who: int = BOSS) -> ChatMessage:
    """Return an admin's newest message."""
    return counter.last(who)


async def test_the_other_admins_announcement_names_who_refunded(counter: Counter) -> None:
    order = await told_of_parked(counter)
    count = len(counter.said(BOSS))
    await counter.shop.insist_on_refund(AIDE, order.order_id)
    await counter.deliver.deliver()
    assert len(counter.said(BOSS)) == count
    mine = announced(counter)
    assert mine.buttons == []
    assert "K1 tidak perlu diputuskan lagi: gagal, uang dikembalikan." in mine.text
    assert "Uangnya dikembalikan oleh Bu Aide · @aide" in mine.text


async def test_an_order_settled_by_the_supplier_updates_both_announcements(
    counter: Counter,
) -> None:
    order = await told_of_parked(counter)
    counter.shop.supplier.shows(counter.shop.row(order, "late1", status_word="success"))
    counter.shop.clock.advance(60)
    await counter.shop.reconcile.look()
    await counter.deliver.deliver()
    for who, text in ((BOSS, "Selesai dari jawaban supplier."), (AIDE, "supplier's answer")):
        message = announced(counter, who)
        assert message.buttons == []
        assert text in message.text


@pytest.mark.parametrize("is_counted", [True, False])
async def test_the_announcement_names_the_decision(counter: Counter, is_counted: bool) -> None:
    order = await told_of_parked(counter)
    word = "partial" if is_counted else "waiting"
    counter.shop.supplier.shows(counter.shop.row(order, "late1", status_word=word))
    await counter.shop.admin.attach(AIDE, order.order_id, "late1")
    await counter.deliver.deliver()
    assert ("Anggap terkirim" in str(announced(counter).buttons)) == is_counted
    if is_counted:
        await counter.shop.admin.count_delivered(AIDE, order.order_id)
        await counter.deliver.deliver()
    assert announced(counter).buttons == []
    text = "Dianggap terkirim oleh Bu Aide" if is_counted else "Referensi dipasang oleh Bu Aide"
    assert text in announced(counter).text


async def test_a_lost_order_found_as_partial_updates_its_announcement(counter: Counter) -> None:
    order = await told_of_parked(counter)
    counter.shop.supplier.shows(counter.shop.row(order, "late1", status_word="partial"))
    counter.shop.clock.advance(60)
    await counter.shop.reconcile.look()
    assert (await counter.shop.get(order.order_id)).park_reason is ParkReason.PARTIAL
    count = len(counter.said(BOSS))
    await counter.deliver.deliver()
    assert len(counter.said(BOSS)) == count
    assert "Anggap terkirim" in str(announced(counter).buttons)


async def test_the_screen_of_the_decision_is_not_overwritten(counter: Counter) -> None:
    order = await told_of_parked(counter)
    older_id = announced(counter).message_id
    counter.shop.clock.advance(3_600)
    await counter.shop.reconcile.look()
    await counter.deliver.deliver()
    assert announced(counter).message_id != older_id
    await counter.press("Kembalikan", BOSS)
    assert (await counter.shop.get(order.order_id)).state is OrderState.FAILED
    assert "K1: uangnya dikembalikan" in counter.text(BOSS)
    assert counter.labels(BOSS) == ["‹ Kembali"]
    older = counter.telegram.state.chats[BOSS][older_id]
    assert older.buttons == []
    assert "tidak perlu diputuskan lagi" in older.text


async def test_an_announcement_that_cannot_be_edited_blocks_no_other_notice(
    counter: Counter,
) -> None:
    order = await told_of_parked(counter)
    del counter.telegram.state.chats[BOSS][announced(counter).message_id]
    counter.telegram.fail_next("editMessageText", "500")
    count = len(counter.said(BOSS))
    await counter.shop.insist_on_refund(AIDE, order.order_id)
    for _ in range(3):
        await counter.deliver.deliver()
        counter.shop.clock.advance(10)
    assert len(counter.said(BOSS)) == count
    assert announced(counter, AIDE).buttons == []
    assert "uang kamu" in counter.text(ANNI).lower()
    assert await counter.shop.store.read(lambda tx: tx.outbox.backlog()) == 0
