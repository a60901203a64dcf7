"""Random histories of a shop: any answers of the supplier, and crashes at any time.

After every step the audit must have no findings, and the orders must agree with the panel's real
purchases: one purchase for one confirm, and no unpaid goods except after an admin's refund.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

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
    TokenError,
)
from bot.domain.ledger import wallet_of
from bot.domain.money import Rupiah
from bot.domain.order import FINAL_STATES, CustomerId, Order, OrderId, OrderState
from bot.ports.store import Transaction
from bot.ports.supplier import ServiceList
from bot.services.orders.queue import Wait
from storage.store import SqlStore
from tests.services.fakes import HeldReply
from tests.services.shop import ADMIN, ANNI, BUDI, LISTINGS, SENDING_LIMIT, Shop
from tests.services.simulated_panel import CallOutcome, SimulatedPanel
from tests.storage.samples import migrated

T = TypeVar("T")

NUMBERS = ["081200000001", "081200000002", "081200000003"]
PAUSES = [1, 6, 6, 31, 61, 121, 601, 3_601]
outcomes = st.sampled_from(CallOutcome)


class ShopMachine(RuleBasedStateMachine):
    """The state machine: a shop, its panel, and the order calls in progress."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.runner = asyncio.Runner()
        self.calls: list[tuple[asyncio.Task[None], HeldReply]] = []
        self.refunded: set[OrderId] = set()
        """Orders that an admin refunded, or whose row the panel took back."""

    @initialize()
    def open(self) -> None:
        self.store = self.run(SqlStore.open(migrated(self.folder / "konter.db")))
        self.shop = Shop(self.store)
        self.panel = SimulatedPanel(self.shop.clock.now, self.shop.supplier.listings)
        self.shop.panel = self.panel
        self.shop.build()
        self.run(self.shop.open())

    def teardown(self) -> None:
        try:
            self.let_all_orders_end()
        finally:
            self.run(self.cancel_calls())
            self.run(self.store.close())
            self.runner.close()
            shutil.rmtree(self.folder)

    def let_all_orders_end(self) -> None:
        """After 20 minutes without faults, every order is final or parked."""
        while self.calls:
            self.answer(0)
        self.set_faults(is_silent=False, hides_a_row=False)
        self.resume()
        for purchase in self.panel.purchases:
            if purchase.row.status_word != "gagal":
                self.panel.ends(purchase, "success")
        for _ in range(20):
            self.shop.clock.advance(54)
            self.reconcile()
            self.poll()
            self.send(CallOutcome.DONE_AT_ONCE)
        self.deliver()
        assert {order.state for order in self.orders()} <= {*FINAL_STATES, OrderState.PARKED}
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
        wanted = states or tuple(OrderState)
        return self.run(self.store.read(lambda tx: tx.orders.in_states("U1", wanted)))

    # --- customers ---

    @rule(
        customer_id=st.sampled_from([ANNI, BUDI, CustomerId(ADMIN)]),
        number=st.sampled_from(NUMBERS),
        code=st.sampled_from(["SM10", "SM10", "SM20"]),
    )
    def buy(self, customer_id: CustomerId, number: str, code: str) -> None:
        async def buy() -> None:
            try:
                token = await self.shop.token(customer_id, code, number)
                await self.shop.buy.confirm(customer_id, token, 1)
            except TokenError:
                raise
            except DomainError:
                return
            try:
                await self.shop.buy.confirm(customer_id, token, 1)
            except TokenError:
                return
            raise AssertionError("one token, two orders")

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
        try:
            self.run(self.shop.buy.cancel(order.customer_id, order.order_id))
        except InvalidTransitionError:
            return
        raise AssertionError("cancelled after it was sent")

    # --- workers ---

    @rule(outcome=outcomes)
    def send(self, outcome: CallOutcome) -> None:
        self.run(self._send(outcome))

    async def _send(self, outcome: CallOutcome) -> None:
        self.shop.clock.advance(6)
        started = await self.shop.send.start()
        if isinstance(started, Wait):
            return
        self.panel.calling, self.panel.outcome = started.order_id, outcome
        await self.shop.send.carry_out(started)

    @rule(outcome=outcomes)
    def send_slowly(self, outcome: CallOutcome) -> None:
        async def send() -> None:
            held = HeldReply(ValueError("not used"))
            self.panel.held = held
            call = asyncio.ensure_future(self._send(outcome))
            asked = asyncio.ensure_future(held.asked.wait())
            await asyncio.wait([call, asked], return_when=asyncio.FIRST_COMPLETED)
            self.panel.held = None
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
        for _ in range(minutes * 4):
            self.shop.clock.advance(15)
            self.reconcile()
            self.poll()

    @rule(is_in_a_call=st.booleans(), outcome=outcomes)
    def crash(self, is_in_a_call: bool, outcome: CallOutcome) -> None:
        async def crash() -> None:
            if is_in_a_call:
                self.shop.clock.advance(6)
                started = await self.shop.send.start()
                if isinstance(started, Order):
                    self.panel.calling, self.panel.outcome = started.order_id, outcome
                    with suppress(SupplierError):  # The process ends before it reads the answer.
                        await self.panel.place_order(
                            started.service_code,
                            started.destination,
                            first_byte_within_seconds=5,
                        )
                    self.panel.attempts[started.order_id][-1] = CallOutcome.LOST_AND_NOT_BOUGHT
            await self.cancel_calls()
            await self.shop.restart()

        self.run(crash())

    # --- the supplier ---

    @precondition(lambda self: self.panel.purchases)
    @rule(which=st.integers(0, 9), word=st.sampled_from(["success", "gagal", "partial", "hm"]))
    def set_row_status(self, which: int, word: str) -> None:
        waiting = [p for p in self.panel.purchases if p.row.status_word not in ("success", "gagal")]
        if waiting:
            self.panel.ends(waiting[which % len(waiting)], word)

    @precondition(lambda self: self.panel.purchases)
    @rule(which=st.integers(0, 9))
    def remove_row(self, which: int) -> None:
        waiting = [p for p in self.panel.purchases if p.row.status_word != "success"]
        if waiting:
            purchase = waiting[which % len(waiting)]
            self.panel.ends(purchase, "gagal")
            purchase.has_vanished = True

    @rule(is_ready=st.booleans(), cost=st.sampled_from([10_200, 10_200, 11_000, 11_300]))
    def change_listing(self, is_ready: bool, cost: int) -> None:
        changed = replace(LISTINGS[0], is_ready=is_ready, cost=Rupiah(cost))
        self.panel.listings = ServiceList((changed, *LISTINGS[1:]), 0)
        self.run(self.shop.refresh.refresh())

    @rule(is_silent=st.booleans(), hides_a_row=st.booleans())
    def set_faults(self, is_silent: bool, hides_a_row: bool) -> None:
        self.panel.is_silent, self.panel.hides_a_row = is_silent, hides_a_row

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
        order_id = parked[which % len(parked)].order_id
        purchase = self.panel.purchases[row % len(self.panel.purchases)]
        if purchase.order_id != order_id:
            return
        try:
            self.run(self.shop.admin.attach(ADMIN, order_id, purchase.row.ref_id))
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
            for order in tx.orders.in_states("U1", tuple(OrderState)):
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
        for attempts in self.panel.attempts.values():
            assert len([end for end in attempts if not end.may_be_sent_again]) <= 1
        bought = [purchase.order_id for purchase in self.panel.purchases]
        assert len(bought) == len(set(bought))

    @invariant()
    def check_that_goods_match_payments(self) -> None:
        purchases = {purchase.order_id: purchase for purchase in self.panel.purchases}
        for order in self.orders():
            purchase = purchases.get(order.order_id)
            if order.ref_id is not None:
                assert purchase is not None
                assert purchase.row.ref_id == order.ref_id
            if order.state is OrderState.SUCCEEDED:
                assert purchase is not None
                assert purchase.row.status_word == "success"
            if order.state in (OrderState.FAILED, OrderState.CANCELLED):
                assert (
                    purchase is None
                    or purchase.row.status_word == "gagal"
                    or order.order_id in self.refunded
                )


def test_one_confirm_is_one_purchase_in_any_history() -> None:
    run_state_machine_as_test(
        ShopMachine,
        settings=settings(
            max_examples=60,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
