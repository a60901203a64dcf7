"""What changes between two screens: prices, stock, closing hours, and the whole list."""

from __future__ import annotations

from typing import Any

from bot.domain.order import CancelReason, OrderState
from tests.sandbox.guest import PAY, TELKOMSEL_10
from tests.sandbox.running_shop import FUNDS, House

NUMBER = "081212345678"
CLOSING = {"start": "11:30", "end": "12:45"}


async def test_a_changed_price_is_shown_before_it_is_paid(shop: House) -> None:
    """The customer is asked again with the new price, and pays that."""
    screen = await shop.sarah.quote(NUMBER)
    await change(shop, price={"list": {}, "current": 10_900})
    answer = await shop.sarah.tap(PAY, on=screen)
    assert "K1" not in answer.text
    await shop.sarah.sees_in(screen.message_id, "The price has just changed; it was Rp11,200")
    assert await shop.orders(shop.sarah.user_id) == []
    number = await shop.sarah.confirm(shop.sarah.message(screen.message_id))
    assert (await shop.reaches(number, OrderState.SUCCEEDED)).price == 11_900


async def test_an_empty_product_is_refused_at_every_step(shop: House) -> None:
    """On the list, when its number is typed, and at the confirm button."""
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


async def test_a_product_that_is_no_longer_sold_leads_back(shop: House) -> None:
    """Its old button says so, and shows what there is instead."""
    top = await shop.sarah.say("/order", button="Pulsa")
    for step in TELKOMSEL_10[:2]:
        await shop.sarah.tap(step, on=top)
    del shop.supplier.catalogue[0]
    await fetch(shop)
    assert "no longer sold" in (await shop.sarah.tap("^10", on=top)).text


async def test_a_waiting_order_is_checked_again_before_it_goes_out(shop: House) -> None:
    """Confirmed while the shop could not send; since then the product ran out."""
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


async def test_no_order_goes_out_at_a_loss(shop: House) -> None:
    """While it waited the cost rose above the price: cancelled, and the admin is told."""
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


async def test_a_list_that_collapses_is_not_believed_at_once(shop: House) -> None:
    """The old list stays on sale until two further fetches agree; the admin is told."""
    whole = list(shop.supplier.catalogue)
    del shop.supplier.catalogue[1:]
    await fetch(shop)
    await shop.admin.sees("4 -> 1")
    await shop.sarah.say("/order", button="Electricity")
    await fetch(shop)
    await shop.sarah.say("/order", button="Electricity")
    await fetch(shop)
    assert shop.konter is not None
    assert shop.konter.shelf.catalogue is not None
    assert len(shop.konter.shelf.catalogue) == 1
    shop.supplier.catalogue[:] = whole
    await fetch(shop)
    await shop.sarah.say("/order", button="Electricity")


async def test_a_broken_list_changes_nothing(shop: House) -> None:
    """Junk rows are left out; a list of junk alone is a list that collapsed."""
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


async def test_the_nightly_closing_is_said_on_the_list(shop: House) -> None:
    """Noon, in this test: its button says when it opens, and so does whatever it leads to."""
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


async def test_the_nightly_closing_begins_between_two_screens(shop: House) -> None:
    """Refused at the confirm button, with the hour at which it opens; nothing is held."""
    await change(shop, cutoff={"start": "12:20", "end": "0:15"})
    screen = await shop.sarah.quote(NUMBER)
    shop.pass_time(minutes=21)
    await shop.sarah.tap(PAY, on=screen)
    await shop.sarah.sees_in(screen.message_id, "closed until 00:15")
    wallet = await shop.wallet(shop.sarah.user_id)
    assert (wallet.posted, wallet.held) == (FUNDS, 0)
    assert await shop.orders(shop.sarah.user_id) == []


async def test_the_nightly_closing_overtakes_a_waiting_order(shop: House) -> None:
    """It could not be sent in time: cancelled, with the reason, and the money is back."""
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
