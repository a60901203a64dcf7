"""Repeated quotes, the dialog of a customer, and requests for help."""

from __future__ import annotations

import pytest

from bot.domain.dialog import Step
from bot.domain.errors import DestinationError, NotFoundError, TokenError, TokenFault
from bot.domain.money import Rupiah
from bot.domain.money_source import MoneySource
from bot.domain.order import OrderId
from tests.services.shop import ADMIN, ANNI, BUDI, NUMBER, Shop


async def test_an_old_quote_is_repeated_at_the_current_price(shop: Shop) -> None:
    token = await shop.token()
    await shop.relist("SM10", cost=Rupiah(10_900))
    shop.clock.advance(86_400)
    quote = await shop.buy.requote(ANNI, token, 77)
    assert (quote.offer.price, quote.destination) == (11_900, NUMBER)
    assert quote.token != token
    found = await shop.dialogs.of(ANNI)
    assert found is not None
    assert (found.step, found.message_id) == (Step.CONFIRM, 77)


async def test_a_used_quote_names_its_order_instead(shop: Shop) -> None:
    token = await shop.token()
    order = await shop.buy.confirm(ANNI, token, 55)
    with pytest.raises(TokenError) as caught:
        await shop.buy.requote(ANNI, token, 77)
    assert (caught.value.fault, caught.value.outcome) == (TokenFault.USED, order.number)


async def test_a_token_of_another_customer_or_kind_is_unknown(shop: Shop) -> None:
    token = await shop.token()
    with pytest.raises(TokenError) as caught:
        await shop.buy.requote(BUDI, token, 77)
    assert caught.value.fault is TokenFault.UNKNOWN
    adjustment = await shop.wallets.propose_adjustment(ADMIN, ANNI, 1_000, "", MoneySource.TRANSFER)
    with pytest.raises(TokenError) as caught:
        await shop.buy.requote(ADMIN.customer_id, adjustment.token, 77)
    assert caught.value.fault is TokenFault.UNKNOWN


async def test_an_order_is_quoted_again_with_the_earlier_purchase(shop: Shop) -> None:
    order = await shop.queue()
    quote = await shop.buy.quote_again(ANNI, order.order_id, None)
    assert (quote.offer.product.product_id, quote.destination) == (order.product_id, NUMBER)
    assert quote.recent_purchase == order


async def test_a_game_id_joined_with_its_zone_is_quoted_unchanged(shop: Shop) -> None:
    quote = await shop.buy.quote(ANNI, shop.product("ML86"), "12345678 1234")
    order = await shop.buy.confirm(ANNI, quote.token, 55)
    again = await shop.buy.quote_again(ANNI, order.order_id, None)
    assert again.destination == "123456781234"


async def test_another_customers_or_unknown_order_is_not_quoted(shop: Shop) -> None:
    order = await shop.queue()
    for who, order_id in ((BUDI, order.order_id), (ANNI, OrderId(999))):
        with pytest.raises(NotFoundError):
            await shop.buy.quote_again(who, order_id, None)


async def test_a_destination_of_the_wrong_kind_is_not_quoted_again(shop: Shop) -> None:
    order = await shop.queue(number="0812345678")
    await shop.relist("SM10", type="token-pln")
    with pytest.raises(DestinationError):
        await shop.buy.quote_again(ANNI, order.order_id, None)
