"""A parked order with a known reference: its texts, its buttons, and counting it as delivered."""

from __future__ import annotations

import pytest

from bot.domain.errors import SupplierReadError
from bot.domain.order import Order, OrderState, ParkReason
from handlers.admin.alerts import parked_text
from handlers.admin.buttons import CountDelivered, CountForGood
from handlers.admin.keyboards import parked_keyboard
from handlers.ui.i18n import load_languages
from tests.handlers.admins import AIDE, BOSS, acts, balance_of, with_aide
from tests.handlers.builders import an_order
from tests.handlers.counter import Counter
from tests.services.shop import ANNI, PRICE


async def parked_as_partial(counter: Counter) -> Order:
    """Park an order because the supplier reports it as partial."""
    await with_aide(counter)
    shop = counter.shop
    order = await shop.accepted()
    shop.supplier.says("r1", "partial", voucher="V-1")
    shop.clock.advance(5)
    await shop.reconcile.poll()
    await counter.deliver.deliver()
    return await shop.get(order.order_id)


async def test_a_partial_order_offers_three_decisions(counter: Counter) -> None:
    """Its reference is known, so attaching one is not offered."""
    await parked_as_partial(counter)
    assert counter.labels(AIDE) == ["✅ Count as delivered", "↩️ Refund", "⏳ Keep waiting"]
    assert counter.labels(BOSS) == ["✅ Anggap terkirim", "↩️ Kembalikan uang", "⏳ Tunggu dulu"]
    text = counter.text(AIDE)
    for part in ("partly done", "Count it as delivered", "Voucher: V-1", "Reference: r1"):
        assert part in text, text
    assert "Attach" not in text


async def test_counting_as_delivered_needs_a_confirmation(counter: Counter) -> None:
    order = await parked_as_partial(counter)
    await counter.press("Anggap terkirim", BOSS)
    assert "Anggap K1 terkirim?" in counter.text(BOSS)
    assert "Rp" in counter.text(BOSS)
    assert counter.labels(BOSS) == ["✅ Ya, sudah sampai", "‹ Kembali"]
    assert (await counter.shop.get(order.order_id)).state is OrderState.PARKED
    await counter.press("Kembali", BOSS)
    assert counter.labels(BOSS)[0] == "✅ Anggap terkirim"


async def test_a_confirmed_delivery_settles_the_order(counter: Counter) -> None:
    order = await parked_as_partial(counter)
    _, data = counter.find("Anggap", BOSS)
    await counter.press("Count as delivered", AIDE)
    answer = await counter.press("Yes, it has arrived", AIDE)
    assert "K1 counts as delivered" in answer.text
    assert (await counter.shop.get(order.order_id)).state is OrderState.SUCCEEDED
    assert await balance_of(counter, ANNI) == 100_000 - PRICE
    assert "V-1" in counter.text(ANNI)
    second = await counter.press_data(data, counter.last(BOSS).message_id, BOSS)
    assert second.show_alert
    assert second.text == "K1 sudah diurus: selesai."
    (act,) = await acts(counter)
    assert (act.actor_id, act.action) == (AIDE, "count_delivered")


async def test_an_order_whose_row_failed_meanwhile_is_refunded(counter: Counter) -> None:
    order = await parked_as_partial(counter)
    counter.shop.supplier.says("r1", "error")
    await counter.press("Count as delivered", AIDE)
    answer = await counter.press("Yes, it has arrived", AIDE)
    assert answer.show_alert
    assert "has failed at the supplier" in answer.text
    assert (await counter.shop.get(order.order_id)).state is OrderState.FAILED


async def test_an_outdated_confirmation_is_asked_again(counter: Counter) -> None:
    """The supplier changed the voucher after the question was shown."""
    order = await parked_as_partial(counter)
    await counter.press("Count as delivered", AIDE)
    counter.shop.supplier.says("r1", "partial", voucher="V-9")
    counter.shop.clock.advance(70)
    await counter.shop.reconcile.poll()
    answer = await counter.press("Yes, it has arrived", AIDE)
    assert answer.show_alert
    assert "has changed since that button was shown" in answer.text
    assert "V-9" in counter.text(AIDE)
    assert (await counter.shop.get(order.order_id)).state is OrderState.PARKED
    await counter.press("Count as delivered", AIDE)
    await counter.press("Yes, it has arrived", AIDE)
    assert (await counter.shop.get(order.order_id)).state is OrderState.SUCCEEDED


async def test_nothing_is_counted_while_the_supplier_does_not_answer(counter: Counter) -> None:
    order = await parked_as_partial(counter)
    counter.shop.supplier.read_error = SupplierReadError("502")
    await counter.press("Count as delivered", AIDE)
    answer = await counter.press("Yes, it has arrived", AIDE)
    assert answer.show_alert
    assert "does not answer" in answer.text
    assert (await counter.shop.get(order.order_id)).state is OrderState.PARKED
    assert (await counter.forge(CountDelivered(777), AIDE)).show_alert
    assert (await counter.forge(CountForGood(777, "x"), AIDE)).show_alert


async def test_a_refund_of_a_partial_order_names_the_doubt(counter: Counter) -> None:
    await parked_as_partial(counter)
    await counter.press("Refund", AIDE)
    assert "has not taken this order back" in counter.text(AIDE)
    assert counter.labels(AIDE) == [
        "Refund all the same",
        "✅ Count as delivered",
        "⏳ Keep waiting",
    ]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("reason", list(ParkReason))
def test_every_park_reason_has_a_text_and_its_buttons(reason: ParkReason, language: str) -> None:
    words = load_languages()[language]
    is_known = reason in (ParkReason.PARTIAL, ParkReason.ROW_MISSING, ParkReason.NOT_FINAL)
    order = an_order(OrderState.PARKED, park_reason=reason, ref_id="r1" if is_known else None)
    markup = parked_keyboard(words, order)
    assert markup is not None
    data = "".join(str(one.callback_data) for row in markup.inline_keyboard for one in row)
    assert (":Y:" in data) is is_known
    assert (":a:" in data) is (not is_known or reason is ParkReason.ROW_MISSING)
    assert parked_text(words, order, None, ())
