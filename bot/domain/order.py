"""Orders: their states, the events that change the state, and the table of transitions.

Everything that affects the state machine is in this module.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from math import sqrt
from types import MappingProxyType
from typing import NewType

from bot.domain.catalogue import ProductId
from bot.domain.errors import InvalidTransitionError, RefusalClass
from bot.domain.money import Rupiah

OrderId = NewType("OrderId", int)
CustomerId = NewType("CustomerId", int)
"""The id of a person, given by Konter; see `bot/domain/customer.py`."""


class OrderState(StrEnum):
    """The state of an order; docs/architecture.md shows the state machine as a diagram."""

    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    AMBIGUOUS = "ambiguous"
    PARKED = "parked"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether the order is over and its hold resolved."""
        return self in FINAL_STATES

    @property
    def is_unresolved(self) -> bool:
        """Whether the supplier may have a row for this order that is not attributed to it yet."""
        return self in UNRESOLVED_STATES


FINAL_STATES = frozenset({OrderState.SUCCEEDED, OrderState.FAILED, OrderState.CANCELLED})
UNRESOLVED_STATES = frozenset({OrderState.SENDING, OrderState.AMBIGUOUS, OrderState.PARKED})


class CancelReason(StrEnum):
    """Why a queued order was cancelled; its hold is voided."""

    BY_CUSTOMER = "by_customer"
    BY_ADMIN = "by_admin"
    WAITED_TOO_LONG = "waited_too_long"
    NOT_READY = "not_ready"
    CUTOFF = "cutoff"
    COST_ABOVE_PRICE = "cost_above_price"


class ParkReason(StrEnum):
    """Why an order is parked, so that an admin has to decide."""

    SEVERAL = "several"
    """Two or more rows may be this order's."""
    WINDOW_LOST = "window_lost"
    """The supplier's list no longer reaches back to the send."""
    PROBABLY_NOT_PLACED = "probably_not_placed"
    """The order is missing from every list that covers the send."""
    UNKNOWN = "unknown"
    """The time for lookups is over, and no complete list could be read."""
    FOREIGN_REPLY = "foreign_reply"
    """The supplier's success reply names another service or destination, or a claimed ref_id."""
    PARTIAL = "partial"
    ROW_MISSING = "row_missing"
    """The order was accepted, but its row has been missing for 10 minutes."""
    NOT_FINAL = "not_final"
    """The order was accepted, but its status is not final after 24 hours."""
    RESTORED = "restored"
    """The order was queued or sending in the backup from which the shop resumed."""


class WaitReason(StrEnum):
    """Why a queued order is not sent yet, without details about other customers' orders."""

    SUPPLIER_AWAY = "supplier_away"
    SAME_TARGET = "same_target"
    PAUSED = "paused"
    BUSY = "busy"


class Event(Enum):
    """What changes the state of an order."""

    STARTED = "started"
    """The order call is about to be made; this is committed before its first byte is sent."""
    NOT_SENT = "not sent"
    """Nothing was bought: no byte of the call was sent, or the supplier throttled it."""
    CANCELLED = "cancelled"
    """The order was cancelled before it was sent."""
    ACCEPTED = "accepted"
    """The order has claimed a ref_id, from the reply, from a lookup or from an admin."""
    REFUSED = "refused"
    """The supplier answered with a well-formed refusal of a known class."""
    OUTCOME_UNKNOWN = "outcome unknown"
    """No well-formed answer, or a refusal of unknown class: the goods may have been bought."""
    REFUSAL_CONFIRMED = "refusal confirmed"
    """A refusal of unknown class, and the order was missing twice from a list that covers it."""
    SUCCEEDED = "succeeded"
    """The supplier's row has a status of success."""
    FAILED = "failed"
    """The supplier's row has a status of failure."""
    PARKED = "parked"
    """An admin has to decide."""
    REFUNDED = "refunded"
    """An admin refunded a parked order: its hold is voided."""
    COUNTED_DELIVERED = "counted delivered"
    """An admin confirmed that the goods of a parked order with a ref_id were delivered."""
    KEPT_WAITING = "kept waiting"
    """An admin decided to keep the order parked."""


