"""A parked order is decided by an admin: attach a reference, refund, or keep waiting."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.dialog import Step
from bot.domain.errors import SupplierReadError
from bot.domain.order import Order, OrderState
from handlers.admin.buttons import Attach, AttachRow, KeepWaiting, Refund, RefundAnyway, ShowParked
from tests.handlers.admins import AIDE, BOSS, acts, balance_of, told_of_parked, with_aide
from tests.handlers.counter import Counter
from tests.services.shop import ANNI, BUDI, PRICE, Shop

NO_ORDER = 777


async def parked_with_unseen_row(counter: Counter, **changes: str) -> Order:
    """Park an order, and add a row of it that no status read has seen yet."""
    order = await told_of_parked(counter)
    counter.shop.supplier.shows(counter.shop.row(order, "late1", **changes))
    return order


async def read_rows_without_proof(shop: Shop) -> None:
    """Read the supplier's rows while nothing is proved: one of them is unreadable."""
    shop.supplier.skipped = 1
    shop.clock.advance(60)
    await shop.reconcile.look()
    shop.supplier.skipped = 0


async def state_of(counter: Counter, order: Order) -> OrderState:
    return (await counter.shop.get(order.order_id)).state


async def test_both_admins_are_shown_the_order_with_three_buttons(counter: Counter) -> None:
    order = await told_of_parked(counter)
    assert counter.labels(BOSS) == ["📎 Pasang referensi", "↩️ Kembalikan uang", "⏳ Tunggu dulu"]
    assert counter.labels(AIDE) == ["📎 Attach a reference", "↩️ Refund", "⏳ Keep waiting"]
    for who in (BOSS, AIDE):
        for fact in (order.number, "081234567890", "SM10", "1001"):
            assert fact in counter.text(who)


# --- attaching ---


async def test_a_typed_reference_is_attached(counter: Counter) -> None:
    order = await parked_with_unseen_row(counter)
    await counter.press("Pasang", BOSS)
    assert f"Yang mana referensi untuk {order.number}?" in counter.text(BOSS)
    assert counter.remembered(BOSS) == Step.REFERENCE
    dialog = await counter.dialog(BOSS)
    assert dialog is not None
    assert (dialog.step, dialog.data) == (Step.REFERENCE, {"order_id": order.order_id})
    await counter.say(" late1 ", BOSS)
    assert await state_of(counter, order) is OrderState.ACCEPTED
    assert "Referensi sudah dipasang. K1: sedang diproses." in counter.text(BOSS)
    assert "📎 Pasang referensi" not in counter.labels(BOSS)
    assert (await counter.dialog(BOSS), counter.remembered(BOSS)) == (None, None)
    (act,) = await acts(counter)
    assert (act.actor_id, act.action, act.detail) == (BOSS, "attach", "late1")
    await counter.say("late1", BOSS)
    assert "belum ketemu" in counter.text(BOSS)


async def test_a_reference_is_accepted_after_a_restart(counter: Counter) -> None:
    order = await parked_with_unseen_row(counter, status_word="success", voucher="V-1")
    await counter.press("Pasang", BOSS)
    await counter.restart()
    await counter.say("late1", BOSS)
    assert await state_of(counter, order) is OrderState.SUCCEEDED
    assert "K1: selesai" in counter.text(BOSS)
    assert "V-1" in counter.text(BOSS)
    assert "V-1" in counter.text(ANNI)


async def test_candidate_rows_are_offered_as_buttons(counter: Counter) -> None:
    """A reference of 60 characters does not fit into a button, so it is not offered."""
    order = await told_of_parked(counter)
    for ref_id in ("near1", "near2", "x" * 60):
        counter.shop.supplier.shows(counter.shop.row(order, ref_id))
    await read_rows_without_proof(counter.shop)
    await counter.press("Attach", AIDE)
    assert sorted(counter.labels(AIDE)) == ["‹ Back", "📎 near1", "📎 near2"]
    await counter.press("near2", AIDE)
    assert (await counter.shop.get(order.order_id)).ref_id == "near2"
    assert "The reference is attached. K1: being processed." in counter.text(AIDE)
    assert (await counter.dialog(AIDE), counter.remembered(AIDE)) == (None, None)


