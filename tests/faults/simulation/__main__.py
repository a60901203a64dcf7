"""`python -m tests.faults.simulation`: run many seeds in parallel and print summary tables."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

import click

from tests.faults.simulation.plan import TRIALS, Plan, trial_plan
from tests.faults.simulation.run import Report, simulate
from tests.faults.simulation.tables import fault_table, protocol_table, summed, trial_table

OUTAGE_EVERY = 5
"""In every fifth seed the supplier is unreachable for an hour."""
RESTORE_EVERY = 7
"""Every seventh seed, starting with the sixth, loses its database and resumes from a backup."""
MOVE_EVERY = 6
"""Every sixth seed, starting with the third, moves to another supplier account."""
NO_GAP_EVERY = 8
"""Every eighth seed, starting with the first, has a supplier that wants no pause between calls."""
NO_GAP_PER_MINUTE = 40.0
"""So many orders come then that several wait at the same moment."""
AUDITED_AT_EVERY_STEP = 10
"""Every tenth seed audits the books after every write, which is slow."""

LONG_EVERY = 20
"""Every twentieth seed, starting with the tenth, has a day of at least `LONG_ORDERS` orders."""
LONG_ORDERS = 2_000


def orders_of(seed: int, orders: int, long_orders: int) -> int:
    """Return the number of orders of a seed in a run of many seeds."""
    return max(orders, long_orders) if seed % LONG_EVERY == LONG_EVERY // 2 else orders


def plan_of(seed: int, orders: int) -> Plan:
    """Return the plan of a seed."""
    is_audited_at_every_step = seed % AUDITED_AT_EVERY_STEP == 4
    return Plan(
        orders=orders,
        has_outage=seed % OUTAGE_EVERY == 0,
        has_restore=seed % RESTORE_EVERY == RESTORE_EVERY - 1,
        has_move=seed % MOVE_EVERY == MOVE_EVERY // 2,
        has_gap=seed % NO_GAP_EVERY != 1,
        per_minute=Plan.per_minute if seed % NO_GAP_EVERY != 1 else NO_GAP_PER_MINUTE,
        audit_every=1 if is_audited_at_every_step else Plan.audit_every,
    )


def command_of(report: Report) -> str:
    """Return the command that repeats a seed."""
    return f"make simulate SEED={report.seed} ORDERS={report.plan.orders}"


def run_all(jobs: Sequence[tuple[int, Plan]], workers: int) -> Iterator[Report]:
    """Run seeds in parallel and yield their reports in the order of the jobs."""
    with ProcessPoolExecutor(workers) as pool:
        for report in pool.map(simulate, *zip(*jobs, strict=True)):
            click.echo(".", nl=False, err=True)
            yield report


def _print_failure(report: Report) -> None:
    click.echo(f"\nSeed {report.seed} failed: {command_of(report)}")
    for violation in report.violations[:10]:
        click.echo(f"  {violation}")


def _run_protocol(jobs: Sequence[tuple[int, Plan]], workers: int) -> bool:
    reports = []
    for report in run_all(jobs, workers):
        reports.append(report)
        if report.violations:
            _print_failure(report)
    figures = summed(reports)
    click.echo("\n" + protocol_table(figures) + "\n\n" + fault_table(figures))
    return figures.violations == 0


def _run_trials(count: int, orders: int, workers: int) -> bool:
    """Run the same seeds with each guard on and off, one guard at a time."""
    results = []
    for trial in TRIALS:
        with_and_without = [
            summed(
                run_all(
                    [
                        (seed, trial_plan(trial, orders, is_off=is_off))
                        for seed in range(1, count + 1)
                    ],
                    workers,
                )
            )
            for is_off in (False, True)
        ]
        results.append((trial, with_and_without[0], with_and_without[1]))
    click.echo("\nWith the guard → without it:\n\n" + trial_table(results))
    return all(on.violations == 0 for _, on, _ in results)


@click.command()
@click.option("--seeds", default=20, help="How many seeds to run.")
@click.option("--first", default=1, help="The first of them.")
@click.option("--seed", default=None, type=int, help="Run this one alone and show its last events.")
@click.option("--orders", default=300, help="How many orders each seed has, about.")
@click.option("--long-orders", default=LONG_ORDERS, help="How many every twentieth has at least.")
@click.option("--guard-seeds", default=3, help="How many seeds to run without each guard.")
@click.option("--workers", default=os.cpu_count() or 1, help="How many seeds to run at once.")
def main(
    *,
    seeds: int,
    first: int,
    seed: int | None,
    orders: int,
    long_orders: int,
    guard_seeds: int,
    workers: int,
) -> None:
    """Simulate the shop and check that money and orders are right."""
    started_at = time.monotonic()
    if seed is not None:
        sys.exit(_run_one(seed, orders))
    jobs = [
        (number, plan_of(number, orders_of(number, orders, long_orders)))
        for number in range(first, first + seeds)
    ]
    has_passed = _run_protocol(jobs, workers)
    if guard_seeds:
        has_passed = _run_trials(guard_seeds, orders, workers) and has_passed
    click.echo(f"\n{time.monotonic() - started_at:.0f} seconds.")
    sys.exit(0 if has_passed else 1)


def _run_one(seed: int, orders: int) -> int:
    report = simulate(seed, plan_of(seed, orders))
    click.echo("\n".join(report.tail))
    click.echo(f"\nFingerprint {report.fingerprint}\n\n{protocol_table(summed([report]))}")
    for violation in report.violations:
        click.echo(f"  {violation}")
    return 1 if report.violations else 0


if __name__ == "__main__":
    main()
