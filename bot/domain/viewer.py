"""Who looks at the catalogue: what is shown, and at which price, depends on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

LevelId = NewType("LevelId", int)
"""The permanent id of a customer level; it is never reused."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """What the catalogue needs to know about somebody."""

    level_id: LevelId | None = None
    """The customer's level; None: everybody's prices."""
    is_staff: bool = False
    """Whether they may sell over the counter, and so buy what only staff sell."""


EVERYBODY = Viewer()
"""A customer without a level."""
