"""The schedule: every worker's name, when it runs, and the use case that it calls.

`send_orders.py` and `sync_catalogue.py` are separate modules, because they keep state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from bot.services.backups import MakeBackups
from bot.services.catalogue.restock import Restock
from bot.services.catalogue.withhold import Withholding
from bot.services.money.topups.topups import CustomerTopUps
from bot.services.notices.deliver import Deliver
from bot.services.orders.reconcile import Reconcile
from bot.services.orders.supplier_comparison import SupplierComparison
from bot.services.retention import Retention
from bot.services.supplier_health import SupplierAlerts
from bot.workers.loop import Loop, Step


class When(Enum):
    """What wakes a worker; each also runs after the seconds that its last step returned."""

    AFTER_WRITE = "after every write"
    BY_CLOCK = "by the clock"


@dataclass(frozen=True, slots=True)
class UseCases:
    """The use cases that the workers call."""

    reconcile: Reconcile
    comparison: SupplierComparison
    supplier_alerts: SupplierAlerts
    restock: Restock
    withholding: Withholding
    deliver: Deliver
    topups: CustomerTopUps
    retention: Retention
    back_up: MakeBackups


def sweep_then_look_up(reconcile: Reconcile) -> Step:
    """Return a step that makes interrupted order calls ambiguous, then looks up the rows."""

    async def step() -> float | None:
        await reconcile.sweep()
        return await reconcile.look_up()

    return step


@dataclass(frozen=True, slots=True)
class Worker:
    """One row of the schedule."""

    name: str
    when: When
    step_of: Callable[[UseCases], Step]


SCHEDULE = (
    # accepted orders, earliest due first
    Worker("poll_orders", When.AFTER_WRITE, lambda use: use.reconcile.poll),
    # orders whose outcome is unknown
    Worker("reconcile_orders", When.AFTER_WRITE, lambda use: sweep_then_look_up(use.reconcile)),
    # every 10 minutes, and after every 10 sends
    Worker("compare_rows", When.AFTER_WRITE, lambda use: use.comparison.step),
    # every minute
    Worker("watch_supplier", When.AFTER_WRITE, lambda use: use.supplier_alerts.step),
    # also after every service list, and at the end of a cutoff
    Worker("notify_restocked", When.AFTER_WRITE, lambda use: use.restock.step),
    Worker("sync_withheld", When.AFTER_WRITE, lambda use: use.withholding.step),
    # also when a delivery ends
    Worker("deliver_outbox", When.AFTER_WRITE, lambda use: use.deliver.step),
    # when the next top-up expires; a new one stays open for 5 minutes or more
    Worker("expire_topups", When.BY_CLOCK, lambda use: use.topups.expire),
    # every hour, in batches until nothing is left to delete
    Worker("delete_old", When.BY_CLOCK, lambda use: use.retention.step),
    # once a day; later that day if the bot did not run at that hour
    Worker("back_up_daily", When.BY_CLOCK, lambda use: use.back_up.step),
)
WOKEN_BY_WRITES = frozenset(worker.name for worker in SCHEDULE if worker.when is When.AFTER_WRITE)
"""The names of the workers that a store wakes after every write."""


def loops_of(use_cases: UseCases, *, leave_out: frozenset[str] = frozenset()) -> dict[str, Loop]:
    """Return a loop for every worker of the schedule, by name, except those in `leave_out`."""
    return {
        worker.name: Loop(worker.name, worker.step_of(use_cases))
        for worker in SCHEDULE
        if worker.name not in leave_out
    }
