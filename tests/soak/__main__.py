"""`python -m tests.soak`: let a shop run for long, and check that nothing grows or goes wrong."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import click

from tests.postgres.server import programs, running_server
from tests.soak.checks import Check, all_checks
from tests.soak.report import put_into, tables
from tests.soak.run import Plan, Soak

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}


@click.command()
@click.option("--minutes", default=60.0, help="How long the traffic lasts.")
@click.option("--database", type=click.Choice(list(NAMES)), default="sqlite", show_default=True)
@click.option("--seed", default=1, help="Draws the acts and the troubles.")
@click.option("--days", default=120.0, help="How far the shop's clock goes meanwhile.")
@click.option("--write", is_flag=True, help="Write the tables into docs/reliability.md.")
def main(*, minutes: float, database: str, seed: int, days: float, write: bool) -> None:
    """Soak one shop and check what is left."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="konter-soak-")))
        address = f"sqlite:///{folder / 'sandbox.db'}"
        if database == "postgres":
            if programs() is None:
                raise click.ClickException("PostgreSQL is not installed: apt install postgresql")
            server = stack.enter_context(running_server("autovacuum=on"))
            address = server.create("soak")
        plan = Plan(address, minutes * 60, seed, days)
        began = time.monotonic()

        def report(line: str) -> None:
            click.echo(f"{time.monotonic() - began:6.0f} s  {line}")

        soak = Soak(plan, folder, report)
        checks = all_checks(asyncio.run(soak.run()))
    text = tables(NAMES[database], plan, soak.figures, checks)
    click.echo(f"\n{text}\n")
    _print_acts(soak)
    _print_faults(checks)
    if write:
        PAGE.write_text(put_into(PAGE.read_text(), database, text))
    sys.exit(0 if all(check.has_passed for check in checks) else 1)


def _print_acts(soak: Soak) -> None:
    for counts in (soak.figures.acts, soak.figures.troubles):
        click.echo(", ".join(f"{name.strip('_')}: {n:,}" for name, n in sorted(counts.items())))


def _print_faults(checks: list[Check]) -> None:
    for check in checks:
        for fault in check.faults[:20]:
            click.echo(f"FAILED  {check.rule}: {fault}")


if __name__ == "__main__":
    main()
