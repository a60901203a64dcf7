"""Crashes of real processes: confirmed writes are on disk, and no answer is wrong."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.domain.errors import StoreInUseError
from storage.database import OUTCOME_UNKNOWN
from storage.store import SqlStore

ROOT = Path(__file__).parents[2]


@contextmanager
def writer(path: Path, act: str) -> Iterator[subprocess.Popen[str]]:
    """Run the writer process, and kill it at the end."""
    command = [sys.executable, "-m", "tests.storage.crash_writer", str(path), act]
    with subprocess.Popen(  # noqa: S603 - a module of the tests
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


async def fact(path: Path) -> str | None:
    store = await SqlStore.open(path)
    value = await store.read(lambda tx: tx.facts.get("fact"))
    await store.close()
    return value


async def test_a_write_that_returned_survives_sigkill_and_the_lock_does_not(path: Path) -> None:
    """A second process is refused until the first has ended."""
    with writer(path, "write") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "committed\n"
        with pytest.raises(StoreInUseError):
            await SqlStore.open(path)
        reader = await SqlStore.open_readonly(path)
        assert await reader.read(lambda tx: tx.facts.get("fact")) == "committed"
        await reader.close()
        process.kill()
        process.wait()
    assert await fact(path) == "committed"


async def test_a_disk_that_fails_during_a_commit_ends_the_process_unanswered(path: Path) -> None:
    with writer(path, "fail") as process:
        output, _ = process.communicate()
    assert (process.returncode, "answered" in output) == (OUTCOME_UNKNOWN, False)
    assert await fact(path) in ("committed", "unknown")
