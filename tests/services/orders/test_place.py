"""Buying, up to the queued order: quotes, confirm tokens and cancelling."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.catalogue import ProductId
from bot.domain.destination import DestinationKind
from bot.domain.dialog import Step
from bot.domain.errors import (
    DestinationError,
    InsufficientFundsError,
    InvalidTransitionError,
    NotFoundError,
    PriceChangedError,
    ProductUnavailableError,
    RecentDuplicateOrderError,
    ShopPausedError,
    TokenError,
    TokenFault,
    UnavailableReason,
)
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.order import CancelReason, Order, OrderState
from tests.services.shop import ADMIN, ANNI, ANNI_CHAT, BUDI, NUMBER, PRICE, Shop


async def test_choosing_a_product_stores_the_destination_step(shop: Shop) -> None:
    """After a crash, typed text still belongs to the product."""
    offer = await shop.buy.choose(ANNI, shop.product("SM10"), 77)
    assert (offer.price, offer.kind) == (PRICE, DestinationKind.PHONE)
    dialog = await shop.store.read(lambda tx: tx.dialogs.get(ANNI))
    assert dialog is not None
    assert (dialog.step, dialog.product_id) == (Step.DESTINATION, shop.product("SM10"))
    assert dialog.message_id == 77


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("GONE", UnavailableReason.EMPTY),
        ("NIGHT", UnavailableReason.CLOSED),
        (None, UnavailableReason.GONE),
    ],
)
async def test_an_unavailable_product_cannot_be_chosen_or_quoted(
    shop: Shop, code: str | None, reason: UnavailableReason
) -> None:
    shop.clock.advance(12 * 3600 - 60)
    product_id = ProductId(999) if code is None else shop.product(code)
    for attempt in (
        shop.buy.choose(ANNI, product_id, None),
        shop.buy.quote(ANNI, product_id, NUMBER),
    ):
        with pytest.raises(ProductUnavailableError) as caught:
            await attempt
        assert caught.value.reason is reason


async def test_a_quote_shows_destination_and_balance_after_and_holds_nothing(shop: Shop) -> None:
    quote = await shop.buy.quote(ANNI, shop.product("SM10"), "+62 812-3456-7890", 77)
    assert quote.destination == NUMBER
    assert (quote.balance_after, quote.shortfall) == (100_000 - PRICE, 0)
    assert quote.recent_purchase is None
    assert not quote.is_second_today
    assert quote.other_brands == frozenset()
    assert (await shop.wallet()).held == 0


async def test_a_bad_destination_is_refused(shop: Shop) -> None:
    with pytest.raises(DestinationError):
        await shop.buy.quote(ANNI, shop.product("SM10"), "123")


async def test_a_quote_says_how_much_is_missing(shop: Shop) -> None:
    await shop.credit(ANNI, -95_000)
    quote = await shop.buy.quote(ANNI, shop.product("SM10"), NUMBER)
    assert quote.shortfall == PRICE - 5_000


async def test_a_quote_warns_of_a_number_of_another_operator(shop: Shop) -> None:
    quote = await shop.buy.quote(ANNI, shop.product("SM10"), "081712345678")
    assert quote.other_brands == {"XL"}
    meter = await shop.buy.quote(ANNI, shop.product("PLN20"), "12345678901")
    assert meter.other_brands == frozenset()


async def test_a_quote_warns_of_a_second_order_of_a_day_where_the_supplier_forbids_it(
    shop: Shop,
) -> None:
    """The day ends at midnight in the supplier's time zone."""
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
    order = await shop.queue()
    assert (order.state, order.price, order.cost) == (OrderState.QUEUED, PRICE, 10_200)
    assert (order.message_id, order.is_counter_sale) == (55, False)
    wallet = await shop.wallet()
    assert (wallet.posted, wallet.held) == (100_000, PRICE)
    assert await shop.store.read(lambda tx: tx.dialogs.get(ANNI)) is None
    assert await shop.delivered_kinds(ANNI_CHAT) == [NoticeKind.ORDER]


async def test_an_admins_own_order_is_a_counter_sale_on_credit(shop: Shop) -> None:
    order = await shop.queue(ADMIN.customer_id)
    assert order.is_counter_sale
    assert (await shop.wallet(ADMIN.customer_id)).balance == -PRICE


async def test_a_second_confirm_reports_the_first_ones_order(shop: Shop) -> None:
    token = await shop.token()
    order = await shop.buy.confirm(ANNI, token, 55)
    with pytest.raises(TokenError) as caught:
        await shop.buy.confirm(ANNI, token, 55)
    assert (caught.value.fault, caught.value.outcome) == (TokenFault.USED, order.number)
    assert (await shop.wallet()).held == PRICE


async def test_concurrent_confirms_of_one_token_make_one_order(shop: Shop) -> None:
    token = await shop.token()
    results = await asyncio.gather(
        *(shop.buy.confirm(ANNI, token, 55) for _ in range(8)), return_exceptions=True
    )
    assert len([end for end in results if isinstance(end, Order)]) == 1
    assert len([end for end in results if isinstance(end, TokenError)]) == 7
    assert (await shop.wallet()).held == PRICE


async def test_concurrent_confirms_cannot_spend_the_same_money_twice(shop: Shop) -> None:
    await shop.credit(ANNI, PRICE - 100_000)
    tokens = [await shop.token(), await shop.token(number="081299999999")]
    results = await asyncio.gather(
        *(shop.buy.confirm(ANNI, token, 55) for token in tokens), return_exceptions=True
    )
    assert len([end for end in results if isinstance(end, Order)]) == 1
    assert len([end for end in results if isinstance(end, InsufficientFundsError)]) == 1
    assert (await shop.wallet()).available == 0