TRANSITIONS: Mapping[tuple[OrderState, Event], OrderState] = MappingProxyType(
    {
        (OrderState.QUEUED, Event.STARTED): OrderState.SENDING,
        (OrderState.QUEUED, Event.CANCELLED): OrderState.CANCELLED,
        # After a restore: the order may have been sent after the backup was made.
        (OrderState.QUEUED, Event.PARKED): OrderState.PARKED,
        (OrderState.SENDING, Event.NOT_SENT): OrderState.QUEUED,
        (OrderState.SENDING, Event.ACCEPTED): OrderState.ACCEPTED,
        (OrderState.SENDING, Event.REFUSED): OrderState.FAILED,
        (OrderState.SENDING, Event.OUTCOME_UNKNOWN): OrderState.AMBIGUOUS,
        (OrderState.SENDING, Event.PARKED): OrderState.PARKED,
        (OrderState.AMBIGUOUS, Event.ACCEPTED): OrderState.ACCEPTED,
        (OrderState.AMBIGUOUS, Event.REFUSED): OrderState.FAILED,
        (OrderState.AMBIGUOUS, Event.REFUSAL_CONFIRMED): OrderState.FAILED,
        (OrderState.AMBIGUOUS, Event.PARKED): OrderState.PARKED,
        (OrderState.ACCEPTED, Event.SUCCEEDED): OrderState.SUCCEEDED,
        (OrderState.ACCEPTED, Event.FAILED): OrderState.FAILED,
        (OrderState.ACCEPTED, Event.PARKED): OrderState.PARKED,
        (OrderState.PARKED, Event.ACCEPTED): OrderState.ACCEPTED,
        (OrderState.PARKED, Event.REFUSED): OrderState.FAILED,
        (OrderState.PARKED, Event.SUCCEEDED): OrderState.SUCCEEDED,
        (OrderState.PARKED, Event.FAILED): OrderState.FAILED,
        (OrderState.PARKED, Event.REFUNDED): OrderState.FAILED,
        (OrderState.PARKED, Event.COUNTED_DELIVERED): OrderState.SUCCEEDED,
        (OrderState.PARKED, Event.KEPT_WAITING): OrderState.PARKED,
    }
)


IDS_PER_EPOCH = 1_000_000_000
"""Ids of one epoch. Each restore starts the next epoch, so no id is ever given out twice."""
_NUMBER = re.compile(r"K(?:([0-9]{1,9})-)?([0-9]{1,9})", re.ASCII | re.IGNORECASE)


def order_number_of(order_id: int) -> str:
    """Return the order number that people read: K12, or K2-12 after the first restore."""
    epoch, count = divmod(order_id, IDS_PER_EPOCH)
    return f"K{epoch + 1}-{count}" if epoch else f"K{count}"


def order_id_of(number: str) -> OrderId | None:
    """Return the id of an order number in either case; None for any other text."""
    match = _NUMBER.fullmatch(number)
    if match is None:
        return None
    epoch = int(match[1] or 1) - 1
    return OrderId(epoch * IDS_PER_EPOCH + int(match[2])) if epoch >= 0 else None


def next_state(state: OrderState, event: Event) -> OrderState:
    """Return the state after an event.

    Raises `InvalidTransitionError` for a pair that is not in `TRANSITIONS`.
    """
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise InvalidTransitionError(state, event.value) from None


