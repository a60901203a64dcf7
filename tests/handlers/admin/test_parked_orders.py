"""A parked order is decided by an admin: attach a reference, refund, or keep waiting."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.dialog import Step
from bot.domain.errors import SupplierReadError
from bot.domain.order import Order, OrderState
from handlers.admin.buttons import Attach, AttachRow, KeepWaiting, Refund, RefundAnyway
from handlers.ui.staff_buttons import ShowParked
from tests.handlers.admins import (
    ENGLISH_ADMIN,
    INDONESIAN_ADMIN,
    acts,
    balance_of,
    park_and_announce,
    register_second_admin,
)
from tests.handlers.harness import BotHarness
from tests.services.shop import ANNI, PRICE, SECOND_ADMIN

NO_ORDER = 777


async def parked_with_unseen_row(harness: BotHarness, **changes: str) -> Order:
    """Park an order, and add a row of it that no status read has seen yet."""
    order = await park_and_announce(harness)
    harness.shop.supplier.shows(harness.shop.row(order, "late1", **changes))
    return order


async def state_of(harness: BotHarness, order: Order) -> OrderState:
    return (await harness.shop.get(order.order_id)).state


# --- attaching ---


async def test_a_typed_reference_is_attached(harness: BotHarness) -> None:
    order = await parked_with_unseen_row(harness)
    await harness.press("Pasang", INDONESIAN_ADMIN)
    await harness.say(" late1 ", INDONESIAN_ADMIN)
    assert await state_of(harness, order) is OrderState.ACCEPTED
    assert "Referensi sudah dipasang. K1: sedang diproses." in harness.text(INDONESIAN_ADMIN)
    assert "📎 Pasang referensi" not in harness.labels(INDONESIAN_ADMIN)
    assert await harness.is_idle(INDONESIAN_ADMIN)
    (act,) = await acts(harness)
    assert (act.actor_id, act.action, act.detail) == (INDONESIAN_ADMIN, "attach", "late1")
    await harness.say("late1", INDONESIAN_ADMIN)
    assert "belum ketemu" in harness.text(INDONESIAN_ADMIN)


async def test_a_reference_is_accepted_after_a_restart(harness: BotHarness) -> None:
    order = await parked_with_unseen_row(harness, status_word="success", voucher="V-1")
    await harness.press("Pasang", INDONESIAN_ADMIN)
    await harness.restart()
    await harness.say("late1", INDONESIAN_ADMIN)
    assert await state_of(harness, order) is OrderState.SUCCEEDED
    assert "K1: selesai" in harness.text(INDONESIAN_ADMIN)
    assert "V-1" in harness.text(INDONESIAN_ADMIN)
    assert "V-1" in harness.text(ANNI)


async def test_candidate_rows_are_offered_as_buttons(harness: BotHarness) -> None:
    """A reference of 60 characters does not fit into a button, so it is not offered."""
    order = await park_and_announce(harness)
    for ref_id in ("near1", "near2", "x" * 60):
        harness.shop.supplier.shows(harness.shop.row(order, ref_id))
    harness.shop.supplier.skipped = 1  # An unreadable row: nothing is proved.
    harness.shop.clock.advance(60)
    await harness.shop.reconcile.look_up()
    await harness.press("Attach", ENGLISH_ADMIN)
    assert sorted(harness.labels(ENGLISH_ADMIN)) == ["‹ Back", "📎 near1", "📎 near2"]
    await harness.press("near2", ENGLISH_ADMIN)
    assert (await harness.shop.get(order.order_id)).ref_id == "near2"
    assert await harness.is_idle(ENGLISH_ADMIN)


async def test_a_doubtful_reference_is_offered_as_a_button(harness: BotHarness) -> None:
    """The answer to the order named this reference, but for another product."""
    await register_second_admin(harness)
    shop = harness.shop
    order = await shop.queue()
    await shop.send_next(shop.reply(order, "odd1", service_code="SM20"))
    await harness.deliver.deliver()
    await harness.press("Attach", ENGLISH_ADMIN)
    assert "Doubtful reference: odd1" in harness.text(ENGLISH_ADMIN)
    shop.supplier.shows(shop.row(order, "odd1"))
    await harness.press("odd1", ENGLISH_ADMIN)
    assert (await shop.get(order.order_id)).ref_id == "odd1"


@pytest.mark.parametrize(
    ("typed", "change", "said"),
    [
        ("late2", {}, "tidak punya transaksi"),
        ("late1", {"service_code": "SM20"}, "produk lain"),
        ("late1", {"destination": "081299999999"}, "nomor lain"),
        ("late1 and more", {}, "bukan referensi"),
        ("x" * 101, {}, "bukan referensi"),
    ],
)
async def test_a_rejected_reference_is_explained_and_asked_for_again(
    harness: BotHarness, typed: str, change: dict[str, str], said: str
) -> None:
    order = await parked_with_unseen_row(harness, **change)
    await harness.press("Pasang", INDONESIAN_ADMIN)
    await harness.say(typed, INDONESIAN_ADMIN)
    assert said in harness.text(INDONESIAN_ADMIN)
    assert f"Yang mana referensi untuk {order.number}?" in harness.text(INDONESIAN_ADMIN)
    dialog = await harness.dialog(INDONESIAN_ADMIN)
    assert dialog is not None
    assert harness.library_step(INDONESIAN_ADMIN) == dialog.step == Step.REFERENCE
    assert dialog.message_id == harness.last(INDONESIAN_ADMIN).message_id
    assert await state_of(harness, order) is OrderState.PARKED
    assert await acts(harness) == []


async def test_the_question_stays_while_the_supplier_does_not_answer(harness: BotHarness) -> None:
    order = await parked_with_unseen_row(harness)
    await harness.press("Pasang", INDONESIAN_ADMIN)
    harness.shop.supplier.read_error = SupplierReadError("502")
    for _ in range(2):
        await harness.say("late1", INDONESIAN_ADMIN)
        assert "Supplier tidak menjawab" in harness.text(INDONESIAN_ADMIN)
    harness.shop.supplier.read_error = None
    await harness.say("late1", INDONESIAN_ADMIN)
    assert await state_of(harness, order) is OrderState.ACCEPTED


async def test_unsupported_content_is_not_a_reference(harness: BotHarness) -> None:
    await parked_with_unseen_row(harness)
    await harness.press("Pasang", INDONESIAN_ADMIN)
    await harness.send({"dice": {"emoji": "🎲", "value": 3}}, INDONESIAN_ADMIN)
    assert "bukan referensi" in harness.text(INDONESIAN_ADMIN)
    assert harness.library_step(INDONESIAN_ADMIN) == Step.REFERENCE


@pytest.mark.parametrize("leaves_by", ["Kembali", "/batal"])
async def test_a_reference_typed_after_leaving_the_question_is_not_attached(
    harness: BotHarness, leaves_by: str
) -> None:
    """A later text must not be read as the reference of an order that is not shown."""
    order = await parked_with_unseen_row(harness)
    await harness.press("Pasang", INDONESIAN_ADMIN)
    leave = harness.say if leaves_by == "/batal" else harness.press
    await leave(leaves_by, INDONESIAN_ADMIN)
    await harness.say("late1", INDONESIAN_ADMIN)
    assert await state_of(harness, order) is OrderState.PARKED
    assert await harness.is_idle(INDONESIAN_ADMIN)


async def test_a_reference_typed_after_the_dialog_ended_is_not_attached(
    harness: BotHarness,
) -> None:
    """The database is authoritative: the library's step alone does not count."""
    await parked_with_unseen_row(harness)
    await harness.press("Pasang", INDONESIAN_ADMIN)
    await harness.shop.dialogs.end(INDONESIAN_ADMIN)
    await harness.say("late1", INDONESIAN_ADMIN)
    (order,) = await harness.orders()
    assert (order.state, order.ref_id) == (OrderState.PARKED, None)


