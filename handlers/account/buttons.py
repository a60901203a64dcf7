"""The buttons of the account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from handlers.ui.buttons import Button


@dataclass(frozen=True, slots=True)
class ShowHelp(Button):
    """How the shop works."""

    TAG: ClassVar[str] = "y"
