"""Random histories of a shop: any answers of the supplier, and crashes at any time.

After every step the audit must have no findings, and the orders must agree with what the panel of
the simulation has really sold: one purchase for one confirm, and no unpaid goods except after an
admin's refund. The suite runs a few histories, `make fuzz` runs `FUZZ_HISTORIES`.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.domain.errors import (
    AlreadyDecidedError,
    AttachError,
    DomainError,
    InvalidTransitionError,
    RefundUncertainError,
    SupplierError,
    SupplierReadError,
    TokenError,
)
from bot.domain.ledger import wallet_of
from bot.domain.money import Rupiah
from bot.domain.order import FINAL_STATES, CustomerId, Order, OrderId, OrderState
from bot.domain.row_matching import target_of
from bot.ports.store import Transaction
from bot.ports.supplier import ServiceList
from bot.services.orders.queue import Wait
from tests.databases import all_orders, open_store
from tests.faults.simulation.fault_schedule import FaultSchedule
from tests.faults.simulation.panel import Panel
from tests.faults.simulation.panel_sales import PanelSale
from tests.faults.simulation.run_log import RunLog
from tests.services.fakes import HeldReply
from tests.services.panel_supplier import NEVER, OUTCOMES, Outcome, PanelSupplier
from tests.services.shop import ADMIN, ANNI, BUDI, LISTINGS, SENDING_LIMIT, Shop

T = TypeVar("T")

NUMBERS = ["081200000001", "081200000002", "081200000003"]
PAUSES = [1, 6, 6, 31, 61, 121, 601, 3_601]
HISTORIES = int(os.environ.get("FUZZ_HISTORIES", "20"))
# Random histories reach some lines by chance, which must not count as covered.
pytestmark = [pytest.mark.timeout(60 + 2 * HISTORIES), pytest.mark.unmeasured]
outcomes = st.sampled_from(OUTCOMES)


class ShopMachine(RuleBasedStateMachine):
    """The state machine: a shop, its panel, and the order calls in progress."""

    def __init__(self) -> None:
        super().__init__()
        self.is_open = False
        self.runner = asyncio.Runner()
        self.calls: list[tuple[asyncio.Task[None], HeldReply]] = []
        self.refunded: set[OrderId] = set()
        """Orders that an admin refunded, or whose row the panel took back."""

    @initialize(first=st.lists(outcomes, min_size=2, max_size=6))
    def open(self, first: list[Outcome]) -> None:
        """Open the shop and send some orders, so that every history has calls with faults."""
        self.folder = Path(tempfile.mkdtemp())
        self.store = self.run(open_store(self.folder / "konter.db"))
        self.is_open = True
        self.shop = Shop(self.store)
        time = self.shop.clock.seconds
        self.panel = Panel(time, RunLog(time), FaultSchedule(), Random(1))  # noqa: S311
        self.panel.listings = LISTINGS
        self.supplier = self.shop.supplier = self.shop.panel = PanelSupplier(self.panel)
        self.shop.build()
        self.run(self.shop.open())
        for place, outcome in enumerate(first):
            customer_id = (ANNI, BUDI)[place // len(NUMBERS)]
            self.buy(customer_id, NUMBERS[place % len(NUMBERS)], "SM10", outcome)

    def teardown(self) -> None:
        with self.runner:
            if not self.is_open:  # Hypothesis ran out of data before the first rule.
                return
            try:
                self.let_all_orders_end()
            finally:
                self.run(self.cancel_calls())
                self.run(self.store.close())
                shutil.rmtree(self.folder)

    def let_all_orders_end(self) -> None:
        """After 20 minutes without faults every order is final, parked, or behind a parked one."""
        while self.calls:
            self.answer(0)
        self.set_faults(is_silent=False, hides_a_row=False)
        self.resume()
        for sale in self.waiting():
            sale.ends_at = self.panel.time()
        for _ in range(20):
            self.shop.clock.advance(54)
            self.reconcile()
            self.poll()
            self.send(Outcome(is_done=True))
        self.deliver()
        parked = {target_of(order) for order in self.orders(OrderState.PARKED)}
        for order in self.orders(*set(OrderState) - FINAL_STATES - {OrderState.PARKED}):
            assert order.state is OrderState.ACCEPTED
            assert target_of(order) in parked
        self.check_the_books()
        self.check_that_goods_match_payments()

    def run(self, act: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end; calls in progress advance meanwhile."""
        return self.runner.run(act)

    async def cancel_calls(self) -> None:
        """Cancel the calls in progress, as the end of the process does."""
        for call, _ in self.calls:
            call.cancel()
        await asyncio.gather(*(call for call, _ in self.calls), return_exceptions=True)
        self.calls.clear()

    def orders(self, *states: OrderState) -> list[Order]:
        """Return the orders in these states, or all orders."""
        orders = self.run(self.store.read(all_orders, "U1"))
        return [order for order in orders if not states or order.state in states]

    def waiting(self) -> list[PanelSale]:
        """Return the sales that have not ended at the panel."""
        return [sale for sale in self.panel.purchases if sale.ends_at is NEVER]

    # --- customers ---

    @rule(
        customer_id=st.sampled_from([ANNI, BUDI, ADMIN.customer_id]),
        number=st.sampled_from(NUMBERS),
        code=st.sampled_from(["SM10", "SM10", "SM20"]),
        outcome=st.none() | outcomes,
    )
    def buy(self, customer_id: CustomerId, number: str, code: str, outcome: Outcome | None) -> None:
        """Confirm an order twice; with an outcome the next order is sent before the second."""

        async def buy() -> None:
            try:
                token = await self.shop.token(customer_id, code, number)
                await self.shop.buy.confirm(customer_id, token, 1)
            except TokenError:
                raise
            except DomainError:
                return
            if outcome is not None:
                await self._send(outcome)
            with pytest.raises(TokenError):
                await self.shop.buy.confirm(customer_id, token, 1)

        self.run(buy())

    @precondition(lambda self: self.orders(OrderState.QUEUED))
    @rule(which=st.integers(0, 9))
    def cancel(self, which: int) -> None:
        queued = self.orders(OrderState.QUEUED)
        order = queued[which % len(queued)]
        self.run(self.shop.buy.cancel(order.customer_id, order.order_id))

    @precondition(lambda self: self.orders(OrderState.SENDING, OrderState.ACCEPTED))
    @rule()
    def cancel_too_late(self) -> None:
        order = self.orders(OrderState.SENDING, OrderState.ACCEPTED)[0]
        with pytest.raises(InvalidTransitionError):
            self.run(self.shop.buy.cancel(order.customer_id, order.order_id))

    # --- workers ---

    @rule(outcome=outcomes)
    def send(self, outcome: Outcome) -> None:
        self.run(self._send(outcome))

    async def _send(self, outcome: Outcome) -> None:
        self.shop.clock.advance(6)
        started = await self.shop.send.start()
        if isinstance(started, Wait):
            return
        (order,) = started
        self.supplier.calling, self.supplier.outcome = order.number, outcome
        await self.shop.send.carry_out(order)

    @rule(outcome=outcomes)
    def send_slowly(self, outcome: Outcome) -> None:
        async def send() -> None:
            held = HeldReply(ValueError("not used"))
            self.supplier.held = held
            call = asyncio.ensure_future(self._send(outcome))
            asked = asyncio.ensure_future(held.asked.wait())
            await asyncio.wait([call, asked], return_when=asyncio.FIRST_COMPLETED)
            self.supplier.held = None
            if asked.done():
                self.calls.append((call, held))
            else:
                asked.cancel()
                await call

        self.run(send())

    @precondition(lambda self: self.calls)
    @rule(which=st.integers(0, 9))
    def answer(self, which: int) -> None:
        call, held = self.calls.pop(which % len(self.calls))
        held.released.set()
        self.run(asyncio.wait_for(call, None))

    @rule()
    def poll(self) -> None:
        self.run(self.shop.reconcile.poll())

    @rule()
    def reconcile(self) -> None:
        self.run(self.shop.reconcile.sweep())
        self.run(self.shop.reconcile.look_up())

    @rule()
    def deliver(self) -> None:
        self.run(self.shop.deliver.deliver())

    @rule(seconds=st.sampled_from(PAUSES))
    def pass_time(self, seconds: int) -> None:
        self.shop.clock.advance(seconds)

    @rule(minutes=st.integers(1, 12))
    def run_for_minutes(self, minutes: int) -> None:
        for _ in range(minutes * 2):
            self.shop.clock.advance(30)
            self.reconcile()
            self.poll()

    @rule(is_in_a_call=st.booleans(), outcome=outcomes)
    def crash(self, is_in_a_call: bool, outcome: Outcome) -> None:
        async def crash() -> None:
            if is_in_a_call:
                self.shop.clock.advance(6)
                started = await self.shop.send.start()
                if not isinstance(started, Wait):
                    (order,) = started
                    before = self.supplier.taken[order.number]
                    self.supplier.calling, self.supplier.outcome = order.number, outcome
                    with suppress(SupplierError):  # The process ends before it reads the answer.
                        await self.supplier.place_order(
                            order.service_code, order.destination, first_byte_within_seconds=5
                        )
                    # Whatever the answer was, the shop has not read it.
                    self.supplier.taken[order.number] = before + 1
            await self.cancel_calls()
            await self.shop.restart()

        self.run(crash())

    # --- the supplier ---

    @precondition(lambda self: self.waiting())
    @rule(which=st.integers(0, 9), word=st.sampled_from(["partial", "hm"]))
    def set_row_status(self, which: int, word: str) -> None:
        self.waiting()[which % len(self.waiting())].first_word = word

    @precondition(lambda self: self.waiting())
    @rule(which=st.integers(0, 9), is_delivered=st.booleans())
    def end_row(self, which: int, is_delivered: bool) -> None:
        sale = self.waiting()[which % len(self.waiting())]
        sale.ends_at, sale.is_delivered = self.panel.time(), is_delivered
        if not is_delivered:
            sale.last_word = "gagal"

    @precondition(lambda self: self.waiting())
    @rule(which=st.integers(0, 9))
    def remove_row(self, which: int) -> None:
        sale = self.waiting()[which % len(self.waiting())]
        sale.ends_at = sale.vanishes_at = self.panel.time()
        sale.is_delivered = False

    @rule(is_ready=st.booleans(), cost=st.sampled_from([10_200, 10_200, 11_000, 11_300]))
    def change_listing(self, is_ready: bool, cost: int) -> None:
        changed = replace(LISTINGS[0], is_ready=is_ready, cost=Rupiah(cost))
        self.panel.listings = (changed, *LISTINGS[1:])
        self.supplier.listings = ServiceList(self.panel.listings, 0)
        with suppress(SupplierReadError):
            self.run(self.shop.refresh.refresh())

    @rule(is_silent=st.booleans(), hides_a_row=st.booleans())
    def set_faults(self, is_silent: bool, hides_a_row: bool) -> None:
        self.supplier.read_error = SupplierReadError("502") if is_silent else None
        self.supplier.skipped = int(hides_a_row)

    # --- admins ---

    @precondition(lambda self: self.orders(OrderState.PARKED))
    @rule(which=st.integers(0, 9), force=st.booleans())
    def refund(self, which: int, force: bool) -> None:
        parked = self.orders(OrderState.PARKED)
        order_id = parked[which % len(parked)].order_id
        try:
            if force:
                self.run(self.shop.insist_on_refund(ADMIN, order_id))
            else:
                self.run(self.shop.admin.refund(ADMIN, order_id))
        except RefundUncertainError:
            assert not force
        else:
            self.refunded.add(order_id)

    @precondition(lambda self: self.orders(OrderState.PARKED) and self.panel.purchases)
    @rule(which=st.integers(0, 9), row=st.integers(0, 99))
    def attach(self, which: int, row: int) -> None:
        parked = self.orders(OrderState.PARKED)
        order = parked[which % len(parked)]
        sale = self.panel.purchases[row % len(self.panel.purchases)]
        if sale.order != order.number:
            return
        try:
            self.run(self.shop.admin.attach(ADMIN, order.order_id, sale.ref_id))
        except (AttachError, AlreadyDecidedError):
            return

    @precondition(lambda self: self.orders(OrderState.PARKED))
    @rule()
    def keep_waiting(self) -> None:
        order = self.orders(OrderState.PARKED)[0]
        self.run(self.shop.admin.keep_waiting(ADMIN, order.order_id))

    @rule()
    def pause(self) -> None:
        self.run(self.shop.admin.pause(ADMIN))

    @rule()
    def resume(self) -> None:
        self.run(self.shop.admin.resume(ADMIN))

    # --- invariants ---

    @invariant()
    def check_the_books(self) -> None:
        def check(tx: Transaction) -> None:
            late = max(SENDING_LIMIT, self.shop.clock.now() - self.shop.opened_at)
            assert tx.audit.findings(self.shop.clock.now(), late) == []
            spent = dict.fromkeys((ANNI, BUDI), 0)
            held = dict(spent)
            for order in all_orders(tx, "U1"):
                if order.customer_id not in spent:
                    continue
                if order.state is OrderState.SUCCEEDED:
                    spent[order.customer_id] += order.price
                elif not order.state.is_final:
                    held[order.customer_id] += order.price
            for customer_id, paid in spent.items():
                wallet = tx.ledger.account(wallet_of(customer_id))
                assert wallet.posted == 100_000 - paid
                assert wallet.held == held[customer_id]

        self.run(self.store.read(check))

    @invariant()
    def check_that_nothing_is_bought_twice(self) -> None:
        assert all(count <= 1 for count in self.supplier.taken.values())
        bought = [sale.order for sale in self.panel.purchases]
        assert len(bought) == len(set(bought))

    @invariant()
    def check_that_goods_match_payments(self) -> None:
        sales = {sale.order: sale for sale in self.panel.purchases}
        for order in self.orders():
            sale = sales.get(order.number)
            if order.ref_id is not None:
                assert sale is not None
                assert sale.ref_id == order.ref_id
            if order.state is OrderState.SUCCEEDED:
                assert sale is not None
                assert sale.is_delivered
                assert sale.ends_at <= self.panel.time()
            if order.state in (OrderState.FAILED, OrderState.CANCELLED):
                is_refunded = order.order_id in self.refunded
                assert sale is None or not sale.is_delivered or is_refunded


def test_one_confirm_is_one_purchase_in_any_history() -> None:
    run_state_machine_as_test(
        ShopMachine,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
