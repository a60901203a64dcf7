"""Top-ups: money that a customer pays in, from the request to an admin's decision.

A top-up is open until it is decided, cancelled or expired. Only a decision is final: money can
arrive after a cancellation or after the expiry, and an admin can still credit it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType, TypeAlias

from bot.domain.customer import TelegramId
from bot.domain.ledger import Transfer
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId

TopUpId = NewType("TopUpId", int)

SAME_PAYMENT_WITHIN = timedelta(days=7)
"""For how long after a credit the same amount may be the same payment, reported twice."""
ROUND_AMOUNT = 50
"""Rupiah. Many payments are multiples of it; any other amount identifies one payment."""
PAYMENT_GRACE = timedelta(hours=24)
"""For how long after the expiry a total stays reserved, because transfers arrive late."""
LOST_PROOF = "lost"
"""In place of a proof's file id: the picture was sent to another bot, and this one cannot show it.

Telegram's file ids are valid for one bot only (Bot API, "Sending files")."""


class TopUpState(StrEnum):
    """Whether a top-up was decided, and how."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class TopUp:
    """A customer's request to credit money that they pay in; an admin decides it once."""

    topup_id: TopUpId
    customer_id: CustomerId
    amount: Rupiah
    """What the customer asked to pay in, without the code."""
    state: TopUpState
    request_key: str
    """Unique. Names the update that made the request, so that a redelivered update makes none."""
    created_at: datetime
    decided_at: datetime | None = None
    decided_by: CustomerId | None = None
    """The admin who decided it."""
    code: int = 0
    """1 to 999 rupiah added to the amount, so that the total identifies the payer; 0: no code."""
    expires_at: datetime | None = None
    """Until when it is to be paid; None: it does not expire."""
    is_reserved: bool = False
    """Whether no other undecided top-up may have the same total."""
    credited: Rupiah | None = None
    """What was credited. None unless it is approved, and for approvals older than this field."""
    reason: str = ""
    """Why it was rejected, shown to the customer; empty: no reason was given."""
    proof: str = ""
    """Telegram's file id of the newest payment proof, `LOST_PROOF`, or empty."""
    cancelled_at: datetime | None = None
    """When the customer cancelled it, or replaced it with a new one."""
    expired_at: datetime | None = None
    """When the bot recorded that it expired without a decision."""
    replaced_by: TopUpId | None = None
    """The newer top-up of the customer that replaced, and so cancelled, this one."""
    message_id: int | None = None
    """The newest message in the customer's chat that shows how to pay it."""

    @property
    def total(self) -> Rupiah:
        """The amount with the code: what is to be paid, and is credited by default."""
        return Rupiah(self.amount + self.code)


@dataclass(frozen=True, slots=True)
class TopUpMessage:
    """A message about a top-up that a handler sent directly, without the outbox."""

    chat_id: TelegramId
    message_id: int
    shows_payment: bool
    """True: it shows the customer how to pay. False: it asks an admin a question."""


@dataclass(frozen=True, slots=True)
class PaymentProof:
    """A customer's picture of a transfer; Konter forwards it by its id and never opens it."""

    file_id: str
    """Telegram's id of the file; `LOST_PROOF` if it was sent to another bot."""
    is_file: bool = False
    """Whether it was sent as a document; Telegram cannot send a document's id as a photo."""


SameAmount: TypeAlias = TopUp | Transfer
"""A top-up or an admin's credit of exactly the amount that is about to be credited.

Both may belong to the same payment.
"""


def same_amount_key(entry: SameAmount) -> str:
    """Return a key of the entry and its state, such as "topup:7:pending" or "transfer:12".

    The state is part of it, because an open top-up that is approved later has to be confirmed
    anew.
    """
    if isinstance(entry, TopUp):
        return f"topup:{entry.topup_id}:{entry.state}"
    return f"transfer:{entry.transfer_id}"


def is_round(amount: int) -> bool:
    """Return whether an amount is a multiple of 50 rupiah, and so does not identify a payment."""
    return amount % ROUND_AMOUNT == 0


def payable_until(topup: TopUp) -> datetime:
    """Return until when a top-up may be paid: 24 hours after its request if it has no expiry."""
    return topup.expires_at or topup.created_at + PAYMENT_GRACE


def is_open(topup: TopUp, now: datetime) -> bool:
    """Return whether a top-up is to be paid: not decided, not cancelled, and not expired."""
    is_waiting = topup.state is TopUpState.PENDING and topup.cancelled_at is None
    return is_waiting and now < payable_until(topup)


def is_cancelled_without_proof(topup: TopUp) -> bool:
    """Return whether an undecided top-up was cancelled and has no payment proof."""
    return topup.state is TopUpState.PENDING and topup.cancelled_at is not None and not topup.proof


def is_proof_lost(topup: TopUp) -> bool:
    """Return whether an undecided top-up's payment proof has to be sent again."""
    return topup.state is TopUpState.PENDING and topup.proof == LOST_PROOF


def payment_may_arrive(topup: TopUp, now: datetime) -> bool:
    """Return whether a payment for an undecided top-up may still arrive.

    A cancelled or expired one counts too, until its 24 hours of grace are over.
    """
    return topup.state is TopUpState.PENDING and now < payable_until(topup) + PAYMENT_GRACE
