"""Fixtures for storage faults: a small disk, and strace."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.storage.disks import NoDiskError, make_room, small_disk
from tests.skipping import skip_for


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A 4 MB disk of its own; the file that fills it is deleted before the disk is unmounted."""
    try:
        with small_disk(tmp_path / "disk") as disk:
            yield disk
            make_room(disk)
    except NoDiskError as error:
        skip_for(f"no disk can be mounted here: {error}")


@pytest.fixture(scope="session")
def strace() -> str:
    """The path of strace, which records system calls; checked to work on this machine."""
    program = shutil.which("strace")
    if program is None:
        skip_for("strace is not installed")
    trial = subprocess.run([program, "-o", "/dev/null", "true"], capture_output=True, check=False)  # noqa: S603 - the program that was found
    if trial.returncode:
        skip_for(f"strace may not trace processes here: {trial.stderr!r}")
    return program
