"""Notices: messages that must reach somebody, kept in the outbox until they have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NewType

NoticeId = NewType("NoticeId", int)


class NoticeKind(StrEnum):
    """What a notice says; its text is made from the state of things at delivery."""

    ORDER = "order"
    """To the customer: the order's one message, edited in place."""
    OUTCOME = "outcome"
    """To the customer: the voucher, or why there is none; a new message, which makes a sound."""
    ORDER_PARKED = "order_parked"
    """To the customer: the order is checked by hand, and until when they hear; a new message.

    Once for an order, once more when that hour has passed, and only while it is parked: whatever
    comes after it says more."""
    WALLET = "wallet"
    """To the customer: money was credited or debited; `subject_id` is the transfer."""
    RESTOCKED = "restocked"
    """To the customer: what they waited for is back; `data["products"]` has the product ids."""
    REOPENED = "reopened"
    """To the customer: the shop that they waited for is open again."""
    TOPUP_REQUESTED = "topup_requested"
    """To an admin: somebody asks to pay money in; `subject_id` is the top-up."""
    TOPUP_NEWS = "topup_news"
    """To an admin: it was decided or let go, or ran out; edits messages and sends none."""
    TOPUP_SETTLED = "topup_settled"
    """To the customer: the same of the messages that show how to pay it."""
    TOPUP_REJECTED = "topup_rejected"
    """To the customer."""
    TOPUP_EXPIRED = "topup_expired"
    """To the customer: the time to pay is over, unpaid; told once."""
    TOPUP_PROOF = "topup_proof"
    """To an admin: the picture of a transfer; `subject_id` is the top-up."""
    STRAY_PROOF = "stray_proof"
    """To an admin: a picture that belongs to no open top-up; `subject_id` is the customer."""
    PARKED = "parked"
    """To an admin: an order to be settled."""
    PARKED_NEWS = "parked_news"
    """To an admin: what became of it; edits the messages that announced it, and sends none."""
    HELP = "help"
    """To an admin: a customer asks to have an order looked at."""
    ASKED = "asked"
    """To an admin: a customer wants the shop to write to them; `subject_id` is the customer."""
    WITHHELD = "withheld"
    """To an admin: a product is held back from sale; `subject_id` is the `WithheldId`."""
    ALERT = "alert"
    """To an admin: `data["condition"]` names what is wrong."""


class Urgency(IntEnum):
    """Which of a chat's waiting notices goes first; of equal ones the older."""

    ORDINARY = 0
    URGENT = 1
    """It needs an admin. No customer can cause many of these, so they delay little."""


URGENT = frozenset(
    {NoticeKind.ALERT, NoticeKind.PARKED, NoticeKind.PARKED_NEWS, NoticeKind.WITHHELD}
)
"""All alerts are urgent, so that the end of a condition never overtakes its beginning; the news
of a parked order too, so that it stays behind the announcement. What customers cause at will
(requests, pictures, calls for help) is ordinary, and so is everything for customers."""


class NoticeState(StrEnum):
    """Where a notice stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    UNREACHABLE = "unreachable"
    """The reader blocked the bot: it waits for the next /start."""
    UNDELIVERABLE = "undeliverable"
    STALE = "stale"
    """Pending in a backup that the shop now goes on from: it may have been delivered since."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one chat; `dedupe_key` is taken once, so that one act tells once."""

    chat_id: int
    kind: NoticeKind
    dedupe_key: str
    created_at: datetime
    subject_id: int | None = None
    data: Mapping[str, str | int] = field(default_factory=dict)
    notice_id: NoticeId | None = None
    state: NoticeState = NoticeState.PENDING
    attempts: int = 0
    next_at: datetime | None = None

    @property
    def urgency(self) -> Urgency:
        """How soon it goes out among the other notices of its chat."""
        return Urgency.URGENT if self.kind in URGENT else Urgency.ORDINARY


class Alert(StrEnum):
    """The conditions that the admins are told of, each at most every 15 minutes."""

    OWN_DEPOSIT_LOW = "own_deposit_low"
    CREDENTIALS_REFUSED = "credentials_refused"
    MAINTENANCE = "maintenance"
    CATALOGUE_SHRUNK = "catalogue_shrunk"
    CATALOGUE_TOO_LARGE = "catalogue_too_large"
    """The supplier's list has more rows or bytes than are taken."""
    UNKNOWN_STATUS = "unknown_status"
    UNKNOWN_REFUSAL = "unknown_refusal"
    UNCLEAR_ANSWER = "unclear_answer"
    """The supplier's words, or its 5xx, leave open whether an order was taken."""
    COST_CHANGED = "cost_changed"
    COST_ABOVE_PRICE = "cost_above_price"
    BREAKER_OPEN = "breaker_open"
    BREAKER_CLOSED = "breaker_closed"
    SUPPLIER_AWAY = "supplier_away"
    """The supplier has not answered for 5 minutes."""
    LATE_SUCCESS = "late_success"
    """Goods arrived for an order whose money was given back already."""
    UNDELIVERABLE = "undeliverable"
    UPDATE_GIVEN_UP = "update_given_up"
    BACKUP_FAILED = "backup_failed"
    RESTORED = "restored"
    """The shop goes on from a backup, and has forgotten what came after it."""
    UNCLAIMED_ROWS = "unclaimed_rows"
    ORDER_REVERSED = "order_reversed"
    """The supplier took back an order that had succeeded; the money is as it was."""
    ROWS_DIFFER = "rows_differ"
    ROWS_MISDATED = "rows_misdated"
    """Rows whose instant is more than 15 hours off."""
