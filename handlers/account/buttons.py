"""The button that opens the help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from handlers.ui.buttons import Button


@dataclass(frozen=True, slots=True)
class ShowHelp(Button):
    """Show how the shop works."""

    TAG: ClassVar[str] = "y"