@dataclass(frozen=True, slots=True)
class Order:
    """One purchase. Instants are aware and in UTC; money is whole rupiah."""

    order_id: OrderId
    account: str
    """The user id of the supplier account that the order is bought with."""
    customer_id: CustomerId
    product_id: ProductId
    service_code: str
    product_name: str
    category_type: str
    main: str
    destination: str
    """The normalised form that is sent to the supplier and compared with its rows."""
    price: Rupiah
    """The price that was shown to the customer and is charged."""
    cost: Rupiah
    """The listed cost when the order was confirmed; updated when it is sent."""
    state: OrderState
    created_at: datetime
    is_counter_sale: bool = False
    """Whether an admin bought it on the shop's own account for a customer at the counter."""
    version: int = 0
    """The number of changes, for optimistic locking: of two concurrent writers one wins."""
    message_id: int | None = None
    """The order's status message in the customer's chat, edited as the state changes."""
    wait_reason: WaitReason | None = None
    send_attempts: int = 0
    sent_at: datetime | None = None
    send_number: int | None = None
    """The sequence number of this send among the sends of the supplier account."""
    ref_id: str | None = None
    """The supplier's reference, claimed by this order; no other order has it."""
    suspect_ref_id: str | None = None
    """A ref_id that the supplier returned for this order, but that failed the checks."""
    supplier_cost: Rupiah | None = None
    """The amount that the supplier charged, from the first reply that had it."""
    status_word: str = ""
    voucher: str = ""
    note: str = ""
    refusal: RefusalClass | None = None
    refusal_message: str = ""
    cancel_reason: CancelReason | None = None
    park_reason: ParkReason | None = None
    parked_at: datetime | None = None
    announced_at: datetime | None = None
    """When the admins were last notified that the order is parked."""
    accepted_at: datetime | None = None
    ambiguous_at: datetime | None = None
    lookups: int = 0
    """How many lookups in the supplier's list were made."""
    last_covering_miss_at: datetime | None = None
    """The last time that a list which covers the send did not contain the order."""
    first_miss_after_60s_at: datetime | None = None
    """The first such time 60 s or more after the send."""
    row_seen_at: datetime | None = None
    """When the order's row was last seen, or the list could not be read."""
    next_check_at: datetime | None = None
    """When the next poll or lookup is due, while the order is sent and not final."""
    ended_at: datetime | None = None
    zone: str = ""
    """The zone of a game account, when the destination ends with it; for display only."""

    @property
    def number(self) -> str:
        """The order number that people read and type."""
        return order_number_of(self.order_id)

    @property
    def charged(self) -> Rupiah:
        """What the supplier charged; the listed cost until that is known."""
        return self.cost if self.supplier_cost is None else self.supplier_cost

    @property
    def margin(self) -> int:
        """The price minus the charge, in rupiah."""
        return self.price - self.charged

    def has_covering_miss_after(self, delay: timedelta) -> bool:
        """Return whether a covering list lacked the order `delay` or more after the send."""
        if self.sent_at is None:
            return False
        misses = (self.first_miss_after_60s_at, self.last_covering_miss_at)
        return any(at is not None and at - self.sent_at >= delay for at in misses)


# --- waiting for a final status ---------------------------------------------------------

POLL_MAX = timedelta(seconds=30)
ROW_MISSING_AFTER = timedelta(minutes=10)
NOT_FINAL_AFTER = timedelta(hours=24)


def poll_pause(age: timedelta, least: timedelta, load: float, jitter: float) -> timedelta:
    """Return the pause before the next poll of an order that was accepted `age` ago.

    The pause is max(least, c·√age), at most 30 s (or `least`, if that is longer). `load` is the
    ratio of the calls wanted to the calls allowed, 0 to 1: c grows from 0.5 at load 0 to 5 at
    load 0.9 and above. `jitter` is -1 to 1 and changes the pause by up to 10 %.
    """
    c = 0.5 / (1 - min(max(load, 0.0), 0.9))
    wanted = max(least.total_seconds(), c * sqrt(max(age.total_seconds(), 0.0)))
    longest = max(POLL_MAX.total_seconds(), least.total_seconds())
    return timedelta(seconds=min(wanted, longest) * (1 + 0.1 * jitter))


def park_reason_if_overdue(order: Order, now: datetime) -> ParkReason | None:
    """Return why an accepted order has to be parked; None while it need not be."""
    accepted_at = order.accepted_at or order.created_at
    if now - accepted_at >= NOT_FINAL_AFTER:
        return ParkReason.NOT_FINAL
    if now - max(accepted_at, order.row_seen_at or accepted_at) >= ROW_MISSING_AFTER:
        return ParkReason.ROW_MISSING
    return None


# --- guards -----------------------------------------------------------------------------

BREAKER_COUNT = 3
BREAKER_WITHIN = timedelta(minutes=5)


def breaker_trips(ambiguous_instants: Sequence[datetime], now: datetime) -> bool:
    """Return whether 3 or more order calls had no well-formed answer in the last 5 minutes.

    `ambiguous_instants` are the times of the calls without a well-formed answer.
    """
    recent = [at for at in ambiguous_instants if now - at <= BREAKER_WITHIN]
    return len(recent) >= BREAKER_COUNT


BACKOFF_MAX = timedelta(seconds=30)


def send_backoff(failures: int) -> timedelta:
    """Return the pause after `failures` consecutive calls of which no byte was sent."""
    return min(timedelta(seconds=2 ** min(failures, 10)), BACKOFF_MAX)
