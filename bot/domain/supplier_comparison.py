"""Supplier comparison: the differences between the supplier's rows and our orders.

Nothing here moves money. Differences are reported to the admins, who decide.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.destination import may_be_masked, same_destination
from bot.domain.erasure import ERASED
from bot.domain.lookup import FAR_PAST, SETTLED_AFTER
from bot.domain.order import CustomerId, Order, OrderId, OrderState
from bot.domain.row_matching import matches, may_match, row_of
from bot.domain.supplier_profile import SupplierStatus
from bot.domain.supplier_row import SupplierRow, has_impossible_date

StatusOf = Callable[[str], SupplierStatus]


class FindingKind(StrEnum):
    """The kind of a difference."""

    UNCLAIMED = "unclaimed"
    """The row cost money, and no order of ours has claimed it."""
    REVERSED = "reversed"
    """Our order succeeded, and the supplier's row has changed to failed since."""
    DELIVERED = "delivered"
    """Our order failed and was refunded, and the supplier delivered all the same."""
    STATUS = "status"
    """Our order is final, and the status of the supplier's row is not final or unknown."""
    PRICE = "price"
    """The row's price differs from the booked cost."""
    TARGET = "target"
    """The row of an order that succeeded has another service or destination."""
    DATE = "date"
    """The row's `created_at` is more than 15 hours off, which no time zone explains."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference; it stays open until it disappears or an admin closes it."""

    kind: FindingKind
    ref_id: str
    detail: str
    """Our values and the supplier's raw values, for an admin to read."""
    found_at: datetime
    order_id: OrderId | None = None
    closed_at: datetime | None = None
    closed_by: CustomerId | None = None
    """The admin who closed it; None when the difference disappeared."""


def differences(
    order: Order, row: SupplierRow, status_of: StatusOf, now: datetime
) -> list[Finding]:
    """Return the differences between an order and the row that it has claimed."""
    found = []
    kind = _status_difference(order.state, status_of(row.status_word))
    # An admin who decided a parked order saw this status word, so it is not reported.
    was_decided = order.park_reason is not None and row.status_word == order.status_word
    if kind is not None and not was_decided:
        detail = f"{order.state} / {row.status_word or '(empty)'}"
        found.append(Finding(kind, row.ref_id, detail, now, order.order_id))
    booked = order.supplier_cost
    # After a refund a row's price may be 0 (docs/supplier-api.md, "2.5 Status rows").
    if row.cost is not None and row.cost > 0 and booked is not None and row.cost != booked:
        detail = f"{booked} / {row.cost}"
        found.append(Finding(FindingKind.PRICE, row.ref_id, detail, now, order.order_id))
    ours, theirs = (order.service_code, order.destination), (row.service_code, row.destination)
    # Polling accepts a row that `may_match`, so such a row is no difference either.
    is_erased = order.destination == ERASED
    is_other_target = (
        not is_erased and has_other_target(*ours, *theirs) and not may_match(order, row)
    )
    if order.state is OrderState.SUCCEEDED and is_other_target:
        detail = f"{' '.join(ours)} / {' '.join(theirs)}"
        found.append(Finding(FindingKind.TARGET, row.ref_id, detail, now, order.order_id))
    return found


def has_other_target(ordered_code: str, sent: str, service_code: str, echo: str) -> bool:
    """Return whether a row has another service or destination than was ordered.

    A destination that the panel masks or omits is no contradiction, nor is an empty service code.
    """
    is_other_service = service_code not in ("", ordered_code)
    return is_other_service or not (same_destination(sent, echo) or may_be_masked(sent, echo))


def is_target_masked(ordered_code: str, sent: str, service_code: str, echo: str) -> bool:
    """Return whether a row neither confirms nor contradicts the ordered service and destination."""
    is_target = service_code == ordered_code and same_destination(sent, echo)
    return not is_target and not has_other_target(ordered_code, sent, service_code, echo)


def _status_difference(ours: OrderState, theirs: SupplierStatus) -> FindingKind | None:
    """Compare the status of a final order; an open order is left to polling and lookups."""
    succeeded, failed = ours is OrderState.SUCCEEDED, ours is OrderState.FAILED
    if succeeded and theirs is SupplierStatus.FAILED:
        return FindingKind.REVERSED
    if failed and theirs is SupplierStatus.SUCCEEDED:
        return FindingKind.DELIVERED
    if (succeeded or failed) and not theirs.is_final:
        return FindingKind.STATUS
    return None


