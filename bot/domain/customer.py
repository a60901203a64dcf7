"""Customers, their requests to pay money in, and what they were asked to confirm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NewType

from bot.domain.catalogue import ProductId
from bot.domain.destination import DestinationKind
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId

TopUpId = NewType("TopUpId", int)
SavedNumberId = NewType("SavedNumberId", int)


@dataclass(frozen=True, slots=True)
class Customer:
    """A Telegram user who has written to the bot."""

    customer_id: CustomerId
    first_name: str
    username: str
    telegram_language: str
    """The language code of the customer's Telegram, or empty."""
    chosen_language: str
    """What the customer chose with /language, or empty."""
    is_reachable: bool
    """False once Telegram says that the customer blocked the bot, until the next update."""
    created_at: datetime


class TopUpState(StrEnum):
    """Where a request to pay money in stands."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class TopUp:
    """A customer's request to have money credited, decided once by an admin."""

    topup_id: TopUpId
    customer_id: CustomerId
    amount: Rupiah
    state: TopUpState
    request_key: str
    """Names the update it came with, so that a replayed one asks once."""
    created_at: datetime
    decided_at: datetime | None = None
    decided_by: int | None = None
    code: int = 0
    """1 to 999 rupiah on top, so that the money tells whose it is; 0: none."""
    expires_at: datetime | None = None
    """Until when it is to be paid; money that comes later is an admin's to credit."""
    is_reserved: bool = False
    """Whether nobody else is asked for the same total."""
    credited: Rupiah | None = None
    """What an admin approved, where it was decided since there are codes."""
    reason: str = ""
    """Why it was rejected, for the customer to read."""
    proof: str = ""
    """Telegram's id of the transfer's picture, or empty."""
    cancelled_at: datetime | None = None
    """When the customer let it go; money that arrives all the same is an admin's to credit."""
    expired_at: datetime | None = None
    """When it was noted that it ran out unpaid, and the customer was told."""
    replaced_by: TopUpId | None = None
    """The request that took its place: it was cancelled then."""
    message_id: int | None = None
    """The message in the customer's chat that showed last how to pay it."""

    @property
    def total(self) -> Rupiah:
        """What is to be paid, and is credited."""
        return Rupiah(self.amount + self.code)


@dataclass(frozen=True, slots=True)
class TopUpMessage:
    """A message about a request that was sent at once, and not by way of the outbox."""

    chat_id: int
    message_id: int
    shows_payment: bool
    """Whether it shows the customer how to pay; else it asks an admin something."""


@dataclass(frozen=True, slots=True)
class SavedNumber:
    """What a customer has bought for, to be offered again."""

    number_id: SavedNumberId
    customer_id: CustomerId
    kind: DestinationKind
    main: str
    """The game or card that it is of; empty for phones and meters."""
    destination: str
    """As it is sent to the supplier."""
    name: str
    """As the customer calls it, or empty."""
    used_at: datetime
    zone: str = ""
    """A game's zone, with which the destination then ends."""


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
