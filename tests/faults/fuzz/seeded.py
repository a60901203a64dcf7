"""How much is drawn in a run and by which seed, as the environment says."""

from __future__ import annotations

import os
import secrets
from random import Random

_SEED = int(os.environ.get("FUZZ_SEED") or secrets.randbelow(10**9))


def count_of(name: str, default: int) -> int:
    """Return the number of inputs of a run, from the environment or by default."""
    return int(os.environ.get(name, default))


def seeded() -> Random:
    """Return the generator of a test, and print the seed that repeats a failed run."""
    print(f"FUZZ_SEED={_SEED}")  # noqa: T201 - needed to repeat a failed run
    return Random(_SEED)  # noqa: S311 - repeatable by its seed
