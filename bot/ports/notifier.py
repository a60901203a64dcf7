"""The port that delivers notices to customers and admins."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.domain.admin_act import AdminAct
from bot.domain.catalogue import Category
from bot.domain.customer import Customer
from bot.domain.joining import JoinRequest
from bot.domain.ledger import Account, Transfer
from bot.domain.notice import Notice
from bot.domain.order import Order
from bot.domain.reopening import ShopStatus
from bot.domain.restock import RestockedProduct
from bot.domain.shop_settings import ShopSettings
from bot.domain.staff import StaffLink
from bot.domain.supplier_row import SupplierRow
from bot.domain.thread import Thread, ThreadMessage
from bot.domain.topup import TopUp
from bot.domain.withheld_products import WithheldProduct


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notice with the current data that its text is made from."""

    notice: Notice
    reader: Customer | None
    order: Order | None = None
    customer: Customer | None = None
    """The customer of the order or top-up, if the reader is an admin."""
    topup: TopUp | None = None
    others: tuple[TopUp, ...] = ()
    """With a payment proof: the customer's other top-ups that it may belong to."""
    transfer: Transfer | None = None
    wallet: Account | None = None
    """The wallet of the customer of the order, top-up or transfer."""
    candidates: tuple[SupplierRow, ...] = ()
    """For a parked order: the supplier's rows that may belong to it."""
    message_ids: tuple[int, ...] = ()
    """The messages in the reader's chat to edit, newest first."""
    act: AdminAct | None = None
    """The last act of an admin that settled the order."""
    admin: Customer | None = None
    """The admin of `act`."""
    restocked: tuple[RestockedProduct, ...] = ()
    """The products that the reader waited for and that are available again."""
    withheld: WithheldProduct | None = None
    """The product that is withheld from sale."""
    brand: tuple[Category, ...] = ()
    """For a proposed disruption: the type, by the owner's name for it, and the brand."""
    at: datetime | None = None
    """When the data was read; None: when the notice was made."""
    join_request: JoinRequest | None = None
    """The request of `customer` to join."""
    settings: ShopSettings = field(default_factory=ShopSettings)
    """The shop's settings now."""
    staff_link: StaffLink | None = None
    """The link by which `customer` asks to become an employee."""
    is_permitted: bool = True
    """Whether the reader still has the right to read a notice that is not a customer's."""
    thread: Thread | None = None
    """The thread of the message, or of the customer's request for help."""
    message: ThreadMessage | None = None
    """The message of the thread that is delivered, or was lost."""
    opening: ShopStatus | None = None
    """Whether the shop takes orders, if the reader waited for it to reopen."""


class Notifier(Protocol):
    """Delivers notices to their readers' chats."""

    async def deliver(self, delivery: Delivery) -> int | None:
        """Send or edit a message, and return the id of the message that now shows the notice.

        Returns None if no message shows it. Raises `RecipientUnreachableError` if the reader
        blocked the bot, `RetryLaterError` if a later attempt may succeed, and
        `UndeliverableError` if none can.
        """
        ...
