"""The buttons of the wallet and top-ups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from handlers.ui.buttons import Button


@dataclass(frozen=True, slots=True)
class AskNewTopUp(Button):
    """The same, although something asked for before can still be paid."""

    TAG: ClassVar[str] = "T"


@dataclass(frozen=True, slots=True)
class CancelTopUp(Button):
    """Let go of what was asked for."""

    TAG: ClassVar[str] = "X"
    topup_id: int


@dataclass(frozen=True, slots=True)
class RequestTopUp(Button):
    """Ask for one of the amounts that are offered, in whole rupiah."""

    TAG: ClassVar[str] = "m"
    amount: int
