"""The results of many runs as Markdown tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.faults.markdown import grouped, markdown
from tests.faults.simulation.plan import Trial
from tests.faults.simulation.run import Report


@dataclass
class Figures:
    """Sums over several runs."""

    runs: int = 0
    hours: float = 0.0
    sums: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    violations: int = 0
    most_waiting: int = 0
    most_orders_a_minute: int = 0
    most_reads_a_minute: int = 0

    def add(self, report: Report) -> None:
        """Add one run."""
        outcomes = report.outcomes
        self.runs += 1
        self.hours += report.hours
        self.faults.update(report.faults)
        self.counts.update(report.counts)
        self.violations += len(report.violations)
        self.most_waiting = max(self.most_waiting, report.most_waiting)
        self.most_orders_a_minute = max(self.most_orders_a_minute, report.most_orders_a_minute)
        self.most_reads_a_minute = max(self.most_reads_a_minute, report.most_reads_a_minute)
        self.sums.update(
            {
                name: value
                for name, value in vars(outcomes).items()
                if isinstance(value, int)  # States are summed below.
            }
        )
        self.sums.update({f"orders {state}": n for state, n in outcomes.states.items()})


def summed(reports: Iterable[Report]) -> Figures:
    """Return the sums over the given runs."""
    figures = Figures()
    for report in reports:
        figures.add(report)
    return figures


def protocol_table(figures: Figures) -> str:
    """Return the results of the unchanged protocol as a Markdown table."""
    sums, counts = figures.sums, figures.counts
    rows = (
        ("runs, each with its own faults", figures.runs),
        ("simulated hours", round(figures.hours)),
        ("orders", sums["orders"]),
        ("of these succeeded, failed, cancelled", _final_states(sums)),
        ("faults injected", sum(figures.faults.values())),
        ("transactions written", counts["writes"]),
        ("audits of all books", counts["audits"]),
        ("invariants checked", counts["invariants"]),
        ("kills survived", counts["kills survived"]),
        ("longest queue", figures.most_waiting),
        ("most order calls in any minute", figures.most_orders_a_minute),
        ("most reads in any minute", figures.most_reads_a_minute),
        ("parked at the end, each announced to every admin", sums["parked"]),
        ("of these because a database was lost", sums["parked_by_restore"]),
        ("accepted, waiting for a parked order of the same target", sums["behind"]),
        ("admins: rows attached, refunds, refunds against the warning", _admin_acts(counts)),
        ("refunded by a careless admin, though bought", sums["given_back_by_hand"]),
        ("of these never shown as delivered in any list", sums["never_shown"]),
        ("counted as delivered by an admin", sums["counted"]),
        ("of these never delivered", sums["counted_in_vain"]),
        ("products withheld from sale, sold again by an admin", _withheld(figures)),
        ("rows that no order claims", sums["unclaimed"]),
        ("**orders bought twice**", sums["doubles"]),
        ("**rows claimed by a wrong order**", sums["wrong_claims"]),
        ("**refunded by the shop, though bought**", sums["given_back"]),
        ("**never settled and not parked**", sums["stuck"]),
        ("**other violations**", figures.violations),
    )
    return markdown(("", ""), [(name, grouped(value)) for name, value in rows])


def fault_table(figures: Figures) -> str:
    """Return how often each fault was injected, as a Markdown table."""
    rows = [(kind, grouped(count)) for kind, count in figures.faults.most_common()]
    return markdown(("fault", "injected"), rows)


def trial_table(results: Sequence[tuple[Trial, Figures, Figures]]) -> str:
    """Return the results with and without each guard, as a Markdown table."""
    head = (
        "guard",
        "where",
        "orders",
        "bought twice",
        "wrong claims",
        "refunded, though bought",
        "parked, though bought",
    )
    names = ("doubles", "wrong_claims", "given_back", "parked_and_bought")
    rows = [
        (
            trial.guard.value,
            trial.circumstances,
            grouped(without.sums["orders"]),
            *(_with_and_without(on.sums[name], without.sums[name]) for name in names),
        )
        for trial, on, without in results
    ]
    return markdown(head, rows)


def _with_and_without(with_guard: int, without: int) -> str:
    return (
        f"{with_guard:,} → **{without:,}**"
        if without > with_guard
        else f"{with_guard:,} → {without:,}"
    )


def _final_states(sums: Counter[str]) -> str:
    return _listed(sums, "orders succeeded", "orders failed", "orders cancelled")


def _admin_acts(counts: Counter[str]) -> str:
    return _listed(counts, "attached", "refunded", "refunds forced")


def _withheld(figures: Figures) -> str:
    return f"{figures.sums['withheld']:,}, {figures.counts['released']:,}"


def _listed(figures: Counter[str], *names: str) -> str:
    return ", ".join(f"{figures[name]:,}" for name in names)
