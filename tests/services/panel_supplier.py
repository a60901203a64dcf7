"""The supplier at its port, on the panel of the simulation; a test chooses what a call does."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from bot.domain.errors import SupplierError, SupplierOutcomeUnknownError, SupplierUnavailableError
from bot.domain.supplier_row import SupplierRow
from bot.ports.supplier import ServiceList
from tests.faults.simulation.fault_schedule import Fault
from tests.faults.simulation.panel import GAP_SECONDS, OrderCall, Panel
from tests.services.fakes import FakeSupplier, HeldReply

SHOWN_LATE_BY = 90.0
NEVER = float("inf")


@dataclass(frozen=True)
class Outcome:
    """What the supplier does with one order call."""

    fault: Fault | None = None
    is_too_soon: bool = False
    """Whether the supplier refuses the call because of the gap between orders."""
    is_done: bool = False
    """Whether it delivers at once."""
    is_late: bool = False
    """Whether it lists the row `SHOWN_LATE_BY` seconds after the purchase."""


OUTCOMES = (
    Outcome(),
    Outcome(is_done=True),
    Outcome(is_too_soon=True),
    *(
        Outcome(fault)
        for fault in (
            Fault.NOT_CONNECTED,
            Fault.LOST_BEFORE,
            Fault.LOST_AFTER,
            Fault.REFUSED,
            Fault.OTHER_BOUGHT,
            Fault.OTHER_NOT_BOUGHT,
            Fault.FOREIGN_ECHO,
            Fault.PROMISED_BOUGHT,
            Fault.PROMISED_NOT_BOUGHT,
        )
    ),
    *(Outcome(fault, is_late=True) for fault in (None, Fault.LOST_AFTER, Fault.OTHER_BOUGHT)),
)


class PanelSupplier(FakeSupplier):
    """Orders get the answer of the panel, and reads its rows."""

    def __init__(self, panel: Panel) -> None:
        super().__init__(listings=ServiceList(panel.listings, 0))
        self.panel = panel
        self.calling = ""
        """The number of the order whose call comes next."""
        self.outcome = Outcome()
        self.held: HeldReply | None = None
        """When set, the next answer waits until `released` is set; the purchase is made before."""
        self.taken: Counter[str] = Counter()
        """How many calls of each order may have bought something."""

    async def place_order(
        self, service_code: str, destination: str, *, first_byte_within_seconds: float
    ) -> SupplierRow:
        answer = self._answer(service_code, destination)
        held, self.held = self.held, None
        if held is not None:
            held.answer = answer
        self.will(held or answer)
        return await super().place_order(
            service_code, destination, first_byte_within_seconds=first_byte_within_seconds
        )

    def _answer(self, service_code: str, destination: str) -> SupplierRow | SupplierError:
        outcome, panel, now = self.outcome, self.panel, self.panel.time()
        if outcome.fault is Fault.NOT_CONNECTED:
            return SupplierUnavailableError("refused")
        self.taken[self.calling] += not outcome.is_too_soon
        if outcome.fault is Fault.LOST_BEFORE:
            return SupplierOutcomeUnknownError("502")
        panel.last_order_at = now if outcome.is_too_soon else now - GAP_SECONDS
        sold = len(panel.purchases)
        call = OrderCall("U1", self.calling, service_code, destination, outcome.fault)
        answer = panel.answer(call).content
        for sale in panel.purchases[sold:]:
            sale.ends_at = now if outcome.is_done else NEVER
            sale.shows_at = now + SHOWN_LATE_BY * outcome.is_late
        return answer

    def listed(self) -> list[SupplierRow]:
        now = self.panel.time()
        shown = [sale.row(now) for sale in reversed(self.panel.purchases) if sale.is_shown(now)]
        return shown[self.skipped :]
