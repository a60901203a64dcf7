"""Changes between two screens: prices, stock, cutoff hours, and the whole service list."""

from __future__ import annotations

from typing import Any

from bot.domain.order import CancelReason, OrderState
from tests.sandbox.guest import PAY, TELKOMSEL_10
from tests.sandbox.running_shop import FUNDS, House

NUMBER = "081212345678"
CLOSING = {"start": "11:30", "end": "12:45"}


async def test_a_changed_price_is_shown_before_it_is_paid(shop: House) -> None:
    screen = await shop.sarah.quote(NUMBER)
    await change(shop, price={"list": {}, "current": 10_900})
    answer = await shop.sarah.tap(PAY, on=screen)
    assert "K1" not in answer.text
    await shop.sarah.sees_in(screen.message_id, "The price has just changed; it was Rp11,200")
    assert await shop.orders(shop.sarah.user_id) == []
    number = await shop.sarah.confirm(shop.sarah.message(screen.message_id))
    assert (await shop.reaches(number, OrderState.SUCCEEDED)).price == 11_900


async def test_an_empty_product_is_refused_at_every_step(shop: House) -> None:
    quote = await shop.sarah.quote(NUMBER)
    question = await shop.budi.choose()
    top = await shop.sarah.say("/order", button="Pulsa")
    for step in TELKOMSEL_10[:2]:
        await shop.sarah.tap(step, on=top)
    await change(shop, status="empty")
    await shop.sarah.tap("^10", on=top)
    await shop.sarah.sees_in(top.message_id, "out of stock")
    await shop.sarah.tap(PAY, on=quote)
    await shop.sarah.sees_in(quote.message_id, "out of stock")
    await shop.budi.say(NUMBER)
    assert PAY not in "".join(shop.budi.labels(question))
    assert shop.supplier.order_calls == 0


async def test_the_button_of_a_removed_product_leads_back(shop: House) -> None:
    top = await shop.sarah.say("/order", button="Pulsa")
    for step in TELKOMSEL_10[:2]:
        await shop.sarah.tap(step, on=top)
    del shop.supplier.catalogue[0]
    await fetch(shop)
    assert "no longer sold" in (await shop.sarah.tap("^10", on=top)).text


async def test_a_queued_order_for_an_empty_product_is_cancelled_before_it_is_sent(
    shop: House,
) -> None:
    await shop.stop_serving("supplier")
    number = await shop.sarah.buy(NUMBER)
    await shop.sarah.sees("Waiting: the operator cannot be reached")
    await shop.serve("supplier", shop.supplier.app)
    await change(shop, status="empty")
    shop.pass_time(seconds=31)
    order = await shop.reaches(number, OrderState.CANCELLED)
    assert order.cancel_reason is CancelReason.NOT_READY
    await shop.sarah.sees("Your money is back")
    assert shop.supplier.order_calls == 0


async def test_an_order_whose_cost_rose_above_its_price_is_cancelled(shop: House) -> None:
    await shop.stop_serving("supplier")
    number = await shop.sarah.buy(NUMBER)
    await shop.sarah.sees("Waiting: the operator cannot be reached")
    await shop.serve("supplier", shop.supplier.app)
    await change(shop, price={"list": {}, "current": 15_000})
    shop.pass_time(seconds=31)
    order = await shop.reaches(number, OrderState.CANCELLED)
    assert order.cancel_reason is CancelReason.COST_ABOVE_PRICE
    await shop.sarah.sees("the price has just gone up")
    assert number in (await shop.admin.sees("15000 > 11200")).text


async def test_a_much_shorter_list_is_not_used_at_once(shop: House) -> None:
    """Two further fetches must agree first; the admin is told."""
    whole = list(shop.supplier.catalogue)
    del shop.supplier.catalogue[1:]
    await fetch(shop)
    await shop.admin.sees("4 -> 1")
    await shop.sarah.say("/order", button="Electricity")
    await fetch(shop)
    await shop.sarah.say("/order", button="Electricity")
    await fetch(shop)
    assert shop.konter is not None
    assert shop.konter.catalogue_cache.catalogue is not None
    assert len(shop.konter.catalogue_cache.catalogue) == 1
    shop.supplier.catalogue[:] = whole
    await fetch(shop)
    await shop.sarah.say("/order", button="Electricity")


async def test_unreadable_rows_do_not_remove_products(shop: House) -> None:
    junk: list[dict[str, Any]] = [
        {"code": ""},
        {"code": "J1", "price": {"current": -5}},
        {},
        {"name": "row"},
    ]
    shop.supplier.catalogue[:0] = junk
    await fetch(shop)
    await shop.reaches(await shop.sarah.buy(NUMBER), OrderState.SUCCEEDED)
    shop.supplier.catalogue[:] = junk
    await fetch(shop)
    await shop.admin.sees("4 -> 0")
    await shop.sarah.choose()


async def test_a_closed_product_shows_when_it_opens(shop: House) -> None:
    await change(shop, cutoff=CLOSING)
    top = await shop.sarah.say("/order", button="Pulsa")
    for step in TELKOMSEL_10[:2]:
        await shop.sarah.tap(step, on=top)
    label = next(one for one in shop.sarah.labels(top) if one.startswith("10"))
    assert "opens 12:45" in label
    await shop.sarah.tap("^10", on=top)
    await shop.sarah.sees_in(top.message_id, "closed until 12:45")
    await shop.sarah.tap("Back", on=top)
    shop.pass_time(minutes=50)
    await shop.sarah.tap("^10", on=top)
    await shop.sarah.sees_in(top.message_id, "Send the phone number")


async def test_a_cutoff_that_begins_before_the_confirm_button_refuses_the_order(
    shop: House,
) -> None:
    await change(shop, cutoff={"start": "12:20", "end": "0:15"})
    screen = await shop.sarah.quote(NUMBER)
    shop.pass_time(minutes=21)
    await shop.sarah.tap(PAY, on=screen)
    await shop.sarah.sees_in(screen.message_id, "closed until 00:15")
    wallet = await shop.wallet(shop.sarah.user_id)
    assert (wallet.posted, wallet.held) == (FUNDS, 0)
    assert await shop.orders(shop.sarah.user_id) == []


async def test_a_cutoff_that_begins_while_an_order_waits_cancels_it(shop: House) -> None:
    await change(shop, cutoff={"start": "12:10", "end": "13:00"})
    await shop.stop_serving("supplier")
    number = await shop.sarah.buy(NUMBER)
    await shop.sarah.sees("Waiting: the operator cannot be reached")
    await shop.serve("supplier", shop.supplier.app)
    shop.pass_time(minutes=12)
    order = await shop.reaches(number, OrderState.CANCELLED)
    assert order.cancel_reason is CancelReason.CUTOFF
    await shop.sarah.sees("closed for the night")
    assert shop.supplier.order_calls == 0


async def change(shop: House, **changes: object) -> None:
    """Change the row of Telkomsel 10.000, and let the shop fetch the list."""
    row = shop.supplier.catalogue[0]
    shop.supplier.catalogue[0] = row | changes
    await fetch(shop)


async def fetch(shop: House) -> None:
    """Let the shop fetch the list now."""
    assert shop.konter is not None
    await shop.konter.sync.fetch()
