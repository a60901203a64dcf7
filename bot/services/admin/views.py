"""What staff read of orders, in their own view: others than owners read masked numbers and codes.

Each raises `NotPermittedError` for those who may not settle cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.catalogue import Catalogue
from bot.domain.condition import Condition
from bot.domain.customer import Actor
from bot.domain.destination import DestinationKind, normal_form
from bot.domain.order import Order, OrderId
from bot.domain.shop_rules import PAUSED, ShopRules
from bot.domain.staff import Right
from bot.domain.staff_view import StaffView
from bot.ports.store import Transaction
from bot.services.admin.reports import Overview, overview
from bot.services.customers import person_of
from bot.services.machine_health import MachineHealth
from bot.services.orders.parked_orders import (
    FOUND_LIMIT,
    OrderEvidence,
    await_reference,
    order_evidence,
)
from bot.services.permissions import require, view_of
from bot.services.supplier_health import SupplierHealth


def evidence_for(
    tx: Transaction, rules: ShopRules, admin: Actor, order_id: OrderId
) -> OrderEvidence:
    """Return an order with its customer and candidate rows; raises `NotFoundError`."""
    require(tx, rules, admin, Right.CASES)
    return _seen(view_of(tx, rules, admin.customer_id), order_evidence(tx, order_id))


def reference_for(
    tx: Transaction,
    rules: ShopRules,
    admin: Actor,
    order_id: OrderId,
    message_id: int | None,
    now: datetime,
) -> OrderEvidence:
    """Open the dialog for a parked order's ref_id, as `await_reference` does."""
    require(tx, rules, admin, Right.CASES)
    asked = await_reference(tx, admin.customer_id, order_id, message_id, now)
    return _seen(view_of(tx, rules, admin.customer_id), asked)


def orders_for(tx: Transaction, rules: ShopRules, admin: Actor, term: str) -> Sequence[Order]:
    """Find orders by number, ref_id, destination or the id of a customer, newest first."""
    require(tx, rules, admin, Right.CASES)
    customer = person_of(tx, term.strip())
    customer_id = None if customer is None else customer.customer_id
    phone = normal_form(DestinationKind.PHONE, term) or term
    found = tx.orders.find(term.strip(), customer_id, FOUND_LIMIT)
    view = view_of(tx, rules, admin.customer_id)
    return [view.order(one) for one in found or tx.orders.find(phone, None, FOUND_LIMIT)]


def overview_for(
    tx: Transaction,
    rules: ShopRules,
    admin: Actor,
    catalogue: Catalogue | None,
    health: SupplierHealth,
    now: datetime,
    machine: MachineHealth | None,
) -> Overview:
    """Return the report of `/status`; products withheld for their cost only with the right."""
    require(tx, rules, admin, Right.CASES)
    view = view_of(tx, rules, admin.customer_id)
    seen = overview(tx, rules, catalogue, health, now, machine)
    return replace(
        seen,
        unsettled=[view.order(one) for one in seen.unsettled],
        unclaimed=[view.row(one) for one in seen.unclaimed],
        conditions=[_condition(view, one) for one in seen.conditions],
        withheld=seen.withheld if view.has_costs else (),
    )


def _condition(view: StaffView, condition: Condition) -> Condition:
    """Leave out what the supplier said, which may contain costs; the note of a pause stays."""
    if view.is_whole or condition.name == PAUSED:
        return condition
    return replace(condition, detail="")


def _seen(view: StaffView, evidence: OrderEvidence) -> OrderEvidence:
    order = evidence.order
    return replace(
        evidence,
        order=view.order(order),
        candidates=tuple(view.row(one) for one in evidence.candidates),
        can_show_code=view.can_show_codes and bool(order.voucher),
    )
