"""Claim: give an order the row of the supplier that was found to be its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.order import Order, OrderState, ParkReason
from bot.domain.row_matching import SupplierRow
from bot.domain.shop_rules import ShopRules
from bot.domain.supplier_profile import SupplierStatus
from bot.ports.store import Transaction
from bot.ports.supplier import OrderReply
from bot.services.notices import enqueue
from bot.services.orders import settle


def claim_row(
    tx: Transaction, rules: ShopRules, order: Order, row: SupplierRow, now: datetime
) -> Order:
    """Give an order a row's ref_id, and settle it when the row is final; else it is polled.

    Raises `DuplicateError` when another order claimed the ref_id first.
    """
    due_at = now + rules.poll_min
    is_partial = rules.profile.status_of(row.status_word) is SupplierStatus.PARTIAL
    if is_partial and order.state is OrderState.PARKED:
        claimed = _as_partial(order, row.ref_id, now)
    else:
        claimed = settle.accept(tx, order, row.ref_id, now, due_at)
    applied = settle.apply_row(tx, rules, claimed, row, now, due_at)
    if is_partial and order.state is OrderState.PARKED:
        enqueue.tell_announced(tx, applied, now)
    return applied


def _as_partial(order: Order, ref_id: str, now: datetime) -> Order:
    """Return a parked order with the reference of a row that is partly done: it stays parked.

    Nobody is told anew: the customer was promised an hour, and the admins' message is edited.
    """
    return replace(
        order,
        ref_id=ref_id,
        suspect_ref_id=None,
        park_reason=ParkReason.PARTIAL,
        accepted_at=order.accepted_at or now,
    )


def row_of_reply(reply: OrderReply) -> SupplierRow:
    """Return what the reply to an order call says, as a row of the supplier's list says it."""
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