class UnclaimedRowKind(StrEnum):
    """The classification of a row that no order has claimed."""

    OURS = "ours"
    """It may belong to an unresolved order: the lookup of that order decides."""
    YOUNG = "young"
    """It is too recent: its order call may still be running, or the row may disappear again."""
    FREE = "free"
    """It failed, so it cost nothing."""
    UNCLAIMED = "unclaimed"
    """It cost money and belongs to no order of ours."""


def classify_unclaimed_row(
    row: SupplierRow,
    first_seen_at: datetime,
    unresolved: Iterable[Order],
    status_of: StatusOf,
    now: datetime,
    skew: timedelta,
) -> UnclaimedRowKind:
    """Classify a row that no order has claimed; `skew` is the panel's clock minus ours."""
    if any(_may_belong_to(order, row) for order in unresolved):
        return UnclaimedRowKind.OURS
    if status_of(row.status_word) is SupplierStatus.FAILED:
        return UnclaimedRowKind.FREE
    made_at = first_seen_at
    if row.created_at is not None and not has_impossible_date(row, first_seen_at, first_seen_at):
        made_at = row.created_at - skew
    is_young = now - min(made_at, first_seen_at) < SETTLED_AFTER
    return UnclaimedRowKind.YOUNG if is_young else UnclaimedRowKind.UNCLAIMED


def _may_belong_to(order: Order, row: SupplierRow) -> bool:
    return order.ref_id is None and (order.suspect_ref_id == row.ref_id or matches(order, row))


_NUMBER = re.compile(r"(?:[0-9][\s().\-/]*){8}", re.ASCII)
"""Fewer than 8 digits in a row are the visible part of a masked number."""


def is_number_masked(row: SupplierRow) -> bool:
    """Return whether a row masks or omits its number, so that it may belong to any order."""
    return not _NUMBER.search(row.destination)


def row_of_refunded_order(order: Order, rows: Iterable[SupplierRow]) -> SupplierRow | None:
    """Return the row of a refunded order, even if its number is masked; None if there is none.

    The ref_id came from the reply to this order, so a masked row with it is the order's. A row
    with another full number belongs to another order.
    """
    own = [
        row for row in rows if (row.ref_id, row.service_code) == (order.ref_id, order.service_code)
    ]
    masked = (row for row in own if is_number_masked(row))
    return row_of(order, own) or next(masked, None)


def unclaimed_finding(row: SupplierRow, now: datetime) -> Finding:
    """Return the finding that a row belongs to no order of ours."""
    cost = "" if row.cost is None else str(row.cost)
    facts: Sequence[str] = (row.service_code, row.destination, cost, row.status_word)
    return Finding(FindingKind.UNCLAIMED, row.ref_id, " ".join(filter(None, facts)), now)


def misdated_finding(
    row: SupplierRow,
    order: Order | None,
    first_seen_at: datetime,
    listed_at: datetime | None,
    now: datetime,
) -> Finding | None:
    """Return the finding that a row's `created_at` is impossible; None when it is possible.

    A row that `order` has claimed was created after the send of that order. An unclaimed row was
    created after the comparison at `listed_at`, whose list did not contain it. `listed_at` is None
    when there was no comparison, or when its list may have contained the row: then the row may be
    up to a year old.
    """
    if row.created_at is None:
        return None
    made_after = first_seen_at - FAR_PAST
    if order is not None and order.sent_at is not None:
        made_after = order.sent_at
    elif listed_at is not None and listed_at < first_seen_at:
        made_after = listed_at
    if not has_impossible_date(row, made_after, first_seen_at):
        return None
    is_erased = order is not None and order.destination == ERASED
    target = f"{row.service_code} {ERASED if is_erased else row.destination}"
    detail = f"{row.created_at:%Y-%m-%d %H:%M} UTC {target}"
    order_id = None if order is None else order.order_id
    return Finding(FindingKind.DATE, row.ref_id, detail, now, order_id)


COMPARE_AFTER_SENDS = 10
"""The list is read after this many sends, so that none of its 15 rows scrolls out unread."""
COMPARE_EVERY = timedelta(minutes=10)


def next_compare_at(last_at: datetime | None, has_young: bool, now: datetime) -> datetime:
    """Return when the lists are compared next: 10 minutes after `last_at`.

    With `has_young` rows it is 120 s after, when they are old enough to classify. If `last_at` is
    None, or after `now` because the clock was set back, it is `now`.
    """
    if last_at is None or last_at > now:
        return now
    return last_at + (SETTLED_AFTER if has_young else COMPARE_EVERY)