# --- refunds ---


async def test_a_refund_returns_the_money_and_removes_the_buttons(harness: BotHarness) -> None:
    order = await park_and_announce(harness)
    await harness.press("Kembalikan", INDONESIAN_ADMIN)
    assert await state_of(harness, order) is OrderState.FAILED
    assert await balance_of(harness, ANNI) == 100_000
    assert harness.labels(INDONESIAN_ADMIN) == ["‹ Kembali"]
    assert "Uang kamu sudah kembali" in harness.text(ANNI)
    assert [act.action for act in await acts(harness)] == ["refund"]


@pytest.mark.parametrize(
    ("trouble", "value", "says"),
    [
        ("read_error", SupplierReadError("502"), "tidak bisa ditanya"),
        ("skipped", 1, "belum bukti bahwa barangnya tidak terbeli"),
    ],
    ids=["no answer", "an unreadable row"],
)
async def test_a_refund_without_proof_needs_a_second_confirmation(
    harness: BotHarness, trouble: str, value: object, says: str
) -> None:
    order = await park_and_announce(harness)
    setattr(harness.shop.supplier, trouble, value)
    await harness.press("Kembalikan", INDONESIAN_ADMIN)
    assert says in harness.text(INDONESIAN_ADMIN)
    assert await balance_of(harness, ANNI) == 100_000 - PRICE
    await harness.press("Tetap kembalikan", INDONESIAN_ADMIN)
    assert await state_of(harness, order) is OrderState.FAILED


