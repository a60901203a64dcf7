"""What the machine can do: fsync, an HTTP round trip on loopback, hashing, and a plain loop."""

from __future__ import annotations

import asyncio
import hashlib
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.http_server import HOST, Connection, LoadServer
from tests.bench.results import Row

FLOORS = {
    "fsync": Row("fsync of 4 KB appended to a file", "ms"),
    "http": Row("HTTP round trip on loopback, both ends on one core", "ms"),
    "sha": Row("SHA-256 of 1 MB", "ms"),
    "loop": Row("a Python loop of a million additions", "ms"),
}
_REQUEST = b"POST /bot1:x/sendMessage HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"


async def measure_floors(folder: Path) -> list[Row]:
    """Return the floors, in the folder where the databases of the bench are."""
    FLOORS["fsync"].ours = [_fsync(folder)]
    FLOORS["http"].ours = [await _round_trip()]
    FLOORS["sha"].ours = [_median(lambda: hashlib.sha256(b"x" * 1_000_000).digest(), 20)]
    FLOORS["loop"].ours = [_median(_add, 9)]
    return list(FLOORS.values())


def _fsync(folder: Path) -> float:
    with (folder / "fsync").open("wb", buffering=0) as file:

        def append() -> None:
            file.write(b"x" * 4_096)
            os.fsync(file.fileno())

        return _median(append, 200)


async def _round_trip() -> float:
    def answer(_path: bytes, _body: bytes, connection: Connection) -> None:
        connection.reply(b'{"ok":true,"result":true}')

    server = LoadServer(answer)
    await server.start()
    reader, writer = await asyncio.open_connection(HOST, int(server.root.rpartition(":")[2]))
    took = []
    for _ in range(1_000):
        began = time.perf_counter()
        writer.write(_REQUEST)
        await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(25)
        took.append(time.perf_counter() - began)
    writer.close()
    await server.stop()
    return statistics.median(took) * 1_000


def _add() -> int:
    total = 0
    for number in range(1_000_000):
        total += number
    return total


def _median(act: Callable[[], object], runs: int) -> float:
    """Return the median of some runs in milliseconds."""
    took = []
    for _ in range(runs):
        began = time.perf_counter()
        act()
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1_000
