"""Help requests: customers ask the admins to help with an order, or to write."""

from __future__ import annotations

import pytest

from bot.domain.customer import TelegramId
from bot.domain.errors import NotFoundError
from bot.domain.notice import NoticeKind
from tests.services.shop import ADMIN_CHAT, ANNI, BUDI, SECOND_ADMIN_CHAT, Shop


async def received(shop: Shop, kind: NoticeKind) -> list[tuple[TelegramId, int | None]]:
    """Deliver pending notices; return the chats that got one of this kind, and its subject."""
    notices = [one.notice for one in await shop.deliveries(kind=kind)]
    return [(one.chat_id, one.subject_id) for one in notices]


async def test_a_request_for_help_reaches_every_admin_once_in_ten_minutes(shop: Shop) -> None:
    order = await shop.queue()
    to_admins = [(ADMIN_CHAT, order.order_id), (SECOND_ADMIN_CHAT, order.order_id)]
    for key in ("update:1", "update:1", "update:2"):
        assert await shop.help_requests.ask_about_order(ANNI, order.order_id, key) == order
    assert await received(shop, NoticeKind.HELP) == to_admins
    shop.clock.advance(600)
    await shop.help_requests.ask_about_order(ANNI, order.order_id, "update:3")
    assert await received(shop, NoticeKind.HELP) == to_admins
    shown = shop.notifier.delivered[-1]
    assert (shown.order, shown.customer) == (order, await shop.person(ANNI))


async def test_help_can_be_requested_only_for_own_orders(shop: Shop) -> None:
    order = await shop.queue()
    with pytest.raises(NotFoundError):
        await shop.help_requests.ask_about_order(BUDI, order.order_id, "update:1")
    assert await received(shop, NoticeKind.HELP) == []


async def test_a_request_to_be_contacted_reaches_each_admin_once_in_ten_minutes(shop: Shop) -> None:
    for key in ("update:1", "update:1", "update:2"):
        await shop.help_requests.ask_for_message(ANNI, key)
    assert await received(shop, NoticeKind.ASKED) == [
        (ADMIN_CHAT, ANNI),
        (SECOND_ADMIN_CHAT, ANNI),
    ]
    await shop.help_requests.ask_for_message(BUDI, "update:3")
    assert await received(shop, NoticeKind.ASKED) == [
        (ADMIN_CHAT, BUDI),
        (SECOND_ADMIN_CHAT, BUDI),
    ]
    shop.clock.advance(600)
    await shop.help_requests.ask_for_message(ANNI, "update:4")
    assert await received(shop, NoticeKind.ASKED) == [
        (ADMIN_CHAT, ANNI),
        (SECOND_ADMIN_CHAT, ANNI),
    ]