async def test_a_token_works_only_for_its_customer(shop: Shop) -> None:
    token = await shop.token()
    for customer_id, wrong in ((BUDI, token), (ANNI, "token9999999")):
        with pytest.raises(TokenError) as caught:
            await shop.buy.confirm(customer_id, wrong, 55)
        assert caught.value.fault is TokenFault.UNKNOWN


async def test_a_token_expires_after_half_an_hour(shop: Shop) -> None:
    token = await shop.token()
    shop.clock.advance(1_800)
    fresh = await shop.token(BUDI)
    shop.clock.advance(1)
    with pytest.raises(TokenError) as caught:
        await shop.buy.confirm(ANNI, token, 55)
    assert caught.value.fault is TokenFault.EXPIRED
    await shop.buy.confirm(BUDI, fresh, 55)


async def test_a_changed_price_refuses_the_confirm(shop: Shop) -> None:
    token = await shop.token()
    await shop.relist("SM10", cost=Rupiah(10_700))
    with pytest.raises(PriceChangedError) as caught:
        await shop.buy.confirm(ANNI, token, 55)
    assert (caught.value.shown, caught.value.current) == (PRICE, 11_700)
    assert (await shop.wallet()).held == 0


async def test_a_sold_out_product_or_paused_shop_refuses_the_confirm_and_keeps_the_token(
    shop: Shop,
) -> None:
    token = await shop.token()
    await shop.relist("SM10", is_ready=False)
    with pytest.raises(ProductUnavailableError):
        await shop.buy.confirm(ANNI, token, 55)
    await shop.relist("SM10", is_ready=True)
    await shop.admin.pause(ADMIN)
    with pytest.raises(ShopPausedError):
        await shop.buy.confirm(ANNI, token, 55)
    await shop.admin.resume(ADMIN)
    await shop.buy.confirm(ANNI, token, 55)


async def test_a_product_in_its_cutoff_cannot_be_confirmed(shop: Shop) -> None:
    shop.clock.advance(11.4 * 3600)
    token = await shop.token(code="NIGHT")
    shop.clock.advance(6 * 60)
    with pytest.raises(ProductUnavailableError) as caught:
        await shop.buy.confirm(ANNI, token, 55)
    assert caught.value.reason is UnavailableReason.CLOSED
    assert caught.value.opens_at is not None
    assert caught.value.opens_at - shop.clock.now() == timedelta(minutes=60)


async def test_a_changed_destination_kind_expires_the_token(shop: Shop) -> None:
    token = await shop.token(number="0812345678901")
    await shop.relist("SM10", type="token-pln")
    with pytest.raises(TokenError) as caught:
        await shop.buy.confirm(ANNI, token, 55)
    assert caught.value.fault is TokenFault.EXPIRED


async def test_a_repeat_within_ten_minutes_needs_a_new_quote(shop: Shop) -> None:
    tokens = [await shop.token(), await shop.token()]
    order = await shop.buy.confirm(ANNI, tokens[0], 55)
    with pytest.raises(RecentDuplicateOrderError):
        await shop.buy.confirm(ANNI, tokens[1], 55)
    quote = await shop.buy.quote(ANNI, shop.product("SM10"), NUMBER)
    assert quote.recent_purchase is not None
    assert quote.recent_purchase.order_id == order.order_id
    await shop.buy.confirm(ANNI, quote.token, 55)
    assert (await shop.wallet()).held == 2 * PRICE


async def test_a_repeat_of_a_cancelled_order_needs_no_new_quote(shop: Shop) -> None:
    tokens = [await shop.token(), await shop.token()]
    order = await shop.buy.confirm(ANNI, tokens[0], 55)
    await shop.buy.cancel(ANNI, order.order_id)
    await shop.buy.confirm(ANNI, tokens[1], 55)


async def test_a_queued_order_can_be_cancelled_by_its_owner(shop: Shop) -> None:
    order = await shop.queue()
    await shop.delivered_kinds()
    with pytest.raises(NotFoundError):
        await shop.buy.cancel(BUDI, order.order_id)
    cancelled = await shop.buy.cancel(ANNI, order.order_id)
    assert cancelled.state == OrderState.CANCELLED
    assert cancelled.cancel_reason == CancelReason.BY_CUSTOMER
    assert (await shop.wallet()).held == 0
    assert await shop.delivered_kinds(ANNI_CHAT) == [NoticeKind.ORDER, NoticeKind.OUTCOME]


async def test_an_order_that_is_being_sent_cannot_be_cancelled(shop: Shop) -> None:
    order = await shop.queue()
    await shop.start()
    with pytest.raises(InvalidTransitionError):
        await shop.buy.cancel(ANNI, order.order_id)
    assert (await shop.get(order.order_id)).state is OrderState.SENDING
    assert (await shop.wallet()).held == PRICE


async def test_of_a_cancel_and_a_start_at_once_one_wins(shop: Shop) -> None:
    for number in range(6):
        order = await shop.queue(number=f"08123456780{number}")
        shop.clock.advance(6)
        attempts = [shop.send.start(), shop.buy.cancel(ANNI, order.order_id)]
        if number % 2:
            attempts.reverse()
        results = await asyncio.gather(*attempts, return_exceptions=True)
        refused = any(isinstance(end, InvalidTransitionError) for end in results)
        state = (await shop.get(order.order_id)).state
        assert state is (OrderState.SENDING if refused else OrderState.CANCELLED)
