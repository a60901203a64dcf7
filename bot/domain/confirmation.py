"""Confirmations: one-time tokens of confirm buttons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.order import CustomerId


class ConfirmationKind(StrEnum):
    """What a confirm button does."""

    PURCHASE = "purchase"
    ADJUSTMENT = "adjustment"
    """An admin credits or debits a wallet."""
    TOPUP = "topup"
    """An admin approves a top-up although its amount may belong to another payment."""
    DEPOSIT = "deposit"
    """An admin records money that was paid to the supplier."""
    PRICE = "price"
    """An owner changes the rule of a price."""
    ERASURE = "erasure"
    """A person, or an owner for them, has the person's data erased."""
    CUSTOMER = "customer"
    """Staff block a customer, or grant a credit limit."""
    CUSTOMER_CHOICE = "customer_choice"
    """An amount and a note that wait until their customer is chosen from a list."""
    MESSAGE = "message"
    """Somebody of the staff sends a customer a message."""
    PICTURE = "picture"
    """A customer says what a picture shows."""
    SETTING = "setting"
    """An owner changes how customers pay."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What one confirm button does; its token works once, for the person it was shown to."""

    token: str
    actor_id: CustomerId
    """The person who may use it."""
    kind: ConfirmationKind
    payload: Mapping[str, str | int]
    """What to do, and what was shown; its keys depend on the kind."""
    created_at: datetime
    used_at: datetime | None = None
    outcome: str = ""
    """The result, such as "K12", for the reply to a second press; empty until it is used."""
