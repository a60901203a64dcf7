"""Build the reports of `/balance` (money) and `/status` (orders, catalogue, supplier)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.catalogue import Catalogue
from bot.domain.condition import Condition
from bot.domain.ledger import Account, wallet_of
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId, Order, OrderState
from bot.domain.sales import Period, Sales, span_of
from bot.domain.shop_rules import PAUSED, ShopRules
from bot.domain.supplier_balance import ExpectedBalance, OpenCosts, difference
from bot.domain.supplier_comparison import Finding
from bot.domain.supplier_row import SupplierRow
from bot.domain.withheld_products import WithheldProduct
from bot.ports.store import Transaction
from bot.services.catalogue.withhold import withheld_now
from bot.services.machine_alerts import MachineReport, machine_report
from bot.services.machine_health import MachineHealth
from bot.services.notices import enqueue
from bot.services.orders.circuit_breaker import BREAKER
from bot.services.orders.parked_orders import FOUND_LIMIT
from bot.services.restores import RESTORED
from bot.services.selling_stop import OUT_OF_MONEY
from bot.services.shop_settings import settings_now
from bot.services.supplier_health import SupplierHealth, ended_at
from bot.services.supplier_money import expected_at_supplier


@dataclass(frozen=True, slots=True)
class SupplierAnswer:
    """The supplier's answer about its balance, in whole rupiah."""

    balance: Rupiah | None
    is_answered: bool
    """False when the supplier could not be reached."""
    before: ExpectedBalance
    """The expected balance by our ledger right before the call."""


@dataclass(frozen=True, slots=True)
class BalanceReport:
    """The report of `/balance`, in whole rupiah."""

    supplier_balance: Rupiah | None
    """As the supplier reports it; None when it reports none or could not be reached."""
    tracked_balance: int
    """Deposits recorded with /deposit, minus the costs of orders."""
    is_answered: bool
    """False when the supplier could not be reached."""
    wallets: Account
    """The sums over the customers' wallets, without the admins' own wallets."""
    today: Sales
    own: Account
    open_costs: OpenCosts = field(default_factory=OpenCosts)
    """The amounts the supplier has taken, or may have taken, for orders not final there."""
    difference: int = 0
    """Our ledger's balance minus the supplier's, after the costs of open orders."""


@dataclass(frozen=True, slots=True)
class Overview:
    """The report of `/status`."""

    counts: Mapping[OrderState, int]
    oldest_open: Order | None
    unsettled: Sequence[Order]
    """Ambiguous and parked orders, oldest first."""
    catalogue_size: int
    catalogue_fetched_at: datetime | None
    conditions: Sequence[Condition]
    """Active conditions: a pause, an open circuit breaker, and the alerts of the last day."""
    unclaimed: Sequence[SupplierRow]
    """The supplier's rows of the last day that are claimed by no order."""
    ended: Mapping[str, datetime] = field(default_factory=dict)
    """By condition name: when it ended, if that is known."""
    supplier_answered_at: datetime | None = None
    """The supplier's last answer since the bot's start; None before the first."""
    supplier_failing_since: datetime | None = None
    """The first call without an answer since the last answer."""
    services_skipped: int = 0
    """Rows of the last service list that could not be read or sold."""
    rows_skipped: int = 0
    """Unreadable rows of the last status list; with any, it proves no order absent."""
    findings: Sequence[Finding] = ()
    """Unsettled differences between the supplier's rows and our orders."""
    withheld: Sequence[WithheldProduct] = ()
    """The products withheld from sale because the supplier charges more than their price."""
    machine: MachineReport | None = None
    """The machine that the bot runs on; None where nobody looks at it."""

    @property
    def is_paused(self) -> bool:
        """Whether an admin has paused the shop."""
        return any(condition.name == PAUSED for condition in self.conditions)

    @property
    def breaker_open_since(self) -> datetime | None:
        """When unanswered calls opened the circuit breaker; None while it is closed."""
        for condition in self.conditions:
            if condition.name.startswith(BREAKER):
                return condition.raised_at
        return None

    @property
    def out_of_money_since(self) -> datetime | None:
        """When sales stopped for lack of money at the supplier; None while there is some."""
        for condition in self.conditions:
            if condition.name.startswith(OUT_OF_MONEY):
                return condition.raised_at
        return None


