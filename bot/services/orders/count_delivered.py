"""Count as delivered: an admin confirms that the goods of a parked order have arrived."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.admin_act import AdminAct
from bot.domain.errors import AttachError, AttachFault, SupplierError
from bot.domain.order import Order, OrderId
from bot.domain.row_matching import row_of
from bot.domain.shop_rules import ShopRules
from bot.domain.supplier_row import SupplierRow
from bot.ports.store import Store, Transaction
from bot.ports.supplier import ReadShare, Supplier
from bot.services.orders import settle
from bot.services.orders.parked_orders import require_parked


async def fetch_own_row(
    store: Store, supplier: Supplier, rules: ShopRules, order_id: OrderId
) -> SupplierRow | None:
    """Ask the supplier for the row of a parked order; return None when there is none.

    Returns None also for an order of another supplier account, whose rows cannot be read. Raises
    `AttachError` when the order has no ref_id or the supplier does not answer, `NotFoundError`, and
    `AlreadyDecidedError` when the order is no longer parked.
    """
    order = await store.read(require_parked, order_id)
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
    """Settle a parked order as delivered and post its hold; a final row overrides the admin.

    `row` is the answer of `fetch_own_row`. If its status is final, it decides: a failed row voids
    the hold although the admin counted the goods as delivered. Otherwise the hold is posted, with
    the voucher and note of the row where it has them. The act is recorded either way.

    Raises `AttachError` when the order has no ref_id or `row` has another one, `NotFoundError`, and
    `AlreadyDecidedError` when the order is no longer parked.
    """
    order = require_parked(tx, order_id)
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
