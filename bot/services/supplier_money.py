"""The shop's money at the supplier: what is left, for how long, and a warning when it is low.

The panel's figure counts while it is fresh. Where the panel tells none, the balance is tracked: the
noted deposits less what orders cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import SupplierError
from bot.domain.ledger import SUPPLIER_DEPOSIT
from bot.domain.money import Rupiah
from bot.domain.notice import Alert
from bot.domain.order import OrderState
from bot.domain.shop_rules import ShopRules
from bot.domain.supplier_balance import (
    ExpectedBalance,
    hours_left,
    open_costs,
    warning_level,
)
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.ports.supplier import Supplier
from bot.services.notices import enqueue
from bot.services.orders.settle import WATCHED_FOR
from bot.services.selling_stop import awaits_figure, heed_figure, is_out_of_money
from bot.services.shop_settings import settings_now
from bot.services.told_balance import keep_told_balance, told_balance

WATCHED_AT_MOST = 1_000
"""The maximum number of refunded orders that count as open at the supplier."""
_SENT = (OrderState.SENDING, OrderState.ACCEPTED, OrderState.AMBIGUOUS, OrderState.PARKED)
PACE_OF = timedelta(days=3)
"""The pace of spending is that of the last three days."""
LEAST_PACE = timedelta(days=1)
"""The first day's sales count as a whole day's."""
READ_EVERY = timedelta(minutes=5)
READ_OFTEN = timedelta(minutes=1)
"""While the balance is low or sales have stopped, the owner pays in and waits."""
LOW = "low_balance:"
"""Prefix of the condition "the balance is low"; the account follows, the detail is the level."""


@dataclass(frozen=True, slots=True)
class SupplierMoney:
    """The shop's balance at the supplier, in whole rupiah."""

    balance: int
    read_at: datetime | None
    """When the panel told it; None: it is tracked, by notes and costs."""
    hours_left: int | None
    """How long it lasts at the pace of the last days; None without sales."""


def supplier_money(tx: Transaction, rules: ShopRules, now: datetime) -> SupplierMoney:
    """Return what is left at the supplier, as the panel told it lately or else as tracked."""
    told = told_balance(tx, rules.account, now)
    if told is None:
        balance, read_at = expected_at_supplier(tx, rules, now).most, None
    else:
        balance, read_at = told
    sales = tx.sales.between(now - PACE_OF, now)
    first_at = tx.sales.first_between(now - PACE_OF, now) or now
    over = max(LEAST_PACE, now - first_at)
    spent = sales.revenue - sales.margin
    return SupplierMoney(balance, read_at, hours_left(balance, spent, over))


def expected_at_supplier(tx: Transaction, rules: ShopRules, now: datetime) -> ExpectedBalance:
    """Return the balance at the supplier by our ledger; orders of other accounts do not count.

    An order that an admin refunded counts as open while its row is still polled.
    """
    still_open = tx.orders.in_states(rules.account, _SENT)
    refunded = (OrderState.FAILED,)
    watched = tx.orders.due(
        rules.account, refunded, now + WATCHED_FOR, WATCHED_AT_MOST, has_ref=True
    )
    tracked = -tx.ledger.account(SUPPLIER_DEPOSIT).posted
    return ExpectedBalance(tracked, open_costs([*still_open, *watched]))


class WatchSupplierMoney:
    """Reads the balance from the panel, warns when it is low, and stops and resumes sales."""

    def __init__(self, store: Store, supplier: Supplier, rules: ShopRules, clock: Clock) -> None:
        self._store = store
        self._supplier = supplier
        self._rules = rules
        self._clock = clock
        self._asked_at: datetime | None = None

    async def step(self) -> float:
        """Read the balance if it is due; return the seconds until the next step."""
        now = self._clock.now()
        every, is_asked_for = await self._store.read(self._pace)
        passed = None if self._asked_at is None else now - self._asked_at
        if passed is not None and timedelta(0) <= passed < every and not is_asked_for:
            return (every - passed).total_seconds()
        self._asked_at = now
        try:
            figure = await self._supplier.balance()
        except SupplierError:
            await self._store.write(self._warn, self._clock.now())
        else:
            await self._store.write(self._heed, figure, now, self._clock.now())
        every, _ = await self._store.read(self._pace)
        return every.total_seconds()

    def _pace(self, tx: Transaction) -> tuple[timedelta, bool]:
        """Return how often to read the balance, and whether to read it now in any case."""
        account = self._rules.account
        is_low = tx.conditions.get(f"{LOW}{account}") is not None or is_out_of_money(tx, account)
        return READ_OFTEN if is_low else READ_EVERY, awaits_figure(tx, account, self._asked_at)

    def _heed(
        self, tx: Transaction, figure: Rupiah | None, asked_at: datetime, now: datetime
    ) -> None:
        keep_told_balance(tx, self._rules.account, figure, now)
        if figure is not None:
            heed_figure(tx, self._rules, figure, asked_at, now)
        self._warn(tx, now)

    def _warn(self, tx: Transaction, now: datetime) -> None:
        """Warn when the balance has fallen below the limit, and again below half of it."""
        name, money = f"{LOW}{self._rules.account}", supplier_money(tx, self._rules, now)
        level = warning_level(money.balance, settings_now(tx, self._rules).low_balance)
        earlier = tx.conditions.get(name)
        told = 0 if earlier is None else int(earlier.detail)
        if level == told:
            return
        if not level:
            tx.conditions.clear(name)
            return
        tx.conditions.raise_(name, str(level), now)
        if level < told:
            return
        enqueue.report(
            tx,
            self._rules,
            Alert.BALANCE_LOW,
            "",
            now,
            key=f"{level}:{int(now.timestamp())}",
            data={
                "balance": money.balance,
                "hours": -1 if money.hours_left is None else money.hours_left,
                "is_tracked": int(money.read_at is None),
            },
        )