async def test_a_doubtful_reference_is_offered_as_a_button(counter: Counter) -> None:
    """The answer to the order named this reference, but for another product."""
    await with_aide(counter)
    shop = counter.shop
    order = await shop.queue()
    await shop.send_next(shop.reply(order, "odd1", service_code="SM20"))
    await counter.deliver.deliver()
    await counter.press("Attach", AIDE)
    assert counter.labels(AIDE) == ["📎 odd1", "‹ Back"]
    assert "Doubtful reference: odd1" in counter.text(AIDE)
    shop.supplier.shows(shop.row(order, "odd1"))
    await counter.press("odd1", AIDE)
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
    counter: Counter, typed: str, change: dict[str, str], said: str
) -> None:
    order = await parked_with_unseen_row(counter, **change)
    await counter.press("Pasang", BOSS)
    await counter.say(typed, BOSS)
    assert said in counter.text(BOSS)
    assert f"Yang mana referensi untuk {order.number}?" in counter.text(BOSS)
    dialog = await counter.dialog(BOSS)
    assert dialog is not None
    assert counter.remembered(BOSS) == dialog.step == Step.REFERENCE
    assert dialog.message_id == counter.last(BOSS).message_id
    assert await state_of(counter, order) is OrderState.PARKED
    assert await acts(counter) == []


async def test_the_question_stays_while_the_supplier_does_not_answer(counter: Counter) -> None:
    order = await parked_with_unseen_row(counter)
    await counter.press("Pasang", BOSS)
    counter.shop.supplier.read_error = SupplierReadError("502")
    for _ in range(2):
        await counter.say("late1", BOSS)
        assert "Supplier tidak menjawab" in counter.text(BOSS)
    counter.shop.supplier.read_error = None
    await counter.say("late1", BOSS)
    assert await state_of(counter, order) is OrderState.ACCEPTED


async def test_the_row_of_another_order_is_not_attached(counter: Counter) -> None:
    """Anni's earlier order of the same product for the same number owns this row."""
    await counter.shop.accepted(ref_id="other1")
    await with_aide(counter)
    order = await counter.shop.ambiguous(customer_id=BUDI)
    counter.shop.supplier.skipped = 1
    await counter.shop.look_for(600)
    counter.shop.supplier.skipped = 0
    await counter.deliver.deliver()
    await counter.forge(Attach(order.order_id), BOSS)
    await counter.say("other1", BOSS)
    assert "sudah milik pesanan lain" in counter.text(BOSS)
    assert await state_of(counter, order) is OrderState.PARKED


async def test_a_row_older_than_the_order_is_not_attached(counter: Counter) -> None:
    """The row was in the list before the order was sent."""
    shop = counter.shop
    other = await shop.ambiguous("081299999999")
    shop.supplier.shows(shop.row(other, "old1", destination="081234567890"))
    await shop.look_for(60)
    order = await shop.ambiguous()
    shop.supplier.skipped = 1
    await shop.look_for(600)
    await with_aide(counter)
    await counter.deliver.deliver()
    await counter.forge(AttachRow(order.order_id, "old1"), AIDE)
    assert "older than this order" in counter.text(AIDE)
    assert counter.remembered(AIDE) == Step.REFERENCE


async def test_a_sticker_is_not_a_reference(counter: Counter) -> None:
    await parked_with_unseen_row(counter)
    await counter.press("Pasang", BOSS)
    await counter.send({"sticker": sticker()}, BOSS)
    assert "bukan referensi" in counter.text(BOSS)
    assert counter.remembered(BOSS) == Step.REFERENCE


def sticker() -> dict[str, object]:
    """Return a sticker as Telegram sends it."""
    return {
        "file_id": "f",
        "file_unique_id": "u",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
        "type": "regular",
    }


async def test_going_back_ends_the_question(counter: Counter) -> None:
    """A later text must not be read as the reference of an order that is not shown."""
    order = await parked_with_unseen_row(counter)
    await counter.press("Pasang", BOSS)
    await counter.press("Kembali", BOSS)
    assert "menunggu keputusan" in counter.text(BOSS)
    await counter.say("late1", BOSS)
    assert await state_of(counter, order) is OrderState.PARKED
    assert (await counter.dialog(BOSS), counter.remembered(BOSS)) == (None, None)


async def test_cancel_ends_the_question_too(counter: Counter) -> None:
    await parked_with_unseen_row(counter)
    await counter.press("Pasang", BOSS)
    await counter.say("/batal", BOSS)
    assert (await counter.dialog(BOSS), counter.remembered(BOSS)) == (None, None)


async def test_a_reference_typed_after_the_dialog_ended_is_not_attached(counter: Counter) -> None:
    """The database is authoritative: the library's step alone does not count."""
    await parked_with_unseen_row(counter)
    await counter.press("Pasang", BOSS)
    await counter.shop.dialogs.end(BOSS)
    await counter.say("late1", BOSS)
    (order,) = await counter.orders()
    assert (order.state, order.ref_id) == (OrderState.PARKED, None)


# --- refunds ---


