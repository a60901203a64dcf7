"""The schedule starts every worker, and each is woken when a use case made work due for it."""

import sqlite3
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.domain.condition import Condition
from bot.domain.money import Rupiah
from bot.domain.order import Order, OrderState
from bot.domain.withheld_products import Withheld, WithheldId
from bot.ports.store import Transaction
from bot.services.orders.circuit_breaker import BREAKER, close_breaker
from bot.workers.loop import Loop, waking
from bot.workers.schedule import SCHEDULE, TOPICS, sweep_then_look_up
from storage.store import SqlStore
from tests.databases import thread_of
from tests.services.shop import ADMIN, ANNI, BUDI, NUMBER, Shop

Act = Callable[[Shop], Awaitable[object]]

SEND, POLL, RECONCILE, COMPARE = "send_orders", "poll_orders", "reconcile_orders", "compare_rows"
WATCH, RESTOCK, WITHHELD = "watch_supplier", "notify_restocked", "sync_withheld"
DELIVER, BALANCE = "deliver_outbox", "watch_balance"


def test_every_worker_has_a_name_of_its_own() -> None:
    names = [worker.name for worker in SCHEDULE]
    assert len(set(names)) == len(names)


def test_workers_that_write_by_the_clock_are_not_woken_by_writes() -> None:
    """A worker that runs once a day would otherwise run at every write."""
    assert {name for name, topics in TOPICS.items() if not topics} == {
        "expire_topups",
        "delete_old",
        "back_up_daily",
        "test_restore",
        "note_alive",
        "watch_machine",
        "watch_brands",
        "summarise_day",
    }


# --- no wake is lost: each use case that makes work due wakes its worker, and few others ---


class RecordingLoop(Loop):
    """Records that it was woken."""

    def __init__(self, name: str, woken: set[str]) -> None:
        async def step() -> None:
            """Do nothing."""

        super().__init__(name, step, TOPICS[name])
        self._record = woken

    def wake(self) -> None:
        self._record.add(self.name)


async def nothing(shop: Shop) -> None:
    """Prepare nothing."""


async def start(shop: Shop) -> None:
    await shop.queue()
    await shop.start()


async def lost(shop: Shop) -> None:
    await shop.ambiguous()


async def is_accepted(shop: Shop) -> None:
    order = await being_sent(shop)
    shop.supplier.will(shop.reply(order))
    await shop.send.carry_out(order)


async def is_lost(shop: Shop) -> None:
    shop.supplier.will_lose_the_answer()
    await shop.send.carry_out(await being_sent(shop))


async def being_sent(shop: Shop) -> Order:
    account = shop.rules.account
    (order,) = await shop.store.read(lambda tx: tx.orders.in_states(account, (OrderState.SENDING,)))
    return order


async def open_breaker(shop: Shop) -> None:
    def raise_it(tx: Transaction) -> Condition:
        return tx.conditions.raise_(f"{BREAKER}{shop.rules.account}", "", shop.clock.now())

    await shop.store.write(raise_it)


async def ask_restock(shop: Shop) -> None:
    await shop.restock.ask(ANNI, shop.product("GONE"))


async def withhold(shop: Shop) -> None:
    product_id = shop.product("SM20")

    def add(tx: Transaction) -> Withheld:
        order = tx.orders.history_of(ANNI, 1, 0)[0]
        return tx.withheld_products.add(
            Withheld(
                WithheldId(0),
                product_id,
                order.order_id,
                Rupiah(1),
                Rupiah(99_000),
                Rupiah(2),
                shop.clock.now(),
            )
        )

    await shop.store.write(add)


async def withheld(shop: Shop) -> None:
    await shop.queue()
    await withhold(shop)


async def release(shop: Shop) -> None:
    (found,) = await shop.store.read(lambda tx: tx.withheld_products.open())
    await shop.withholding.release(ADMIN, found.withheld_id, found.cost)


async def queued(shop: Shop) -> None:
    await shop.queue()


async def cancel(shop: Shop) -> None:
    (order,) = await shop.store.read(lambda tx: tx.orders.history_of(ANNI, 1, 0))
    await shop.buy.cancel(ANNI, order.order_id)


async def paused(shop: Shop) -> None:
    await shop.admin.pause(ADMIN, "lunch")


