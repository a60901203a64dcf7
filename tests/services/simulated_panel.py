"""A simulated supplier panel that records real purchases, whatever it answers or lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum

from bot.domain.errors import (
    RefusalClass,
    SupplierError,
    SupplierOutcomeUnknownError,
    SupplierReadError,
    SupplierRefusedError,
    SupplierUnavailableError,
)
from bot.domain.lookup import LIST_LENGTH
from bot.domain.money import Rupiah
from bot.domain.order import OrderId
from bot.domain.supplier_row import SupplierRow
from bot.ports.supplier import ReadShare, ServiceList, StatusList
from tests.services.fakes import HeldReply


class CallOutcome(Enum):
    """What one order call does: whether it buys, when its row is listed, what it answers."""

    ACCEPTED = "accepted"
    DONE_AT_ONCE = "done at once"
    LOST_AND_BOUGHT = "lost and bought"
    LOST_AND_SHOWN_LATE = "lost and shown late"
    LOST_AND_NOT_BOUGHT = "lost and not bought"
    REFUSED = "refused"
    OTHER_AND_BOUGHT = "other and bought"
    OTHER_AND_NOT_BOUGHT = "other and not bought"
    FOREIGN_ECHO = "foreign echo"
    THROTTLED = "throttled"
    NOT_SENT = "not sent"

    @property
    def is_bought(self) -> bool:
        """Whether the call buys the goods."""
        return self in _BOUGHT

    @property
    def may_be_sent_again(self) -> bool:
        """Whether the order may return to `queued`."""
        return self in (CallOutcome.THROTTLED, CallOutcome.NOT_SENT)


_BOUGHT = {
    CallOutcome.ACCEPTED,
    CallOutcome.DONE_AT_ONCE,
    CallOutcome.LOST_AND_BOUGHT,
    CallOutcome.LOST_AND_SHOWN_LATE,
    CallOutcome.OTHER_AND_BOUGHT,
    CallOutcome.FOREIGN_ECHO,
}
_ERRORS: dict[CallOutcome, SupplierError] = {
    CallOutcome.LOST_AND_BOUGHT: SupplierOutcomeUnknownError("timed out"),
    CallOutcome.LOST_AND_SHOWN_LATE: SupplierOutcomeUnknownError("reset"),
    CallOutcome.LOST_AND_NOT_BOUGHT: SupplierOutcomeUnknownError("502"),
    CallOutcome.REFUSED: SupplierRefusedError(RefusalClass.PRODUCT, "Stok habis"),
    CallOutcome.OTHER_AND_BOUGHT: SupplierRefusedError(RefusalClass.OTHER, "Something went wrong"),
    CallOutcome.OTHER_AND_NOT_BOUGHT: SupplierRefusedError(
        RefusalClass.OTHER, "Something went wrong"
    ),
    CallOutcome.THROTTLED: SupplierRefusedError(RefusalClass.THROTTLE, "Transaksi dibatasi"),
    CallOutcome.NOT_SENT: SupplierUnavailableError("refused"),
}
_SHOWN_LATE = {CallOutcome.LOST_AND_SHOWN_LATE, CallOutcome.OTHER_AND_BOUGHT}
SHOWN_LATE_BY = timedelta(seconds=90)
NOBODY = OrderId(0)


@dataclass
class Purchase:
    """Goods that the panel sold, with the order whose call bought them."""

    order_id: OrderId
    row: SupplierRow
    shows_at: datetime
    has_vanished: bool = False


@dataclass
class SimulatedPanel:
    """Implements the `Supplier` port. The test sets `calling` and `outcome` before each call."""

    now: Callable[[], datetime]
    listings: ServiceList
    order_gap_seconds: float = 6.0
    purchases: list[Purchase] = field(default_factory=list)
    attempts: dict[OrderId, list[CallOutcome]] = field(default_factory=dict)
    is_silent: bool = False
    hides_a_row: bool = False
    calling: OrderId = NOBODY
    outcome: CallOutcome = CallOutcome.ACCEPTED
    held: HeldReply | None = None
    """When set, the next answer waits until `released` is set; the purchase is made before."""

    async def place_order(
        self, service_code: str, destination: str, *, first_byte_within_seconds: float
    ) -> SupplierRow:
        outcome, order_id, held = self.outcome, self.calling, self.held
        self.held = None
        self.attempts.setdefault(order_id, []).append(outcome)
        row = SupplierRow(
            ref_id=f"r{len(self.purchases) + 1}",
            service_code=service_code,
            destination=destination,
            cost=Rupiah(10_000),
            status_word="success" if outcome is CallOutcome.DONE_AT_ONCE else "waiting",
            voucher="",
            note="",
            created_at=self.now(),
        )
        if outcome.is_bought:
            late = SHOWN_LATE_BY if outcome in _SHOWN_LATE else timedelta(0)
            self.purchases.append(Purchase(order_id, row, self.now() + late))
        if held is not None:
            held.asked.set()
            await held.released.wait()
        if outcome in _ERRORS:
            raise _ERRORS[outcome]
        echo = "SM99" if outcome is CallOutcome.FOREIGN_ECHO else service_code
        return SupplierRow(row.ref_id, echo, destination, row.cost, row.status_word, "", "")

    def _shown(self) -> list[SupplierRow]:
        if self.is_silent:
            raise SupplierReadError("502")
        return [
            purchase.row
            for purchase in reversed(self.purchases)
            if purchase.shows_at <= self.now() and not purchase.has_vanished
        ]

    async def recent_rows(self, share: ReadShare) -> StatusList:
        rows = self._shown()[:LIST_LENGTH]
        if self.hides_a_row:
            return StatusList(tuple(rows[1:]), min(1, len(rows)))
        return StatusList(tuple(rows), 0)

    async def rows_of(self, ref_id: str, share: ReadShare) -> StatusList:
        return StatusList(tuple(row for row in self._shown() if row.ref_id == ref_id), 0)

    async def services(self) -> ServiceList:
        return self.listings

    async def balance(self) -> Rupiah | None:
        return None

    def ends(self, purchase: Purchase, status_word: str) -> None:
        """Set the status word of a purchase's row; the word need not be a known one."""
        purchase.row = replace(purchase.row, status_word=status_word)
