"""The port that delivers notices to people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.admin_act import AdminAct
from bot.domain.customer import Customer
from bot.domain.ledger import Account, Transfer
from bot.domain.notice import Notice
from bot.domain.order import Order
from bot.domain.reopening import Opening
from bot.domain.restock import Restocked
from bot.domain.row_matching import SupplierRow
from bot.domain.topup import TopUp
from bot.domain.withheld_products import WithheldProduct


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notice with the state of things that its text is made from."""

    notice: Notice
    reader: Customer | None
    order: Order | None = None
    customer: Customer | None = None
    """Whom the order or top-up is of, where the reader is an admin."""
    topup: TopUp | None = None
    others: tuple[TopUp, ...] = ()
    """With the picture of a transfer: the customer's other top-ups that it may be for."""
    transfer: Transfer | None = None
    wallet: Account | None = None
    """The wallet of the order's, top-up's or transfer's customer."""
    candidates: tuple[SupplierRow, ...] = ()
    """For a parked order: the supplier's rows that may be it."""
    message_ids: tuple[int, ...] = ()
    """The messages in the reader's chat that are to be edited, the newest first."""
    act: AdminAct | None = None
    """What an admin did last to settle the order."""
    admin: Customer | None = None
    """Who did it."""
    restocked: tuple[Restocked, ...] = ()
    """What is back of what the reader waited for."""
    withheld: WithheldProduct | None = None
    """The product that is held back from sale."""
    at: datetime | None = None
    """When this was the state of things; None: when the notice was made."""
    opening: Opening | None = None
    """Whether the shop takes orders, where the reader waited for it to open."""


class Notifier(Protocol):
    """The way to people."""

    async def deliver(self, delivery: Delivery) -> int | None:
        """Send or edit, and return the id of the message that now shows it.

        Raises `RecipientUnreachableError`, `RetryLaterError` or `UndeliverableError`.
        """
        ...
