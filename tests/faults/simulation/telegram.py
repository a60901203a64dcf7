"""Simulated Telegram: takes messages, loses answers, refuses; records what each reader received."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from random import Random

from bot.domain.errors import RecipientUnreachableError, RetryLaterError, UndeliverableError
from bot.domain.ledger import wallet_of
from bot.domain.notice import Notice, NoticeKind
from bot.domain.order import Order, OrderId, OrderState
from bot.ports.notifier import Delivery
from tests.faults.simulation.fault_schedule import Fault
from tests.faults.simulation.panel import Panel
from tests.faults.simulation.people import CHATS
from tests.faults.simulation.process_io import ProcessLife


class ReceivedMessages:
    """The messages that all readers have received, from every process of a run."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.shown: dict[OrderId, OrderState] = {}
        """The state that the message of an order shows now."""
        self.outcomes: defaultdict[OrderId, list[OrderState]] = defaultdict(list)
        self.parked: defaultdict[tuple[int, OrderId], list[float]] = defaultdict(list)
        """When an admin received the notice of a parked order, in seconds since the opening."""
        self.checked_by_hand: set[OrderId] = set()
        """Orders whose customer received a separate message that they are parked."""
        self.undeliverable: set[str] = set()
        self.is_restored = False
        """Whether the shop was restored from a copy; messages of orders may be outdated then."""

    def see(self, delivery: Delivery) -> None:
        """Record a delivered message, and check that it goes to the right reader."""
        notice, order = delivery.notice, delivery.order
        self.panel.log.counts["messages"] += 1
        if order is None:
            return
        if notice.kind is NoticeKind.PARKED:
            self.parked[notice.chat_id, order.order_id].append(self.panel.time())
        if notice.kind is NoticeKind.ORDER_PARKED:
            self._see_parked(notice, order)
        if notice.kind in (NoticeKind.ORDER, NoticeKind.OUTCOME):
            self._see_own(notice, order)
            self._see_balance(delivery, order)

    def _see_parked(self, notice: Notice, order: Order) -> None:
        is_right = notice.chat_id == CHATS[order.customer_id] and order.state is OrderState.PARKED
        self.panel.log.must(is_right, f"{order.number}, {order.state}, reported as parked")
        self.checked_by_hand.add(order.order_id)

    def _see_balance(self, delivery: Delivery, order: Order) -> None:
        """Check that an outcome shows the balance of its own customer, never below zero."""
        if delivery.notice.kind is not NoticeKind.OUTCOME:
            return
        wallet = delivery.wallet
        is_own = wallet is not None and wallet.account_id == wallet_of(order.customer_id)
        self.panel.log.must(is_own, f"{order.number} shows the balance of another customer")
        is_not_overdrawn = wallet is None or wallet.available >= 0
        self.panel.log.must(is_not_overdrawn, f"{order.number} shows a negative balance")

    def _see_own(self, notice: Notice, order: Order) -> None:
        log = self.panel.log
        is_own = notice.chat_id == CHATS[order.customer_id]
        log.must(is_own, f"{order.number} delivered to another reader, {notice.chat_id}")
        bought = self.panel.by_ref.get(order.voucher.removeprefix("V-"))
        is_own_voucher = not order.voucher or (bought is not None and bought.order == order.number)
        log.must(is_own_voucher, f"{order.number} shows the voucher {order.voucher}")
        if notice.kind is NoticeKind.OUTCOME:
            self.outcomes[order.order_id].append(order.state)
            return
        before = self.shown.get(order.order_id)
        is_later = before is None or not before.is_final or order.state.is_final
        log.must(is_later, f"{order.number} shows {order.state} after {before}")
        self.shown[order.order_id] = order.state


class SimulatedNotifier:
    """The notifier of one process."""

    def __init__(self, messages: ReceivedMessages, life: ProcessLife, rng: Random) -> None:
        self._messages = messages
        self._life = life
        self._rng = rng
        self._in_flight: set[int] = set()

    async def deliver(self, delivery: Delivery) -> int | None:
        self._life.require()
        notice, panel = delivery.notice, self._messages.panel
        is_alone = notice.chat_id not in self._in_flight
        panel.log.must(is_alone, f"two messages in flight for {notice.chat_id}")
        self._in_flight.add(notice.chat_id)
        try:
            await asyncio.sleep(self._rng.uniform(0.02, 0.2))
            self._refuse(delivery)
            self._messages.see(delivery)
            panel.log.note(f"delivered {notice.dedupe_key}")
            await asyncio.sleep(self._rng.uniform(0.02, 0.2))
        finally:
            self._in_flight.discard(notice.chat_id)
        self._life.require()
        if panel.chance(Fault.TELLING_LOST):
            raise RetryLaterError(1)
        return None if delivery.order is None else delivery.order.message_id

    def _refuse(self, delivery: Delivery) -> None:
        self._life.require()
        panel = self._messages.panel
        if panel.chance(Fault.RETRY_LATER):
            raise RetryLaterError(self._rng.choice([1, 5, 30]))
        if panel.chance(Fault.UNREACHABLE):
            raise RecipientUnreachableError
        if panel.chance(Fault.UNDELIVERABLE):
            self._messages.undeliverable.add(delivery.notice.dedupe_key)
            raise UndeliverableError("Bad Request")