def stopped_since(conditions: Sequence[Condition], account: str) -> int:
    """Return when sales last stopped, in whole seconds since 1970; 0 while the shop sells.

    Sales stop by a pause, a restore, and by an open circuit breaker or for lack of money of this
    supplier account.
    """
    names = (PAUSED, RESTORED, f"{BREAKER}{account}", f"{OUT_OF_MONEY}{account}")
    standing = [one for one in conditions if one.name in names]
    return max((int(one.raised_at.timestamp()) for one in standing), default=0)


def balance_report(
    tx: Transaction, rules: ShopRules, answer: SupplierAnswer, admin_id: CustomerId, now: datetime
) -> BalanceReport:
    """Return the report of `/balance` with the supplier's answer."""
    expected = expected_at_supplier(tx, rules, now)
    off = 0 if answer.balance is None else difference(answer.balance, (answer.before, expected))
    midnight, _ = span_of(Period.TODAY, now, ZoneInfo(settings_now(tx, rules).timezone))
    return BalanceReport(
        supplier_balance=answer.balance,
        tracked_balance=expected.tracked,
        is_answered=answer.is_answered,
        wallets=_customers_wallets(tx, rules),
        today=tx.orders.sales_since(midnight),
        own=tx.ledger.account(wallet_of(admin_id)),
        open_costs=expected.open_costs,
        difference=off,
    )


def _customers_wallets(tx: Transaction, rules: ShopRules) -> Account:
    """Return the sums of all wallets except the admins' own, which may be negative."""
    total = tx.ledger.wallets_total()
    admins = (tx.customers.by_telegram(admin_id) for admin_id in rules.owner_ids)
    for admin in (one for one in admins if one is not None):
        own = tx.ledger.account(wallet_of(admin.customer_id))
        total = replace(
            total,
            posted=total.posted - own.posted,
            held=total.held - own.held,
            credit_limit=total.credit_limit - own.credit_limit,
        )
    return total


def overview(
    tx: Transaction,
    rules: ShopRules,
    catalogue: Catalogue | None,
    health: SupplierHealth,
    now: datetime,
    machine: MachineHealth | None = None,
) -> Overview:
    """Return the state of orders, catalogue, supplier and machine."""
    account = rules.account
    waiting = (OrderState.QUEUED, OrderState.SENDING, OrderState.ACCEPTED)
    unsettled = tx.orders.in_states(account, (OrderState.AMBIGUOUS, OrderState.PARKED))
    still_open = [*tx.orders.in_states(account, waiting), *unsettled]
    fetched_at = None if catalogue is None else catalogue.fetched_at
    conditions = [
        one
        for one in tx.conditions.all()
        if not enqueue.has_lapsed(one, now) and not _is_of_another_account(one, account)
    ]
    ends = {one.name: ended_at(tx, account, health, one, fetched_at) for one in conditions}
    return Overview(
        counts=tx.orders.counts_by_state(),
        oldest_open=min(still_open, key=lambda order: order.created_at, default=None),
        unsettled=unsettled,
        catalogue_size=0 if catalogue is None else len(catalogue),
        catalogue_fetched_at=fetched_at,
        conditions=conditions,
        ended={name: end for name, end in ends.items() if end is not None},
        supplier_answered_at=health.answered_at,
        supplier_failing_since=health.failing_since,
        services_skipped=health.services_skipped,
        rows_skipped=health.rows_skipped,
        unclaimed=tx.supplier_rows.unclaimed(account, now - timedelta(days=1), FOUND_LIMIT),
        findings=tx.findings.open(account),
        withheld=withheld_now(tx),
        machine=None if machine is None else machine_report(tx, machine),
    )


def _is_of_another_account(condition: Condition, account: str) -> bool:
    """Return whether a condition stops the sales of a supplier account not in use."""
    kind = condition.name.partition(":")[0] + ":"
    return kind in (BREAKER, OUT_OF_MONEY) and condition.name != f"{kind}{account}"