async def test_a_refund_with_a_candidate_row_needs_a_second_confirmation(
    harness: BotHarness,
) -> None:
    order = await parked_with_unseen_row(harness)
    await harness.press("Refund", ENGLISH_ADMIN)
    assert "The supplier shows 1 row that may be this order." in harness.text(ENGLISH_ADMIN)
    assert await state_of(harness, order) is OrderState.PARKED
    await harness.press("Refund all the same", ENGLISH_ADMIN)
    assert await state_of(harness, order) is OrderState.FAILED
    (act,) = await acts(harness)
    assert (act.action, act.detail) == ("refund", "forced")


async def test_an_outdated_second_confirmation_shows_the_new_doubt(harness: BotHarness) -> None:
    """The button was shown while the supplier did not answer; now there is a candidate row."""
    order = await park_and_announce(harness)
    shop = harness.shop
    shop.supplier.read_error = SupplierReadError("502")
    await harness.press("Refund", ENGLISH_ADMIN)
    shop.supplier.read_error = None
    shop.supplier.shows(shop.row(order, "late1"))
    answer = await harness.press("Refund all the same", ENGLISH_ADMIN)
    assert answer.show_alert
    for said in (answer.text, harness.text(ENGLISH_ADMIN)):
        assert "has changed since that button was shown" in said
    assert "The supplier shows 1 row that may be this order." in harness.text(ENGLISH_ADMIN)
    assert await state_of(harness, order) is OrderState.PARKED
    assert await acts(harness) == []
    await harness.press("Refund all the same", ENGLISH_ADMIN)
    assert await state_of(harness, order) is OrderState.FAILED


@pytest.mark.parametrize("doubt", ["old", "x"])
async def test_a_second_confirmation_of_an_unknown_doubt_is_asked_again(
    harness: BotHarness, doubt: str
) -> None:
    order = await parked_with_unseen_row(harness)
    old = Refund(order.order_id, force=True) if doubt == "old" else None
    answer = await harness.forge(old or RefundAnyway(order.order_id, doubt), INDONESIAN_ADMIN)
    assert answer.show_alert
    assert "Keadaannya sudah berubah" in answer.text
    assert await state_of(harness, order) is OrderState.PARKED
    assert harness.labels(INDONESIAN_ADMIN)[0] == "Tetap kembalikan uangnya"


async def test_an_order_of_another_supplier_account_is_refunded_after_confirmation(
    harness: BotHarness,
) -> None:
    order = await park_and_announce(harness)
    harness.shop.rules = replace(harness.shop.rules, account="U2")
    await harness.restart()
    await harness.press("Attach", ENGLISH_ADMIN)
    await harness.say("late1", ENGLISH_ADMIN)
    assert "was sent on another supplier account" in harness.text(ENGLISH_ADMIN)
    await harness.press("Kembalikan", INDONESIAN_ADMIN)
    assert "dikirim lewat akun supplier U1" in harness.text(INDONESIAN_ADMIN)
    assert await state_of(harness, order) is OrderState.PARKED
    await harness.press("Tetap kembalikan", INDONESIAN_ADMIN)
    assert await state_of(harness, order) is OrderState.FAILED
    assert await balance_of(harness, ANNI) == 100_000


