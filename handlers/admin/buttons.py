"""The buttons for admins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from handlers.ui.buttons import Button


@dataclass(frozen=True, slots=True)
class DecideTopUp(Button):
    """Approve or reject a top-up."""

    TAG: ClassVar[str] = "d"
    topup_id: int
    approve: bool


@dataclass(frozen=True, slots=True)
class AskDecision(Button):
    """Ask for the amount that arrived (`for_amount`), or for the reason of a rejection."""

    TAG: ClassVar[str] = "A"
    topup_id: int
    for_amount: bool


@dataclass(frozen=True, slots=True)
class ApproveAmount(Button):
    """Credit the typed amount, in whole rupiah, instead of the requested one."""

    TAG: ClassVar[str] = "Q"
    topup_id: int
    amount: int


@dataclass(frozen=True, slots=True)
class CreditAgain(Button):
    """Credit an amount that may be credited already, because a second payment arrived."""

    TAG: ClassVar[str] = "9"
    token: str


@dataclass(frozen=True, slots=True)
class Adjust(Button):
    """Make a proposed credit or debit."""

    TAG: ClassVar[str] = "j"
    token: str


@dataclass(frozen=True, slots=True)
class NoteDeposit(Button):
    """Record a proposed deposit: money that the shop paid to the supplier."""

    TAG: ClassVar[str] = "8"
    token: str


@dataclass(frozen=True, slots=True)
class DropAdjust(Button):
    """Dismiss a proposed credit, debit or deposit."""

    TAG: ClassVar[str] = "J"
    token: str


@dataclass(frozen=True, slots=True)
class ShowParked(Button):
    """Show an order to an admin, with the possible decisions."""

    TAG: ClassVar[str] = "i"
    order_id: int


@dataclass(frozen=True, slots=True)
class Attach(Button):
    """Ask an admin for the supplier's reference of a parked order."""

    TAG: ClassVar[str] = "a"
    order_id: int


@dataclass(frozen=True, slots=True)
class AttachRow(Button):
    """Attach one of the supplier's rows that may be the order's own."""

    TAG: ClassVar[str] = "r"
    order_id: int
    ref_id: str


@dataclass(frozen=True, slots=True)
class Refund(Button):
    """Refund a parked order, unless its goods may have been bought."""

    TAG: ClassVar[str] = "f"
    order_id: int
    force: bool = False
    """Set by buttons of older versions to override any doubt; now the doubt is shown instead."""


@dataclass(frozen=True, slots=True)
class RefundAnyway(Button):
    """Refund a parked order despite the doubt that was shown; `doubt` is its digest."""

    TAG: ClassVar[str] = "fa"
    order_id: int
    doubt: str


@dataclass(frozen=True, slots=True)
class CountDelivered(Button):
    """Ask for a confirmation before a parked order is settled as delivered."""

    TAG: ClassVar[str] = "Y"
    order_id: int


@dataclass(frozen=True, slots=True)
class CountForGood(Button):
    """Settle a parked order as delivered, after the confirmation."""

    TAG: ClassVar[str] = "Z"
    order_id: int
    shown: str
    """The digest of the facts that the question showed."""


@dataclass(frozen=True, slots=True)
class KeepWaiting(Button):
    """Leave an order parked."""

    TAG: ClassVar[str] = "n"
    order_id: int


@dataclass(frozen=True, slots=True)
class SellAgain(Button):
    """Release a withheld product for sale; `cost` in rupiah is the cost that was shown."""

    TAG: ClassVar[str] = "sa"
    withheld_id: int
    cost: int


@dataclass(frozen=True, slots=True)
class ShowRequest(Button):
    """Show a top-up to an admin, with the buttons that decide it."""

    TAG: ClassVar[str] = "sr"
    topup_id: int
