"""The machine: its disk, a certificate on a real server, the process that tries a backup."""

from __future__ import annotations

import asyncio
import os
import ssl
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.errors import BackupError, BackupNotTriedError
from bot.machine import ThisMachine, TrialProcess
from storage.restore_trial import FOLDER
from storage.sqlite_database import SqliteDatabase
from tests.storage.samples import create_previous_version

CERTIFICATES = Path(__file__).parent / "certificates"
"""Certificates for localhost that sign themselves, with keys that nobody else uses."""
VALID, EXPIRED = CERTIFICATES / "valid.pem", CERTIFICATES / "expired.pem"


async def test_the_room_is_read_where_the_backups_will_be(tmp_path: Path) -> None:
    path = tmp_path / "konter.db"
    machine = ThisMachine(SqliteDatabase(path), tmp_path / "backups", None)
    assert await machine.room() is None
    create_previous_version(path)
    room = await machine.room()
    assert room is not None
    assert room.free_bytes > 0
    assert room.database_bytes >= path.stat().st_size > 0
    assert await machine.certificate() is None


@pytest.fixture
async def port(request: pytest.FixtureRequest) -> AsyncIterator[int]:
    """A server that shows a certificate for localhost."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(request.param)
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


def machine_calling(port: int, tmp_path: Path, trusted: Path) -> ThisMachine:
    database, context = SqliteDatabase(tmp_path / "konter.db"), ssl.create_default_context()
    context.load_verify_locations(trusted)
    return ThisMachine(database, tmp_path, f"https://localhost:{port}/hook", context)


@pytest.mark.parametrize(("port", "ends"), [(VALID, 2126), (EXPIRED, 2021)], indirect=["port"])
async def test_the_end_of_a_certificate_is_read_even_when_it_has_passed(
    port: int, ends: int, tmp_path: Path
) -> None:
    path = VALID if ends == 2126 else EXPIRED
    found = await machine_calling(port, tmp_path, path).certificate()
    assert found is not None
    assert (found.host, found.begins_at.year, found.ends_at.year) == ("localhost", 2020, ends)


@pytest.mark.parametrize("port", [VALID], indirect=True)
async def test_a_certificate_of_somebody_else_and_no_answer_are_unknown(
    port: int, tmp_path: Path
) -> None:
    assert await machine_calling(port, tmp_path, EXPIRED).certificate() is None
    assert await machine_calling(1, tmp_path, VALID).certificate() is None
    mistyped = ThisMachine(SqliteDatabase(tmp_path / "konter.db"), tmp_path, "https://a..b/hook")
    assert await mistyped.certificate() is None


async def test_a_backup_is_tried_in_a_process_of_its_own(tmp_path: Path) -> None:
    """The command is the real one; of a backup that is none, the cause is returned."""
    backup = tmp_path / "old.db"
    create_previous_version(backup)
    trials = TrialProcess(tmp_path)
    await trials.run(str(backup))
    await asyncio.to_thread(backup.write_text, "Dear reader, " * 1_000)
    with pytest.raises(BackupError, match="not a database") as caught:
        await trials.run(str(backup))
    assert not isinstance(caught.value, BackupNotTriedError)


WAITS = (
    "import pathlib, sys, time; place = pathlib.Path(sys.argv[1]); "
    f"(place.parent / '{FOLDER}').mkdir(); place.write_text('begun'); time.sleep(60)"
)
CRASHES = "raise MemoryError('out of memory')"


async def test_a_crash_of_the_process_says_nothing_about_the_backup(tmp_path: Path) -> None:
    trials = TrialProcess(tmp_path, (sys.executable, "-c", CRASHES))
    with pytest.raises(BackupNotTriedError, match="MemoryError: out of memory"):
        await trials.run("x.db")
    killed = (sys.executable, "-c", "import os; os.kill(os.getpid(), 9)")
    with pytest.raises(BackupNotTriedError, match="ended by signal 9"):
        await TrialProcess(tmp_path, killed).run("x.db")
    with pytest.raises(BackupNotTriedError):
        await TrialProcess(tmp_path, (str(tmp_path / "missing"),)).run("x.db")


@pytest.mark.parametrize("way", ["stop", "cancel"])
async def test_a_stop_ends_the_process_and_leaves_nothing(way: str, tmp_path: Path) -> None:
    trials = TrialProcess(tmp_path, (sys.executable, "-c", WAITS))
    begun = tmp_path / "begun"
    running = asyncio.create_task(trials.run(str(begun)))
    # The process may have begun before whoever started it is told of it.
    while not begun.exists() or trials._process is None:  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.01)
    pid = trials._process.pid
    if way == "stop":
        trials.stop()
        with pytest.raises(BackupNotTriedError, match="being stopped"):
            await running
        with pytest.raises(BackupNotTriedError, match="being stopped"):
            await trials.run(str(begun))
    else:
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert not (tmp_path / FOLDER).exists()
