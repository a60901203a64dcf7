"""The list of what waits for the staff: orders, top-ups, customers, withheld products."""

from __future__ import annotations

import pytest

from bot.domain.customer import Actor, TelegramId
from bot.domain.errors import NotPermittedError
from bot.domain.joining import JoinRequest
from bot.domain.order import Order
from bot.domain.staff import Right
from bot.services.admin.pending_decisions import LISTED, Waiting, WaitingKind
from tests.services.money.topups.steps import HOUR, approve, reject, request_topup, send_picture
from tests.services.shop import (
    ADMIN,
    ANNI,
    ANNI_CHAT,
    BUDI,
    SECOND_ADMIN,
    Shop,
    shop_rules,
)
from tests.services.test_threads import BUDI_AT_WORK, hire


@pytest.fixture
async def topup_shop(shop: Shop) -> Shop:
    """A shop whose top-ups expire after an hour."""
    shop.rules = shop_rules(topup_expires=HOUR)
    shop.build()
    return shop


async def waiting(shop: Shop) -> list[int]:
    """Return the ids of the top-ups that wait."""
    items = (await shop.admin.waiting(ADMIN)).items
    return [one.topup.topup_id for one in items if one.topup is not None]


async def parked(shop: Shop) -> list[Order]:
    """Return the parked orders that wait."""
    return [one.order for one in (await shop.admin.waiting(ADMIN)).items if one.order is not None]


async def test_a_new_shop_has_nothing_waiting(shop: Shop) -> None:
    found = await shop.admin.waiting(SECOND_ADMIN)
    assert found == Waiting({}, [], 0)
    assert (found.count, found.oldest_at) == (0, None)


async def test_only_parked_orders_wait_until_they_are_settled(shop: Shop) -> None:
    order = await shop.parked()
    await shop.queue(BUDI, number="081277777777")
    assert await parked(shop) == [order]
    assert (await shop.admin.waiting(ADMIN)).oldest_at == order.parked_at
    await shop.insist_on_refund(ADMIN, order.order_id)
    assert await parked(shop) == []


async def test_a_pause_is_shown_with_its_time(shop: Shop) -> None:
    """A button older than the pause must not end it."""
    await shop.admin.pause(ADMIN)
    assert (await shop.admin.waiting(ADMIN)).stopped_since == int(shop.clock.now().timestamp())


async def test_a_top_up_waits_until_decided_cancelled_or_expired(topup_shop: Shop) -> None:
    topup = await request_topup(topup_shop, "a")
    (item,) = (await topup_shop.admin.waiting(ADMIN)).items
    assert (item.topup, item.customer) == (topup, await topup_shop.person(ANNI))
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
    for number in range(LISTED + 3):
        chat_id = TelegramId(7_000 + number)
        arrival = await topup_shop.customers.register(chat_id, "X", "", "id")
        topup = await request_topup(topup_shop, f"k{number}", arrival.customer.customer_id)
        asked.append(topup.topup_id)
    assert await waiting(topup_shop) == asked[:LISTED]
    assert (await topup_shop.admin.waiting(ADMIN)).count == LISTED + 3


async def test_everything_is_listed_by_its_age(shop: Shop) -> None:
    topup = await request_topup(shop)
    shop.clock.advance(60)
    order = await shop.queue()
    await shop.help_requests.ask_for_message(BUDI, "a")
    shop.clock.advance(60)
    await shop.help_requests.ask_about_order(ANNI, order.order_id, "b")
    found = await shop.admin.waiting(ADMIN)
    assert [(one.kind, one.customer_id) for one in found.items] == [
        (WaitingKind.TOPUP, ANNI),
        (WaitingKind.CASE, BUDI),
        (WaitingKind.CASE, ANNI),
    ]
    assert found.counts == {WaitingKind.TOPUP: 1, WaitingKind.CASE: 2}
    assert found.oldest_at == topup.created_at
    assert found.items[2].order == order


async def test_withheld_products_wait_for_owners(shop: Shop) -> None:
    order = await shop.queue()
    shop.supplier.shows(shop.row(order))
    await shop.send_next(shop.reply(order, cost=order.price + 1))
    (item,) = (await shop.admin.waiting(ADMIN)).items
    assert (item.kind, item.customer_id, item.customer) == (WaitingKind.WITHHELD, None, None)
    await hire(shop, Right.CASES, Right.TOPUPS)
    assert (await shop.admin.waiting(BUDI_AT_WORK)).items == []


async def test_applicants_wait_for_those_who_see_customers(shop: Shop) -> None:
    request = JoinRequest(ANNI, shop.clock.now())
    await shop.store.write(lambda tx: tx.joining.put_request(request))
    await hire(shop, Right.CUSTOMERS)
    (item,) = (await shop.admin.waiting(BUDI_AT_WORK)).items
    assert (item.kind, item.request) == (WaitingKind.APPLICANT, request)
    assert item.customer == await shop.person(ANNI)


async def test_each_sees_what_their_rights_are_for(shop: Shop) -> None:
    await shop.parked()
    topup = await request_topup(shop)
    await shop.help_requests.ask_for_message(ANNI, "a")
    with pytest.raises(NotPermittedError):
        await shop.admin.waiting(BUDI_AT_WORK)
    kinds = {
        Right.CASES: {WaitingKind.ORDER, WaitingKind.CASE},
        Right.TOPUPS: {WaitingKind.TOPUP},
        Right.CUSTOMERS: {WaitingKind.CASE},
        Right.SELL: set(),
    }
    for right, seen in kinds.items():
        await hire(shop, right)
        assert {one.kind for one in (await shop.admin.waiting(BUDI_AT_WORK)).items} == seen
    assert topup.customer_id == ANNI


async def test_who_wants_to_work_here_waits_for_owners(shop: Shop) -> None:
    link = await shop.staffing.make_link(ADMIN, {Right.SELL})
    asked = await shop.staffing.ask(Actor(ANNI, ANNI_CHAT), link.code)
    (item,) = (await shop.admin.waiting(SECOND_ADMIN)).items
    assert (item.kind, item.customer_id, item.staff_link) == (WaitingKind.EMPLOYEE, ANNI, asked)
    assert asked.link_id is not None
    await shop.staffing.decide(ADMIN, asked.link_id, accepts=False)
    assert (await shop.admin.waiting(SECOND_ADMIN)).count == 0
