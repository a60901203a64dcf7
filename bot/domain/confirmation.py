"""One-time tokens of confirm buttons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ConfirmationKind(StrEnum):
    """What a one-time token stands for."""

    PURCHASE = "purchase"
    ADJUSTMENT = "adjustment"
    """An admin's credit to a wallet, or debit."""
    TOPUP = "topup"
    """A top-up that is credited although its amount may be another one's money."""
    DEPOSIT = "deposit"
    """Money that an admin paid to the supplier."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One screen with one confirm button: its token works once, for the person it was shown to."""

    token: str
    actor_id: int
    kind: ConfirmationKind
    payload: Mapping[str, str | int]
    created_at: datetime
    used_at: datetime | None = None
    outcome: str = ""
    """What came of it ("K12"), to be shown again on the second tap."""
