"""The network guard of `conftest.py`: tests can reach this machine only."""

import asyncio
import socket

import psycopg
import pytest

from tests import conftest

# An address reserved for documentation (RFC 5737): no host has it, should the guard fail.
OUTSIDE = ("192.0.2.1", 9)


def test_a_connection_to_another_host_is_refused() -> None:
    with socket.socket() as connection, pytest.raises(conftest.ExternalHostError):
        connection.connect(OUTSIDE)
    with (
        socket.socket(type=socket.SOCK_DGRAM) as connection,
        pytest.raises(conftest.ExternalHostError),
    ):
        connection.sendto(b"hello", OUTSIDE)
    with pytest.raises(conftest.ExternalHostError):
        socket.getaddrinfo("example.com", 443)
    assert len(conftest.attempts) == 3
    conftest.attempts.clear()


def test_a_database_on_another_host_is_refused() -> None:
    """PostgreSQL's library opens its connections by itself."""
    for server in ("postgresql://192.0.2.1/konter", "host=example.com", "hostaddr=192.0.2.1"):
        with pytest.raises(conftest.ExternalHostError):
            psycopg.connect(server, connect_timeout=2)
    assert len(conftest.attempts) == 3
    conftest.attempts.clear()


async def test_asyncio_is_guarded_too() -> None:
    with pytest.raises(conftest.ExternalHostError):
        await asyncio.open_connection(*OUTSIDE)
    assert len(conftest.attempts) == 1
    conftest.attempts.clear()


def test_a_name_that_cannot_exist_is_not_found() -> None:
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("supplier.invalid", 443)


async def test_this_machine_can_be_reached() -> None:
    connected = asyncio.Event()

    async def accept(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.set()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    async with server:
        _reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        await connected.wait()
        writer.close()
        await writer.wait_closed()
