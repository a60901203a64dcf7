"""`python -m tests.faults.simulation`: many seeds, side by side, and the table of what they did."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

import click

from tests.faults.simulation.plan import TRIALS, Plan, trial_plan
from tests.faults.simulation.run import Report, simulate
from tests.faults.simulation.table import fault_table, protocol_table, summed, trial_table

OUTAGE_EVERY = 5
"""Every fifth seed has the supplier away for an hour."""
RESTORE_EVERY = 7
"""Every seventh seed, the sixth first, loses its database and goes on from a backup."""
MOVE_EVERY = 6
"""Every sixth seed, the third first, moves to another supplier account."""
AUDITED_AT_EVERY_STEP = 10
"""Every tenth seed is audited after every single write, which takes its time."""

LONG_EVERY = 20
"""Every twentieth seed, the tenth first, has a day of thousands of orders."""
LONG_ORDERS = 2_000


def orders_of(seed: int, orders: int, long_orders: int) -> int:
    """Return how many orders a seed has when many are run."""
    return max(orders, long_orders) if seed % LONG_EVERY == LONG_EVERY // 2 else orders


def plan_of(seed: int, orders: int) -> Plan:
    """Return what a seed plays."""
    is_watched = seed % AUDITED_AT_EVERY_STEP == 4
    return Plan(
        orders=orders,
        has_outage=seed % OUTAGE_EVERY == 0,
        has_restore=seed % RESTORE_EVERY == RESTORE_EVERY - 1,
        has_move=seed % MOVE_EVERY == MOVE_EVERY // 2,
        audit_every=1 if is_watched else Plan.audit_every,
    )


def command_of(report: Report) -> str:
    """Return the command that runs a seed again."""
    return f"make simulate SEED={report.seed} ORDERS={report.plan.orders}"


def run_all(jobs: Sequence[tuple[int, Plan]], workers: int) -> Iterator[Report]:
    """Run seeds side by side and yield their reports in order."""
    with ProcessPoolExecutor(workers) as pool:
        for report in pool.map(simulate, *zip(*jobs, strict=True)):
            click.echo(".", nl=False, err=True)
            yield report


def _say_failure(report: Report) -> None:
    click.echo(f"\nSeed {report.seed} went wrong: {command_of(report)}")
    for violation in report.violations[:10]:
        click.echo(f"  {violation}")


def _run_protocol(jobs: Sequence[tuple[int, Plan]], workers: int) -> bool:
    reports = []
    for report in run_all(jobs, workers):
        reports.append(report)
        if report.violations:
            _say_failure(report)
    figures = summed(reports)
    click.echo("\n" + protocol_table(figures) + "\n\n" + fault_table(figures))
    return figures.violations == 0


def _run_trials(count: int, orders: int, workers: int) -> bool:
    """Switch off one guard after the other, on the same seeds as with it."""
    results = []
    for trial in TRIALS:
        halves = [
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
        results.append((trial, halves[0], halves[1]))
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
    """Simulate the shop, and show that money and orders come out right."""
    began = time.monotonic()
    if seed is not None:
        sys.exit(_run_one(seed, orders))
    jobs = [
        (number, plan_of(number, orders_of(number, orders, long_orders)))
        for number in range(first, first + seeds)
    ]
    is_right = _run_protocol(jobs, workers)
    if guard_seeds:
        is_right = _run_trials(guard_seeds, orders, workers) and is_right
    click.echo(f"\n{time.monotonic() - began:.0f} seconds.")
    sys.exit(0 if is_right else 1)


def _run_one(seed: int, orders: int) -> int:
    report = simulate(seed, plan_of(seed, orders))
    click.echo("\n".join(report.tail))
    click.echo(f"\nFingerprint {report.fingerprint}\n\n{protocol_table(summed([report]))}")
    for violation in report.violations:
        click.echo(f"  {violation}")
    return 1 if report.violations else 0


if __name__ == "__main__":
    main()
