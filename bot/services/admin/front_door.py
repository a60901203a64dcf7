"""The front door: what an owner or an employee sees first, read at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.condition import Condition
from bot.domain.customer import Actor
from bot.domain.sales import Period, Profit
from bot.domain.shop_rules import ShopRules
from bot.ports.store import Transaction
from bot.services.admin.pending_decisions import Waiting, waiting
from bot.services.admin.profit import profit_of
from bot.services.selling_stop import buying_stop
from bot.services.supplier_money import SupplierMoney, supplier_money


@dataclass(frozen=True, slots=True)
class FrontDoor:
    """How the shop stands."""

    stop: Condition | None
    """Why customers can buy nothing now; None while the shop is open."""
    waiting: Waiting
    """What waits for the reader."""
    today: Profit
    supplier: SupplierMoney


def front_door(tx: Transaction, rules: ShopRules, reader: Actor, now: datetime) -> FrontDoor:
    """Return how the shop stands for an owner or an employee.

    Raises `NotPermittedError` for everybody else.
    """
    return FrontDoor(
        waiting=waiting(tx, rules, reader, now),
        stop=buying_stop(tx, rules, None, now),
        today=profit_of(tx, rules, Period.TODAY, now),
        supplier=supplier_money(tx, rules, now),
    )
