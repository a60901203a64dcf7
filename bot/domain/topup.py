"""Deposits: until when a request to pay money in is open, and what may prove that it was paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType, TypeAlias

from bot.domain.ledger import Transfer
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId

TopUpId = NewType("TopUpId", int)

SAME_MONEY_WITHIN = timedelta(days=7)
"""How long after a credit the same amount may be the same money, shown twice."""
ROUND = 50
"""Many payments are multiples of so many rupiah; an amount that is none names one payment."""
GRACE = timedelta(hours=24)
"""How long after its end an amount stays reserved: transfers come late."""


class TopUpState(StrEnum):
    """Where a request to pay money in stands."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class TopUp:
    """A customer's request to have money credited, decided once by an admin."""

    topup_id: TopUpId
    customer_id: CustomerId
    amount: Rupiah
    state: TopUpState
    request_key: str
    """Names the update it came with, so that a replayed one asks once."""
    created_at: datetime
    decided_at: datetime | None = None
    decided_by: int | None = None
    code: int = 0
    """1 to 999 rupiah on top, so that the money tells whose it is; 0: none."""
    expires_at: datetime | None = None
    """Until when it is to be paid; money that comes later is an admin's to credit."""
    is_reserved: bool = False
    """Whether nobody else is asked for the same total."""
    credited: Rupiah | None = None
    """What an admin approved, where it was decided since there are codes."""
    reason: str = ""
    """Why it was rejected, for the customer to read."""
    proof: str = ""
    """Telegram's id of the transfer's picture, or empty."""
    cancelled_at: datetime | None = None
    """When the customer let it go; money that arrives all the same is an admin's to credit."""
    expired_at: datetime | None = None
    """When it was noted that it ran out unpaid, and the customer was told."""
    replaced_by: TopUpId | None = None
    """The request that took its place: it was cancelled then."""
    message_id: int | None = None
    """The message in the customer's chat that showed last how to pay it."""

    @property
    def total(self) -> Rupiah:
        """What is to be paid, and is credited."""
        return Rupiah(self.amount + self.code)


@dataclass(frozen=True, slots=True)
class TopUpMessage:
    """A message about a request that was sent at once, and not by way of the outbox."""

    chat_id: int
    message_id: int
    shows_payment: bool
    """Whether it shows the customer how to pay; else it asks an admin something."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The picture of a transfer, as Telegram knows it; nobody here ever opens it."""

    file_id: str
    is_file: bool = False
    """Whether it was sent as a file, which cannot be shown as a picture."""


SameAmount: TypeAlias = TopUp | Transfer
"""What has exactly the amount that is about to be credited, and may be the same money.

A top-up, credited lately or undecided, or what an admin credited by hand.
"""


def key_of(same: SameAmount) -> str:
    """Name it as it stands: an open top-up that is credited later is another doubt."""
    if isinstance(same, TopUp):
        return f"topup:{same.topup_id}:{same.state}"
    return f"transfer:{same.transfer_id}"


def is_round(amount: int) -> bool:
    """Tell whether many payments are of this amount, so that it names none."""
    return amount % ROUND == 0


def runs_out_at(topup: TopUp) -> datetime:
    """Return until when a request may be paid; one that says nothing of it is shown for a day."""
    return topup.expires_at or topup.created_at + GRACE


def is_open(topup: TopUp, now: datetime) -> bool:
    """Tell whether a customer may still pay a request: it is not decided, let go, or run out."""
    is_waiting = topup.state is TopUpState.PENDING and topup.cancelled_at is None
    return is_waiting and now < runs_out_at(topup)


def is_let_go(topup: TopUp) -> bool:
    """Tell whether a customer has let a request go and shown nothing of a payment since."""
    return topup.state is TopUpState.PENDING and topup.cancelled_at is not None and not topup.proof


def is_in_reach(topup: TopUp, now: datetime) -> bool:
    """Tell whether a transfer for an undecided request may still arrive, whatever became of it."""
    return topup.state is TopUpState.PENDING and now < runs_out_at(topup) + GRACE
