"""The admins: two of them, who settle what is parked, carefully or not, at the same time.

One looks at the panel's own pages, and so knows the truth; the other sees what the shop shows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

from bot.domain.errors import (
    AlreadyDecidedError,
    AttachError,
    DomainError,
    RefundDoubtError,
    SamePaymentError,
    StoreError,
)
from bot.domain.order import CustomerId, Order, OrderState, ParkReason
from bot.domain.topup import TopUp, TopUpId
from tests.faults.simulation.process import Process
from tests.faults.simulation.purchases import Purchase
from tests.faults.simulation.town import NoAnswerError, Town

ADMINS = (9_001, 9_002)
MADE_UP = "r999999"


class Admins:
    """Both admins; `carelessness` is how often one gives money back against all warnings."""

    def __init__(self, town: Town, rng: Random) -> None:
        self._town = town
        self._rng = rng
        self.carelessness = rng.choice([0.0, 0.1, 0.5])
        self.is_moving = False
        """While the owner moves the shop, nobody opens it."""

    async def work(self) -> None:
        """Look after the shop for ever, each at an own pace."""
        await asyncio.gather(*(self._work(admin_id) for admin_id in ADMINS))

    async def _work(self, admin_id: int) -> None:
        acts: tuple[tuple[Callable[[int], Awaitable[None]], int], ...] = (
            (self._settle, 12),
            (self._decide_topups, 6),
            (self._pause_a_while, 1),
            (self._resume, 1),
            (self._look_around, 2),
            (self._sell_again, 2),
            (self._adjust, 2),
        )
        while True:
            await asyncio.sleep(self._rng.expovariate(1 / 90))
            act = self._rng.choices([act for act, _ in acts], [weight for _, weight in acts])[0]
            try:
                await act(admin_id)
            except (DomainError, NoAnswerError, StoreError) as error:
                self._town.journal.counts[f"admin met {type(error).__name__}"] += 1

    # --- parked orders ---

    async def _settle(self, admin_id: int) -> None:
        overview = await self._town.asks(lambda shop: shop.admin.overview(admin_id))
        parked = [order for order in overview.unsettled if order.state is OrderState.PARKED]
        if not parked:
            return
        order = self._rng.choice(parked)
        await asyncio.sleep(self._rng.uniform(2, 60))
        if admin_id == ADMINS[0]:
            await self.settle(admin_id, order)
        else:
            await self.settle_by_the_shop(admin_id, order)

    async def settle(self, admin_id: int, order: Order) -> None:
        """Settle a parked order by what the panel's own pages show."""
        panel = self._town.outside.panel
        bought = panel.by_order[order.number]
        shown = [purchase for purchase in bought if purchase.is_shown(self._town.loop.time())]
        if self._rng.random() < self.carelessness:
            await self._act_carelessly(admin_id, order)
        elif order.ref_id is None and shown:
            await self._attach(admin_id, order, shown[0].ref_id)
        elif order.ref_id is None and (bought and bought[0].is_real):
            await self._town.asks(lambda shop: shop.admin.keep_waiting(admin_id, order.order_id))
        elif self._is_handed_over(order, bought) and self._rng.random() < 0.7:
            await self._count_delivered(admin_id, order)
        else:
            await self._refund(admin_id, order)

    async def settle_at_last(self, admin_id: int, order: Order) -> None:
        """Settle a parked order by the panel's own pages, also where the shop is in doubt."""
        try:
            await self.settle(admin_id, order)
            now = await self._town.asks(lambda shop: shop.admin.case(admin_id, order.order_id))
            bought = self._town.outside.panel.by_order[order.number]
            if now.order.state is OrderState.PARKED and not any(
                goods.is_delivered for goods in bought
            ):
                await self._insist(admin_id, order)
        except AlreadyDecidedError:
            self._town.journal.counts["admin met AlreadyDecidedError"] += 1

    @staticmethod
    def _is_handed_over(order: Order, bought: list[Purchase]) -> bool:
        """Tell whether the goods of an order are there, whatever the status still says."""
        return any(goods.ref_id == order.ref_id and goods.is_delivered for goods in bought)

    async def _count_delivered(self, admin_id: int, order: Order) -> None:
        """Count an order as delivered; the row decides where it is final."""
        try:
            await self._town.asks(lambda shop: shop.admin.count_delivered(admin_id, order.order_id))
            self._town.journal.counts["counted as delivered"] += 1
        except AttachError as error:
            self._town.journal.counts[f"count refused: {error.fault}"] += 1

    async def settle_by_the_shop(self, admin_id: int, order: Order) -> None:
        """Settle a parked order by what the shop shows of it, and by nothing else."""
        case = await self._town.asks(lambda shop: shop.admin.case(admin_id, order.order_id))
        is_restored = case.order.park_reason is ParkReason.RESTORED
        order, shown = case.order, [row.ref_id for row in case.candidates]
        self._town.journal.counts["cases settled by what the shop shows"] += 1
        if self._rng.random() < self.carelessness / 2:
            await self._act_carelessly(admin_id, order)
        elif order.ref_id is None and len(shown) == 1 and not is_restored:
            await self._attach(admin_id, order, shown[0])
        elif shown:
            await self._town.asks(lambda shop: shop.admin.keep_waiting(admin_id, order.order_id))
        elif order.ref_id is not None and order.voucher and self._rng.random() < 0.5:
            await self._count_delivered(admin_id, order)
        else:
            await self._refund(admin_id, order)

    async def _attach(self, admin_id: int, order: Order, ref_id: str) -> None:
        try:
            await self._town.asks(lambda shop: shop.admin.attach(admin_id, order.order_id, ref_id))
            self._town.journal.counts["attached"] += 1
        except AttachError as error:
            self._town.journal.counts[f"attach refused: {error.fault}"] += 1

    async def _refund(self, admin_id: int, order: Order) -> None:
        """Give the money back, or wait, where the shop warns."""
        try:
            await self._town.asks(lambda shop: shop.admin.refund(admin_id, order.order_id))
            self._town.journal.counts["refunded"] += 1
        except RefundDoubtError:
            await self._town.asks(lambda shop: shop.admin.keep_waiting(admin_id, order.order_id))

    async def _act_carelessly(self, admin_id: int, order: Order) -> None:
        """Name the row of another order, which must be refused; then give the money back."""
        purchases = self._town.outside.panel.purchases
        others = [
            purchase for purchase in purchases[-30:] if self._must_be_refused(order, purchase)
        ]
        ref_id = self._rng.choice(others).ref_id if others else MADE_UP
        try:
            await self._town.asks(lambda shop: shop.admin.attach(admin_id, order.order_id, ref_id))
            self._town.journal.violation(f"{order.number} took the row {ref_id}")
        except (AttachError, AlreadyDecidedError):
            pass
        if order.ref_id is not None and self._rng.random() < 0.5:
            await self._count_delivered(admin_id, order)
            return
        self._town.journal.counts["refunds forced"] += 1
        await self._insist(admin_id, order)

    async def _insist(self, admin_id: int, order: Order) -> None:
        """Give the money back against the doubt that was shown; another one keeps it."""
        try:
            await self._town.asks(lambda shop: shop.admin.refund(admin_id, order.order_id))
        except RefundDoubtError as error:
            doubt = error.doubt
            await self._town.asks(
                lambda shop: shop.admin.refund(admin_id, order.order_id, doubt=doubt)
            )

    @staticmethod
    def _must_be_refused(order: Order, purchase: Purchase) -> bool:
        """Tell whether a row is surely not the order's, for all that anybody can know."""
        sent = (order.service_code, order.destination)
        return (purchase.service_code, purchase.destination) != sent

    # --- money, and the rest ---

    async def _decide_topups(self, admin_id: int) -> None:
        def pending(shop: Process) -> Awaitable[list[TopUp]]:
            return shop.store.read(lambda tx: tx.topups.pending(50))

        for topup in await self._town.asks(pending):
            is_good = self._rng.random() < 0.9
            await self._decide_topup(admin_id, topup.topup_id, approve=is_good)

    async def _decide_topup(self, admin_id: int, topup_id: TopUpId, *, approve: bool) -> None:
        """Decide; customers here all pay the same amount, so each is a payment of its own."""
        try:
            await self._town.asks(
                lambda shop: shop.topups.decide(admin_id, topup_id, approve=approve)
            )
        except SamePaymentError as error:
            token = error.token
            await self._town.asks(lambda shop: shop.topups.confirm_second_payment(admin_id, token))

    async def _adjust(self, admin_id: int) -> None:
        customer_id = CustomerId(self._rng.randint(1_001, 1_025))
        amount = self._rng.choice([50_000, 100_000, -5_000])
        proposed = await self._town.asks(
            lambda shop: shop.wallets.propose_adjustment(admin_id, customer_id, amount, "by hand")
        )
        await self._town.asks(lambda shop: shop.wallets.adjust(admin_id, proposed.token))
        paid = await self._town.asks(lambda shop: shop.supplier_deposit.propose(admin_id, 250_000))
        await self._town.asks(lambda shop: shop.supplier_deposit.record(admin_id, paid.token))

    async def _pause_a_while(self, admin_id: int) -> None:
        await self._town.asks(lambda shop: shop.admin.pause(admin_id, "a moment"))
        await asyncio.sleep(self._rng.uniform(10, 300))
        await self._resume(admin_id)

    async def _resume(self, admin_id: int) -> None:
        if self.is_moving:
            return
        await self._town.asks(lambda shop: shop.admin.resume(admin_id))

    async def _sell_again(self, admin_id: int) -> None:
        """Release a product that is withheld, at the cost that the shop shows."""
        overview = await self._town.asks(lambda shop: shop.admin.overview(admin_id))
        for shown in overview.withheld[:1]:
            withheld = shown.withheld
            released = await self._town.asks(
                lambda shop: shop.withholding.release(
                    admin_id,
                    withheld.withheld_id,  # noqa: B023 - awaited at once
                    withheld.cost,  # noqa: B023
                )
            )
            self._town.journal.counts["released"] += released.is_done

    async def _look_around(self, admin_id: int) -> None:
        await self._town.asks(lambda shop: shop.admin.balance(admin_id))
        await self._town.asks(lambda shop: shop.admin.find(admin_id, "0812000000"))
