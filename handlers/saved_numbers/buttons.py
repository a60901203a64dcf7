"""The buttons of saved numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from handlers.ui.buttons import Button


@dataclass(frozen=True, slots=True)
class ShowNumbers(Button):
    """The numbers that one has bought for."""

    TAG: ClassVar[str] = "S"


@dataclass(frozen=True, slots=True)
class ShowSaved(Button):
    """One of one's numbers, with what can be done about it."""

    TAG: ClassVar[str] = "D"
    number_id: int


@dataclass(frozen=True, slots=True)
class NameSaved(Button):
    """Ask what to call a number."""

    TAG: ClassVar[str] = "E"
    number_id: int


@dataclass(frozen=True, slots=True)
class ForgetSaved(Button):
    """Offer a number no more."""

    TAG: ClassVar[str] = "F"
    number_id: int
