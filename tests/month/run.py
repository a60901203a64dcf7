"""The days of a month: ordinary ones, and those on which something happens."""

from __future__ import annotations

import asyncio
import copy
import logging
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import structlog

from bot.domain.erasure import ErasureRefusedError
from bot.domain.errors import NotPermittedError, RefundUncertainError
from bot.domain.money import Rupiah
from bot.domain.money_source import MoneySource
from bot.domain.order import Order, OrderState, ParkReason
from bot.domain.staff import Right
from bot.services.restores import restore_state
from tests.databases import StoreForTests, open_store, reopen_store
from tests.month.money_acts import adjust, deposit, give_or_take, pay_in, top_up
from tests.month.owner_acts import (
    FIRST_RULES,
    block,
    buy_while_a_rule_changes,
    buy_while_the_cost_changes,
    change_a_cost,
    change_a_level,
    change_a_rule,
    disrupt,
    grant_credit,
    sell_to_others,
)
from tests.month.purchases import buy, confirmed, see_through, sold
from tests.month.shop_month import DAYS, FIRST_DAY, LEVELS, ZONE, Month
from tests.postgres.shared import Contents
from tests.services.shop import ADMIN, Shop, shop_rules

Act = Callable[[Month], Awaitable[object]]
ACTS: dict[Act, int] = {
    buy: 40,
    pay_in: 10,
    top_up: 8,
    give_or_take: 6,
    deposit: 3,
    change_a_rule: 5,
    change_a_cost: 5,
    buy_while_a_rule_changes: 3,
    buy_while_the_cost_changes: 2,
    change_a_level: 2,
    sell_to_others: 3,
    disrupt: 2,
    block: 2,
    grant_credit: 4,
}
"""What happens on a day, and how often."""
ACTS_A_DAY, LONG_DAY = 14, 60
OPENS_AT, CLOSES_AT = 6, 22
RULES_AT = 3
RESTART_ON, REMOVAL_ON, RESTORE_ON, ERASURE_ON = 9, 14, 17, 21
"""Days of the month."""


async def live(month: Month, acts_a_day: int) -> None:
    """Live through the month, and compare everything after each day and at the end."""
    await month.open()
    for day in (FIRST_DAY + timedelta(days=number) for number in range(DAYS)):
        month.set_clock(day, OPENS_AT)
        await _open_day(month, day.day)
        for act in month.rng.choices(list(ACTS), list(ACTS.values()), k=acts_a_day):
            month.shop.clock.advance(month.rng.uniform(60, 15 * 3_600 / acts_a_day))
            if month.shop.clock.now().astimezone(ZONE).hour >= CLOSES_AT:
                break
            await act(month)
        assert month.today == day
        await month.check_day()
    await month.check_month()


async def _open_day(month: Month, day: int) -> None:
    """Do what is to be done on this day of the month."""
    if day == 1:
        await deposit(month)
        for person, level in zip(month.customers(), LEVELS, strict=False):
            person.level = level
            level_id = month.levels[level]
            await month.shop.people.set_level(ADMIN, person.customer_id, level_id)
    elif day == RULES_AT:
        for level, scope, terms in FIRST_RULES:
            await month.put_rule(level, scope, terms)
    elif day == RESTART_ON:
        await month.shop.restart()
    elif day == REMOVAL_ON:
        await remove_the_cashier(month)
    elif day == RESTORE_ON:
        await lose_the_database(month)
    elif day == ERASURE_ON:
        await erase_somebody(month)


async def remove_the_cashier(month: Month) -> None:
    """From now on the cashier's buttons do nothing, the shown ones neither."""
    shop, removed = month.shop, month.cashier
    person = month.customers()[0].customer_id
    wallets, cash = shop.wallets, MoneySource.CASH
    shown = await wallets.propose_adjustment(removed, person, 70_000, "", cash)
    payer = next(one for one in month.customers() if not one.is_blocked)
    topup = await shop.topups.request(payer.customer_id, Rupiah(30_000), "removal")
    await shop.staffing.remove(ADMIN, removed.customer_id)
    await month.fails(NotPermittedError, lambda: wallets.adjust(removed, shown.token, cash))
    await month.fails(
        NotPermittedError, lambda: wallets.propose_adjustment(removed, person, 1, "", cash)
    )
    await month.fails(
        NotPermittedError, lambda: shop.topups.decide(removed, topup.topup_id, approve=True)
    )
    month.cashier = await month.hire(6_003, {Right.TOPUPS})
    await shop.topups.decide(month.cashier, topup.topup_id, approve=False)


