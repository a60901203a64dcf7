"""A lean HTTP/1.1 server for load: it reads only what the clients of the bench send."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress

from typing_extensions import override

HOST = "127.0.0.1"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]+)", re.IGNORECASE)
_STATUSES = {200: b"200 OK", 404: b"404 Not Found", 429: b"429 Too Many Requests"}
# The headers that api.telegram.org sends: reading them is part of what a call costs a client.
_HEAD = (
    b"HTTP/1.1 %s\r\nServer: nginx/1.18.0\r\nDate: Mon, 30 Nov 2026 09:00:00 GMT\r\n"
    b"Content-Type: application/json\r\nContent-Length: %d\r\nConnection: keep-alive\r\n"
    b"Strict-Transport-Security: max-age=31536000; includeSubDomains; preload\r\n"
    b"Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Methods: GET, POST, OPTIONS\r\n"
    b"Access-Control-Expose-Headers: Content-Length,Content-Type,Date,Server,Connection\r\n\r\n"
)

Handle = Callable[[bytes, bytes, "Connection"], None]
"""Takes the path and the body of a request; answers with `Connection.reply`, now or later."""


class Connection(asyncio.Protocol):
    """One client's connection; requests come one after the other."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle
        self._received = b""
        self._transport: asyncio.Transport | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None

    @override
    def data_received(self, data: bytes) -> None:
        self._received = received = self._received + data
        end = received.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(received, 0, end)
        body_at = end + 4
        body_end = body_at + (int(length[1]) if length else 0)
        if len(received) < body_end:
            return
        self._received = received[body_end:]
        path = received.split(b" ", 2)[1]
        self._handle(path, received[body_at:body_end], self)

    def reply(self, body: bytes, status: int = 200) -> None:
        """Answer the request; does nothing when the client has gone."""
        if self._transport is not None:
            self._transport.write(_HEAD % (_STATUSES[status], len(body)) + body)


class LoadServer:
    """Serves `handle` on a free port of loopback."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle
        self._server: asyncio.Server | None = None
        self.root = ""
        """The address once it is started."""

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Connection(self._handle), HOST, 0)
        port = self._server.sockets[0].getsockname()[1]
        self.root = f"http://{HOST}:{port}"

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            # Python 3.12 waits here for connections that a killed client left open.
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._server.wait_closed()
