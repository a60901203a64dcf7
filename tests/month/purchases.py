"""Purchases of the month, with everything that may come of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.domain.customer import Actor
from bot.domain.errors import (
    CustomerBlockedError,
    InsufficientFundsError,
    NotPermittedError,
    OwnAffairError,
    PriceChangedError,
    ProductUnavailableError,
    RefundUncertainError,
    RefusalClass,
    SupplierRefusedError,
)
from bot.domain.money import Rupiah
from bot.domain.order import CancelReason, Order, OrderState
from bot.domain.selection import SoldTo, product_target
from tests.month.pricing import Item
from tests.month.shop_month import Month, Person
from tests.services.shop import ADMIN

REFUSED = SupplierRefusedError(RefusalClass.DESTINATION, "Nomor tujuan salah")
TRIES = 3


async def buy(month: Month, meddle: Callable[[], Awaitable[object]] | None = None) -> Order | None:
    """Let somebody buy something, and see it through; `meddle` runs before they confirm."""
    person, item = month.rng.choice(month.state.people), month.rng.choice(month.items)
    order = await confirmed(month, person, item, meddle)
    if order is not None:
        await see_through(month, order, item)
    return order


async def confirmed(
    month: Month,
    person: Person,
    item: Item,
    meddle: Callable[[], Awaitable[object]] | None = None,
) -> Order | None:
    """Quote and confirm a purchase; None if it is refused, as it ought to be."""
    buys, state, number = month.shop.buy, month.state, _destination(month, item)
    product_id, why_not = month.shop.product(item.code), refusal(month, person, item)
    if why_not is not None:
        await month.fails(why_not, lambda: buys.quote(person.customer_id, product_id, number))
        month.seen.add(f"refused: {why_not.__name__}")
        return None
    for _ in range(TRIES):
        quote = await buys.quote(person.customer_id, product_id, number)
        shown = quote.offer.price
        assert shown == state.prices.price(item, person.level), (item, person.level)
        if meddle is not None:
            await meddle()
            meddle = None
        price = state.prices.price(item, person.level)
        try:
            order = await buys.confirm(person.customer_id, quote.token, None)
        except PriceChangedError as error:
            if shown == price or (error.shown, error.current) != (shown, price):
                raise
            month.seen.add("price changed before the confirm")
            continue
        except InsufficientFundsError:
            assert state.books.available(person.customer_id) < price
            month.seen.add("too little money")
            return None
        assert shown == price == order.price
        assert state.books.available(person.customer_id) >= price
        assert price >= state.prices.floor(item, person.level) >= item.cost
        assert order.is_counter_sale is person.sells
        state.books.hold(order)
        return order
    raise AssertionError("the price changes again and again")


def refusal(month: Month, person: Person, item: Item) -> type[Exception] | None:
    """Return why somebody may not buy something now; None if they may."""
    sold_to = month.state.sold_to.get(item.code, SoldTo.EVERYBODY)
    is_sold = sold_to is SoldTo.EVERYBODY or (sold_to is SoldTo.STAFF and person.sells)
    if not is_sold or item.code in month.state.disrupted:
        return ProductUnavailableError
    return CustomerBlockedError if person.is_blocked else None


async def see_through(month: Month, order: Order, item: Item) -> None:
    """Send an order and let the supplier do one thing or another."""
    outcomes = (_succeeds, _takes_long, _fails, _is_refused, _dearer, _disrupted, _found, _lost)
    (outcome,) = month.rng.choices(outcomes, (60, 12, 5, 5, 8, 2, 4, 4))
    await outcome(month, order, item)
    month.seen.add(outcome.__name__)


async def _succeeds(month: Month, order: Order, item: Item) -> None:
    """At once, and now and then at a cost that the supplier did not list."""
    extra = month.rng.choice((0, 0, 0, (order.price - item.cost) // 2))
    await _answered(month, order, "success", item.cost + extra)
    await sold(month, order, item.cost + extra)


async def _takes_long(month: Month, order: Order, item: Item) -> None:
    ref_id = await _answered(month, order, "waiting", item.cost)
    month.shop.supplier.says(ref_id, "success")
    await month.shop.poll_for(300)
    await sold(month, order, item.cost)


async def _fails(month: Month, order: Order, item: Item) -> None:
    ref_id = await _answered(month, order, "waiting", item.cost)
    month.shop.supplier.says(ref_id, "error")
    await month.shop.poll_for(300)
    await _given_back(month, order, OrderState.FAILED)


async def _is_refused(month: Month, order: Order, _item: Item) -> None:
    await month.shop.send_next(REFUSED)
    await _given_back(month, order, OrderState.FAILED)


async def _dearer(month: Month, order: Order, item: Item) -> None:
    """The supplier asks more before the order is sent: at a loss it is not."""
    await month.relist(item, item.cost + month.rng.choice((200, 900, 6_000)))
    if item.cost > order.price:
        month.seen.add("cancelled for its cost")
        await _cancelled(month, order)
    else:
        await _succeeds(month, order, item)


async def _disrupted(month: Month, order: Order, item: Item) -> None:
    """The owner marks the product before it is sent."""
    target = product_target(month.shop.product(item.code))
    await month.shop.selection.disrupt(ADMIN, target)
    await _cancelled(month, order)
    await month.shop.selection.end_disruption(ADMIN, target)


async def _found(month: Month, order: Order, item: Item) -> None:
    """The answer is lost, and the row is found."""
    shop = month.shop
    ambiguous = await _answer_lost(month, order)
    row = shop.row(ambiguous, _ref_id(month), status_word="success", cost=Rupiah(item.cost))
    shop.supplier.shows(row)
    await shop.look_for(120)
    await shop.poll_for(120)
    await sold(month, order, item.cost)


async def _lost(month: Month, order: Order, _item: Item) -> None:
    """Nothing was bought: the operator gives the money back, which nobody else may."""
    shop = month.shop
    await _answer_lost(month, order)
    await shop.look_for(900)
    assert (await shop.get(order.order_id)).state is OrderState.PARKED
    customer, cashier = month.customers()[0].actor, month.cashier
    for actor in (customer, cashier):
        await month.fails(
            NotPermittedError,
            lambda who=actor: shop.admin.refund(who, order.order_id),  # type: ignore[misc]
        )
    settler: Actor = month.operator
    if order.customer_id == settler.customer_id:
        await month.fails(OwnAffairError, lambda: shop.admin.refund(settler, order.order_id))
        settler = ADMIN
    try:
        await shop.admin.refund(settler, order.order_id)
    except RefundUncertainError as error:
        await shop.admin.refund(settler, order.order_id, doubt=error.doubt)
    await _given_back(month, order, OrderState.FAILED)


# --- steps ---


def _destination(month: Month, item: Item) -> str:
    number = f"{month.number():07}"
    if item.type == "token-pln":
        return f"1400{number}"
    return ("0812" if item.brand == "TELKOMSEL" else "0817") + number


def _ref_id(month: Month) -> str:
    return f"ref{month.number()}"


async def _answered(month: Month, order: Order, status_word: str, cost: int) -> str:
    """Send an order, which the supplier takes with this status; return its reference."""
    shop, ref_id = month.shop, _ref_id(month)
    reply = shop.reply(order, ref_id, status_word=status_word, cost=Rupiah(cost))
    shop.supplier.will(reply)
    started = await shop.start()
    assert started.order_id == order.order_id
    row = shop.row(started, ref_id, status_word=status_word, cost=Rupiah(cost))
    shop.supplier.shows(row)
    await shop.send.carry_out(started)
    return ref_id


async def _answer_lost(month: Month, order: Order) -> Order:
    shop = month.shop
    shop.supplier.will_lose_the_answer()
    await shop.send.carry_out(await shop.start())
    ambiguous = await shop.get(order.order_id)
    assert ambiguous.state is OrderState.AMBIGUOUS
    return ambiguous


async def _cancelled(month: Month, order: Order) -> None:
    month.shop.clock.advance(month.shop.supplier.order_gap_seconds)
    await month.shop.wait()
    stored = await month.shop.get(order.order_id)
    assert stored.cancel_reason in (CancelReason.NOT_READY, CancelReason.COST_ABOVE_PRICE)
    await _given_back(month, order, OrderState.CANCELLED)


async def sold(month: Month, order: Order, cost: int) -> None:
    """Assert that an order has succeeded, and enter it into the books."""
    stored = await month.shop.get(order.order_id)
    assert (stored.state, stored.charged) == (OrderState.SUCCEEDED, cost)
    assert stored.ended_at is not None
    month.state.books.sell(order, cost, month.today)


async def _given_back(month: Month, order: Order, state: OrderState) -> None:
    assert (await month.shop.get(order.order_id)).state is state
    month.state.books.void(order)