async def lose_the_database(month: Month) -> None:
    """Go on from a backup: what came after it is lost, and an order in between is parked."""
    shop, rng = month.shop, month.rng
    buyer = next(one for one in month.state.people if one.actor == ADMIN)
    item = next(
        one
        for one in month.items
        if one.code not in month.state.sold_to and one.code not in month.state.disrupted
    )
    await adjust(month, month.cashier, buyer.customer_id, 1_000_000, MoneySource.TRANSFER)
    order = await confirmed(month, buyer, item)
    assert order is not None
    store = shop.store
    assert isinstance(store, StoreForTests)
    backup, believed = await store.dump(), copy.deepcopy(month.state)
    await see_through(month, order, item)
    for act in (buy, pay_in, give_or_take, change_a_rule, top_up, buy):
        shop.clock.advance(rng.uniform(60, 600))
        await act(month)
    month.state = believed
    await _resume_from(month, backup)
    await shop.store.write(restore_state, shop.rules, 1, shop.clock.now())
    await shop.restart()
    await shop.refresh.refresh()
    shop.clock.advance(60)
    await shop.admin.resume(ADMIN)
    parked = await shop.get(order.order_id)
    assert (parked.state, parked.park_reason) == (OrderState.PARKED, ParkReason.RESTORED)
    await month.check()
    bought = [row for row in shop.supplier.rows if row.destination == order.destination]
    if bought and bought[0].status_word == "success":
        await shop.admin.attach(month.operator, order.order_id, bought[0].ref_id)
        await shop.poll_for(300)
        assert bought[0].cost is not None
        await sold(month, order, bought[0].cost)
    else:
        await give_back_restored(month, order)
    month.seen.add("restored")


async def _resume_from(month: Month, backup: sqlite3.Connection | Contents) -> None:
    """Put a backup in the place of the database, and open it as another process would."""
    store = month.shop.store
    assert isinstance(store, StoreForTests)
    await store.load(backup)
    if not store.is_on_server:
        await store.close()
        month.shop.store = await reopen_store(month.path)
        month.shop.build()


async def give_back_restored(month: Month, order: Order) -> None:
    """Refund an order that was parked by the restore, whatever is in doubt about it."""
    admin = month.shop.admin
    try:
        refunded = await admin.refund(month.operator, order.order_id)
    except RefundUncertainError as error:
        refunded = await admin.refund(month.operator, order.order_id, doubt=error.doubt)
    assert refunded.state is OrderState.FAILED
    month.state.books.void(order)


async def erase_somebody(month: Month) -> None:
    """Pay out what a customer has, erase them at their request, and let them come back."""
    shop, books = month.shop, month.state.books
    for person in month.customers():
        customer_id, balance = person.customer_id, books.wallets[person.customer_id]
        if balance < 0:
            await adjust(month, month.cashier, customer_id, -balance, MoneySource.CASH)
        elif balance > 0:
            await adjust(month, ADMIN, customer_id, -balance, MoneySource.CASH)
        try:
            proposed = await shop.erasures.propose(person.actor, customer_id)
        except ErasureRefusedError:
            continue
        await shop.erasures.erase(person.actor, proposed.token)
        await shop.erasures.step()
        month.state.people.remove(person)
        await month.newcomer(person.actor.telegram_id)
        month.seen.add("erased")
        return
    raise AssertionError("nobody could be erased")


async def run(seed: int, acts_a_day: int, folder: Path) -> Month:
    """Live through a month on a new database in a folder; return it with what it has seen."""
    path = folder / "konter.db"
    shop = Shop(await open_store(path), shop_rules(topup_expires=timedelta(hours=1)))
    month = Month(shop, seed, path)
    try:
        await live(month, acts_a_day)
    finally:
        assert isinstance(month.shop.store, StoreForTests)
        await month.shop.store.close()
    return month


def main() -> None:
    """Live through `python -m tests.month FIRST LAST`, months of 60 acts a day, one for a seed."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    first, last = (int(text) for text in sys.argv[1:])
    for seed in range(first, last + 1):
        started_at = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            month = asyncio.run(run(seed, LONG_DAY, Path(folder)))
        days = month.state.books.days.values()
        sold, profit = sum(day.sold for day in days), sum(day.profit for day in days)
        took = time.monotonic() - started_at
        print(f"month {seed}: {sold} sold, profit Rp{profit}, {took:.0f} s")  # noqa: T201
