"""The schedule: every worker's name, the writes that wake it, and the use case that it calls.

Each also runs after the seconds that its last step returned, so a worker without topics runs by the
clock. `send_orders.py` and `sync_catalogue.py` are separate modules, because they keep state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.order import OrderState
from bot.ports.store import Topics, topic_of
from bot.services.absences import Absences
from bot.services.backups import MakeBackups
from bot.services.catalogue.restock import Restock
from bot.services.catalogue.watch_brands import WatchBrands
from bot.services.catalogue.withhold import Withholding
from bot.services.daily_summary import DailySummary
from bot.services.erasures import Erasures
from bot.services.machine_alerts import WatchMachine
from bot.services.money.topups.topups import CustomerTopUps
from bot.services.notices.deliver import Deliver
from bot.services.orders.reconcile import Reconcile
from bot.services.orders.supplier_comparison import SupplierComparison
from bot.services.restore_tests import RestoreTests
from bot.services.retention import Retention
from bot.services.supplier_health import SupplierAlerts
from bot.services.supplier_money import WatchSupplierMoney
from bot.workers.heartbeat import LONGEST_STEP_SECONDS
from bot.workers.loop import Loop, Step

LARGE_COPY_SECONDS = 3600.0
"""What a copy of a large shop may take on a slow disk."""


@dataclass(frozen=True, slots=True)
class UseCases:
    """The use cases that the workers call."""

    reconcile: Reconcile
    comparison: SupplierComparison
    supplier_alerts: SupplierAlerts
    supplier_money: WatchSupplierMoney
    restock: Restock
    withholding: Withholding
    watch_brands: WatchBrands
    daily_summary: DailySummary
    deliver: Deliver
    topups: CustomerTopUps
    retention: Retention
    back_up: MakeBackups
    erasures: Erasures
    absences: Absences
    restore_tests: RestoreTests
    watch_machine: WatchMachine


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
    topics: Topics
    """What its step reads: a write that touches one of these may have made work due."""
    step_of: Callable[[UseCases], Step]
    longest_step_seconds: float = LONGEST_STEP_SECONDS
    """A step that takes longer is reported as stuck."""


def _orders(*states: OrderState) -> Topics:
    return frozenset(map(topic_of, states))


SCHEDULE = (
    # accepted orders, earliest due first; also parked and refunded ones with a ref_id
    Worker(
        "poll_orders",
        _orders(OrderState.ACCEPTED, OrderState.PARKED, OrderState.FAILED),
        lambda use: use.reconcile.poll,
    ),
    # orders whose outcome is unknown; more often while the breaker, a condition, is open
    Worker(
        "reconcile_orders",
        _orders(OrderState.SENDING, OrderState.AMBIGUOUS, OrderState.PARKED) | {"conditions"},
        lambda use: sweep_then_look_up(use.reconcile),
    ),
    # every 10 minutes, and after every 10 sends
    Worker("compare_rows", _orders(OrderState.SENDING), lambda use: use.comparison.step),
    # every minute, and when the breaker has closed
    Worker("watch_supplier", frozenset({"conditions"}), lambda use: use.supplier_alerts.step),
    # every 5 minutes, or every minute while it is low; at once after a refusal for lack of money
    Worker("watch_balance", frozenset({"conditions"}), lambda use: use.supplier_money.step),
    # also after every service list, and at the end of a cutoff
    Worker(
        "notify_restocked",
        frozenset(
            {
                "restock_requests",
                "products",
                "withheld_products",
                "conditions",
                "category_choices",
                "product_choices",
            }
        ),
        lambda use: use.restock.step,
    ),
    Worker("sync_withheld", frozenset({"withheld_products"}), lambda use: use.withholding.step),
    # every 5 minutes: a brand of which most orders begin to fail
    Worker("watch_brands", frozenset(), lambda use: use.watch_brands.step),
    # every minute: once a day, at the hour that the owner chose
    Worker("summarise_day", frozenset(), lambda use: use.daily_summary.step),
    # also when a delivery ends
    Worker("deliver_outbox", frozenset({"outbox"}), lambda use: use.deliver.step),
    # when the next top-up expires; a new one stays open for 5 minutes or more
    Worker("expire_topups", frozenset(), lambda use: use.topups.expire),
    # every hour, in batches until nothing is left to delete
    Worker("delete_old", frozenset(), lambda use: use.retention.step),
    # after an erasure, and every hour; rewriting a large file takes long
    Worker(
        "finish_erasures",
        frozenset({"erasures"}),
        lambda use: use.erasures.step,
        LARGE_COPY_SECONDS,
    ),
    # once a day; later that day if the bot did not run at that hour
    Worker("back_up_daily", frozenset(), lambda use: use.back_up.step, LARGE_COPY_SECONDS),
    # once a week, at a quiet hour
    Worker("test_restore", frozenset(), lambda use: use.restore_tests.step, LARGE_COPY_SECONDS),
    # every minute; first, the absence before this start is reported
    Worker("note_alive", frozenset(), lambda use: use.absences.step),
    # every minute; the disk every 10, the certificate once a day
    Worker("watch_machine", frozenset(), lambda use: use.watch_machine.step),
)

TOPICS = {
    # what may let the next order be sent: a new one, a free target or window, `/resume`
    "send_orders": frozenset({"orders", "conditions", "withheld_products"}),
    **{worker.name: worker.topics for worker in SCHEDULE},
}
"""The topics of the writes that wake each worker, by its name."""


def loops_of(use_cases: UseCases, *, leave_out: frozenset[str] = frozenset()) -> dict[str, Loop]:
    """Return a loop for every worker of the schedule, by name, except those in `leave_out`."""
    return {
        worker.name: Loop(
            worker.name, worker.step_of(use_cases), worker.topics, worker.longest_step_seconds
        )
        for worker in SCHEDULE
        if worker.name not in leave_out
    }
