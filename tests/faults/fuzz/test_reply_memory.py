"""A reply of any size takes no more memory than its cap, where the client stops reading."""

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
"""Memory that the library needs in addition."""
IN_SOCKETS = 16 * MEGABYTE
"""Bytes that the sockets' buffers may hold."""
CAPS = {
    "order": MAX_REPLY_BYTES,
    "status": MAX_REPLY_BYTES,
    "profile": MAX_REPLY_BYTES,
    "services": MAX_SERVICES_BYTES,
}
OUTCOMES = {"order": "SupplierOutcomeUnknownError"}
READ_OUTCOME = "SupplierReplyTooLargeError"
MAX_SHARE = 1.5
"""A growing buffer allocates more than it holds."""


@dataclass
class Stream:
    """Sends a valid reply with 100 MB of spaces, and counts the bytes that were taken."""

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
class CallReport:
    """What the calling process printed."""

    outcome: str
    peak: int


async def report_of(call: str, act: Act) -> CallReport:
    """Call a panel that answers like this from a separate process."""
    async with RawPanel(act) as panel:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.faults.fuzz.measure_reply_memory", panel.url, call),
            cwd=ROOT,
            env={"PATH": os.environ["PATH"]},
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await process.communicate()
        assert panel.requests == 1
    assert process.returncode == 0
    return CallReport(**json.loads(output.splitlines()[-1]))


def assert_memory_is_capped(call: str, report: CallReport) -> None:
    assert report.outcome == OUTCOMES.get(call, READ_OUTCOME)
    assert report.peak < CAPS[call] * MAX_SHARE + WORKING_ROOM


@pytest.mark.parametrize("call", CAPS)
async def test_a_hundred_megabytes_are_not_read(call: str) -> None:
    stream = Stream(b"HTTP/1.1 200 OK\r\nConnection: close")
    assert_memory_is_capped(call, await report_of(call, stream))
    assert stream.sent < CAPS[call] + IN_SOCKETS


@pytest.mark.parametrize(
    ("call", "coding"), [("order", "gzip"), ("status", "deflate"), ("services", "gzip")]
)
async def test_a_compressed_bomb_is_not_decompressed(call: str, coding: str) -> None:
    """100 kB on the wire can be 100 MB in memory, even if the client asked for no compression."""
    body = b'{"status": true,' + b" " * ENORMOUS
    packed = gzip.compress(body, 1) if coding == "gzip" else zlib.compress(body, 1)
    assert len(packed) < MEGABYTE
    assert_memory_is_capped(call, await report_of(call, answer(packed, Content_Encoding=coding)))


async def test_an_announced_length_allocates_no_memory() -> None:
    report = await report_of("order", answer(b'{"status": tr', declared_length=10**12))
    assert report.peak < WORKING_ROOM
    assert report.outcome == OUTCOMES["order"]
