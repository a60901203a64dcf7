"""Tests of the fuzzer: a seed repeats its values, and another seed gives others."""

from __future__ import annotations

import copy
from random import Random

from bot.sandbox.telegram.server import SARAH
from tests.faults.fuzz.odd_values import mutated, places_of
from tests.faults.fuzz.updates import Json, KnownIds, Sender


def updates_of(seed: int) -> list[Json]:
    sender = Sender(Random(seed), SARAH, KnownIds((1, 2), ("a", "b")), str)  # noqa: S311 - seeded
    return [make() for _ in range(200) for make in (sender.well_formed, sender.malformed)]


def test_a_seed_makes_the_same_updates_again() -> None:
    assert updates_of(7) == updates_of(7)
    assert updates_of(7) != updates_of(8)


def test_a_mutation_leaves_its_source_alone() -> None:
    tree = {"a": [1, {"b": None}], "c": {}}
    before = copy.deepcopy(tree)
    changed = [mutated(Random(seed), tree, 3) for seed in range(300)]  # noqa: S311 - seeded
    assert tree == before
    assert sum(one != before for one in changed) > 250


def test_places_include_items_of_lists_but_not_the_root() -> None:
    assert places_of({"a": [1, {"b": 2}]}) == [("a",), ("a", 0), ("a", 1), ("a", 1, "b")]