@pytest.mark.parametrize(
    ("before", "act", "woken"),
    [
        (nothing, lambda shop: shop.queue(), {SEND, DELIVER}),
        (queued, lambda shop: shop.start(), {SEND, RECONCILE, COMPARE}),
        (start, is_accepted, {SEND, POLL, DELIVER}),
        (start, is_lost, {SEND, RECONCILE, DELIVER}),
        (lost, lambda shop: shop.look_for(900), {SEND, POLL, RECONCILE, DELIVER}),
        (queued, cancel, {SEND, DELIVER}),
        (nothing, paused, {SEND, RECONCILE, WATCH, BALANCE, RESTOCK}),
        (paused, lambda shop: shop.admin.resume(ADMIN), {SEND, RECONCILE, WATCH, BALANCE, RESTOCK}),
        (
            open_breaker,
            lambda shop: shop.store.write(close_breaker, shop.rules.account, shop.clock.now()),
            {SEND, RECONCILE, WATCH, BALANCE, RESTOCK},
        ),
        (nothing, ask_restock, {RESTOCK}),
        (ask_restock, lambda shop: shop.relist("GONE", is_ready=True), {RESTOCK}),
        (queued, withhold, {SEND, RESTOCK, WITHHELD}),
        (withheld, release, {SEND, RESTOCK, WITHHELD}),
        (nothing, lambda shop: shop.credit(BUDI, 5_000), {DELIVER}),
        (nothing, lambda shop: shop.topups.request(ANNI, Rupiah(50_000), "a"), {DELIVER}),
        (nothing, lambda shop: shop.help_requests.ask_for_message(ANNI, "b"), {DELIVER}),
        (nothing, lambda shop: shop.buy.quote(ANNI, shop.product("SM10"), NUMBER), set()),
    ],
)
async def test_a_use_case_wakes_the_workers_that_it_makes_work_due_for(
    shop: Shop, before: Act, act: Act, woken: set[str]
) -> None:
    await before(shop)
    found: set[str] = set()
    shop.store.on_commit(waking([RecordingLoop(name, found) for name in TOPICS]))
    await act(shop)
    assert found == woken


# --- what a worker reads to find due work is what it waits for ---

NOT_WAITED_FOR = {
    # It changes together with the products.
    RESTOCK: {"versions"},
    # Triggers keep it whenever the outbox changes.
    DELIVER: {"outbox_chats"},
    # A comparison or a poll only moves the next comparison later.
    COMPARE: {"supplier_facts"},
    # The time at which the breaker closed is written with the end of its condition.
    WATCH: {"supplier_facts"},
    # The skew of the supplier's clock: it decides what a row proves, not when to look.
    RECONCILE: {"supplier_facts"},
}
"""Tables that a worker reads although a change there makes no work due."""


def steps_of(shop: Shop) -> dict[str, Callable[[], Awaitable[object]]]:
    return {
        SEND: shop.send.start,
        POLL: shop.reconcile.poll,
        RECONCILE: sweep_then_look_up(shop.reconcile),
        COMPARE: shop.recon.step,
        RESTOCK: shop.restock.step,
        WITHHELD: shop.withholding.step,
        DELIVER: shop.deliver.step,
    }


@pytest.mark.parametrize("name", [SEND, POLL, RECONCILE, COMPARE, RESTOCK, WITHHELD, DELIVER])
async def test_a_worker_waits_for_every_table_that_it_reads(shop: Shop, name: str) -> None:
    """A table that a step reads and that wakes nobody would be noticed a minute later."""
    await ask_restock(shop)
    await lost(shop)
    await shop.queue(BUDI, number="081234560002")
    await shop.deliver.deliver()
    if name == COMPARE:
        await shop.recon.step()
    shop.clock.at += timedelta(seconds=1)
    assert isinstance(shop.store, SqlStore)
    reader = thread_of(shop.store._reader)
    read: set[str] = set()

    def note(action: int, table: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_READ and table is not None:
            read.add(table)
        return sqlite3.SQLITE_OK

    await reader.run(lambda: reader.connection.set_authorizer(note))
    await steps_of(shop)[name]()
    await reader.run(lambda: reader.connection.set_authorizer(None))
    assert read
    tables = {topic.split(":")[0] for topic in TOPICS[name]}
    assert read - tables == NOT_WAITED_FOR.get(name, set()) & read
