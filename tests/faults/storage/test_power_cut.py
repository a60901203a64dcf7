"""Power cuts at any moment of an order's life: everything promised to the outside is on disk."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random

from bot.domain.order import Order, OrderState
from bot.ports.store import Transaction
from storage.store import SqlStore
from tests.faults.storage.power_cuts import CALLS, Cut, cuts
from tests.services.shop import ANNI, Shop

ROOT = Path(__file__).parents[3]
EVER = timedelta(days=36_500)
AT_LEAST = {
    "shown": None,
    "taken": OrderState.QUEUED,
    "sent": OrderState.SENDING,
    "accepted": OrderState.ACCEPTED,
    "delivered": OrderState.SUCCEEDED,
    "told": OrderState.SUCCEEDED,
}
"""The earliest state of the order on disk that keeps each promise."""
STATES_IN_ORDER = tuple(dict.fromkeys(AT_LEAST.values()))


async def prepared(folder: Path) -> None:
    """Create a database with a shop in it, all of it on disk."""
    store = await SqlStore.open(folder / "konter.db")
    await Shop(store).open()
    await store.close()
    (folder / "konter.db.lock").unlink()


def recorded(strace: str, folder: Path, synchronous: str) -> tuple[str, Path]:
    """Run an order's life in a separate process; return its trace and the file of its promises."""
    trace, promises = folder.parent / "trace", folder.parent / "promises"
    result = subprocess.run(  # noqa: S603 - a module of the tests
        [
            *(strace, "-f", "-y", "-xx", "-s", "200000", "-e", f"trace={CALLS}", "-o", str(trace)),
            *(sys.executable, "-m", "tests.faults.storage.order_process"),
            *(str(folder / "konter.db"), str(promises), synchronous),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return trace.read_text(encoding="utf-8"), promises


async def all_cuts(strace: str, tmp_path: Path, synchronous: str) -> Iterator[Cut]:
    """Return every different state that a power cut may leave, with the last promises of each."""
    before, during = tmp_path / "before", tmp_path / "konter"
    before.mkdir()
    await prepared(before)
    shutil.copytree(before, during)
    trace, promises = recorded(strace, during, synchronous)
    shutil.rmtree(during)
    shutil.copytree(before, during)
    last: dict[tuple[tuple[str, bytes], ...], Cut] = {}
    for cut in cuts(trace, during, promises, Random(1)):  # noqa: S311 - the same parts every time
        last[tuple(sorted(cut.files.items()))] = cut
    return iter(last.values())


async def forgotten(cut: Cut, folder: Path) -> set[str]:
    """Open what the cut left, check the books, and return the promises that it does not keep."""
    put(cut, folder)
    store = await SqlStore.open(folder / "konter.db")
    try:
        orders = await store.read(lambda tx: tx.orders.history_of(ANNI, 10, 0))
        written = await store.read(_crowd_of, cut.promises)
        now = Shop(store).clock.now()
        assert await store.read(lambda tx: tx.audit.findings(now, EVER)) == []
    finally:
        await store.close()
    lost = {
        promise for promise in cut.promises if promise in AT_LEAST and not _is_kept(promise, orders)
    }
    return lost | {promise for promise in cut.promises if written.get(promise) is False}


def put(cut: Cut, folder: Path) -> None:
    """Write the files that the cut left into an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in cut.files.items():
        (folder / name).write_bytes(content)


def _crowd_of(tx: Transaction, promises: Sequence[str]) -> dict[str, bool]:
    """Return for each promise `NAME=NUMBER` whether the fact of that name has got so far."""
    found = {}
    for promise in promises:
        name, equals, number = promise.partition("=")
        if equals:
            found[promise] = int(tx.facts.get(name) or 0) >= int(number)
    return found


def _is_kept(promise: str, orders: list[Order]) -> bool:
    state = orders[0].state if orders else None
    return STATES_IN_ORDER.index(state) >= STATES_IN_ORDER.index(AT_LEAST[promise])


async def test_every_promise_survives_a_power_cut(strace: str, tmp_path: Path) -> None:
    seen = 0
    promised: set[str] = set()
    for cut in await all_cuts(strace, tmp_path, "full"):
        assert await forgotten(cut, tmp_path / "after") == set()
        promised.update(cut.promises)
        seen += 1
    assert {promise for promise in promised if "=" not in promise} == set(AT_LEAST)
    assert len(promised) > len(AT_LEAST) + 30
    assert seen > 25


async def test_a_database_without_fsync_at_commit_loses_promises(
    strace: str, tmp_path: Path
) -> None:
    """Proves that the checks can fail: without fsync at commit, a sent order is queued again."""
    found: set[str] = set()
    for cut in await all_cuts(strace, tmp_path, "normal"):
        found |= await forgotten(cut, tmp_path / "after")
    assert {"taken", "sent", "accepted", "delivered"} <= found
    assert any("=" in promise for promise in found)
