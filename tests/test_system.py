"""What is loaded is exempt from garbage collections, and is freed all the same."""

from __future__ import annotations

import gc
import platform
import subprocess
import sys
import weakref
from collections.abc import Iterator

import pytest

from bot.system import NEW_OBJECTS, exempt_from_collections


class Loaded:
    """Something that was loaded; it may refer to itself."""

    def __init__(self) -> None:
        self.own: object = None


@pytest.fixture(autouse=True)
def _unfrozen() -> Iterator[None]:
    before = gc.get_threshold()
    gc.unfreeze()  # What the tests were collected with is exempt (tests/conftest.py).
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.parametrize("is_start", [True, False])
def test_exempt_objects_are_freed_once_nothing_refers_to_them(*, is_start: bool) -> None:
    loaded = Loaded()
    exempt_from_collections(is_start=is_start)
    assert gc.get_freeze_count() > 0
    assert all(loaded is not one for one in gc.get_objects())
    seen = weakref.ref(loaded)
    del loaded
    assert seen() is None


def test_garbage_is_collected_before_it_would_be_kept_for_ever() -> None:
    loaded = Loaded()
    loaded.own = loaded
    seen = weakref.ref(loaded)
    del loaded
    exempt_from_collections()
    assert seen() is None


def test_the_collector_looks_at_new_objects_less_often() -> None:
    exempt_from_collections()
    assert gc.get_threshold()[0] == NEW_OBJECTS > 700


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries keep no gaps")
def test_memory_between_what_is_in_use_is_given_back() -> None:
    """In a process of its own, where nothing else takes the gaps."""
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", GAPS], capture_output=True, text=True, check=True
    )
    before, after = map(int, done.stdout.split())
    assert before - after > 20_000


GAPS = """
from pathlib import Path
from bot.system import give_back_memory

def resident_kilobytes():
    return int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0])

blocks = [b"x" * (100_000 + number) for number in range(600)]
del blocks[::2]  # The other half keeps the heap from shrinking.
before = resident_kilobytes()
assert give_back_memory()
print(before, resident_kilobytes())
"""
