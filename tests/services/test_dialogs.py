"""Dialogs: the stored step of each customer."""

from __future__ import annotations

from bot.domain.dialog import CONVERSATION, Dialog, Step
from bot.domain.order import OrderId
from tests.services.shop import ANNI, BUDI, Shop


async def dialog(shop: Shop) -> Dialog | None:
    """Return Anni's dialog as stored."""
    return await shop.store.read(lambda tx: tx.dialogs.get(ANNI))


async def test_browsing_writes_the_dialog_once(shop: Shop) -> None:
    """Most taps go from one level to the next and need no write."""
    await shop.buy.choose(ANNI, shop.product("SM10"), 77)
    await shop.dialogs.browse(ANNI)
    first = await dialog(shop)
    assert first is not None
    assert (first.conversation, first.step, first.product_id) == (CONVERSATION, Step.PRODUCT, None)
    shop.clock.advance(60)
    await shop.dialogs.browse(ANNI)
    assert await dialog(shop) == first


async def test_the_message_id_of_an_open_dialog_is_updated(shop: Shop) -> None:
    await shop.dialogs.set_message(ANNI, 78)
    assert await dialog(shop) is None
    await shop.buy.choose(ANNI, shop.product("SM10"), 77)
    for message_id in (78, 78):
        await shop.dialogs.set_message(ANNI, message_id)
        found = await dialog(shop)
        assert found is not None
        assert (found.step, found.message_id) == (Step.DESTINATION, message_id)


async def test_ending_the_dialog_reports_whether_one_was_open(shop: Shop) -> None:
    await shop.buy.choose(ANNI, shop.product("SM10"), None)
    assert await shop.dialogs.end(ANNI)
    assert not await shop.dialogs.end(ANNI)


async def test_the_selling_price_step_is_stored_with_its_order(shop: Shop) -> None:
    await shop.dialogs.ask_selling_price(ANNI, OrderId(7))
    dialog = await shop.dialogs.of(ANNI)
    assert dialog is not None
    assert (dialog.step, dialog.data["order_id"]) == (Step.SELLING_PRICE, 7)


async def test_a_question_about_prices_keeps_what_it_asks(shop: Shop) -> None:
    await shop.dialogs.ask_price(ANNI, 77, {"asks": "code", "product": 3})
    found = await dialog(shop)
    assert found is not None
    assert (found.step, found.message_id) == (Step.PRICE, 77)
    assert found.data == {"asks": "code", "product": 3}


async def test_the_adjustment_step_is_stored_with_the_customer(shop: Shop) -> None:
    await shop.dialogs.ask_adjustment(ANNI, BUDI, is_debit=True)
    dialog = await shop.dialogs.of(ANNI)
    assert dialog is not None
    assert dialog.step == Step.ADJUSTMENT
    assert dialog.data == {"customer_id": BUDI, "is_debit": 1}
