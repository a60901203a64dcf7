"""A parked order with a known reference: its texts, its buttons, and counting it as delivered."""

from __future__ import annotations

import pytest

from bot.domain.errors import SupplierReadError
from bot.domain.order import Order, OrderState, ParkReason
from handlers.admin.alerts import parked_text
from handlers.admin.buttons import CountDelivered, CountForGood
from handlers.admin.keyboards import parked_keyboard
from handlers.ui.i18n import load_languages
from tests.handlers.admins import (
    ENGLISH_ADMIN,
    INDONESIAN_ADMIN,
    acts,
    balance_of,
    register_second_admin,
)
from tests.handlers.builders import an_order
from tests.handlers.harness import BotHarness
from tests.services.shop import ANNI, PRICE


async def parked_as_partial(harness: BotHarness) -> Order:
    """Park an order because the supplier reports it as partial."""
    await register_second_admin(harness)
    shop = harness.shop
    order = await shop.accepted()
    shop.supplier.says("r1", "partial", voucher="V-1")
    shop.clock.advance(5)
    await shop.reconcile.poll()
    await harness.deliver.deliver()
    return await shop.get(order.order_id)


async def test_a_confirmed_delivery_settles_the_order(harness: BotHarness) -> None:
    order = await parked_as_partial(harness)
    _, data = harness.find("Anggap", INDONESIAN_ADMIN)
    await harness.press("Count as delivered", ENGLISH_ADMIN)
    assert harness.labels(ENGLISH_ADMIN) == ["✅ Yes, it has arrived", "‹ Back"]
    assert (await harness.shop.get(order.order_id)).state is OrderState.PARKED
    await harness.press("Back", ENGLISH_ADMIN)
    await harness.press("Count as delivered", ENGLISH_ADMIN)
    answer = await harness.press("Yes, it has arrived", ENGLISH_ADMIN)
    assert "K1 counts as delivered" in answer.text
    assert (await harness.shop.get(order.order_id)).state is OrderState.SUCCEEDED
    assert await balance_of(harness, ANNI) == 100_000 - PRICE
    assert "V-1" in harness.text(ANNI)
    second = await harness.press_data(
        data, harness.last(INDONESIAN_ADMIN).message_id, INDONESIAN_ADMIN
    )
    assert second.show_alert
    assert second.text == "K1 sudah diurus: selesai."
    (act,) = await acts(harness)
    assert (act.actor_id, act.action) == (ENGLISH_ADMIN, "count_delivered")


async def test_an_order_whose_row_failed_meanwhile_is_refunded(harness: BotHarness) -> None:
    order = await parked_as_partial(harness)
    harness.shop.supplier.says("r1", "error")
    await harness.press("Count as delivered", ENGLISH_ADMIN)
    answer = await harness.press("Yes, it has arrived", ENGLISH_ADMIN)
    assert answer.show_alert
    assert "has failed at the supplier" in answer.text
    assert (await harness.shop.get(order.order_id)).state is OrderState.FAILED


async def test_an_outdated_confirmation_is_asked_again(harness: BotHarness) -> None:
    """The supplier changed the voucher after the question was shown."""
    order = await parked_as_partial(harness)
    await harness.press("Count as delivered", ENGLISH_ADMIN)
    harness.shop.supplier.says("r1", "partial", voucher="V-9")
    harness.shop.clock.advance(70)
    await harness.shop.reconcile.poll()
    answer = await harness.press("Yes, it has arrived", ENGLISH_ADMIN)
    assert answer.show_alert
    assert "has changed since that button was shown" in answer.text
    assert "V-9" in harness.text(ENGLISH_ADMIN)
    assert (await harness.shop.get(order.order_id)).state is OrderState.PARKED
    await harness.press("Count as delivered", ENGLISH_ADMIN)
    await harness.press("Yes, it has arrived", ENGLISH_ADMIN)
    assert (await harness.shop.get(order.order_id)).state is OrderState.SUCCEEDED


async def test_nothing_is_counted_while_the_supplier_does_not_answer(harness: BotHarness) -> None:
    order = await parked_as_partial(harness)
    harness.shop.supplier.read_error = SupplierReadError("502")
    await harness.press("Count as delivered", ENGLISH_ADMIN)
    answer = await harness.press("Yes, it has arrived", ENGLISH_ADMIN)
    assert answer.show_alert
    assert "does not answer" in answer.text
    assert (await harness.shop.get(order.order_id)).state is OrderState.PARKED
    assert (await harness.forge(CountDelivered(777), ENGLISH_ADMIN)).show_alert
    assert (await harness.forge(CountForGood(777, "x"), ENGLISH_ADMIN)).show_alert


async def test_a_refund_of_a_partial_order_names_the_doubt(harness: BotHarness) -> None:
    await parked_as_partial(harness)
    await harness.press("Refund", ENGLISH_ADMIN)
    assert "has not taken this order back" in harness.text(ENGLISH_ADMIN)
    assert harness.labels(ENGLISH_ADMIN) == [
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
