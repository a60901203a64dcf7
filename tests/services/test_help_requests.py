"""Help requests: customers ask the admins to help with an order, or to write."""

from __future__ import annotations

import pytest

from bot.domain.errors import NotFoundError
from bot.domain.notice import NoticeKind
from tests.services.shop import ADMIN, ANNI, BUDI, SECOND_ADMIN, Shop


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
