"""Dialogs: the steps of the conversation, and the step at which a person is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from bot.domain.catalogue import ProductId
from bot.domain.order import CustomerId


class Step(IntEnum):
    """The input that the bot waits for; there is one conversation, so one step at a time."""

    PRODUCT = 0
    """A button of the catalogue."""
    DESTINATION = 1
    """The number that the chosen product is for."""
    CONFIRM = 2
    """The confirm button, or another number."""
    AMOUNT = 3
    """The amount of a top-up."""
    REFERENCE = 4
    """From an admin: the supplier's reference of a parked order."""
    NAME = 5
    """A name for a saved number."""
    DECISION = 6
    """From an admin: the amount of a top-up that arrived, or the reason of its rejection."""
    SELLING_PRICE = 7
    """The price to print on an order's receipt."""
    PRICE = 14
    """From an owner: the terms of a price rule, a fixed price, a short code, a level's name."""
    CUSTOMER = 9
    """From staff: a search for customers, or what a screen about one of them asks for."""
    WRITE = 12
    """From staff: the message to a customer."""
    REPLY = 13
    """The answer to a message from the shop."""
    SELECTION = 17
    """From an owner: the name of a type, or what customers read of a disruption."""
    ADJUSTMENT = 8
    """From an admin: the amount to credit or debit, and a note."""
    SETTING = 20
    """From an owner: the value of a setting of the shop."""
    FIRST_START = 21
    """From an owner: the answer to a step of the first start."""


CONVERSATION = "shop"
"""The name of the conversation, under which its steps are stored."""


@dataclass(frozen=True, slots=True)
class Dialog:
    """A person's step in the conversation, and what they chose so far.

    It is written in the same transaction as the effect of the step, so that a number typed after
    a crash still belongs to the product it was asked for.
    """

    customer_id: CustomerId
    conversation: str
    """`CONVERSATION`."""
    step: int
    """One of `Step`."""
    updated_at: datetime
    product_id: ProductId | None = None
    message_id: int | None = None
    """The message that is edited while the customer chooses, or that asks an admin."""
    data: Mapping[str, str | int] = field(default_factory=dict)
    """More values of the step; its keys depend on the step."""
