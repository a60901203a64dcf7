"""What is loaded is exempt from garbage collections, and is freed all the same."""

from __future__ import annotations

import gc
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
