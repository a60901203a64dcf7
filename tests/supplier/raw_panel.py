"""A server on raw sockets that imitates every fault of a panel or of its proxy."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl

Act = Callable[["RawPanel", asyncio.StreamWriter], Awaitable[None]]


class RawPanel:
    """Reads and counts each request, then runs an act; with `at_once` it acts before reading."""

    def __init__(self, *acts: Act, at_once: bool = False) -> None:
        """Take one act for each request; the last one is repeated."""
        self.connections = 0
        self.received = b""
        self.forms: list[dict[str, str]] = []
        self.asked = asyncio.Event()
        self.closed = asyncio.Event()
        self._acts = acts
        self._at_once = at_once
        self._server: asyncio.Server | None = None
        self._handlers: set[asyncio.Task[None]] = set()

    @property
    def requests(self) -> int:
        """The number of complete requests received."""
        return len(self.forms)

    @property
    def url(self) -> str:
        """The address over plain HTTP."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/api/prepaid"

    @property
    def https_url(self) -> str:
        """The same address, called over TLS, which this server does not speak."""
        return self.url.replace("http:", "https:")

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self.closed.set()
        self._server.close()
        await self.quiet()

    async def quiet(self) -> None:
        """Wait until no connection is open, so that the counts are final."""
        while self._handlers:
            await asyncio.gather(*self._handlers)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._handlers.add(task)
        task.add_done_callback(self._handlers.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            if self._at_once:
                await self._acts[0](self, writer)
            while await self._read_request(reader):
                act = self._acts[min(self.requests, len(self._acts)) - 1]
                await act(self, writer)
                if writer.is_closing():
                    break
        except ConnectionError:
            pass
        finally:
            writer.transport.abort()

    async def _read_request(self, reader: asyncio.StreamReader) -> bool:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = await reader.readline()
            self.received += line
            if not line:
                return False
            head += line
        _, _, after = head.lower().partition(b"content-length:")
        body = await reader.readexactly(int(after.split(b"\r\n")[0]))
        self.received += body
        self.forms.append(dict(parse_qsl(body.decode())))
        self.asked.set()
        return True


def answer(
    body: bytes, status: int = 200, declared_length: int | None = None, **headers: str
) -> Act:
    """Return an act that sends this body; a greater `declared_length` makes it truncated."""
    length = len(body) if declared_length is None else declared_length
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {length}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = ("\r\n".join(lines) + "\r\n\r\n").encode()

    async def act(panel: RawPanel, writer: asyncio.StreamWriter) -> None:
        writer.write(head + body)
        await writer.drain()
        if length > len(body):
            writer.close()

    return act


async def close(panel: RawPanel, writer: asyncio.StreamWriter) -> None:
    """Close the connection (FIN) without an answer."""
    writer.close()


async def reset(panel: RawPanel, writer: asyncio.StreamWriter) -> None:
    """Reset the connection (RST), as a crashed server or a firewall does."""
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def never_answer(panel: RawPanel, writer: asyncio.StreamWriter) -> None:
    """Keep the connection open and send nothing."""
    await panel.closed.wait()


async def half_a_head(panel: RawPanel, writer: asyncio.StreamWriter) -> None:
    """Send half of the response head, then close."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Le")
    writer.close()


async def no_http(panel: RawPanel, writer: asyncio.StreamWriter) -> None:
    """Answer in another protocol (SMTP)."""
    writer.write(b"220 mail.example ESMTP\r\n")
    writer.close()


async def endless(panel: RawPanel, writer: asyncio.StreamWriter) -> None:
    """Send an endless body until the client closes the connection."""
    writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{")
    while not writer.is_closing():
        writer.write(b" " * 65536)
        await writer.drain()
