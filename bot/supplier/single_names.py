"""JSON objects that have a name twice: readers differ in which of the two counts."""

from __future__ import annotations

import json
from typing import Any


def has_single_names(text: bytes) -> bool:
    """Tell whether a JSON value has no object in which a name stands twice.

    False as well for what Python's own reader does not take for JSON.
    """
    try:
        _PAIRS.decode(text.decode())
    except (ValueError, RecursionError):
        return False
    return True


def _single(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) < len(pairs):
        raise ValueError("a name stands twice")
    return names


# Only names matter here: a number of any length is left as it is written.
_PAIRS = json.JSONDecoder(object_pairs_hook=_single, parse_int=str, parse_float=str)
