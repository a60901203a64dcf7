"""The buttons of the admins' side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from handlers.ui.buttons import Button


@dataclass(frozen=True, slots=True)
class DecideTopUp(Button):
    """An admin's answer to a request to pay money in."""

    TAG: ClassVar[str] = "d"
    topup_id: int
    approve: bool


@dataclass(frozen=True, slots=True)
class AskDecision(Button):
    """Ask an admin what arrived instead, or why a request is rejected."""

    TAG: ClassVar[str] = "A"
    topup_id: int
    for_amount: bool


@dataclass(frozen=True, slots=True)
class ApproveAmount(Button):
    """Credit another amount than was asked for, in whole rupiah; an admin typed it before."""

    TAG: ClassVar[str] = "Q"
    topup_id: int
    amount: int


@dataclass(frozen=True, slots=True)
class CreditAgain(Button):
    """Credit a top-up although its amount is another one's too: a second payment arrived."""

    TAG: ClassVar[str] = "9"
    token: str


@dataclass(frozen=True, slots=True)
class Adjust(Button):
    """An admin's one confirm button for a credit or debit."""

    TAG: ClassVar[str] = "j"
    token: str


@dataclass(frozen=True, slots=True)
class NoteDeposit(Button):
    """An admin's one confirm button for money paid to the supplier."""

    TAG: ClassVar[str] = "8"
    token: str


@dataclass(frozen=True, slots=True)
class DropAdjust(Button):
    """Dismiss a proposed credit, debit or deposit."""

    TAG: ClassVar[str] = "J"
    token: str


@dataclass(frozen=True, slots=True)
class ShowParked(Button):
    """An order to an admin, with what can be done about it."""

    TAG: ClassVar[str] = "i"
    order_id: int


@dataclass(frozen=True, slots=True)
class Attach(Button):
    """Ask an admin for the supplier's reference of a parked order."""

    TAG: ClassVar[str] = "a"
    order_id: int


@dataclass(frozen=True, slots=True)
class AttachRow(Button):
    """Attach one of the supplier's rows that were seen."""

    TAG: ClassVar[str] = "r"
    order_id: int
    ref_id: str


@dataclass(frozen=True, slots=True)
class Refund(Button):
    """Give a parked order's money back, unless there is a doubt."""

    TAG: ClassVar[str] = "f"
    order_id: int
    force: bool = False
    """Stood for "all the same" in older versions, whatever the doubt; now the doubt is shown."""


@dataclass(frozen=True, slots=True)
class RefundAnyway(Button):
    """Give a parked order's money back against the doubt that was shown: its digest."""

    TAG: ClassVar[str] = "fa"
    order_id: int
    doubt: str


@dataclass(frozen=True, slots=True)
class CountDelivered(Button):
    """Ask whether a parked order is to be settled as delivered."""

    TAG: ClassVar[str] = "Y"
    order_id: int


@dataclass(frozen=True, slots=True)
class CountForGood(Button):
    """Settle a parked order as delivered, after the admin was asked."""

    TAG: ClassVar[str] = "Z"
    order_id: int
    shown: str
    """The digest of the case that the admin was asked about."""


@dataclass(frozen=True, slots=True)
class KeepWaiting(Button):
    """Leave an order parked."""

    TAG: ClassVar[str] = "n"
    order_id: int


@dataclass(frozen=True, slots=True)
class SellAgain(Button):
    """Sell a product again that is held back, at the cost in rupiah that was shown."""

    TAG: ClassVar[str] = "sa"
    withheld_id: int
    cost: int


@dataclass(frozen=True, slots=True)
class ShowRequest(Button):
    """A request to pay money in, to an admin, with what decides it."""

    TAG: ClassVar[str] = "sr"
    topup_id: int
