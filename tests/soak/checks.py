"""What must hold at the end of a soak; each check can fail by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from bot.domain.order import Order, OrderState
from bot.sandbox.bot_process import LogLine
from bot.sandbox.supplier.server import PanelOrder
from tests.soak.measurements import (
    FEWEST_SAMPLES,
    Sample,
    growth_per_10000,
    medians,
    of_last_process,
)

MOST_GROWTH_MEGABYTES = 2.0
"""Of the resident memory, in 10,000 updates."""
MOST_GROWTH_COUNT = 1.0
"""Of open files, threads and tasks, in 10,000 updates."""
MOST_LOG_MEGABYTES = 16.0
"""Of SQLite's write-ahead log, which is written again from its start at every 4 MB."""
SETTLED = {OrderState.SUCCEEDED, OrderState.FAILED, OrderState.CANCELLED, OrderState.PARKED}


@dataclass
class Soaked:
    """Everything that a soak left behind."""

    samples: list[Sample]
    left_in_queues: dict[str, int]
    """What waits in the queues after the traffic has ended."""
    too_old: dict[str, int]
    """Rows that should have been deleted, by table."""
    findings: list[str]
    """What the audits found."""
    orders: list[Order]
    purchases: list[PanelOrder]
    """What was really bought at the supplier."""
    refunded_by_hand: set[str]
    """Numbers of orders that an admin gave back."""
    log_megabytes: float
    """The greatest size of the write-ahead log at the end of a day."""
    backups: int
    most_backups: int
    exit_code: int | None
    problems: list[LogLine] = field(default_factory=list)
    """What was logged at ERROR or above."""


@dataclass(frozen=True, slots=True)
class Check:
    """A rule, and what broke it."""

    rule: str
    figure: str
    faults: tuple[str, ...] = ()

    @property
    def has_passed(self) -> bool:
        return not self.faults


def all_checks(soaked: Soaked) -> list[Check]:
    """Check everything."""
    steady = of_last_process(soaked.samples) if soaked.samples else []
    return [
        _flat(steady, "resident memory", lambda one: one.resident_megabytes, " MB"),
        _flat(steady, "open files", lambda one: one.files),
        _flat(steady, "threads", lambda one: one.threads),
        _flat(steady, "tasks", lambda one: one.tasks),
        _none("left in the queues", soaked.left_in_queues),
        _none("rows kept for too long", soaked.too_old),
        _backups(soaked),
        _log_size(soaked),
        Check("findings of the audits", str(len(soaked.findings)), tuple(soaked.findings)),
        _settled(soaked.orders),
        _bought_once(soaked),
        _paid_for(soaked),
        _problems(soaked.problems),
        _exit(soaked.exit_code),
    ]


def _flat(
    steady: Sequence[Sample], what: str, figure: Callable[[Sample], float], unit: str = ""
) -> Check:
    if len(steady) < FEWEST_SAMPLES:
        return Check(f"{what}: growth in 10,000 updates", "too few samples", ("too few samples",))
    most = MOST_GROWTH_MEGABYTES if unit else MOST_GROWTH_COUNT
    growth = growth_per_10000(steady, figure)
    course = ", ".join(f"{one:.0f}" for one in medians(steady, figure))
    faults = (f"{growth:.2f}{unit} is above {most}: {course}",) if growth > most else ()
    return Check(f"{what}: growth in 10,000 updates", f"{growth:+.2f}{unit} (≤ {most:g})", faults)


def _none(what: str, found: dict[str, int]) -> Check:
    faults = tuple(f"{name}: {number}" for name, number in found.items() if number)
    return Check(what, str(sum(found.values())), faults)


def _backups(soaked: Soaked) -> Check:
    is_kept = 0 < soaked.backups <= soaked.most_backups
    fault = f"{soaked.backups}, and {soaked.most_backups} may be kept"
    figure = f"{soaked.backups} (≤ {soaked.most_backups})"
    return Check("daily backups", figure, () if is_kept else (fault,))


def _log_size(soaked: Soaked) -> Check:
    size, most = soaked.log_megabytes, MOST_LOG_MEGABYTES
    fault = f"{size:.1f} MB is above {most}"
    figure = f"{size:.1f} MB (≤ {most:g})"
    return Check("write-ahead log of SQLite", figure, (fault,) if size > most else ())


def _settled(orders: Iterable[Order]) -> Check:
    states = Counter(one.state for one in orders)
    faults = tuple(f"{state}: {n}" for state, n in states.items() if state not in SETTLED)
    parked = states[OrderState.PARKED]
    return Check("orders neither settled nor parked", f"{len(faults)}, {parked} parked", faults)


def _bought_once(soaked: Soaked) -> Check:
    """Every purchase of a number has an order, and no reference belongs to two orders."""
    ordered = Counter((one.service_code, one.destination) for one in soaked.orders)
    bought = Counter((one.service, one.destination) for one in soaked.purchases)
    claims = Counter(one.ref_id for one in soaked.orders if one.ref_id is not None)
    faults = [
        f"{destination}: {number} purchases of {ordered[service, destination]} orders"
        for (service, destination), number in bought.items()
        if number > ordered[service, destination]
    ]
    faults += [
        f"{ref_id} claimed {number} times" for ref_id, number in claims.items() if number > 1
    ]
    return Check("orders bought twice, purchases without an order", str(len(faults)), tuple(faults))


def _paid_for(soaked: Soaked) -> Check:
    """What succeeded was bought, and what was given back automatically was not."""
    by_ref = {one.ref_id: one for one in soaked.purchases}
    succeeded = Counter(
        (one.service, one.destination) for one in soaked.purchases if one.status == "success"
    )
    faults = []
    for order in soaked.orders:
        target = (order.service_code, order.destination)
        if order.state is OrderState.SUCCEEDED:
            row = by_ref.get(order.ref_id or "")
            if row is None or (row.service, row.destination) != target:
                faults.append(f"{order.number} succeeded and was not bought")
            succeeded[target] -= 1
    for order in soaked.orders:
        target = (order.service_code, order.destination)
        is_given_back = order.state in {OrderState.FAILED, OrderState.CANCELLED}
        if is_given_back and order.number not in soaked.refunded_by_hand and succeeded[target] > 0:
            faults.append(f"{order.number} was given back and bought")
            succeeded[target] -= 1
    return Check("succeeded and not bought, given back and bought", str(len(faults)), tuple(faults))


def _problems(problems: Sequence[LogLine]) -> Check:
    texts = tuple(f"{one.level}: {one.text[:300]}" for one in problems)
    return Check("logged at ERROR, and not provoked", str(len(texts)), texts)


def _exit(code: int | None) -> Check:
    faults = () if code == 0 else (f"the bot ended with {code}",)
    return Check("exit code after SIGTERM", str(code), faults)
