"""What employees see of other people's orders: numbers and codes are masked, costs left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.money import Rupiah
from bot.domain.order import CustomerId, Order
from bot.domain.staff import Right
from bot.domain.supplier_comparison import Finding, FindingKind
from bot.domain.supplier_row import SupplierRow

DOTS: Final = "••••"
_WITH_COSTS: Final = (FindingKind.PRICE, FindingKind.UNCLAIMED)
"""The differences whose details name a cost."""
_LONG: Final = 10
"""From this length on four characters at each end are shown."""
_SHORT: Final = 6
_IN_TEXT = re.compile(
    r"(?<![A-Za-z0-9])[0-9][0-9 .-]{2,}[0-9]|(?=[^\s:=,;]*[0-9])[^\s:=,;]{6,}", re.ASCII
)
"""What may be a number, a code or a cost in a text: four digits or more, or a word with a digit."""


def masked_number(number: str) -> str:
    """Return a phone number, meter or game id with its middle masked: "0812••••7890"."""
    if len(number) >= _LONG:
        return f"{number[:4]}{DOTS}{number[-4:]}"
    if len(number) >= _SHORT:
        return f"{number[:2]}{DOTS}{number[-2:]}"
    return DOTS if number else ""


def masked_code(code: str) -> str:
    """Return a voucher or serial number with its last four characters; a short one has none."""
    if len(code) >= _LONG:
        return f"{DOTS}{code[-4:]}"
    return DOTS if code else ""


def masked_text(text: str) -> str:
    """Return a supplier's text in which every word that may be a number or a code is masked."""
    return _IN_TEXT.sub(lambda found: masked_code(found[0]), text)


@dataclass(frozen=True, slots=True)
class StaffView:
    """How one reader is shown orders, rows and texts."""

    reader_id: CustomerId | None
    """None: an owner who has never written to the bot."""
    rights: frozenset[Right]

    @property
    def is_whole(self) -> bool:
        """Whether everything is shown: owners see it."""
        return Right.OWNER in self.rights

    @property
    def has_costs(self) -> bool:
        """Whether costs and margins are shown."""
        return Right.COSTS in self.rights

    @property
    def can_show_codes(self) -> bool:
        """Whether a masked code can be shown on request, which is logged."""
        return Right.CODES in self.rights and not self.is_whole

    def order(self, order: Order) -> Order:
        """Return an order as it is shown; a cost of 0 rupiah is not shown."""
        if self.is_whole:
            return order
        shown = order
        if not self.has_costs:
            shown = replace(order, cost=Rupiah(0), supplier_cost=None)
        if order.customer_id == self.reader_id:
            return shown
        return replace(
            shown,
            destination=masked_number(order.destination),
            zone="",
            voucher=masked_code(order.voucher),
            note=masked_text(order.note),
            refusal_message=masked_text(order.refusal_message),
        )

    def row(self, row: SupplierRow) -> SupplierRow:
        """Return a supplier's row as it is shown."""
        if self.is_whole:
            return row
        return replace(
            row,
            destination=masked_number(row.destination),
            cost=row.cost if self.has_costs else None,
            voucher=masked_code(row.voucher),
            note=masked_text(row.note),
        )

    def finding(self, finding: Finding) -> Finding:
        """Return a difference from the supplier's rows as it is shown."""
        if finding.kind in _WITH_COSTS and not self.has_costs:
            return replace(finding, detail="")
        if finding.kind is FindingKind.PRICE:
            return finding
        return replace(finding, detail=self.text(finding.detail))

    def text(self, text: str) -> str:
        """Return a text that may contain numbers and codes, as it is shown."""
        return text if self.is_whole else masked_text(text)
