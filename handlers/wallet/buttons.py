"""The buttons of the wallet and top-ups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from handlers.ui.buttons import Button


@dataclass(frozen=True, slots=True)
class AskNewTopUp(Button):
    """Ask for the amount of a new top-up, although another one is open."""

    TAG: ClassVar[str] = "T"


@dataclass(frozen=True, slots=True)
class CancelTopUp(Button):
    """Cancel a top-up."""

    TAG: ClassVar[str] = "X"
    topup_id: int


@dataclass(frozen=True, slots=True)
class RequestTopUp(Button):
    """Request a top-up of an offered amount, in whole rupiah."""

    TAG: ClassVar[str] = "m"
    amount: int
