"""The list of orders and top-ups that wait for an admin's decision."""

from __future__ import annotations

import pytest

from bot.domain.customer import TelegramId
from bot.domain.order import Order
from bot.services.admin.pending_decisions import TOPUPS_LISTED, PendingDecisions
from tests.services.money.topups.steps import HOUR, approve, reject, request_topup, send_picture
from tests.services.shop import ADMIN, ANNI, BUDI, SECOND_ADMIN, Shop, shop_rules


@pytest.fixture
async def topup_shop(shop: Shop) -> Shop:
    """A shop whose top-ups expire after an hour."""
    shop.rules = shop_rules(topup_expires=HOUR)
    shop.build()
    return shop


async def waiting(shop: Shop) -> list[int]:
    """Return the ids of the top-ups that wait."""
    return [topup.topup_id for topup, _ in (await shop.admin.pending_decisions(ADMIN)).topups]


async def parked(shop: Shop) -> list[Order]:
    """Return the parked orders that wait."""
    return list((await shop.admin.pending_decisions(ADMIN)).parked)


async def test_a_new_shop_has_nothing_waiting(shop: Shop) -> None:
    assert await shop.admin.pending_decisions(SECOND_ADMIN) == PendingDecisions([], [], 0, 0)


async def test_only_parked_orders_wait_until_they_are_settled(shop: Shop) -> None:
    order = await shop.parked()
    await shop.queue(BUDI, number="081277777777")
    assert await parked(shop) == [order]
    await shop.insist_on_refund(ADMIN, order.order_id)
    assert await parked(shop) == []


async def test_a_pause_is_shown_with_its_time(shop: Shop) -> None:
    """A button older than the pause must not end it."""
    await shop.admin.pause(ADMIN)
    assert (await shop.admin.pending_decisions(ADMIN)).stopped_since == int(
        shop.clock.now().timestamp()
    )


async def test_a_top_up_waits_until_decided_cancelled_or_expired(topup_shop: Shop) -> None:
    topup = await request_topup(topup_shop, "a")
    ((waits, customer),) = (await topup_shop.admin.pending_decisions(ADMIN)).topups
    assert (waits, customer) == (topup, await topup_shop.person(ANNI))
    await approve(topup_shop, topup)
    assert await waiting(topup_shop) == []
    other = await request_topup(topup_shop, "b", BUDI)
    await topup_shop.topups.cancel(BUDI, other.topup_id)
    assert await waiting(topup_shop) == []
    last = await request_topup(topup_shop, "c", BUDI)
    topup_shop.clock.advance(3_599)
    assert await waiting(topup_shop) == [last.topup_id]
    topup_shop.clock.advance(1)
    assert await waiting(topup_shop) == []


async def test_a_top_up_with_a_payment_proof_waits_until_it_is_decided(topup_shop: Shop) -> None:
    topup = await request_topup(topup_shop)
    await send_picture(topup_shop)
    topup_shop.clock.advance(86_400)
    assert await waiting(topup_shop) == [topup.topup_id]
    await reject(topup_shop, topup)
    assert await waiting(topup_shop) == []


async def test_a_top_up_without_expiry_waits_until_it_is_decided(shop: Shop) -> None:
    topup = await request_topup(shop)
    shop.clock.advance(30 * 86_400)
    assert await waiting(shop) == [topup.topup_id]


async def test_all_top_ups_are_counted_and_the_oldest_listed(topup_shop: Shop) -> None:
    asked = []
    for number in range(TOPUPS_LISTED + 3):
        chat_id = TelegramId(7_000 + number)
        arrival = await topup_shop.customers.register(chat_id, "X", "", "id")
        topup = await request_topup(topup_shop, f"k{number}", arrival.customer.customer_id)
        asked.append(topup.topup_id)
    assert await waiting(topup_shop) == asked[:TOPUPS_LISTED]
    assert (await topup_shop.admin.pending_decisions(ADMIN)).topups_count == TOPUPS_LISTED + 3
