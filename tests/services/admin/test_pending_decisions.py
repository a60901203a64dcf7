"""What waits for an admin's decision."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.customer import TopUp
from bot.domain.errors import NotPermittedError
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.topup import Proof
from bot.services.admin.pending_decisions import TOPUPS_LISTED
from tests.services.shop import ADMIN, ANNI, BUDI, SECOND_ADMIN, Shop, shop_rules


@pytest.fixture
async def till(shop: Shop) -> Shop:
    """Return a shop whose top-ups run out after an hour."""
    shop.rules = shop_rules(topup_expires=timedelta(hours=1))
    shop.build()
    await shop.refresh.load()
    return shop


async def ask(shop: Shop, key: str = "a", who: CustomerId = ANNI) -> TopUp:
    """Ask for a top-up."""
    return await shop.wallets.request_topup(who, Rupiah(50_000), key)


async def waiting(shop: Shop) -> list[int]:
    """Return the top-ups that wait."""
    return [topup.topup_id for topup, _ in (await shop.admin.desk(ADMIN)).topups]


async def test_nothing_waits_at_first(shop: Shop) -> None:
    """And the shop sells."""
    desk = await shop.admin.desk(SECOND_ADMIN)
    assert (desk.parked, desk.topups, desk.topups_count, desk.standing_since) == ([], [], 0, 0)


async def test_only_admins_look_at_it(shop: Shop) -> None:
    """Permission is checked at every look."""
    with pytest.raises(NotPermittedError):
        await shop.admin.desk(ANNI)


async def test_parked_orders_wait_until_they_are_settled(shop: Shop) -> None:
    """Others that are open do not."""
    order = await shop.parked()
    await shop.queue(BUDI, number="081277777777")
    assert [one.order_id for one in (await shop.admin.desk(ADMIN)).parked] == [order.order_id]
    await shop.insist_on_refund(ADMIN, order.order_id)
    assert (await shop.admin.desk(ADMIN)).parked == []


async def test_a_pause_is_told_with_its_time(shop: Shop) -> None:
    """So that a button which is older than the pause does not end it."""
    await shop.admin.pause(ADMIN)
    assert (await shop.admin.desk(ADMIN)).standing_since == int(shop.clock.now().timestamp())


async def test_a_topup_waits_while_it_can_be_paid(till: Shop) -> None:
    """Not once it is decided, cancelled, or over."""
    topup = await ask(till)
    assert await waiting(till) == [topup.topup_id]
    (_, customer) = (await till.admin.desk(ADMIN)).topups[0]
    assert customer is not None
    assert customer.customer_id == ANNI
    await till.wallets.decide_topup(ADMIN, topup.topup_id, approve=True)
    assert await waiting(till) == []
    other = await ask(till, "b", BUDI)
    await till.topups.cancel(BUDI, other.topup_id)
    assert await waiting(till) == []
    last = await ask(till, "c", BUDI)
    till.clock.advance(3_599)
    assert await waiting(till) == [last.topup_id]
    till.clock.advance(1)
    assert await waiting(till) == []


async def test_a_topup_with_a_picture_waits_until_it_is_decided(till: Shop) -> None:
    """However late it is: somebody says that they have paid."""
    topup = await ask(till)
    await till.topups.prove(ANNI, Proof("file"), "proof")
    till.clock.advance(86_400)
    assert await waiting(till) == [topup.topup_id]
    await till.wallets.decide_topup(ADMIN, topup.topup_id, approve=False)
    assert await waiting(till) == []


async def test_a_topup_without_a_deadline_waits_until_it_is_decided(shop: Shop) -> None:
    """The shop has no codes: nobody else ends it."""
    topup = await ask(shop)
    shop.clock.advance(30 * 86_400)
    assert await waiting(shop) == [topup.topup_id]


async def test_all_are_counted_and_the_oldest_listed(till: Shop) -> None:
    """A full desk fits into one screen."""
    asked = []
    for number in range(TOPUPS_LISTED + 3):
        customer_id = CustomerId(7_000 + number)
        await till.wallets.greet(customer_id, "X", "", "id")
        asked.append((await ask(till, f"k{number}", customer_id)).topup_id)
    assert await waiting(till) == asked[:TOPUPS_LISTED]
    assert (await till.admin.desk(ADMIN)).topups_count == TOPUPS_LISTED + 3
