"""Row evidence: combine an answer of the supplier with the recorded facts about its rows.

The order call takes no reference of ours, so after a lost answer the status list is the only
evidence (docs/supplier-api.md, "2.6 No idempotency").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.destination import comparison_key, strip_repeat_prefix
from bot.domain.errors import SupplierRefusedError
from bot.domain.lookup import FIRST_MISS_AFTER, has_elapsed, is_by_creation
from bot.domain.order import UNRESOLVED_STATES, Order
from bot.domain.row_matching import (
    LookupRules,
    SeenRelativeToSend,
    SupplierView,
    may_be_of_send_time,
    may_match,
    seen_relative_to_send,
)
from bot.domain.shop_rules import ShopRules
from bot.domain.supplier_row import FirstSeen, SupplierRow, without_impossible_date
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.ports.supplier import ReadShare, StatusList, Supplier
from bot.services.orders.supplier_clock import clock_of

ROWS_SEEN_AT = "rows_seen_at"
"""The account's fact: when its newest rows were last compared with the orders (ISO 8601)."""
DISORDER_AT = "list_not_by_creation_at"
"""The account's fact: when its list was last seen not sorted by creation; empty: never."""
DISORDER_HOLDS = timedelta(days=1)
_SAME_NUMBER_LIMIT = 10
"""How many orders of one number are compared with a row that shows it."""


@dataclass(frozen=True, slots=True)
class QueryContext:
    """The state at the moment of a request; the answer proves nothing newer."""

    at: datetime
    newest_send: int
    """The account's newest send number."""


async def query_context(store: Store, rules: ShopRules, clock: Clock) -> QueryContext:
    """Return the present state; call this right before the supplier is asked."""
    newest, _ = await store.read(lambda tx: tx.orders.newest_send(rules.account))
    return QueryContext(clock.now(), newest)


async def rows_of(
    supplier: Supplier, rules: ShopRules, ref_id: str, share: ReadShare
) -> StatusList:
    """Return the rows that the panel shows for a ref_id; none when it says there is no such order.

    Only the panel's own wording for "no such order" counts as an answer (`no_such_order` in its
    profile). Raises `SupplierReadError`, and `SupplierRefusedError` for any other refusal:
    "Something went wrong" says nothing about a row.
    """
    try:
        return await supplier.rows_of(ref_id, share)
    except SupplierRefusedError as error:
        if rules.profile.says_no_such_order(error.message):
            return StatusList((), 0)
        raise


def record_rows(
    tx: Transaction, rules: ShopRules, answer: StatusList, asked: QueryContext
) -> dict[str, FirstSeen]:
    """Record the rows of an answer and their order; return when each row was first seen."""
    _record_list_order(tx, rules.account, answer.rows, asked.at)
    return tx.supplier_rows.record(rules.account, answer.rows, asked.at, asked.newest_send)


def _record_list_order(
    tx: Transaction, account: str, rows: Sequence[SupplierRow], asked_at: datetime
) -> None:
    """Record when an account's list was last not sorted by creation.

    One list may be sorted by chance, so the record lasts a day.
    """
    disordered_at = tx.supplier_facts.get(account, DISORDER_AT)
    if not is_by_creation(rows, asked_at):
        tx.supplier_facts.put(account, DISORDER_AT, asked_at.isoformat())
    elif disordered_at and asked_at - datetime.fromisoformat(disordered_at) >= DISORDER_HOLDS:
        tx.supplier_facts.put(account, DISORDER_AT, "")


def rows_seen_at(tx: Transaction, account: str) -> datetime | None:
    """Return when the account's newest rows were last compared with the orders; None: never."""
    seen_at = tx.supplier_facts.get(account, ROWS_SEEN_AT)
    return None if seen_at is None else datetime.fromisoformat(seen_at)


