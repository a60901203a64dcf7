"""Reconciliation: where the supplier's rows and our orders tell different stories.

Nothing here moves money. A difference is told to the admins, who know what was agreed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.destination import may_be_part_of, same_destination
from bot.domain.order import Order, OrderId, OrderState
from bot.domain.row_matching import (
    SETTLED_AFTER,
    SupplierRow,
    is_misdated,
    matches,
    may_match,
    row_of,
)
from bot.domain.supplier_profile import SupplierStatus

StatusOf = Callable[[str], SupplierStatus]


class FindingKind(StrEnum):
    """What does not agree."""

    UNCLAIMED = "unclaimed"
    """A row that cost money and belongs to no order of ours."""
    REVERSED = "reversed"
    """Our order succeeded, and the supplier has taken its row back since."""
    DELIVERED = "delivered"
    """Our order failed and its money was given back, and the supplier delivered all the same."""
    STATUS = "status"
    """Our order is over, and the supplier's row is not, or is something unknown."""
    PRICE = "price"
    """The row's price is not the one that was booked."""
    TARGET = "target"
    """The row of an order that succeeded names another product or number."""
    DATE = "date"
    """The row's instant is more than 15 hours off, by any time zone."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference; it stays open until it is gone, or an admin has settled it."""

    kind: FindingKind
    ref_id: str
    detail: str
    """What was seen: the supplier's words and figures, as they came."""
    found_at: datetime
    order_id: OrderId | None = None
    closed_at: datetime | None = None
    closed_by: int | None = None
    """The admin who settled it; None when it came to an end by itself."""


def differences(
    order: Order, row: SupplierRow, status_of: StatusOf, now: datetime
) -> list[Finding]:
    """Return where the row that an order has claimed does not agree with it."""
    found = []
    kind = _status_difference(order.state, status_of(row.status_word))
    # What the row said when an admin ended the order is what the admin decided about.
    was_known = order.park_reason is not None and row.status_word == order.status_word
    if kind is not None and not was_known:
        detail = f"{order.state} / {row.status_word or '(empty)'}"
        found.append(Finding(kind, row.ref_id, detail, now, order.order_id))
    booked = order.supplier_cost
    # After a refund a row's price may be 0: that is no price.
    if row.cost is not None and row.cost > 0 and booked is not None and row.cost != booked:
        detail = f"{booked} / {row.cost}"
        found.append(Finding(FindingKind.PRICE, row.ref_id, detail, now, order.order_id))
    ours, theirs = (order.service_code, order.destination), (row.service_code, row.destination)
    # What the polls take for the order's own row is no difference either.
    is_another = names_another(*ours, *theirs) and not may_match(order, row)
    if order.state is OrderState.SUCCEEDED and is_another:
        detail = f"{' '.join(ours)} / {' '.join(theirs)}"
        found.append(Finding(FindingKind.TARGET, row.ref_id, detail, now, order.order_id))
    return found


def names_another(ordered_code: str, sent: str, service_code: str, echo: str) -> bool:
    """Tell whether a row names another product or number than was ordered.

    What a panel shows in part, or not at all, contradicts nothing.
    """
    is_other_service = service_code not in ("", ordered_code)
    return is_other_service or not (same_destination(sent, echo) or may_be_part_of(sent, echo))


def hides_target(ordered_code: str, sent: str, service_code: str, echo: str) -> bool:
    """Tell whether a row shows neither that it is what was ordered, nor that it is not."""
    is_target = service_code == ordered_code and same_destination(sent, echo)
    return not is_target and not names_another(ordered_code, sent, service_code, echo)


def _status_difference(ours: OrderState, theirs: SupplierStatus) -> FindingKind | None:
    """Compare an order that is over; one that is open is the business of the polls."""
    succeeded, failed = ours is OrderState.SUCCEEDED, ours is OrderState.FAILED
    if succeeded and theirs is SupplierStatus.FAILED:
        return FindingKind.REVERSED
    if failed and theirs is SupplierStatus.SUCCEEDED:
        return FindingKind.DELIVERED
    if (succeeded or failed) and not theirs.is_final:
        return FindingKind.STATUS
    return None


