"""Odd values for JSON, and trees of which some values are replaced by odd ones."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

Place = tuple[str | int, ...]

ODD_TEXTS = (
    "",
    " ",
    "\n" * 300,
    "\x00",
    "null",
    "-",
    "0",
    "1e9",
    "٠٨١٢٣٤٥٦٧٨٩٠",
    "０８１２３４５６７８９０",
    "\u202e" + "081234567890" + "\u202c",  # right to left
    "0812\u200b3456\u200d7890",  # zero width
    "\ufeff081234567890",
    "\u2066\u2067\u2068",  # directional isolates without an end
    "e" + "\u0301" * 400,  # one letter with 400 combining accents
    "👨\u200d👩\u200d👧\u200d👦" * 60,
    "\ud83d",  # a lone surrogate
    "a\udfffb\ud800",
    "<b>never closed &amp <a href='tg://user?id=1'>x",
    "{number} {0} %s %(x)s ${y}",
    "'; drop table transfers; --",
    "../../etc/passwd",
)
ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    2**31,
    2**53 + 1,
    2**63 - 1,
    2**63,
    -(2**70),
    1.5,
    -0.0,
    1e300,
    [],
    {},
    [None],
    [[]],
    {"": None},
    {"id": "x"},
    [{"id": 1}],
)
LENGTHS = (200, 201, 255, 4096, 4097, 20_000)
DEPTHS = (3, 60, 200)
DEEPEST_CHANGE = 10


def odd_text(rng: Random) -> str:
    """Return an odd text of any length."""
    text = rng.choice(ODD_TEXTS)
    if rng.random() < 0.25:
        unit = rng.choice(("a", "1", " ", "\n", "<", "&", "é", "😀", "\u202e", text or "x"))
        return (unit * rng.choice(LENGTHS))[: rng.choice(LENGTHS)]
    return text if rng.random() < 0.8 else f"{text}{rng.choice(ODD_TEXTS)}"


def odd_value(rng: Random) -> Any:
    """Return a value of any type, size and depth."""
    chance = rng.random()
    if chance < 0.45:
        return copy.deepcopy(rng.choice(ODD_VALUES))
    if chance < 0.9:
        return odd_text(rng)
    value = copy.deepcopy(rng.choice(ODD_VALUES))
    for _ in range(rng.choice(DEPTHS)):
        value = [value] if rng.random() < 0.5 else {"x": value}
    return value


def places_of(tree: Any, path: Place = ()) -> list[Place]:
    """Return the paths to all values of a JSON tree except its root, at most ten levels deep."""
    children: list[tuple[str | int, Any]] = []
    if len(path) == DEEPEST_CHANGE:
        return [path]
    if isinstance(tree, dict):
        children = list(tree.items())
    elif isinstance(tree, list):
        children = list(enumerate(tree))
    below = [place for key, child in children for place in places_of(child, (*path, key))]
    return [path, *below] if path else below


def mutated(rng: Random, tree: Any, changes: int) -> Any:
    """Return a copy with `changes` values replaced, removed, wrapped, repeated or swapped."""
    tree = copy.deepcopy(tree)
    for _ in range(changes):
        places = places_of(tree)
        if places:
            _change(rng, tree, rng.choice(places))
    return tree


def _change(rng: Random, tree: Any, place: Place) -> None:
    *parents, last = place
    owner: Any = tree
    for key in parents:
        owner = owner[key]
    kind = rng.choice(("replace", "replace", "replace", "remove", "wrap", "grow", "swap"))
    if kind == "replace":
        owner[last] = odd_value(rng)
    elif kind == "remove":
        del owner[last]
    elif kind == "wrap":
        owner[last] = rng.choice(([owner[last]], {str(last): owner[last]}))
    elif kind == "grow":
        owner[last] = [owner[last]] * rng.choice((2, 20, 300))
    else:
        others = list(owner.values()) if isinstance(owner, dict) else list(owner)
        owner[last] = copy.deepcopy(rng.choice(others))
