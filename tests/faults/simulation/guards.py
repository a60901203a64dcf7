"""The guards of the protocol. A run can switch off one of them, to show what it prevents.

The bot's code has no switch for this: a guard is replaced from outside for one run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import bot.domain.lookup
import bot.services.orders.send
from bot.domain.errors import RefusalClass, SupplierOutcomeUnknownError, SupplierRefusedError
from bot.domain.lookup import Coverage, LookupDecision, LookupDecisionKind
from bot.domain.money import Rupiah
from bot.domain.order import Order, OrderState
from bot.domain.row_matching import LookupRules, SupplierView
from bot.domain.shop_rules import ShopRules
from bot.domain.supplier_row import SupplierRow
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.ports.supplier import ReadShare, ServiceList, StatusList, Supplier
from bot.services.orders.reconcile import Reconcile
from storage.orders import SqlOrders
from tests.faults.simulation.database import drop_index


class Guard(StrEnum):
    """The guards that can be switched off. The last two stop what bots without a protocol do."""

    NONE = "none"
    WINDOW_GATE = "the window gate"
    ONE_UNRESOLVED = "one unresolved order per target"
    COVERING = "only a covering list counts as a miss"
    KNOWN_CLASS = "only a refusal of a known class is final"
    NO_RETRY = "no retry after a time-out"
    NO_RESEND = "no second send on a missed look"


class _ForwardingSupplier:
    """A supplier that forwards every call; its subclasses change one behaviour."""

    def __init__(self, inner: Supplier) -> None:
        self._inner = inner

    @property
    def order_gap_seconds(self) -> float:
        return self._inner.order_gap_seconds

    async def place_order(
        self, service_code: str, destination: str, *, first_byte_within_seconds: float
    ) -> SupplierRow:
        return await self._inner.place_order(
            service_code, destination, first_byte_within_seconds=first_byte_within_seconds
        )

    async def recent_rows(self, share: ReadShare) -> StatusList:
        return await self._inner.recent_rows(share)

    async def rows_of(self, ref_id: str, share: ReadShare) -> StatusList:
        return await self._inner.rows_of(ref_id, share)

    async def services(self) -> ServiceList:
        return await self._inner.services()

    async def balance(self) -> Rupiah | None:
        return await self._inner.balance()


class _RefusalsAreFinal(_ForwardingSupplier):
    """Treats every refusal as final."""

    async def place_order(
        self, service_code: str, destination: str, *, first_byte_within_seconds: float
    ) -> SupplierRow:
        try:
            return await super().place_order(
                service_code, destination, first_byte_within_seconds=first_byte_within_seconds
            )
        except SupplierRefusedError as error:
            if error.refusal is not RefusalClass.OTHER:
                raise
            raise SupplierRefusedError(RefusalClass.PRODUCT, error.message) from None


class _RetriesLostAnswers(_ForwardingSupplier):
    """Repeats the order call when its answer is lost."""

    async def place_order(
        self, service_code: str, destination: str, *, first_byte_within_seconds: float
    ) -> SupplierRow:
        while True:
            try:
                return await super().place_order(
                    service_code, destination, first_byte_within_seconds=first_byte_within_seconds
                )
            except SupplierOutcomeUnknownError:
                continue


class _ResendsAfterMiss(Reconcile):
    """Queues an order again as soon as one look has not found it."""

    def _apply_decision(
        self, tx: Transaction, order: Order, decision: LookupDecision, now: datetime
    ) -> Order:
        if decision.kind is LookupDecisionKind.MISS and order.state is OrderState.AMBIGUOUS:
            return tx.orders.save(
                replace(order, state=OrderState.QUEUED, ambiguous_at=None, next_check_at=None)
            )
        return super()._apply_decision(tx, order, decision, now)


class Guards:
    """Builds the parts of a process that depend on the switched-off guard."""

    def __init__(self, off: Guard = Guard.NONE) -> None:
        self.off = off

    def supplier(self, inner: Supplier) -> Supplier:
        """Return the supplier, wrapped if the switched-off guard belongs to the client."""
        if self.off is Guard.KNOWN_CLASS:
            return _RefusalsAreFinal(inner)
        return _RetriesLostAnswers(inner) if self.off is Guard.NO_RETRY else inner

    def reconcile(
        self,
        store: Store,
        supplier: Supplier,
        rules: ShopRules,
        clock: Clock,
        jitter: Callable[[], float],
    ) -> Reconcile:
        """Return the service that looks for lost orders."""
        service = _ResendsAfterMiss if self.off is Guard.NO_RESEND else Reconcile
        return service(store, supplier, rules, clock, jitter)

    def prepare(self, database: Path) -> None:
        """Remove the guard from a new database."""
        if self.off is Guard.ONE_UNRESOLVED:
            drop_index(database, "orders_one_unresolved")

    @contextmanager
    def switched(self) -> Iterator[None]:
        """Replace the guard in the code while the context lasts."""
        if self.off is Guard.WINDOW_GATE:
            with _replaced(bot.services.orders.send, "blocks_sending", _never_blocks):
                yield
        elif self.off is Guard.COVERING:
            with _replaced(bot.domain.lookup, "coverage", _always_covers):
                yield
        elif self.off is Guard.ONE_UNRESOLVED:
            with (
                _replaced(SqlOrders, "sendable", _all_queued),
                _replaced(bot.services.orders.send, "target_of", _own_target),
            ):
                yield
        else:
            yield


def _never_blocks(order: Order, newest_send: int) -> bool:
    return False


def _always_covers(view: SupplierView, sent_at: datetime, rules: LookupRules) -> Coverage:
    return Coverage.COVERS


def _all_queued(
    orders: SqlOrders, account: str, since: datetime, after: Order | None, limit: int
) -> list[Order]:
    """Return all queued orders, even if another order of the same target is unresolved."""

    def place(order: Order) -> tuple[int, int]:
        return order.send_attempts, order.order_id

    queued = sorted(orders.in_states(account, (OrderState.QUEUED,)), key=place)
    return [
        order
        for order in queued
        if order.created_at > since and (after is None or place(order) > place(after))
    ][:limit]


def _own_target(order: Order) -> tuple[str, str]:
    """Return a target that differs for every order, so that the sender sees no conflict."""
    return order.service_code, order.number


@contextmanager
def _replaced(owner: object, name: str, value: object) -> Iterator[None]:
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)
