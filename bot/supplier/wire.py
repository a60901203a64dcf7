"""The HTTP calls to the panel; for an order call it is known whether any byte was sent."""

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
"""Of an uncompressed service list; 20,000 rows of the documented form have 7 MB."""
_CHUNK_BYTES = 64 * 1024
_READS_AT_ONCE = 8
# Shorter than the keep-alive time of common web servers, so that a read seldom uses a connection
# that the server has just closed.
_KEEPALIVE_SECONDS = 4.0
_HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Accept": "application/json",
    "User-Agent": "Konter",
}


class NotSentError(Exception):
    """No byte of the request left this machine; the text is the kind of error only."""


class LostError(Exception):
    """The request may have arrived, and no complete answer came."""


class TooLargeError(LostError):
    """The uncompressed answer is larger than the limit."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete HTTP answer, of the panel or of a proxy in front of it."""

    http_status: int
    body: bytes = field(repr=False)

    @property
    def may_decide(self) -> bool:
        """Whether the HTTP status lets the body decide an order: 2xx or 4xx.

        See docs/supplier-api.md, "3.4 Order reply".
        """
        return 200 <= self.http_status < 300 or 400 <= self.http_status < 500

    @property
    def is_redirect(self) -> bool:
        """Whether the answer is a redirect; redirects are never followed.

        See docs/supplier-api.md, "2.1 Transport".
        """
        return 300 <= self.http_status < 400


class _FirstByteGuard:
    """Stops an order whose first byte is too late, and records whether a byte may have left."""

    def __init__(self, within_seconds: float, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._deadline = monotonic() + within_seconds
        self.may_have_sent = False
        self.was_too_late = False

    def check(self) -> None:
        """Called before each write; raises `TimeoutError` if the first byte is too late."""
        if not self.may_have_sent and self._monotonic() >= self._deadline:
            self.was_too_late = True
            raise TimeoutError
        self.may_have_sent = True


async def _before_write(
    _session: aiohttp.ClientSession,
    context: SimpleNamespace,
    _params: aiohttp.TraceRequestChunkSentParams,
) -> None:
    # Despite its name, aiohttp calls this right before the write, without an await in between, and
    # it holds the headers back until the body. An exception here keeps every byte from being sent.
    guard: _FirstByteGuard = context.trace_request_ctx
    guard.check()


class Wire:
    """Two HTTP sessions: one for orders, with a new connection for each, and one for reads."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """`monotonic` returns seconds; the deadline of the first byte is measured with it."""
        self._monotonic = monotonic
        self.on_date: Callable[[str], object] = lambda _date: None
        """Called with the `Date` header of each answer to a read, once that begins to arrive."""
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
        """Send one request over a new connection, without retries or redirects.

        Raises `NotSentError` if surely no byte was sent, and `LostError` if a byte may have been
        sent and no complete answer came.
        """
        guard = _FirstByteGuard(first_byte_within_seconds, self._monotonic)
        try:
            async with (
                asyncio.timeout(timeout_seconds),
                self._order_session().post(
                    url,
                    data=form.encode(),
                    # A reply of a few hundred bytes needs no compression.
                    headers=_HEADERS | {"Accept-Encoding": "identity"},
                    allow_redirects=False,
                    timeout=aiohttp.ClientTimeout(total=None, connect=first_byte_within_seconds),
                    trace_request_ctx=guard,
                ) as response,
            ):
                return Answer(response.status, await _body_of(response, MAX_REPLY_BYTES))
        # For any error, only one thing matters: whether a byte may have been sent.
        except Exception as error:  # noqa: BLE001
            fault = "too late for the first byte" if guard.was_too_late else _fault_of(error)
        raise LostError(fault) if guard.may_have_sent else NotSentError(fault)

    async def post(self, url: str, form: Form, *, timeout_seconds: float, max_bytes: int) -> Answer:
        """Send a read; raises `LostError` if no complete answer came.

        Raises `TooLargeError`, a `LostError`, for an answer above `max_bytes`.
        """
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
                self.on_date(response.headers.get("Date", ""))
                return Answer(response.status, await _body_of(response, max_bytes))
        # A failed read changes nothing, so every error is handled alike.
        except Exception as error:  # noqa: BLE001
            is_too_large, fault = isinstance(error, TooLargeError), _fault_of(error)
        # Raised outside the `except` block, the error refers to no error of aiohttp and not to
        # the form, which contains the API key.
        raise TooLargeError(fault) if is_too_large else LostError(fault)

    def _order_session(self) -> aiohttp.ClientSession:
        if self._orders is None:
            trace = aiohttp.TraceConfig()
            trace.on_request_chunk_sent.append(_before_write)
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
        # No proxy or netrc credentials from the environment: every call contains the API key.
        trust_env=False,
    )


async def _body_of(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    """Read the uncompressed body in chunks; raises `TooLargeError` above `max_bytes`.

    So a small compressed answer cannot fill the memory.
    """
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        body += chunk
        if len(body) > max_bytes:
            raise TooLargeError(f"an answer above {max_bytes:,} bytes")
    return bytes(body)


def _fault_of(error: Exception) -> str:
    """Return the class name of an error: texts of other libraries may quote the request."""
    return str(error) if isinstance(error, TooLargeError) else type(error).__name__