def evidence_for(
    tx: Transaction,
    order: Order,
    answer: StatusList,
    first_seen: Mapping[str, FirstSeen],
    bounds: LookupRules,
) -> SupplierView:
    """Return the list as evidence about one order that was sent (`SupplierView`).

    Call it in the transaction that decides, so that no order claims a row in between.
    """
    number = order.send_number or 0
    owners = {row.ref_id: tx.orders.by_ref(order.account, row.ref_id) for row in answer.rows}
    claimed = frozenset(ref_id for ref_id, owner in owners.items() if owner is not None)
    seen = {
        ref_id
        for ref_id, at in first_seen.items()
        if seen_relative_to_send(order, at) is SeenRelativeToSend.BEFORE
    }
    sent = {ref for ref, owner in owners.items() if owner and (owner.send_number or 0) < number}
    free = [row for row in answer.rows if row.ref_id not in claimed]
    return SupplierView(
        rows=answer.rows,
        skipped=answer.skipped,
        claimed=claimed,
        first_seen=first_seen,
        expected=tx.orders.claimed_since(order.account, number)
        | tx.orders.last_claimed_before(order.account, number),
        older=seen | sent,
        has_older_rows=tx.supplier_rows.had_rows_before(
            order.account, number, order.sent_at or order.created_at
        ),
        contested=_contested(tx, order, free, first_seen),
        attributed=frozenset(
            row.ref_id
            for row in free
            if _names_another_order(tx, order, row, first_seen[row.ref_id], bounds)
        ),
        is_sorted_by_creation=not tx.supplier_facts.get(order.account, DISORDER_AT),
    )


def _contested(
    tx: Transaction, order: Order, rows: Sequence[SupplierRow], first_seen: Mapping[str, FirstSeen]
) -> frozenset[str]:
    """Return the ref_ids of rows that may belong to this order or to another unresolved one.

    The database allows one unresolved order per product and number, but two spellings of a number
    may be echoed alike by the panel.
    """
    rows = [row for row in rows if may_match(order, row)]
    if not rows:
        return frozenset()
    rivals = [
        other
        for other in tx.orders.in_states(order.account, UNRESOLVED_STATES)
        if other.order_id != order.order_id and other.ref_id is None
    ]
    return frozenset(
        row.ref_id
        for row in rows
        if any(
            may_match(rival, row)
            and seen_relative_to_send(rival, first_seen[row.ref_id])
            is not SeenRelativeToSend.BEFORE
            for rival in rivals
        )
    )


def _names_another_order(
    tx: Transaction, order: Order, row: SupplierRow, first_seen: FirstSeen, bounds: LookupRules
) -> bool:
    """Whether a row of this order's product and time shows the number of another order of ours."""
    if row.service_code != order.service_code or may_match(order, row):
        return False
    echoes = {strip_repeat_prefix(row.destination), comparison_key(row.destination)}
    return any(
        other.account == order.account
        and may_match(other, row)
        and seen_relative_to_send(other, first_seen) is not SeenRelativeToSend.BEFORE
        and other.sent_at is not None
        and may_be_of_send_time(
            other, without_impossible_date(row, other.sent_at, first_seen), bounds
        )
        for echo in echoes
        for other in tx.orders.find(echo, None, _SAME_NUMBER_LIMIT)
    )


def lookup_rules(tx: Transaction, rules: ShopRules, order: Order) -> LookupRules:
    """Return the bounds for looking up an order, with the skew learned on its account."""
    clock = clock_of(tx, order.account)
    return LookupRules(
        timeout=rules.supplier_timeout,
        skew=clock.skew,
        park_after=rules.park_after,
        skew_margin=clock.margin,
        kind=rules.profile.kind_of(order.category_type, order.main),
    )


def record_covering_miss(order: Order, asked: QueryContext, elapsed: timedelta) -> Order:
    """Record that a list which covers the send lacked the order.

    The miss dates from the request (`asked.at`). If the system clock was set forward since, it
    dates from when the order became ambiguous plus `elapsed`, the time on the monotonic clock.
    """
    met_at = order.ambiguous_at or order.sent_at or asked.at
    at = asked.at if has_elapsed(asked.at - met_at, elapsed) else met_at + elapsed
    first = order.first_miss_after_60s_at
    if first is None and order.sent_at and at - order.sent_at >= FIRST_MISS_AFTER:
        first = at
    return replace(
        order,
        last_covering_miss_at=max(order.last_covering_miss_at or at, at),
        first_miss_after_60s_at=first,
    )


def is_other_product(order: Order, row: SupplierRow) -> bool:
    return row.service_code not in ("", order.service_code)


def was_named_in_reply(order: Order, row: SupplierRow) -> bool:
    """Whether the reply to an order's own call named a row of its product."""
    return order.suspect_ref_id == row.ref_id and order.service_code == row.service_code
