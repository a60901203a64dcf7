"""Claim: assign a row of the supplier's list to the order that it belongs to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.order import Order, OrderState, ParkReason
from bot.domain.shop_rules import ShopRules
from bot.domain.supplier_profile import SupplierStatus
from bot.domain.supplier_row import SupplierRow
from bot.ports.store import Transaction
from bot.ports.supplier import OrderReply
from bot.services.notices import enqueue
from bot.services.orders import settle


def claim_row(
    tx: Transaction, rules: ShopRules, order: Order, row: SupplierRow, now: datetime
) -> Order:
    """Assign a row's ref_id to an order and apply the row's status.

    A final row settles the order at once: success posts the hold, failure voids it. Otherwise the
    order is `accepted` and polled. A parked order whose row is partly delivered stays parked, with
    the ref_id, for an admin to decide. The caller has checked that the row is this order's.

    Raises `DuplicateError` when another order has claimed the ref_id: a unique index decides
    between two transactions.
    """
    due_at = now + rules.poll_min
    is_partial = rules.profile.status_of(row.status_word) is SupplierStatus.PARTIAL
    if is_partial and order.state is OrderState.PARKED:
        claimed = _as_partial(order, row.ref_id, now)
    else:
        claimed = settle.accept(tx, order, row.ref_id, now, due_at)
    applied = settle.apply_row(tx, rules, claimed, row, now, due_at)
    if is_partial and order.state is OrderState.PARKED:
        enqueue.update_announcements(tx, applied, now)
    return applied


def _as_partial(order: Order, ref_id: str, now: datetime) -> Order:
    """Return a parked order with the ref_id of a partly delivered row, still parked.

    No new notice is sent: the customer has been promised an answer by a certain hour, which does
    not change, and the messages that the admins have are edited instead.
    """
    return replace(
        order,
        ref_id=ref_id,
        suspect_ref_id=None,
        park_reason=ParkReason.PARTIAL,
        accepted_at=order.accepted_at or now,
    )


def row_of_reply(reply: OrderReply) -> SupplierRow:
    """Return the reply to an order call as a row of the status list; `created_at` is unknown."""
    return SupplierRow(
        ref_id=reply.ref_id,
        service_code=reply.service_code,
        destination=reply.destination,
        cost=reply.cost,
        status_word=reply.status_word,
        voucher=reply.voucher,
        note=reply.note,
        created_at=None,
    )
