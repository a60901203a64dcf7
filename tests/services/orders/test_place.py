"""Buying, up to the order in the queue: quotes, one-time tokens, and cancelling."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.catalogue import ProductId
from bot.domain.customer import Step
from bot.domain.destination import DestinationKind
from bot.domain.errors import (
    BoughtJustNowError,
    DestinationError,
    InsufficientFundsError,
    InvalidTransitionError,
    NotFoundError,
    PriceChangedError,
    ProductUnavailableError,
    ShopPausedError,
    TokenError,
    TokenFault,
    UnavailableReason,
)
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.order import CancelReason, CustomerId, Order, OrderId, OrderState
from tests.services.shop import ADMIN, ANNI, BUDI, NUMBER, PRICE, Shop


async def test_a_product_is_chosen_then_its_destination_awaited(shop: Shop) -> None:
    """What is typed next belongs to the product, also after a crash."""
    offer = await shop.buy.choose(ANNI, shop.product("SM10"), 77)
    assert (offer.price, offer.kind) == (PRICE, DestinationKind.PHONE)
    dialog = await shop.store.read(lambda tx: tx.dialogs.get(ANNI))
    assert dialog is not None
    assert (dialog.step, dialog.product_id, dialog.message_id) == (
        Step.DESTINATION,
        shop.product("SM10"),
        77,
    )


@pytest.mark.parametrize(
    ("code", "reason"), [("GONE", UnavailableReason.EMPTY), ("NIGHT", UnavailableReason.CLOSED)]
)
async def test_what_cannot_be_bought_cannot_be_chosen(
    shop: Shop, code: str, reason: UnavailableReason
) -> None:
    """Sold out, or in its nightly closing."""
    shop.clock.advance(12 * 3600 - 60)
    for attempt in (
        shop.buy.choose(ANNI, shop.product(code), None),
        shop.buy.quote(ANNI, shop.product(code), NUMBER),
    ):
        with pytest.raises(ProductUnavailableError) as caught:
            await attempt
        assert caught.value.reason is reason


async def test_a_product_that_never_was_cannot_be_chosen(shop: Shop) -> None:
    """A forged button finds nothing."""
    with pytest.raises(ProductUnavailableError) as caught:
        await shop.buy.choose(ANNI, ProductId(999), None)
    assert caught.value.reason is UnavailableReason.GONE


async def test_a_quote_shows_what_will_be_bought_and_what_is_left(shop: Shop) -> None:
    """The number in its one form, the price, and the wallet after it; no money moves."""
    quote = await shop.buy.quote(ANNI, shop.product("SM10"), "+62 812-3456-7890", 77)
    assert quote.destination == NUMBER
    assert (quote.balance_after, quote.missing) == (100_000 - PRICE, 0)
    assert quote.bought_before is None
    assert not quote.is_second_today
    assert quote.other_brands == frozenset()
    assert (await shop.wallet()).held == 0


async def test_a_bad_destination_is_refused(shop: Shop) -> None:
    """The customer types again."""
    with pytest.raises(DestinationError):
        await shop.buy.quote(ANNI, shop.product("SM10"), "123")


async def test_a_quote_says_how_much_is_missing(shop: Shop) -> None:
    """A wallet that is short is no error yet."""
    await shop.credit(ANNI, -95_000)
    quote = await shop.buy.quote(ANNI, shop.product("SM10"), NUMBER)
    assert quote.missing == PRICE - 5_000


async def test_a_number_of_another_operator_is_pointed_out(shop: Shop) -> None:
    """Pulsa of one operator for another's number is mostly a slip."""
    quote = await shop.buy.quote(ANNI, shop.product("SM10"), "081712345678")
    assert quote.other_brands == {"XL"}
    meter = await shop.buy.quote(ANNI, shop.product("PLN20"), "12345678901")
    assert meter.other_brands == frozenset()


async def test_a_second_order_of_the_day_is_pointed_out_where_the_supplier_minds(
    shop: Shop,
) -> None:
    """Until midnight in the supplier's time, and only for the same number."""
    await shop.queue(code="ONCE")
    shop.clock.advance(3600)
    again = await shop.buy.quote(ANNI, shop.product("ONCE"), NUMBER)
    assert again.is_second_today
    other = await shop.buy.quote(ANNI, shop.product("ONCE"), "081299999999")
    assert not other.is_second_today
    shop.clock.advance(11 * 3600)
    tomorrow = await shop.buy.quote(ANNI, shop.product("ONCE"), NUMBER)
    assert not tomorrow.is_second_today


