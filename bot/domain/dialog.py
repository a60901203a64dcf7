"""The steps of the conversation, and where each customer is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from bot.domain.catalogue import ProductId
from bot.domain.order import CustomerId


class Step(IntEnum):
    """What the bot waits for from a person; one thing at a time, so there is one conversation."""

    PRODUCT = 0
    """A button of the catalogue."""
    DESTINATION = 1
    """The number that the chosen product is for."""
    CONFIRM = 2
    """The confirm button, or another number."""
    AMOUNT = 3
    """How much to pay in."""
    REFERENCE = 4
    """From an admin: the supplier's reference of a parked order."""
    NAME = 5
    """What a customer calls a number."""
    DECISION = 6
    """From an admin: the amount that arrived, or why a top-up is rejected."""
    SELLING_PRICE = 7
    """What a customer sells an order on for, to stand on its receipt."""


CONVERSATION = "shop"
"""The conversation's name, under which steps are kept."""


@dataclass(frozen=True, slots=True)
class Dialog:
    """What the bot waits for from a customer: the step, and what was chosen so far.

    Written in the same transaction as the effect of the step, so that a number typed after a
    crash still belongs to the product it was asked for.
    """

    customer_id: CustomerId
    conversation: str
    """The conversation's name: `CONVERSATION`."""
    step: int
    """One of `Step`."""
    updated_at: datetime
    product_id: ProductId | None = None
    message_id: int | None = None
    """The screen that is edited while the customer chooses."""
    data: Mapping[str, str | int] = field(default_factory=dict)
