"""A reply of any size takes no more memory than its cap: the client stops reading there."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.supplier.wire import MAX_REPLY_BYTES, MAX_SERVICES_BYTES
from tests.supplier.raw_panel import Act, RawPanel, answer

ROOT = Path(__file__).parent.parent.parent.parent
MEGABYTE = 1024 * 1024
ENORMOUS = 100 * MEGABYTE
WORKING_ROOM = 4 * MEGABYTE
"""What the library needs besides."""
IN_SOCKETS = 16 * MEGABYTE
"""What the system holds between the two."""
CAPS = {
    "order": MAX_REPLY_BYTES,
    "status": MAX_REPLY_BYTES,
    "profile": MAX_REPLY_BYTES,
    "services": MAX_SERVICES_BYTES,
}
OUTCOMES = {"order": "SupplierOutcomeUnknownError"}
READ_OUTCOME = "SupplierTooMuchError"
LARGEST_SHARE = 1.5
"""A buffer that grows keeps some room ahead."""


@dataclass
class Stream:
    """Sends 100 MB of a sound reply's spaces, and counts how many bytes were taken."""

    head: bytes
    sent: int = 0

    async def __call__(self, panel: RawPanel, writer: asyncio.StreamWriter) -> None:
        writer.write(self.head + b'\r\n\r\n{"status": true,')
        piece = b" " * 65_536
        while self.sent < ENORMOUS and not writer.is_closing():
            writer.write(piece)
            await writer.drain()
            self.sent += len(piece)
        writer.close()


@dataclass(frozen=True)
class Told:
    """What the process that called has told."""

    outcome: str
    peak: int


async def told_of(call: str, act: Act) -> Told:
    """Have a process of its own call a panel that answers like this."""
    async with RawPanel(act) as panel:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.faults.fuzz.reply_memory", panel.url, call),
            cwd=ROOT,
            env={"PATH": os.environ["PATH"]},
            stdout=asyncio.subprocess.PIPE,
        )
        written, _ = await process.communicate()
        assert panel.requests == 1
    assert process.returncode == 0
    return Told(**json.loads(written.splitlines()[-1]))


def assert_capped(call: str, told: Told) -> None:
    assert told.outcome == OUTCOMES.get(call, READ_OUTCOME)
    assert told.peak < CAPS[call] * LARGEST_SHARE + WORKING_ROOM


@pytest.mark.parametrize("call", CAPS)
async def test_a_hundred_megabytes_are_not_read(call: str) -> None:
    """The client hangs up once the reply is larger than any sound one."""
    stream = Stream(b"HTTP/1.1 200 OK\r\nConnection: close")
    assert_capped(call, await told_of(call, stream))
    assert stream.sent < CAPS[call] + IN_SOCKETS


@pytest.mark.parametrize(
    ("call", "coding"), [("order", "gzip"), ("status", "deflate"), ("services", "gzip")]
)
async def test_a_packed_bomb_is_not_unpacked(call: str, coding: str) -> None:
    """A hundred kilobytes on the way can be a hundred megabytes in memory; also unasked for."""
    body = b'{"status": true,' + b" " * ENORMOUS
    packed = gzip.compress(body, 1) if coding == "gzip" else zlib.compress(body, 1)
    assert len(packed) < MEGABYTE
    assert_capped(call, await told_of(call, answer(packed, Content_Encoding=coding)))


async def test_a_length_that_is_announced_takes_no_memory() -> None:
    """The head says a terabyte, and then comes little."""
    told = await told_of("order", answer(b'{"status": tr', declared_length=10**12))
    assert told.peak < WORKING_ROOM
    assert told.outcome == OUTCOMES["order"]
