"""Settling: what the ledger and the transition table refuse changes nothing."""

from dataclasses import replace

import pytest

from bot.domain.errors import InvalidTransitionError, LedgerError
from bot.domain.order import CancelReason, Event, OrderState, ParkReason
from bot.ports.store import Transaction
from bot.services.orders import settle
from bot.services.orders.transitions import transition
from tests.services.shop import PRICE, Shop


async def test_ending_an_order_without_a_hold_rolls_back(shop: Shop) -> None:
    order = await shop.queue()

    def end_another(tx: Transaction) -> None:
        unheld = tx.orders.add(replace(order, destination="081299999999"))
        settle.cancel(tx, unheld, CancelReason.BY_ADMIN, shop.clock.now())

    with pytest.raises(LedgerError):
        await shop.store.write(end_another)
    assert len((await shop.history.page(order.customer_id, 0, 5)).orders) == 1


@pytest.mark.parametrize("state", [OrderState.QUEUED, OrderState.ACCEPTED])
async def test_an_event_missing_from_the_table_changes_nothing(
    shop: Shop, state: OrderState
) -> None:
    order = await shop.queue() if state is OrderState.QUEUED else await shop.accepted()
    with pytest.raises(InvalidTransitionError):
        await shop.store.write(lambda tx: transition(tx, order, Event.REFUSED))
    assert await shop.get(order.order_id) == order
    assert (await shop.wallet()).held == PRICE


async def test_parking_a_parked_order_keeps_its_reason_and_sends_no_notice(shop: Shop) -> None:
    parked = await shop.parked()
    await shop.delivered_kinds()
    kept = await shop.store.write(
        settle.park_or_keep, shop.rules, parked, ParkReason.FOREIGN_REPLY, shop.clock.now()
    )
    assert kept.park_reason is ParkReason.UNKNOWN
    assert await shop.delivered_kinds() == []