async def test_a_refund_returns_the_money_and_removes_the_buttons(counter: Counter) -> None:
    order = await told_of_parked(counter)
    answer = await counter.press("Kembalikan", BOSS)
    assert "uangnya dikembalikan" in answer.text
    assert await state_of(counter, order) is OrderState.FAILED
    assert await balance_of(counter, ANNI) == 100_000
    assert "gagal, uang dikembalikan" in counter.text(BOSS)
    assert counter.labels(BOSS) == ["‹ Kembali"]
    assert "Uang kamu sudah kembali" in counter.text(ANNI), counter.text(ANNI)
    assert [act.action for act in await acts(counter)] == ["refund"]


async def test_a_refund_with_a_candidate_row_needs_a_second_confirmation(counter: Counter) -> None:
    order = await parked_with_unseen_row(counter)
    await counter.press("Refund", AIDE)
    assert "The supplier shows 1 row that may be this order." in counter.text(AIDE)
    assert "late1" in counter.text(AIDE)
    assert await state_of(counter, order) is OrderState.PARKED
    (danger, *_) = counter.last(AIDE).buttons[0]
    assert (danger["text"], danger["style"]) == ("Refund all the same", "danger")
    await counter.press("Refund all the same", AIDE)
    assert await state_of(counter, order) is OrderState.FAILED
    (act,) = await acts(counter)
    assert (act.action, act.detail) == ("refund", "forced")


async def test_an_outdated_second_confirmation_shows_the_new_doubt(counter: Counter) -> None:
    """The button was shown while the supplier did not answer; now there is a candidate row."""
    order = await told_of_parked(counter)
    shop = counter.shop
    shop.supplier.read_error = SupplierReadError("502")
    await counter.press("Refund", AIDE)
    shop.supplier.read_error = None
    shop.supplier.shows(shop.row(order, "late1"))
    answer = await counter.press("Refund all the same", AIDE)
    assert answer.show_alert
    assert "has changed since that button was shown" in answer.text
    assert "has changed since that button was shown" in counter.text(AIDE)
    assert "The supplier shows 1 row that may be this order." in counter.text(AIDE)
    assert await state_of(counter, order) is OrderState.PARKED
    assert await acts(counter) == []
    await counter.press("Refund all the same", AIDE)
    assert await state_of(counter, order) is OrderState.FAILED


@pytest.mark.parametrize("doubt", ["old", "0" * 12, "x"])
async def test_a_second_confirmation_of_an_unknown_doubt_is_asked_again(
    counter: Counter, doubt: str
) -> None:
    order = await parked_with_unseen_row(counter)
    old = Refund(order.order_id, force=True) if doubt == "old" else None
    answer = await counter.forge(old or RefundAnyway(order.order_id, doubt), BOSS)
    assert answer.show_alert
    assert "Keadaannya sudah berubah" in answer.text
    assert await state_of(counter, order) is OrderState.PARKED
    assert counter.labels(BOSS)[0] == "Tetap kembalikan uangnya"


async def test_a_refund_needs_a_second_confirmation_if_the_supplier_does_not_answer(
    counter: Counter,
) -> None:
    order = await told_of_parked(counter)
    counter.shop.supplier.read_error = SupplierReadError("502")
    await counter.press("Kembalikan", BOSS)
    assert "tidak bisa ditanya" in counter.text(BOSS)
    assert await balance_of(counter, ANNI) == 100_000 - PRICE
    await counter.press("Tetap kembalikan", BOSS)
    assert await state_of(counter, order) is OrderState.FAILED


async def test_a_refund_needs_a_second_confirmation_if_the_list_proves_nothing(
    counter: Counter,
) -> None:
    """The list has no row of the order, but one of its rows is unreadable."""
    order = await told_of_parked(counter)
    counter.shop.supplier.skipped = 1
    await counter.press("Kembalikan", BOSS)
    assert "belum bukti bahwa barangnya tidak terbeli" in counter.text(BOSS)
    await counter.press("Tetap kembalikan", BOSS)
    assert await state_of(counter, order) is OrderState.FAILED


async def test_an_order_of_another_supplier_account_is_refunded_after_confirmation(
    counter: Counter,
) -> None:
    order = await told_of_parked(counter)
    counter.shop.rules = replace(counter.shop.rules, account="U2")
    await counter.restart()
    await counter.press("Attach", AIDE)
    await counter.say("late1", AIDE)
    assert "was sent on another supplier account" in counter.text(AIDE)
    await counter.press("Kembalikan", BOSS)
    assert "dikirim lewat akun supplier U1" in counter.text(BOSS)
    assert await state_of(counter, order) is OrderState.PARKED
    await counter.press("Tetap kembalikan", BOSS)
    assert await state_of(counter, order) is OrderState.FAILED
    assert await balance_of(counter, ANNI) == 100_000