async def test_confirming_holds_the_money_and_queues_one_order(shop: Shop) -> None:
    """Token used, price held, dialog over, the customer told."""
    order = await shop.queue()
    assert (order.state, order.price, order.cost) == (OrderState.QUEUED, PRICE, 10_200)
    assert (order.message_id, order.is_counter_sale) == (55, False)
    wallet = await shop.wallet()
    assert (wallet.posted, wallet.held) == (100_000, PRICE)
    assert await shop.store.read(lambda tx: tx.dialogs.get(ANNI)) is None
    assert await shop.told(ANNI) == [NoticeKind.ORDER]


async def test_an_admins_own_order_is_a_counter_sale_on_credit(shop: Shop) -> None:
    """The reseller sells at the counter on day one, with nothing in the wallet."""
    order = await shop.queue(CustomerId(ADMIN))
    assert order.is_counter_sale
    assert (await shop.wallet(CustomerId(ADMIN))).balance == -PRICE


async def test_two_taps_make_one_order(shop: Shop) -> None:
    """The second one is told which order the first one made."""
    token = await shop.token()
    order = await shop.buy.confirm(ANNI, token, 55)
    with pytest.raises(TokenError) as caught:
        await shop.buy.confirm(ANNI, token, 55)
    assert (caught.value.fault, caught.value.outcome) == (TokenFault.USED, order.number)
    assert (await shop.wallet()).held == PRICE


async def test_taps_at_the_same_time_make_one_order(shop: Shop) -> None:
    """However many arrive at once."""
    token = await shop.token()
    ends = await asyncio.gather(
        *(shop.buy.confirm(ANNI, token, 55) for _ in range(8)), return_exceptions=True
    )
    assert len([end for end in ends if isinstance(end, Order)]) == 1
    assert len([end for end in ends if isinstance(end, TokenError)]) == 7
    assert (await shop.wallet()).held == PRICE


async def test_the_last_money_is_spent_once(shop: Shop) -> None:
    """Two screens confirmed at once, with money for one."""
    await shop.credit(ANNI, PRICE - 100_000)
    tokens = [await shop.token(), await shop.token(number="081299999999")]
    ends = await asyncio.gather(
        *(shop.buy.confirm(ANNI, token, 55) for token in tokens), return_exceptions=True
    )
    assert len([end for end in ends if isinstance(end, Order)]) == 1
    assert len([end for end in ends if isinstance(end, InsufficientFundsError)]) == 1
    assert (await shop.wallet()).available == 0


async def test_a_token_works_for_the_one_it_was_shown_to(shop: Shop) -> None:
    """A forwarded or guessed button does nothing."""
    token = await shop.token()
    for customer_id, wrong in ((BUDI, token), (ANNI, "token9999999")):
        with pytest.raises(TokenError) as caught:
            await shop.buy.confirm(customer_id, wrong, 55)
        assert caught.value.fault is TokenFault.UNKNOWN


async def test_a_button_is_good_for_half_an_hour(shop: Shop) -> None:
    """Later the customer is asked again."""
    token = await shop.token()
    shop.clock.advance(1_800)
    fresh = await shop.token(BUDI)
    shop.clock.advance(1)
    with pytest.raises(TokenError) as caught:
        await shop.buy.confirm(ANNI, token, 55)
    assert caught.value.fault is TokenFault.EXPIRED
    await shop.buy.confirm(BUDI, fresh, 55)


async def test_the_price_charged_is_the_price_shown(shop: Shop) -> None:
    """When it moved, up or down, the customer is asked again."""
    token = await shop.token()
    await shop.relist("SM10", cost=Rupiah(10_700))
    with pytest.raises(PriceChangedError) as caught:
        await shop.buy.confirm(ANNI, token, 55)
    assert (caught.value.shown, caught.value.current) == (PRICE, 11_700)
    assert (await shop.wallet()).held == 0


async def test_a_product_that_sold_out_cannot_be_confirmed(shop: Shop) -> None:
    """It is looked at again when the button is pressed; the token stays good."""
    token = await shop.token()
    await shop.relist("SM10", is_ready=False)
    with pytest.raises(ProductUnavailableError):
        await shop.buy.confirm(ANNI, token, 55)
    await shop.relist("SM10", is_ready=True)
    await shop.buy.confirm(ANNI, token, 55)


