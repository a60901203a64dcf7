"""An order's life: its states, the events that move it, and the one table that allows them.

Everything that affects the state machine lives in this file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import sqrt
from types import MappingProxyType
from typing import NewType

from bot.domain.catalogue import ProductId
from bot.domain.errors import InvalidTransitionError, RefusalClass
from bot.domain.money import Rupiah

OrderId = NewType("OrderId", int)
CustomerId = NewType("CustomerId", int)
"""A customer is a Telegram user: the id is Telegram's, and that of the private chat too."""


class OrderState(StrEnum):
    """Where an order stands."""

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
        """Whether a row at the supplier may be this order's without our knowing."""
        return self in UNRESOLVED_STATES


FINAL_STATES = frozenset({OrderState.SUCCEEDED, OrderState.FAILED, OrderState.CANCELLED})
OPEN_STATES = frozenset(OrderState) - FINAL_STATES
UNRESOLVED_STATES = frozenset({OrderState.SENDING, OrderState.AMBIGUOUS, OrderState.PARKED})


class CancelReason(StrEnum):
    """Why a queued order was given up; the money is free again."""

    BY_CUSTOMER = "by_customer"
    BY_ADMIN = "by_admin"
    WAITED_TOO_LONG = "waited_too_long"
    NOT_READY = "not_ready"
    CUTOFF = "cutoff"
    COST_ABOVE_PRICE = "cost_above_price"


class ParkReason(StrEnum):
    """Why an admin has to decide."""

    SEVERAL = "several"
    """Two or more rows may be this order's."""
    WINDOW_LOST = "window_lost"
    """The supplier's list no longer reaches back to the send."""
    PROBABLY_NOT_PLACED = "probably_not_placed"
    """Every look at a list that covers the send missed it."""
    UNKNOWN = "unknown"
    """The time is up, and the list could not be seen, or not whole."""
    FOREIGN_REPLY = "foreign_reply"
    """The supplier's success names another service, destination, or an order of ours."""
    PARTIAL = "partial"
    ROW_MISSING = "row_missing"
    """Accepted, but its row has been missing for 10 minutes."""
    NOT_FINAL = "not_final"
    """Accepted, but not final after 24 hours."""
    RESTORED = "restored"
    """Waiting or being sent when the backup was made that the shop now goes on from."""


class WaitReason(StrEnum):
    """Why a queued order is not sent yet, as far as its customer may know."""

    SUPPLIER_AWAY = "supplier_away"
    SAME_TARGET = "same_target"
    PAUSED = "paused"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Started:
    """The order call is about to be made; committed before its first byte."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """Surely nothing was bought: no byte left, or a throttle refusal."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Given up before it was sent."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A ref_id is this order's: by the reply, a lookup, or an admin."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A well-formed refusal of a known class."""


@dataclass(frozen=True, slots=True)
class OutcomeUnknown:
    """No well-formed answer, or a refusal of unknown class: the goods may be bought."""


@dataclass(frozen=True, slots=True)
class RefusalConfirmed:
    """A refusal of unknown class, and the list that covers the send lacked it twice."""


@dataclass(frozen=True, slots=True)
class Succeeded:
    """The supplier's row says success."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The supplier's row says failed."""


@dataclass(frozen=True, slots=True)
class Parked:
    """The machine may not decide alone."""


@dataclass(frozen=True, slots=True)
class Refunded:
    """An admin gave the money back."""


@dataclass(frozen=True, slots=True)
class CountedDelivered:
    """An admin knows that the goods of an order with a ref_id have arrived."""


@dataclass(frozen=True, slots=True)
class KeptWaiting:
    """An admin leaves the order parked for now."""


Event = (
    Started
    | NotSent
    | Cancelled
    | Accepted
    | Refused
    | OutcomeUnknown
    | RefusalConfirmed
    | Succeeded
    | Failed
    | Parked
    | Refunded
    | CountedDelivered
    | KeptWaiting
)

TRANSITIONS: Mapping[tuple[OrderState, type[Event]], OrderState] = MappingProxyType(
    {
        (OrderState.QUEUED, Started): OrderState.SENDING,
        (OrderState.QUEUED, Cancelled): OrderState.CANCELLED,
        # After a restore: it may have been sent in the time that the database has forgotten.
        (OrderState.QUEUED, Parked): OrderState.PARKED,
        (OrderState.SENDING, NotSent): OrderState.QUEUED,
        (OrderState.SENDING, Accepted): OrderState.ACCEPTED,
        (OrderState.SENDING, Refused): OrderState.FAILED,
        (OrderState.SENDING, OutcomeUnknown): OrderState.AMBIGUOUS,
        (OrderState.SENDING, Parked): OrderState.PARKED,
        (OrderState.AMBIGUOUS, Accepted): OrderState.ACCEPTED,
        (OrderState.AMBIGUOUS, Refused): OrderState.FAILED,
        (OrderState.AMBIGUOUS, RefusalConfirmed): OrderState.FAILED,
        (OrderState.AMBIGUOUS, Parked): OrderState.PARKED,
        (OrderState.ACCEPTED, Succeeded): OrderState.SUCCEEDED,
        (OrderState.ACCEPTED, Failed): OrderState.FAILED,
        (OrderState.ACCEPTED, Parked): OrderState.PARKED,
        (OrderState.PARKED, Accepted): OrderState.ACCEPTED,
        (OrderState.PARKED, Refused): OrderState.FAILED,
        (OrderState.PARKED, Succeeded): OrderState.SUCCEEDED,
        (OrderState.PARKED, Failed): OrderState.FAILED,
        (OrderState.PARKED, Refunded): OrderState.FAILED,
        (OrderState.PARKED, CountedDelivered): OrderState.SUCCEEDED,
        (OrderState.PARKED, KeptWaiting): OrderState.PARKED,
    }
)