async def test_a_refund_of_a_delivered_order_is_refused(harness: BotHarness) -> None:
    """The order's own row is final now, so the order succeeds and the hold is posted."""
    shop = harness.shop
    await register_second_admin(harness)
    order = await shop.accepted()
    shop.supplier.says("r1", "partial")
    shop.clock.advance(5)
    await shop.reconcile.poll()
    await harness.deliver.deliver()
    shop.supplier.says("r1", "success", voucher="V-1")
    answer = await harness.press("Refund", ENGLISH_ADMIN)
    assert answer.show_alert
    assert "was delivered after all" in answer.text
    assert await state_of(harness, order) is OrderState.SUCCEEDED
    assert "V-1" in harness.text(ANNI)


async def test_a_doubtful_refund_ends_the_question_for_a_reference(harness: BotHarness) -> None:
    order = await parked_with_unseen_row(harness)
    message_id = harness.last(INDONESIAN_ADMIN).message_id
    await harness.press("Pasang", INDONESIAN_ADMIN)
    await harness.press_data(f"1:f:{order.order_id}:0", message_id, INDONESIAN_ADMIN)
    assert harness.labels(INDONESIAN_ADMIN)[0] == "Tetap kembalikan uangnya"
    assert await harness.is_idle(INDONESIAN_ADMIN)


# --- keeping an order, and two admins ---


async def test_a_kept_order_stays_parked(harness: BotHarness) -> None:
    order = await park_and_announce(harness)
    customer_reads = harness.shown(ANNI)
    answer = await harness.press("Tunggu", INDONESIAN_ADMIN)
    assert "tetap ditahan" in answer.text
    assert await state_of(harness, order) is OrderState.PARKED
    assert "📎 Pasang referensi" in harness.labels(INDONESIAN_ADMIN)
    assert harness.shown(ANNI) == customer_reads
    assert [act.action for act in await acts(harness)] == ["keep_waiting"]


async def test_every_button_of_a_settled_order_says_that_it_is_settled(harness: BotHarness) -> None:
    order = await park_and_announce(harness)
    await harness.press("Kembalikan", INDONESIAN_ADMIN)
    number = order.order_id
    for button in (Attach(number), AttachRow(number, "r"), Refund(number), KeepWaiting(number)):
        answer = await harness.forge(button, ENGLISH_ADMIN)
        assert answer.show_alert
        assert answer.text == "K1 is settled already: failed, money given back."
        assert harness.labels(ENGLISH_ADMIN) == ["‹ Back"]
        assert await harness.is_idle(ENGLISH_ADMIN)
    assert len(await acts(harness)) == 1
    assert await state_of(harness, order) is OrderState.FAILED


@pytest.mark.parametrize("typed", ["late1", "two words"])
async def test_a_reference_for_an_order_settled_meanwhile_ends_the_question(
    harness: BotHarness, typed: str
) -> None:
    order = await parked_with_unseen_row(harness)
    await harness.press("Pasang", INDONESIAN_ADMIN)
    await harness.shop.insist_on_refund(SECOND_ADMIN, order.order_id)
    await harness.say(typed, INDONESIAN_ADMIN)
    assert "K1 sudah diurus" in harness.text(INDONESIAN_ADMIN)
    assert await harness.is_idle(INDONESIAN_ADMIN)
    assert len(await acts(harness)) == 1


async def test_a_forged_button_does_nothing(harness: BotHarness) -> None:
    await park_and_announce(harness)
    for button in (
        Attach(NO_ORDER),
        AttachRow(NO_ORDER, "r1"),
        Refund(NO_ORDER),
        Refund(NO_ORDER, force=True),
        KeepWaiting(NO_ORDER),
        ShowParked(NO_ORDER),
        "1:a:x",
        "1:r:1",
        "1:f:1:2",
    ):
        answer = await harness.forge(button, INDONESIAN_ADMIN)
        assert answer.show_alert
        assert answer.text
    assert await acts(harness) == []