async def test_a_refund_of_a_delivered_order_is_refused(counter: Counter) -> None:
    """The order's own row is final now, so the order succeeds and the hold is posted."""
    shop = counter.shop
    await with_aide(counter)
    order = await shop.accepted()
    shop.supplier.says("r1", "partial")
    shop.clock.advance(5)
    await shop.reconcile.poll()
    await counter.deliver.deliver()
    shop.supplier.says("r1", "success", voucher="V-1")
    answer = await counter.press("Refund", AIDE)
    assert answer.show_alert
    assert "was delivered after all" in answer.text
    assert await state_of(counter, order) is OrderState.SUCCEEDED
    assert "V-1" in counter.text(ANNI)


async def test_a_doubtful_refund_ends_the_question_for_a_reference(counter: Counter) -> None:
    order = await parked_with_unseen_row(counter)
    message_id = counter.last(BOSS).message_id
    await counter.press("Pasang", BOSS)
    await counter.press_data(f"1:f:{order.order_id}:0", message_id, BOSS)
    assert counter.labels(BOSS)[0] == "Tetap kembalikan uangnya"
    assert (await counter.dialog(BOSS), counter.remembered(BOSS)) == (None, None)


# --- keeping an order, and two admins ---


async def test_a_kept_order_stays_parked(counter: Counter) -> None:
    order = await told_of_parked(counter)
    customer_reads = counter.shown(ANNI)
    answer = await counter.press("Tunggu", BOSS)
    assert "tetap ditahan" in answer.text
    assert await state_of(counter, order) is OrderState.PARKED
    assert "📎 Pasang referensi" in counter.labels(BOSS)
    assert counter.shown(ANNI) == customer_reads
    assert [act.action for act in await acts(counter)] == ["keep_waiting"]


async def test_the_second_admin_sees_how_the_order_was_settled(counter: Counter) -> None:
    order = await told_of_parked(counter)
    await counter.press("Kembalikan", BOSS)
    answer = await counter.forge(Attach(order.order_id), AIDE)
    assert answer.show_alert
    assert answer.text == "K1 is settled already: failed, money given back."
    assert "failed, money given back" in counter.text(AIDE)
    assert counter.labels(AIDE) == ["‹ Back"]
    assert len(await acts(counter)) == 1
    assert await state_of(counter, order) is OrderState.FAILED


async def test_every_button_of_a_settled_order_says_that_it_is_settled(counter: Counter) -> None:
    order = await told_of_parked(counter)
    await counter.press("Kembalikan", BOSS)
    number = order.order_id
    for button in (Attach(number), AttachRow(number, "r"), Refund(number), KeepWaiting(number)):
        answer = await counter.forge(button, AIDE)
        assert answer.text == "K1 is settled already: failed, money given back."
        assert (await counter.dialog(AIDE), counter.remembered(AIDE)) == (None, None)


async def test_a_reference_for_an_order_settled_meanwhile_ends_the_question(
    counter: Counter,
) -> None:
    await parked_with_unseen_row(counter)
    await counter.press("Pasang", BOSS)
    await counter.press("Attach", AIDE)
    await counter.say("late1", AIDE)
    await counter.say("late1", BOSS)
    assert "K1 sudah diurus: sedang diproses." in counter.text(BOSS)
    assert (await counter.dialog(BOSS), counter.remembered(BOSS)) == (None, None)
    assert len(await acts(counter)) == 1


async def test_a_malformed_reference_for_an_order_settled_meanwhile_ends_the_question(
    counter: Counter,
) -> None:
    order = await parked_with_unseen_row(counter)
    await counter.press("Pasang", BOSS)
    await counter.shop.insist_on_refund(AIDE, order.order_id)
    await counter.say("two words", BOSS)
    assert "K1 sudah diurus" in counter.text(BOSS)
    assert (await counter.dialog(BOSS), counter.remembered(BOSS)) == (None, None)


@pytest.mark.parametrize(
    "button",
    [
        Attach(NO_ORDER),
        AttachRow(NO_ORDER, "r1"),
        Refund(NO_ORDER),
        Refund(NO_ORDER, force=True),
        KeepWaiting(NO_ORDER),
        ShowParked(NO_ORDER),
        "1:a:x",
        "1:r:1",
        "1:f:1:2",
    ],
)
async def test_a_forged_button_does_nothing(counter: Counter, button: object) -> None:
    await told_of_parked(counter)
    answer = await counter.forge(button, BOSS)  # type: ignore[arg-type]
    assert answer.show_alert
    assert answer.text
    assert await acts(counter) == []