class Fate(StrEnum):
    """What a row that no order has claimed may be."""

    OURS = "ours"
    """It may be an open order's: whoever looks for that order decides."""
    YOUNG = "young"
    """Too young to tell: its order call may be under way, or it may vanish again."""
    FREE = "free"
    """It failed, and cost nothing."""
    UNCLAIMED = "unclaimed"


def fate_of(
    row: SupplierRow,
    first_seen_at: datetime,
    unresolved: Iterable[Order],
    status_of: StatusOf,
    now: datetime,
    skew: timedelta,
) -> Fate:
    """Tell what a row that no order has claimed may be; `skew` is the panel's clock less ours."""
    if any(_may_be(order, row) for order in unresolved):
        return Fate.OURS
    if status_of(row.status_word) is SupplierStatus.FAILED:
        return Fate.FREE
    made_at = first_seen_at
    if row.created_at is not None and not is_misdated(row, first_seen_at, first_seen_at):
        made_at = row.created_at - skew
    is_young = now - min(made_at, first_seen_at) < SETTLED_AFTER
    return Fate.YOUNG if is_young else Fate.UNCLAIMED


def _may_be(order: Order, row: SupplierRow) -> bool:
    return order.ref_id is None and (order.suspect_ref_id == row.ref_id or matches(order, row))


_NUMBER = re.compile(r"(?:[0-9][\s().\-/]*){8}", re.ASCII)
"""Shorter ones are what is left of a number that is shown in part."""


def hides_number(row: SupplierRow) -> bool:
    """Tell whether a row shows a number in part or not at all, and so may be anybody's."""
    return not _NUMBER.search(row.destination)


def watched_row(order: Order, rows: Iterable[SupplierRow]) -> SupplierRow | None:
    """Return the row of an order whose money was given back, also where it hides the number.

    The reply had named it with the reference; a row of another number is somebody else's.
    """
    own = [
        row for row in rows if (row.ref_id, row.service_code) == (order.ref_id, order.service_code)
    ]
    hidden = (row for row in own if hides_number(row))
    return row_of(order, own) or next(hidden, None)


def unclaimed(row: SupplierRow, now: datetime) -> Finding:
    """Return the finding that a row belongs to nobody."""
    cost = "" if row.cost is None else str(row.cost)
    facts: Sequence[str] = (row.service_code, row.destination, cost, row.status_word)
    return Finding(FindingKind.UNCLAIMED, row.ref_id, " ".join(filter(None, facts)), now)


LONGEST_KEPT = timedelta(days=365)
"""A row that is said to be older when it is first seen is taken for misdated."""


def misdated(
    row: SupplierRow,
    order: Order | None,
    first_seen_at: datetime,
    listed_at: datetime | None,
    now: datetime,
) -> Finding | None:
    """Return the finding that a row's instant is none; None when it may be one.

    An `order` that claimed the row was sent before the row was made. A row that nobody claimed was
    made after the comparison at `listed_at`, which lacked it; None where there was none, or it
    may have shown the row: then it may have been there for long.
    """
    if row.created_at is None:
        return None
    made_after = first_seen_at - LONGEST_KEPT
    if order is not None and order.sent_at is not None:
        made_after = order.sent_at
    elif listed_at is not None and listed_at < first_seen_at:
        made_after = listed_at
    if not is_misdated(row, made_after, first_seen_at):
        return None
    detail = f"{row.created_at:%Y-%m-%d %H:%M} UTC {row.service_code} {row.destination}"
    order_id = None if order is None else order.order_id
    return Finding(FindingKind.DATE, row.ref_id, detail, now, order_id)


NEWS_EVERY_SENDS = 10
"""The supplier's list shows 15 rows: after so many sends it is read, before any can be missed."""
COMPARE_EVERY = timedelta(minutes=10)


def next_compare_at(last_at: datetime | None, has_young: bool, now: datetime) -> datetime:
    """Return when the lists are compared next; young rows are looked at again once they can tell.

    A clock that was set back does not make anybody wait.
    """
    if last_at is None or last_at > now:
        return now
    return last_at + (SETTLED_AFTER if has_young else COMPARE_EVERY)
