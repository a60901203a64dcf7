"""Small file systems for one test, which can be filled or made read-only."""

from __future__ import annotations

import errno
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILLING = "filling"
BLOCK = b"\0" * 4_096


class NoDiskError(Exception):
    """This machine does not allow us to mount a file system."""


def _command(*words: str) -> None:
    try:
        result = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    except FileNotFoundError as error:
        raise NoDiskError(f"there is no `{words[0]}`") from error
    if result.returncode:
        raise NoDiskError(result.stderr.strip())


@contextmanager
def small_disk(folder: Path, size: str = "4m") -> Iterator[Path]:
    """Mount a tmpfs of the given size; raises `NoDiskError` if that is not allowed."""
    folder.mkdir()
    _command("mount", "-t", "tmpfs", "-o", f"size={size}", "konter-test", str(folder))
    try:
        yield folder
    finally:
        _command("umount", "--lazy", str(folder))


@contextmanager
def read_only_view(folder: Path, place: Path) -> Iterator[Path]:
    """Mount a folder read-only at another path; raises `NoDiskError` if that is not allowed."""
    place.mkdir()
    _command("mount", "--bind", str(folder), str(place))
    try:
        _command("mount", "-o", "remount,ro,bind", str(place))
        yield place
    finally:
        _command("umount", "--lazy", str(place))


def fill(disk: Path) -> None:
    """Fill the disk to the last byte."""
    with (disk / FILLING).open("wb", buffering=0) as filling:
        for block in (BLOCK * 16, BLOCK):
            try:
                while filling.write(block) == len(block):
                    pass
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise


def make_room(disk: Path) -> None:
    """Delete the file that fills the disk."""
    (disk / FILLING).unlink(missing_ok=True)
