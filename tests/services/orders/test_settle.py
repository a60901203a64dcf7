"""Settling: what may not happen is refused by the books themselves."""

from dataclasses import replace

import pytest

from bot.domain.errors import DuplicateError, InvalidTransitionError, LedgerError
from bot.domain.ledger import Phase, Transfer, resolution
from bot.domain.order import CancelReason, Order, OrderState, ParkReason, Refused
from bot.ports.store import Transaction
from bot.services.orders import settle
from tests.services.shop import BUDI, PRICE, Shop


async def test_an_order_without_a_hold_cannot_be_ended(shop: Shop) -> None:
    """Nothing is free that never was reserved; the whole transaction is undone."""
    order = await shop.queue()

    def end_another(tx: Transaction) -> None:
        unheld = tx.orders.add(replace(order, destination="081299999999"))
        settle.cancel(tx, unheld, CancelReason.BY_ADMIN, shop.clock.now())

    with pytest.raises(LedgerError):
        await shop.store.write(end_another)
    assert len((await shop.history.page(order.customer_id, 0, 5)).orders) == 1


def resolve_again(tx: Transaction, hold: Transfer, phase: Phase) -> None:
    """Resolve a hold whatever became of it."""
    tx.ledger.record(resolution(hold, phase, hold.created_at))


async def test_a_hold_is_resolved_once(shop: Shop) -> None:
    """The database refuses a second resolution, of either kind."""
    order = await shop.queue()
    await shop.buy.cancel(order.customer_id, order.order_id)
    hold = await shop.store.read(lambda tx: tx.ledger.hold_of(order.order_id))
    assert hold is not None
    for phase in (Phase.POST, Phase.VOID):
        with pytest.raises(DuplicateError):
            await shop.store.write(resolve_again, hold, phase)
    assert (await shop.wallet()).posted == 100_000


@pytest.mark.parametrize("state", [OrderState.QUEUED, OrderState.ACCEPTED])
async def test_an_event_that_the_table_lacks_changes_nothing(shop: Shop, state: OrderState) -> None:
    """Neither the order nor the money."""
    order = await shop.queue() if state is OrderState.QUEUED else await shop.accepted()
    with pytest.raises(InvalidTransitionError):
        await shop.store.write(lambda tx: settle.move(tx, order, Refused()))
    assert await shop.get(order.order_id) == order
    assert (await shop.wallet()).held == PRICE


async def test_one_unresolved_order_of_a_target_by_the_database_itself(shop: Shop) -> None:
    """The sender skips such targets; if it ever failed to, the index would refuse."""
    await shop.ambiguous()
    second = await shop.queue(BUDI)

    def send_all_the_same(tx: Transaction) -> Order:
        return tx.orders.save(
            replace(second, state=OrderState.SENDING, sent_at=shop.clock.now(), send_number=9)
        )

    with pytest.raises(DuplicateError):
        await shop.store.write(send_all_the_same)
    assert (await shop.get(second.order_id)).state is OrderState.QUEUED


async def test_one_ref_id_belongs_to_one_order_by_the_database_itself(shop: Shop) -> None:
    """Whoever claims it second is refused."""
    first = await shop.accepted()
    second = await shop.accepted("081299999999", "r2")
    stolen = replace(second, ref_id=first.ref_id)
    with pytest.raises(DuplicateError):
        await shop.store.write(lambda tx: tx.orders.save(stolen))


async def test_an_order_is_parked_once(shop: Shop) -> None:
    """A second reason does not announce it again."""
    parked = await shop.parked()
    await shop.told()
    kept = await shop.store.write(
        settle.park_or_keep, shop.rules, parked, ParkReason.FOREIGN_REPLY, shop.clock.now()
    )
    assert kept.park_reason is ParkReason.UNKNOWN
    assert await shop.told() == []
