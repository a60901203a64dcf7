"""Detects JSON objects with a repeated name: readers differ in which of the two values they use."""

from __future__ import annotations

import json
from typing import Any


def has_single_names(text: bytes) -> bool:
    """Return whether no object in a JSON value has the same name twice.

    Returns False also for a text that Python's `json` module does not accept.
    """
    try:
        _DECODER.decode(text.decode())
    except (ValueError, RecursionError):
        return False
    return True


def _require_unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) < len(pairs):
        raise ValueError("a name occurs twice")
    return names


# Only the names matter: numbers are not converted, so a number of any length is accepted.
_DECODER = json.JSONDecoder(object_pairs_hook=_require_unique, parse_int=str, parse_float=str)
