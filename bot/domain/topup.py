"""Deposits: until when a request to pay money in is open, and what may prove that it was paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.domain.ledger import Transfer

SAME_MONEY_WITHIN = timedelta(days=7)
"""How long after a credit the same amount may be the same money, shown twice."""
ROUND = 50
"""Many payments are multiples of so many rupiah; an amount that is none names one payment."""
GRACE = timedelta(hours=24)
"""How long after its end an amount stays reserved: transfers come late."""


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
