"""The buttons of saved numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from handlers.ui.buttons import Button


@dataclass(frozen=True, slots=True)
class ShowNumbers(Button):
    """Show the customer's saved numbers."""

    TAG: ClassVar[str] = "S"


@dataclass(frozen=True, slots=True)
class ShowSaved(Button):
    """Show a saved number, with the possible actions."""

    TAG: ClassVar[str] = "D"
    number_id: int


@dataclass(frozen=True, slots=True)
class NameSaved(Button):
    """Ask for the name of a saved number."""

    TAG: ClassVar[str] = "E"
    number_id: int


@dataclass(frozen=True, slots=True)
class ForgetSaved(Button):
    """Delete a saved number."""

    TAG: ClassVar[str] = "F"
    number_id: int
