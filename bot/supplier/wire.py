"""The HTTP calls to the panel: an order goes out once and for sure, or surely not at all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace

import aiohttp

from bot.supplier.forms import Form

MAX_REPLY_BYTES = 1024 * 1024
MAX_SERVICES_BYTES = 16 * 1024 * 1024
"""Of a service list, unpacked: 20,000 rows of the documented kind have 7 MB."""
_CHUNK_BYTES = 64 * 1024
_READS_AT_ONCE = 8
# Shorter than web servers commonly keep a connection, so that a read seldom meets a closed one.
_KEEPALIVE_SECONDS = 4.0
_HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Accept": "application/json",
    "User-Agent": "Konter",
}


class NotSentError(Exception):
    """No byte of the request left this machine; the text names the fault and nothing else."""


class LostError(Exception):
    """The request may have arrived, and its answer did not come whole."""


class TooLargeError(LostError):
    """The answer is larger, unpacked, than any sound one."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer of the panel, or of whatever stands before it."""

    http_status: int
    body: bytes = field(repr=False)

    @property
    def may_decide(self) -> bool:
        """Whether the answer may decide an order: a 2xx or a 4xx, and never a 5xx."""
        return 200 <= self.http_status < 300 or 400 <= self.http_status < 500

    @property
    def is_redirect(self) -> bool:
        """Whether the answer sends the caller elsewhere; nobody follows."""
        return 300 <= self.http_status < 400


class _Gate:
    """Stands before the first byte of an order, knows whether it left, and closes in time."""

    def __init__(self, within_seconds: float, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._closes_at = monotonic() + within_seconds
        self.has_let_through = False
        self.was_too_late = False

    def pass_through(self) -> None:
        """Let the bytes go that are about to be written, unless it is too late for the first."""
        if not self.has_let_through and self._monotonic() >= self._closes_at:
            self.was_too_late = True
            raise TimeoutError
        self.has_let_through = True


async def _before_bytes_leave(
    _session: aiohttp.ClientSession,
    context: SimpleNamespace,
    _params: aiohttp.TraceRequestChunkSentParams,
) -> None:
    # Despite its name the signal comes right before the write, with nothing awaited in between,
    # and the headers wait for the body: what is raised here keeps every byte back.
    gate: _Gate = context.trace_request_ctx
    gate.pass_through()


class Wire:
    """Two sessions: one for orders, with a fresh connection for each, and one for reads."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Take the clock that measures how late a first byte is, in seconds."""
        self._monotonic = monotonic
        self._orders: aiohttp.ClientSession | None = None
        self._reads: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close every connection."""
        sessions, self._orders, self._reads = (self._orders, self._reads), None, None
        for session in sessions:
            if session is not None:
                await session.close()

    async def post_once(
        self, url: str, form: Form, *, first_byte_within_seconds: float, timeout_seconds: float
    ) -> Answer:
        """Send one request over a fresh connection, never again and never elsewhere.

        Raises `NotSentError` when surely no byte left, and `LostError` when one may have left and
        no whole answer came.
        """
        gate = _Gate(first_byte_within_seconds, self._monotonic)
        try:
            async with (
                asyncio.timeout(timeout_seconds),
                self._order_session().post(
                    url,
                    data=form.encode(),
                    # A reply of a few hundred bytes needs no packing.
                    headers=_HEADERS | {"Accept-Encoding": "identity"},
                    allow_redirects=False,
                    timeout=aiohttp.ClientTimeout(total=None, connect=first_byte_within_seconds),
                    trace_request_ctx=gate,
                ) as response,
            ):
                return Answer(response.status, await _body_of(response, MAX_REPLY_BYTES))
        # Whatever broke, one question counts: may a byte have left?
        except Exception as error:  # noqa: BLE001
            fault = "too late for the first byte" if gate.was_too_late else _fault_of(error)
        raise LostError(fault) if gate.has_let_through else NotSentError(fault)

    async def post(self, url: str, form: Form, *, timeout_seconds: float, max_bytes: int) -> Answer:
        """Send a read; raises `LostError` when no whole answer came."""
        try:
            async with (
                asyncio.timeout(timeout_seconds),
                self._read_session().post(
                    url,
                    data=form.encode(),
                    headers=_HEADERS | {"Accept-Encoding": "gzip, deflate"},
                    allow_redirects=False,
                    timeout=aiohttp.ClientTimeout(total=None),
                ) as response,
            ):
                return Answer(response.status, await _body_of(response, max_bytes))
        # Whatever broke, nothing was at stake.
        except Exception as error:  # noqa: BLE001
            is_too_large, fault = isinstance(error, TooLargeError), _fault_of(error)
        # Raised here and not above, the error carries no trace of aiohttp's, nor of the form.
        raise TooLargeError(fault) if is_too_large else LostError(fault)

    def _order_session(self) -> aiohttp.ClientSession:
        if self._orders is None:
            trace = aiohttp.TraceConfig()
            trace.on_request_chunk_sent.append(_before_bytes_leave)
            self._orders = _session(aiohttp.TCPConnector(force_close=True, limit=0), [trace])
        return self._orders

    def _read_session(self) -> aiohttp.ClientSession:
        if self._reads is None:
            connector = aiohttp.TCPConnector(
                limit=_READS_AT_ONCE, keepalive_timeout=_KEEPALIVE_SECONDS
            )
            self._reads = _session(connector, [])
        return self._reads


def _session(
    connector: aiohttp.BaseConnector, traces: list[aiohttp.TraceConfig]
) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        trace_configs=traces,
        # No proxy and no netrc out of the environment: the key travels with every call.
        trust_env=False,
    )


async def _body_of(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    """Read the unpacked body in pieces, so that a packed bomb ends at `max_bytes`."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        body += chunk
        if len(body) > max_bytes:
            raise TooLargeError(f"an answer above {max_bytes:,} bytes")
    return bytes(body)


def _fault_of(error: Exception) -> str:
    """Name a fault by its kind: the texts of other libraries might quote the request."""
    return str(error) if isinstance(error, TooLargeError) else type(error).__name__