IDS_AN_EPOCH = 1_000_000_000
"""After a restore ids begin anew above the next multiple: none that a customer holds returns."""
_NUMBER = re.compile(r"K(?:([0-9]{1,9})-)?([0-9]{1,9})", re.ASCII | re.IGNORECASE)


def number_of(order_id: int) -> str:
    """Return the number of an order: K12, and after the first restore K2-12."""
    epoch, count = divmod(order_id, IDS_AN_EPOCH)
    return f"K{epoch + 1}-{count}" if epoch else f"K{count}"


def order_id_of(number: str) -> OrderId | None:
    """Return the id that an order number stands for; None for a text that is no number."""
    match = _NUMBER.fullmatch(number)
    if match is None:
        return None
    epoch = int(match[1] or 1) - 1
    return OrderId(epoch * IDS_AN_EPOCH + int(match[2])) if epoch >= 0 else None


def next_state(state: OrderState, event: Event) -> OrderState:
    """Return the state after an event; raises `InvalidTransitionError` for what is not listed."""
    try:
        return TRANSITIONS[state, type(event)]
    except KeyError:
        raise InvalidTransitionError(state, type(event).__name__) from None


@dataclass(frozen=True, slots=True)
class Order:
    """One purchase; all instants are aware UTC, all money is whole rupiah."""

    order_id: OrderId
    account: str
    """The supplier account (its user id) that it is bought on."""
    customer_id: CustomerId
    product_id: ProductId
    service_code: str
    product_name: str
    category_type: str
    main: str
    destination: str
    """Normalised: the form that is sent and compared."""
    price: Rupiah
    """What the customer pays: the price that was shown."""
    cost: Rupiah
    """What the supplier asked when the order was confirmed or, later, sent."""
    state: OrderState
    created_at: datetime
    is_counter_sale: bool = False
    """Bought by an admin on the shop's own account, for somebody at the counter."""
    version: int = 0
    """Counts the changes, so that one of two writers wins."""
    message_id: int | None = None
    """The order's one message in the customer's chat, edited as the order moves."""
    wait_reason: WaitReason | None = None
    send_attempts: int = 0
    sent_at: datetime | None = None
    send_number: int | None = None
    """Counts the sends of the account, so that those after this one can be counted."""
    ref_id: str | None = None
    """The supplier's reference, claimed: it belongs to no other order."""
    suspect_ref_id: str | None = None
    """A ref_id that the supplier named for this order, but that cannot be trusted."""
    supplier_cost: Rupiah | None = None
    """What the supplier said that it took, from the first reply that said so."""
    status_word: str = ""
    voucher: str = ""
    note: str = ""
    refusal: RefusalClass | None = None
    refusal_message: str = ""
    cancel_reason: CancelReason | None = None
    park_reason: ParkReason | None = None
    parked_at: datetime | None = None
    announced_at: datetime | None = None
    """When the admins were last told that it is parked."""
    accepted_at: datetime | None = None
    ambiguous_at: datetime | None = None
    looks: int = 0
    covered_at: datetime | None = None
    """The last look that missed the order in a list that covers its send."""
    covered_60_at: datetime | None = None
    """The first such look 60 s or more after the send."""
    row_seen_at: datetime | None = None
    """When its row was last seen, or could not be asked for."""
    next_look_at: datetime | None = None
    """When its row is due to be asked for, while it is open and sent."""
    ended_at: datetime | None = None
    zone: str = ""
    """A game's zone, with which the destination then ends; for people to read."""

    @property
    def number(self) -> str:
        """The order number that people read and type."""
        return number_of(self.order_id)

    @property
    def margin(self) -> int:
        """Price less what the supplier took (or asked, until it says), in rupiah."""
        return self.price - (self.cost if self.supplier_cost is None else self.supplier_cost)

    def was_covered_after(self, delay: timedelta) -> bool:
        """Tell whether a list that covers the send lacked the order, `delay` or more after it."""
        if self.sent_at is None:
            return False
        seen = (self.covered_60_at, self.covered_at)
        return any(at is not None and at - self.sent_at >= delay for at in seen)


# --- waiting for a final status ---------------------------------------------------------

POLL_MAX = timedelta(seconds=30)
ROW_MISSING_AFTER = timedelta(minutes=10)
NOT_FINAL_AFTER = timedelta(hours=24)


def poll_pause(age: timedelta, least: timedelta, load: float, jitter: float) -> timedelta:
    """Return the pause before the next poll of an order accepted `age` ago.

    max(least, c·√age) up to 30 s, where c grows from 0.5 as `load` (the calls wanted against
    the calls allowed, 0 to 1) nears 1; `jitter` is -1 to 1 and moves it by up to 10 %.
    """
    c = 0.5 / (1 - min(max(load, 0.0), 0.9))
    wanted = max(least.total_seconds(), c * sqrt(max(age.total_seconds(), 0.0)))
    longest = max(POLL_MAX.total_seconds(), least.total_seconds())
    return timedelta(seconds=min(wanted, longest) * (1 + 0.1 * jitter))


def overdue(order: Order, now: datetime) -> ParkReason | None:
    """Return why an accepted order needs an admin, if it does."""
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
    """Tell whether so many calls went unanswered lately that no more may be made."""
    recent = [at for at in ambiguous_instants if now - at <= BREAKER_WITHIN]
    return len(recent) >= BREAKER_COUNT


BACKOFF_MAX = timedelta(seconds=30)


def send_backoff(failures: int) -> timedelta:
    """Return the pause after the given number of sends in a row that could not leave."""
    return min(timedelta(seconds=2 ** min(failures, 10)), BACKOFF_MAX)
