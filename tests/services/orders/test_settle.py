"""Settling: the database and the transition table refuse what must not happen."""

from dataclasses import replace

import pytest

from bot.domain.errors import DuplicateError, InvalidTransitionError, LedgerError
from bot.domain.ledger import Phase, Transfer, resolution
from bot.domain.order import CancelReason, Event, Order, OrderState, ParkReason
from bot.ports.store import Transaction
from bot.services.orders import settle
from bot.services.orders.transitions import transition
from tests.services.shop import BUDI, PRICE, Shop


async def test_ending_an_order_without_a_hold_rolls_back(shop: Shop) -> None:
    order = await shop.queue()

    def end_another(tx: Transaction) -> None:
        unheld = tx.orders.add(replace(order, destination="081299999999"))
        settle.cancel(tx, unheld, CancelReason.BY_ADMIN, shop.clock.now())

    with pytest.raises(LedgerError):
        await shop.store.write(end_another)
    assert len((await shop.history.page(order.customer_id, 0, 5)).orders) == 1


def resolve_again(tx: Transaction, hold: Transfer, phase: Phase) -> None:
    """Record a resolution of a hold without a check."""
    tx.ledger.record(resolution(hold, phase, hold.created_at))


async def test_the_database_refuses_a_second_resolution_of_a_hold(shop: Shop) -> None:
    order = await shop.queue()
    await shop.buy.cancel(order.customer_id, order.order_id)
    hold = await shop.store.read(lambda tx: tx.ledger.hold_of(order.order_id))
    assert hold is not None
    for phase in (Phase.POST, Phase.VOID):
        with pytest.raises(DuplicateError):
            await shop.store.write(resolve_again, hold, phase)
    assert (await shop.wallet()).posted == 100_000


@pytest.mark.parametrize("state", [OrderState.QUEUED, OrderState.ACCEPTED])
async def test_an_event_missing_from_the_table_changes_nothing(
    shop: Shop, state: OrderState
) -> None:
    order = await shop.queue() if state is OrderState.QUEUED else await shop.accepted()
    with pytest.raises(InvalidTransitionError):
        await shop.store.write(lambda tx: transition(tx, order, Event.REFUSED))
    assert await shop.get(order.order_id) == order
    assert (await shop.wallet()).held == PRICE


async def test_the_database_refuses_a_second_unresolved_order_of_a_target(shop: Shop) -> None:
    """The sender skips such targets; the index guards against an error in it."""
    await shop.ambiguous()
    second = await shop.queue(BUDI)

    def send_anyway(tx: Transaction) -> Order:
        return tx.orders.save(
            replace(second, state=OrderState.SENDING, sent_at=shop.clock.now(), send_number=9)
        )

    with pytest.raises(DuplicateError):
        await shop.store.write(send_anyway)
    assert (await shop.get(second.order_id)).state is OrderState.QUEUED


async def test_the_database_refuses_a_second_order_with_a_ref_id(shop: Shop) -> None:
    first = await shop.accepted()
    second = await shop.accepted("081299999999", "r2")
    stolen = replace(second, ref_id=first.ref_id)
    with pytest.raises(DuplicateError):
        await shop.store.write(lambda tx: tx.orders.save(stolen))


async def test_parking_a_parked_order_keeps_its_reason_and_sends_no_notice(shop: Shop) -> None:
    parked = await shop.parked()
    await shop.delivered_kinds()
    kept = await shop.store.write(
        settle.park_or_keep, shop.rules, parked, ParkReason.FOREIGN_REPLY, shop.clock.now()
    )
    assert kept.park_reason is ParkReason.UNKNOWN
    assert await shop.delivered_kinds() == []
