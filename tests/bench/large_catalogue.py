"""A list of 20,000 services: its refresh, the loop meanwhile, and the start of the bot with it."""

from __future__ import annotations

import asyncio
import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bot.sandbox.environment import bot_variables
from tests.bench.bot_with_hooks import REFRESHED
from tests.bench.panel import LARGE, SMALL, services
from tests.bench.plan import Bench
from tests.bench.results import Bound, Row, at_most
from tests.bench.rig import START_SECONDS, Rig
from tests.bench.sides import BOT_CORE, ROOT, Side, environment, pinned_to, ptb_echo, shop

REFRESH_ROWS = {
    "refresh": Row("refresh of 20,000 services, against bare json.loads", "ms", at_most(1.5)),
    "stall": Row("longest stall of the loop during it", "ms", Bound(15, is_of_ratio=False)),
}
START_ROWS = {
    "start": Row(
        "start to first poll with 20,000 services stored, against the bare imports",
        "ms",
        at_most(2),
    ),
    "start-1400": Row("the same with 1,400 services", "ms"),
    "start-ptb": Row("first poll of bare PTB, against its bare imports", "ms"),
}
REFRESH_ROUNDS = 3
REFRESHES = 4
"""Of one start; the first one fills an empty database, and is not counted."""
CHANGED_EVERY = 100
"""Each refresh finds a new price for one of so many services."""
LOADS = """
import json, statistics, sys, time
body = open(sys.argv[1], "rb").read()
for clock in time.perf_counter, time.process_time:
    def timed():
        began = clock()
        json.loads(body)
        return clock() - began
    print(statistics.median(timed() for _ in range(7)))
"""
BARE_IMPORTS = "import bot.app, handlers.registry"
"""All modules that the running bot imports; nothing is built or opened."""
PTB_IMPORTS = "import telegram.ext"


async def measure_refresh(bench: Bench) -> None:
    """Let the bot fetch the list again and again; each list has some other prices."""
    wanted = bench.wanted(REFRESH_ROWS)
    rows = services(LARGE)
    found: list[dict[str, float]] = []
    for number in range(min(bench.rounds, REFRESH_ROUNDS) if wanted else 0):
        async with bench.rig() as rig:
            body = rig.panel.sell(rows)
            loads, loads_cpu = _json_loads(rig.new_folder(), body)
            side = shop(
                rig.api.server.root,
                rig.panel.server.root,
                rig.new_folder(),
                {"CATALOGUE_REFRESH_SECONDS": "2"},
                hooks="measure-refresh",
            )
            async with rig.running(side):
                for counted in range(REFRESHES):
                    found = await _refreshes(side, counted + 1)
                    rig.panel.sell(_changed(rows, number * REFRESHES + counted + 1))
        later = found[1:]
        seconds, cpu, stall = (
            statistics.median(one[name] for one in later) * 1_000
            for name in ("seconds", "cpu", "stall")
        )
        if "refresh" in wanted:
            wanted["refresh"].add(seconds, loads * 1_000)
            wanted["refresh"].our_cpu.append(cpu)
            wanted["refresh"].their_cpu.append(loads_cpu * 1_000)
        if "stall" in wanted:
            wanted["stall"].add(max(one["stall"] for one in later) * 1_000)
        bench.report(
            f"refresh: {seconds:.0f} ms ({cpu:.0f} ms CPU), json.loads {loads * 1_000:.0f} ms; "
            f"longest stall {stall:.1f} ms; first refresh {found[0]['seconds'] * 1_000:.0f} ms"
        )


async def _refreshes(side: Side, count: int) -> list[dict[str, float]]:
    """Wait until the bot has reported `count` refreshes; return them."""
    deadline = time.perf_counter() + START_SECONDS
    while True:
        lines = side.log.read_text(errors="replace").splitlines()
        found = [json.loads(line[len(REFRESHED) :]) for line in lines if line.startswith(REFRESHED)]
        if len(found) >= count:
            return found
        side.require_running()
        if time.perf_counter() > deadline:
            raise side.failure("it does not refresh the catalogue")
        await asyncio.sleep(0.1)


def _changed(rows: list[dict[str, Any]], step: int) -> list[dict[str, Any]]:
    """Return a list in which every hundredth price differs from that of another `step`."""
    changed = list(rows)
    for place in range(step % CHANGED_EVERY, len(rows), CHANGED_EVERY):
        row = rows[place]
        if "price" in row:
            price = int(row["price"]["current"]) + step * 10
            changed[place] = row | {"price": row["price"] | {"current": price}}
    return changed


def _json_loads(folder: Path, body: bytes) -> tuple[float, float]:
    """Return the seconds of `json.loads` of the panel's reply, by the clock and of CPU."""
    path = folder / "services.json"
    path.write_bytes(body)
    with pinned_to(BOT_CORE):
        done = subprocess.run(  # noqa: S603 - the bench's own command
            (sys.executable, "-c", LOADS, str(path)), check=True, capture_output=True
        )
    seconds, cpu = done.stdout.split()
    return float(seconds), float(cpu)


async def measure_start(bench: Bench) -> None:
    """Start the bot again and again on a database with the list stored."""
    wanted = bench.wanted(START_ROWS)
    if not wanted:
        return
    async with bench.rig() as rig:
        sides = {
            "start": await _stocked(rig, LARGE) if "start" in wanted else None,
            "start-1400": await _stocked(rig, SMALL) if "start-1400" in wanted else None,
        }
        for statement in (BARE_IMPORTS, PTB_IMPORTS):
            # The first import compiles the modules.
            _times_of_imports(statement)
        for _ in range(bench.rounds):
            for key, row in wanted.items():
                side = sides.get(key) or ptb_echo(rig.api.server.root, rig.new_folder())
                imports = PTB_IMPORTS if key == "start-ptb" else BARE_IMPORTS
                theirs, their_cpu = _times_of_imports(imports)
                began = time.perf_counter()
                async with rig.running(side):
                    row.our_cpu.append(side.cpu_seconds * 1_000)
                    ours = (rig.api.first_poll_at - began) * 1_000
                row.add(ours, theirs)
                row.their_cpu.append(their_cpu)
                bench.report(f"{key}: first poll after {ours:.0f} ms, imports {theirs:.0f} ms")


async def _stocked(rig: Rig, size: int) -> Side:
    """Return the bot on a database that has a list of `size` stored."""
    rig.panel.sell(services(size))
    side = shop(rig.api.server.root, rig.panel.server.root, rig.new_folder())
    async with rig.running(side):
        await rig.until_products(side)
    return side


def _times_of_imports(statement: str) -> tuple[float, float]:
    """Return the milliseconds of a process that only imports, by the clock and of CPU."""
    with pinned_to(BOT_CORE):
        began, cpu = time.perf_counter(), _cpu_of_children()
        subprocess.run(  # noqa: S603 - the bench's own command
            (sys.executable, "-c", statement),
            cwd=ROOT,
            env=bot_variables(environment(), {}),
            check=True,
        )
        return (time.perf_counter() - began) * 1_000, (_cpu_of_children() - cpu) * 1_000


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
