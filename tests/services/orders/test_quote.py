"""Repeated quotes, the dialog of a customer, and requests for help."""

from __future__ import annotations

import pytest
from bot.domain.dialog import CONVERSATION, Dialog, Step

from bot.domain.errors import (
    DestinationError,
    NotFoundError,
    ProductUnavailableError,
    TokenError,
    TokenFault,
)
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId, OrderId
from bot.ports.store import Transaction
from tests.services.shop import ADMIN, ANNI, BUDI, NUMBER, SECOND_ADMIN, Shop


async def dialog(shop: Shop) -> Dialog | None:
    """Return Anni's dialog as stored."""
    return await shop.store.read(lambda tx: tx.dialogs.get(ANNI))


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
    adjustment = await shop.wallets.propose_adjustment(ADMIN, ANNI, 1_000, "")
    with pytest.raises(TokenError) as caught:
        await shop.buy.requote(CustomerId(ADMIN), adjustment.token, 77)
    assert caught.value.fault is TokenFault.UNKNOWN


async def test_a_sold_out_product_is_not_quoted_again(shop: Shop) -> None:
    token = await shop.token()
    await shop.relist("SM10", is_ready=False)
    with pytest.raises(ProductUnavailableError):
        await shop.buy.requote(ANNI, token, 77)


async def test_an_order_is_quoted_again_with_the_earlier_purchase(shop: Shop) -> None:
    order = await shop.queue()
    quote = await shop.buy.quote_again(ANNI, order.order_id, None)
    assert (quote.offer.product.product_id, quote.destination) == (order.product_id, NUMBER)
    assert quote.bought_before == order


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


async def test_browsing_writes_the_dialog_once(shop: Shop) -> None:
    """Most taps lead from level to level, and need no write."""
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


async def help_notices(shop: Shop) -> list[int]:
    """Deliver pending notices; return the admins that got a request for help."""
    delivered = await shop.deliveries()
    return [one.notice.chat_id for one in delivered if one.notice.kind is NoticeKind.HELP]


async def test_a_request_for_help_reaches_every_admin_once_in_ten_minutes(shop: Shop) -> None:
    order = await shop.queue()
    for key in ("update:1", "update:1", "update:2"):
        assert await shop.help_requests.ask_about_order(ANNI, order.order_id, key) == order
    assert await help_notices(shop) == [ADMIN, SECOND_ADMIN]
    shop.clock.advance(600)
    await shop.help_requests.ask_about_order(ANNI, order.order_id, "update:3")
    assert await help_notices(shop) == [ADMIN, SECOND_ADMIN]


async def test_help_can_be_requested_only_for_own_orders(shop: Shop) -> None:
    order = await shop.queue()
    with pytest.raises(NotFoundError):
        await shop.help_requests.ask_about_order(BUDI, order.order_id, "update:1")
    assert await help_notices(shop) == []


async def test_a_request_for_help_shows_the_order_and_its_customer(shop: Shop) -> None:
    order = await shop.queue()
    await shop.help_requests.ask_about_order(ANNI, order.order_id, "update:1")
    (delivered, _) = [one for one in await shop.deliveries() if one.notice.kind is NoticeKind.HELP]
    assert delivered.order == order
    assert delivered.customer is not None
    assert delivered.customer.customer_id == ANNI


async def test_a_request_to_be_contacted_reaches_every_admin_once_in_ten_minutes(
    shop: Shop,
) -> None:
    async def asked() -> list[tuple[int, int | None]]:
        delivered = [one.notice for one in await shop.deliveries()]
        return [(one.chat_id, one.subject_id) for one in delivered if one.kind is NoticeKind.ASKED]

    for key in ("update:1", "update:1", "update:2"):
        await shop.help_requests.ask_for_message(ANNI, key)
    assert await asked() == [(ADMIN, ANNI), (SECOND_ADMIN, ANNI)]
    await shop.help_requests.ask_for_message(BUDI, "update:3")
    assert await asked() == [(ADMIN, BUDI), (SECOND_ADMIN, BUDI)]
    shop.clock.advance(600)
    await shop.help_requests.ask_for_message(ANNI, "update:4")
    assert await asked() == [(ADMIN, ANNI), (SECOND_ADMIN, ANNI)]


async def test_a_trail_omits_the_only_sub_of_a_brand(shop: Shop) -> None:
    top = shop.browse.level(None)
    pulsa = shop.browse.level(top.categories[0].category_id)
    brand = shop.browse.level(pulsa.categories[0].category_id)
    assert [one.name for one in brand.trail] == ["pulsa-reguler", "TELKOMSEL"]
    await shop.relist("SM20", sub="Promo")
    sub = shop.browse.level(brand.path[-1].category_id)
    assert [one.name for one in sub.trail] == ["pulsa-reguler", "TELKOMSEL", "Umum"]


async def test_without_a_stored_dialog_none_is_returned(shop: Shop) -> None:
    def drop(tx: Transaction) -> None:
        tx.dialogs.drop(ANNI)

    await shop.store.write(drop)
    assert await shop.dialogs.of(ANNI) is None
