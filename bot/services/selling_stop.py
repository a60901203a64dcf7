"""Whether anything is sold: an admin's pause, and the stop for lack of money at the supplier.

Customers read the same of both. The stop for lack of money is a condition of its own, which begins
only on a figure just read from the panel, or on the panel's own refusal.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.domain.condition import Condition
from bot.domain.notice import Alert
from bot.domain.order import CustomerId
from bot.domain.shop_rules import PAUSED, ShopRules
from bot.domain.staff_hours import closed_until
from bot.ports.store import Transaction
from bot.services.notices import enqueue
from bot.services.shop_settings import settings_now

OUT_OF_MONEY = "out_of_money:"
"""Prefix of the condition's name; the supplier account follows.

Its detail is the figure in rupiah from which on sales go on; after a refusal " refused" follows,
until the panel's figure was read once.
"""
NOT_OPENED = "not_opened"
"""The name of the stop of a new shop that its owner has not opened."""
CLOSED_BY_CLOCK = "closed_by_clock"
"""The name of the stop outside the staff's hours; its detail is when they begin."""
LATEST_ORDERS: Final = 100
"""The cheapest of so many orders counts as what the shop has to be able to pay."""
_REFUSED = "refused"


def selling_stop(tx: Transaction, account: str) -> Condition | None:
    """Return why nothing is sold now: a pause, or no money at the supplier; None if it is sold."""
    return tx.conditions.get(PAUSED) or tx.conditions.get(f"{OUT_OF_MONEY}{account}")


def buying_stop(
    tx: Transaction, rules: ShopRules, customer_id: CustomerId | None, now: datetime
) -> Condition | None:
    """Return why somebody can buy nothing now; None if they can.

    Besides what stops all sales (`selling_stop`): a new shop that was not opened yet, and the
    clock where the owner closes by it. Both stop customers, not the owners. What was bought before
    is sent all the same.
    """
    stop = selling_stop(tx, rules.account)
    if stop is not None:
        return stop
    settings = settings_now(tx, rules)
    opens_at = closed_until(settings, now)
    if settings.is_set_up and opens_at is None:
        return None
    if customer_id is not None and rules.is_owner(tx.customers.telegram_id_of(customer_id)):
        return None
    if opens_at is None:
        return Condition(NOT_OPENED, "", now, now)
    return Condition(CLOSED_BY_CLOCK, opens_at.isoformat(), now, now)


def is_out_of_money(tx: Transaction, account: str) -> bool:
    """Return whether sales have stopped for lack of money at the supplier."""
    return tx.conditions.get(f"{OUT_OF_MONEY}{account}") is not None


def awaits_figure(tx: Transaction, account: str, asked_at: datetime | None) -> bool:
    """Return whether the panel has refused for lack of money since its figure was asked for."""
    stop = tx.conditions.get(f"{OUT_OF_MONEY}{account}")
    if stop is None or not stop.detail.endswith(_REFUSED):
        return False
    return asked_at is None or asked_at < stop.raised_at


def stop_after_refusal(tx: Transaction, account: str, cost: int, now: datetime) -> None:
    """Stop sales, because the panel refused an order of this cost in rupiah for lack of money."""
    tx.conditions.raise_(f"{OUT_OF_MONEY}{account}", f"{cost} {_REFUSED}", now)


def heed_figure(
    tx: Transaction, rules: ShopRules, figure: int, asked_at: datetime, now: datetime
) -> None:
    """Stop sales or let them go on by a figure that was just read from the panel, in rupiah.

    Sales stop when it cannot pay the cheapest of the latest orders. After a refusal they go on when
    the figure has risen: the panel may refuse although its figure would do (docs/supplier-api.md,
    "2.2 Refusals": "Saldo akun minimum").
    """
    stop = tx.conditions.get(f"{OUT_OF_MONEY}{rules.account}")
    if stop is None:
        _stop_if_too_little(tx, rules, figure, now)
        return
    if asked_at < stop.raised_at:
        return
    needed, _, reason = stop.detail.partition(" ")
    if reason:
        tx.conditions.raise_(stop.name, str(max(int(needed), figure + 1)), now)
    elif figure >= int(needed):
        enqueue.report(tx, rules, Alert.MONEY_BACK, "", now, key=stop.raised_at.isoformat())
        end_stop(tx, rules.account, now)


def end_stop(tx: Transaction, account: str, now: datetime) -> None:
    """End the stop for lack of money, and notify who waits for the reopening unless it is paused.

    Nothing happens if there was none.
    """
    if clear_stop(tx, account) and tx.conditions.get(PAUSED) is None:
        enqueue.notify_reopened(tx, now)


def clear_stop(tx: Transaction, account: str) -> bool:
    """End the stop for lack of money without a notice; return False if there was none.

    The next refusal is alerted at once, as that of a new stop.
    """
    tx.conditions.clear(f"alert:{Alert.OWN_DEPOSIT_LOW}")
    return tx.conditions.clear(f"{OUT_OF_MONEY}{account}")


def _stop_if_too_little(tx: Transaction, rules: ShopRules, figure: int, now: datetime) -> None:
    needed = max(1, tx.sales.cheapest_of_latest(rules.account, LATEST_ORDERS) or 1)
    if figure >= needed:
        return
    tx.conditions.raise_(f"{OUT_OF_MONEY}{rules.account}", str(needed), now)
    enqueue.report(
        tx,
        rules,
        Alert.OUT_OF_MONEY,
        "",
        now,
        key=str(int(now.timestamp())),
        data={"balance": figure},
    )
