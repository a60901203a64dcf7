"""Two admins settle parked orders, top-ups and withheld products, at the same time.

One reads the panel's own pages and so knows the truth; the other sees only what the shop shows.
Both are careless at times: they refund although the shop warns of a purchase.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from random import Random

from bot.domain.customer import Actor
from bot.domain.errors import (
    AlreadyDecidedError,
    AttachError,
    DomainError,
    RefundUncertainError,
    SamePaymentError,
    StoreError,
)
from bot.domain.money_source import SOURCES
from bot.domain.order import Order, OrderState, ParkReason
from bot.domain.topup import TopUp, TopUpId
from bot.ports.store import Transaction
from bot.services.people.acts import ActRequest, CustomerAct
from tests.faults.simulation.panel_sales import PanelSale
from tests.faults.simulation.people import ADMINS, CUSTOMERS
from tests.faults.simulation.process import Process
from tests.faults.simulation.supervisor import NoAnswerError, Supervisor

UNKNOWN_REF_ID = "r999999"


class Admins:
    """Both admins. `carelessness` is the probability of a refund against all warnings."""

    def __init__(self, supervisor: Supervisor, rng: Random) -> None:
        self._ask, self._log = supervisor.ask, supervisor.log
        self._panel = supervisor.environment.panel
        self._clock = supervisor.environment.clock
        self._rng = rng
        self.carelessness = rng.choice([0.0, 0.1, 0.5])
        self.is_moving = False
        """While True, no admin resumes the shop, because the owner is moving it."""

    async def work(self) -> None:
        """Work until cancelled; each admin acts at random intervals of 90 seconds on average."""
        await asyncio.gather(*(self._work(admin) for admin in ADMINS))

    async def _work(self, admin: Actor) -> None:
        acts: tuple[tuple[Callable[[Actor], Awaitable[None]], int], ...] = (
            (self._settle, 12),
            (self._decide_topups, 6),
            (self._pause_for_minutes, 1),
            (self._resume, 1),
            (self._open_admin_screens, 2),
            (self._release_withheld, 2),
            (self._adjust, 2),
            (self._grant_credit, 1),
            (self._block_for_minutes, 1),
        )
        while True:
            await asyncio.sleep(self._rng.expovariate(1 / 90))
            act = self._rng.choices([act for act, _ in acts], [weight for _, weight in acts])[0]
            try:
                await act(admin)
            except (DomainError, NoAnswerError, StoreError) as error:
                self._log.counts[f"admin met {type(error).__name__}"] += 1

    # --- parked orders ---

    async def _settle(self, admin: Actor) -> None:
        overview = await self._ask(lambda shop: shop.admin.overview(admin))
        parked = [order for order in overview.unsettled if order.state is OrderState.PARKED]
        if not parked:
            return
        order = self._rng.choice(parked)
        await asyncio.sleep(self._rng.uniform(2, 60))
        if admin == ADMINS[0]:
            await self.settle(admin, order)
        else:
            await self.settle_by_the_shop(admin, order)

    async def settle(self, admin: Actor, order: Order) -> None:
        """Settle a parked order by the panel's own pages."""
        bought = self._panel.by_order[order.number]
        shown = [purchase for purchase in bought if purchase.is_shown(self._panel.time())]
        if self._rng.random() < self.carelessness:
            await self._refund_carelessly(admin, order)
        elif order.ref_id is None and shown:
            await self._attach(admin, order, shown[0].ref_id)
        elif order.ref_id is None and (bought and bought[0].is_real):
            await self._ask(lambda shop: shop.admin.keep_waiting(admin, order.order_id))
        elif self._is_handed_over(order, bought) and self._rng.random() < 0.7:
            await self._count_delivered(admin, order)
        else:
            await self._refund(admin, order)

    async def settle_at_last(self, admin: Actor, order: Order) -> None:
        """Settle a parked order by the panel's own pages, and refund it even if the shop doubts."""
        try:
            await self.settle(admin, order)
            now = await self._ask(lambda shop: shop.admin.order_evidence(admin, order.order_id))
            bought = self._panel.by_order[order.number]
            if now.order.state is OrderState.PARKED and not any(
                goods.is_delivered for goods in bought
            ):
                await self._refund_against_doubt(admin, order)
        except (AlreadyDecidedError, RefundUncertainError) as error:  # Asked again at the next try.
            self._log.counts[f"admin met {type(error).__name__}"] += 1

    @staticmethod
    def _is_handed_over(order: Order, bought: list[PanelSale]) -> bool:
        """Return whether the panel delivered the goods of the order, whatever the status says."""
        return any(goods.ref_id == order.ref_id and goods.is_delivered for goods in bought)

    async def _count_delivered(self, admin: Actor, order: Order) -> None:
        """Count an order as delivered; if its row is final, the row's status is used instead."""
        try:
            await self._ask(lambda shop: shop.admin.count_delivered(admin, order.order_id))
            self._log.counts["counted as delivered"] += 1
        except AttachError as error:
            self._log.counts[f"count refused: {error.fault}"] += 1

    async def settle_by_the_shop(self, admin: Actor, order: Order) -> None:
        """Settle a parked order only by what the shop shows of it."""
        case = await self._ask(lambda shop: shop.admin.order_evidence(admin, order.order_id))
        is_restored = case.order.park_reason is ParkReason.RESTORED
        order, shown = case.order, [row.ref_id for row in case.candidates]
        self._log.counts["cases settled by what the shop shows"] += 1
        if self._rng.random() < self.carelessness / 2:
            await self._refund_carelessly(admin, order)
        elif order.ref_id is None and len(shown) == 1 and not is_restored:
            await self._attach(admin, order, shown[0])
        elif shown:
            await self._ask(lambda shop: shop.admin.keep_waiting(admin, order.order_id))
        elif order.ref_id is not None and order.voucher and self._rng.random() < 0.5:
            await self._count_delivered(admin, order)
        else:
            await self._refund(admin, order)

    async def _attach(self, admin: Actor, order: Order, ref_id: str) -> None:
        try:
            await self._ask(lambda shop: shop.admin.attach(admin, order.order_id, ref_id))
            self._log.counts["attached"] += 1
        except AttachError as error:
            self._log.counts[f"attach refused: {error.fault}"] += 1

    async def _refund(self, admin: Actor, order: Order) -> None:
        """Refund the order; keep it waiting if the shop warns of a possible purchase."""
        try:
            await self._ask(lambda shop: shop.admin.refund(admin, order.order_id))
            self._log.counts["refunded"] += 1
        except RefundUncertainError:
            await self._ask(lambda shop: shop.admin.keep_waiting(admin, order.order_id))

    async def _refund_carelessly(self, admin: Actor, order: Order) -> None:
        """Attach another order's row, which must be refused; then refund or count as delivered."""
        purchases = self._panel.purchases
        others = [
            purchase for purchase in purchases[-30:] if self._must_be_refused(order, purchase)
        ]
        ref_id = self._rng.choice(others).ref_id if others else UNKNOWN_REF_ID
        try:
            await self._ask(lambda shop: shop.admin.attach(admin, order.order_id, ref_id))
            self._log.violation(f"{order.number} took the row {ref_id}")
        except (AttachError, AlreadyDecidedError):
            pass
        if order.ref_id is not None and self._rng.random() < 0.5:
            await self._count_delivered(admin, order)
            return
        self._log.counts["refunds forced"] += 1
        await self._refund_against_doubt(admin, order)

    async def _refund_against_doubt(self, admin: Actor, order: Order) -> None:
        """Refund in spite of the doubt that the shop showed; another doubt stops the refund."""
        try:
            await self._ask(lambda shop: shop.admin.refund(admin, order.order_id))
        except RefundUncertainError as error:
            doubt = error.doubt
            await self._ask(lambda shop: shop.admin.refund(admin, order.order_id, doubt=doubt))

    @staticmethod
    def _must_be_refused(order: Order, purchase: PanelSale) -> bool:
        """Return whether the row's service code or destination differs from the order's."""
        sent = (order.service_code, order.destination)
        return (purchase.service_code, purchase.destination) != sent

    # --- money, and the rest ---

    async def _decide_topups(self, admin: Actor) -> None:
        def all_payable(tx: Transaction, now: datetime) -> list[TopUp]:
            found = [one for customer in CUSTOMERS for one in tx.topups.payable_of(customer, now)]
            return sorted(found, key=lambda topup: topup.topup_id)

        def pending(shop: Process) -> Awaitable[list[TopUp]]:
            return shop.store.read(all_payable, self._clock.now())

        for topup in await self._ask(pending):
            is_good = self._rng.random() < 0.9
            await self._decide_topup(admin, topup.topup_id, approve=is_good)

    async def _decide_topup(self, admin: Actor, topup_id: TopUpId, *, approve: bool) -> None:
        """Decide a top-up.

        All customers pay the same amount here, so each is a separate payment.
        """
        try:
            await self._ask(lambda shop: shop.topups.decide(admin, topup_id, approve=approve))
        except SamePaymentError as error:
            token = error.token
            await self._ask(lambda shop: shop.topups.confirm_second_payment(admin, token))

    async def _adjust(self, admin: Actor) -> None:
        customer_id = CUSTOMERS[self._rng.randint(0, 24)]
        amount, source = self._rng.choice([50_000, 100_000, -5_000]), self._rng.choice(SOURCES)
        proposed = await self._ask(
            lambda shop: shop.wallets.propose_adjustment(admin, customer_id, amount, "by hand")
        )
        await self._ask(lambda shop: shop.wallets.choose_source(admin, proposed.token, source))
        await self._ask(lambda shop: shop.wallets.adjust(admin, proposed.token, source))
        self._log.counts[f"adjusted by {source}"] += 1
        paid = await self._ask(lambda shop: shop.supplier_deposit.propose(admin, 250_000))
        await self._ask(lambda shop: shop.supplier_deposit.record(admin, paid.token))

    async def _grant_credit(self, admin: Actor) -> None:
        customer_id = CUSTOMERS[self._rng.randint(0, 24)]
        limit = self._rng.choice([0, 20_000, 100_000])
        await self._act(admin, ActRequest(customer_id, CustomerAct.CREDIT_LIMIT, limit))
        self._log.counts["credit granted"] += 1

    async def _block_for_minutes(self, admin: Actor) -> None:
        customer_id = CUSTOMERS[self._rng.randint(0, 24)]
        await self._act(admin, ActRequest(customer_id, CustomerAct.BLOCK))
        self._log.counts["blocked"] += 1
        await asyncio.sleep(self._rng.uniform(60, 600))
        await self._act(admin, ActRequest(customer_id, CustomerAct.UNBLOCK))

    async def _act(self, admin: Actor, request: ActRequest) -> None:
        proposed = await self._ask(lambda shop: shop.people.propose(admin, request, None))
        await self._ask(lambda shop: shop.people.carry_out(admin, proposed.token))

    async def _pause_for_minutes(self, admin: Actor) -> None:
        await self._ask(lambda shop: shop.admin.pause(admin, "a moment"))
        await asyncio.sleep(self._rng.uniform(10, 300))
        await self._resume(admin)

    async def _resume(self, admin: Actor) -> None:
        if self.is_moving:
            return
        await self._ask(lambda shop: shop.admin.resume(admin))

    async def _release_withheld(self, admin: Actor) -> None:
        """Release a withheld product, at the cost that the shop shows."""
        overview = await self._ask(lambda shop: shop.admin.overview(admin))
        for shown in overview.withheld[:1]:
            withheld = shown.withheld
            released = await self._ask(
                lambda shop: shop.withholding.release(
                    admin,
                    withheld.withheld_id,  # noqa: B023 - awaited at once
                    withheld.cost,  # noqa: B023
                )
            )
            self._log.counts["released"] += released.is_done

    async def _open_admin_screens(self, admin: Actor) -> None:
        await self._ask(lambda shop: shop.admin.balance(admin))
        await self._ask(lambda shop: shop.admin.find(admin, "0812000000"))
