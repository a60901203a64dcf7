"""Count as delivered: an admin's word that the goods of an order with a ref_id have arrived."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.admin_act import AdminAct
from bot.domain.errors import AttachError, AttachFault, SupplierError
from bot.domain.order import Order, OrderId
from bot.domain.row_matching import SupplierRow, row_of
from bot.domain.shop_rules import ShopRules
from bot.ports.store import Store, Transaction
from bot.ports.supplier import ReadShare, Supplier
from bot.services.orders import settle
from bot.services.orders.parked_orders import parked


async def ask_own_row(
    store: Store, supplier: Supplier, rules: ShopRules, order_id: OrderId
) -> SupplierRow | None:
    """Ask the supplier for a parked order's row; None when there is none any more.

    Nor is there one to ask for where the order is of another supplier account.

    Raises `AttachError` when the supplier does not answer, or the order has no ref_id;
    `NotFoundError`, `AlreadyDecidedError`.
    """
    order = await store.read(parked, order_id)
    if order.ref_id is None:
        raise AttachError(AttachFault.NO_SUCH_ROW)
    if order.account != rules.account:
        return None
    try:
        answer = await supplier.rows_of(order.ref_id, ReadShare.RECONCILE)
    except SupplierError:
        raise AttachError(AttachFault.NO_ANSWER) from None
    return row_of(order, answer.rows)


def count_delivered(
    tx: Transaction,
    rules: ShopRules,
    actor_id: int,
    order_id: OrderId,
    row: SupplierRow | None,
    now: datetime,
) -> Order:
    """Post a parked order's hold, with the voucher and note of its row; a final row decides.

    Raises `AttachError`, `NotFoundError`, `AlreadyDecidedError`.
    """
    order = parked(tx, order_id)
    if order.ref_id is None or (row is not None and row.ref_id != order.ref_id):
        raise AttachError(AttachFault.NO_SUCH_ROW)
    detail = order.ref_id
    if row is not None:
        detail = f"{row.ref_id} {row.status_word}"
        order = settle.apply_row(tx, rules, order, row, now, now + rules.poll_min)
        voucher, note = row.voucher or order.voucher, row.note or order.note
        order = replace(order, voucher=voucher, note=note)
    tx.admin_acts.add(AdminAct(actor_id, "count_delivered", order.number, detail, now))
    return order if order.state.is_final else settle.count_delivered(tx, order, actor_id, now)