async def test_a_product_that_closed_cannot_be_confirmed(shop: Shop) -> None:
    """A minute after its cutoff began."""
    shop.clock.advance(11.4 * 3600)
    token = await shop.token(code="NIGHT")
    shop.clock.advance(6 * 60)
    with pytest.raises(ProductUnavailableError) as caught:
        await shop.buy.confirm(ANNI, token, 55)
    assert caught.value.reason is UnavailableReason.CLOSED
    assert caught.value.opens_at is not None
    assert caught.value.opens_at - shop.clock.now() == timedelta(minutes=60)


async def test_a_product_that_became_something_else_asks_again(shop: Shop) -> None:
    """A phone number is no meter number."""
    token = await shop.token(number="0812345678901")
    await shop.relist("SM10", type="token-pln")
    with pytest.raises(TokenError) as caught:
        await shop.buy.confirm(ANNI, token, 55)
    assert caught.value.fault is TokenFault.EXPIRED


async def test_nothing_is_sold_while_the_shop_is_paused(shop: Shop) -> None:
    """The token stays good for afterwards."""
    token = await shop.token()
    await shop.admin.pause(ADMIN)
    with pytest.raises(ShopPausedError):
        await shop.buy.confirm(ANNI, token, 55)
    await shop.admin.resume(ADMIN)
    await shop.buy.confirm(ANNI, token, 55)


async def test_the_same_again_within_ten_minutes_is_asked_about_first(shop: Shop) -> None:
    """A second screen that was open already does not buy; a fresh one says so and does."""
    tokens = [await shop.token(), await shop.token()]
    order = await shop.buy.confirm(ANNI, tokens[0], 55)
    with pytest.raises(BoughtJustNowError):
        await shop.buy.confirm(ANNI, tokens[1], 55)
    quote = await shop.buy.quote(ANNI, shop.product("SM10"), NUMBER)
    assert quote.bought_before is not None
    assert quote.bought_before.order_id == order.order_id
    await shop.buy.confirm(ANNI, quote.token, 55)
    assert (await shop.wallet()).held == 2 * PRICE


async def test_a_cancelled_order_is_not_asked_about(shop: Shop) -> None:
    """It was not bought."""
    tokens = [await shop.token(), await shop.token()]
    order = await shop.buy.confirm(ANNI, tokens[0], 55)
    await shop.buy.cancel(ANNI, order.order_id)
    await shop.buy.confirm(ANNI, tokens[1], 55)


async def test_leaving_forgets_what_was_chosen(shop: Shop) -> None:
    """And says whether there was anything."""
    await shop.buy.choose(ANNI, shop.product("SM10"), None)
    assert await shop.dialogs.end(ANNI)
    assert not await shop.dialogs.end(ANNI)


async def test_a_queued_order_can_be_cancelled_by_its_owner(shop: Shop) -> None:
    """The money is free again, and the customer hears it with a sound."""
    order = await shop.queue()
    await shop.told()
    with pytest.raises(NotFoundError):
        await shop.buy.cancel(BUDI, order.order_id)
    cancelled = await shop.buy.cancel(ANNI, order.order_id)
    assert (cancelled.state, cancelled.cancel_reason) == (
        OrderState.CANCELLED,
        CancelReason.BY_CUSTOMER,
    )
    assert (await shop.wallet()).held == 0
    assert await shop.told(ANNI) == [NoticeKind.ORDER, NoticeKind.OUTCOME]


async def test_cancelling_and_starting_race_and_one_wins(shop: Shop) -> None:
    """Either the order is sent and stays, or it is cancelled and never sent."""
    for number in range(6):
        order = await shop.queue(number=f"08123456780{number}")
        shop.clock.advance(6)
        attempts = [shop.send.start(), shop.buy.cancel(ANNI, order.order_id)]
        if number % 2:
            attempts.reverse()
        ends = await asyncio.gather(*attempts, return_exceptions=True)
        refused = any(isinstance(end, InvalidTransitionError) for end in ends)
        state = (await shop.get(order.order_id)).state
        assert state is (OrderState.SENDING if refused else OrderState.CANCELLED)


async def test_a_sent_order_cannot_be_cancelled(shop: Shop) -> None:
    """The goods may be on their way."""
    order = await shop.ambiguous()
    with pytest.raises(InvalidTransitionError):
        await shop.buy.cancel(ANNI, order.order_id)


async def test_a_selling_price_is_awaited_for_an_order(shop: Shop) -> None:
    """So that what is typed after a crash still belongs to its receipt."""
    await shop.dialogs.ask_selling_price(ANNI, OrderId(7))
    dialog = await shop.dialogs.of(ANNI)
    assert dialog is not None
    assert (dialog.step, dialog.data["order_id"]) == (Step.SELLING_PRICE, 7)
