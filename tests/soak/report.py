"""The figures of a soak as tables of Markdown, and their place in docs/reliability.md."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median

from tests.faults.markdown import grouped, markdown
from tests.soak.checks import Check
from tests.soak.run import Figures, Plan
from tests.soak.tables import KEPT_FOR_A_TIME


def tables(database: str, plan: Plan, figures: Figures, checks: Sequence[Check]) -> str:
    """Return the tables of one run."""
    state = figures.states
    rows = [
        ("updates", grouped(figures.updates)),
        ("days on the clock", f"{figures.days:.0f}"),
        ("SIGKILL, restarts", f"{figures.kills}, {figures.restarts}"),
        ("jumps of the clock, audits of all books", f"{figures.jumps}, {figures.audits}"),
        ("troubles at Telegram and the supplier", grouped(figures.troubles.total())),
        ("orders", grouped(state.total())),
        (
            "of these succeeded, failed, cancelled, parked",
            ", ".join(
                f"{state[name]:,}" for name in ("succeeded", "failed", "cancelled", "parked")
            ),
        ),
        ("bought at the supplier", grouped(figures.purchases)),
        *((f"longest at the end of a day: {k}", grouped(v)) for k, v in figures.longest.items()),
        *((check.rule, check.figure) for check in checks),
    ]
    minutes = figures.seconds / 60
    head = (
        f"{database}, {minutes:.0f} minutes with seed {plan.seed}, "
        f"{datetime.now(UTC):%-d %B %Y}:\n\n"
    )
    return f"{head}{markdown(('', ''), rows)}\n\n{_growth(figures)}"


def _growth(figures: Figures) -> str:
    """Return how many rows each table had, in the middle third of the run and in the last."""
    if len(figures.rows) < 3:
        return ""
    third = len(figures.rows) // 3
    middle, last = figures.rows[third : 2 * third], figures.rows[2 * third :]
    rows = [
        (
            table,
            grouped(round(median(one[table] for one in middle))),
            grouped(round(median(one[table] for one in last))),
            "deleted after its time" if table in KEPT_FOR_A_TIME else "kept for ever",
        )
        for table in figures.rows[0]
    ]
    sizes = figures.megabytes
    size = (
        "size of the database",
        f"{median(sizes[third : 2 * third]):.1f} MB",
        f"{median(sizes[2 * third :]):.1f} MB",
        "",
    )
    return markdown(("rows", "middle third", "last third", ""), [*rows, size])


def put_into(page: str, database: str, text: str) -> str:
    """Return the page with the tables of one database replaced; raises ValueError without place."""
    begin, end = f"<!-- soak {database} -->", f"<!-- /soak {database} -->"
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"the page lacks {begin} or {end}")
    return f"{before}{begin}\n{text}\n{end}{after}"
