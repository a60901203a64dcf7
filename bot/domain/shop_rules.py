"""The shop's own rules, as its owner set them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta, tzinfo

from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.pricing import Markup
from bot.domain.supplier_profile import PanelProfile

PAUSED = "paused"
"""The condition that holds while the shop takes no orders."""
TOKEN_LIFETIME = timedelta(minutes=30)
"""How long a confirm button may be pressed."""
ASK_AGAIN_WITHIN = timedelta(minutes=10)
"""The same product and destination within this time asks "again?"."""
ORDERS_COUNTED_WITHIN = timedelta(minutes=1)
"""The time in which one customer may place a limited number of orders."""


@dataclass(frozen=True, slots=True)
class ShopRules:
    """What the settings say, in the terms of the business."""

    account: str
    """The supplier account's user id."""
    markup: Markup
    timezone: tzinfo
    """The supplier's local time, in which cutoffs are written."""
    profile: PanelProfile
    admin_ids: frozenset[int]
    admin_credit_limit: Rupiah
    supplier_timeout: timedelta
    queue_max: timedelta
    park_after: timedelta
    poll_min: timedelta
    calls_per_minute: int
    customer_updates_per_minute: int = 0
    """How much of what one customer sends is handled; 0: everything."""
    deposit_expires: timedelta | None = None
    """How long a deposit may be paid; None: amounts have no part that tells them apart."""
    customer_orders_per_minute: int = 0
    """How many orders one customer may place; 0: any number."""

    def is_admin(self, user_id: int) -> bool:
        """Return whether a Telegram user is an admin, at the time of the act."""
        return user_id in self.admin_ids

    def credit_limit_of(self, customer_id: CustomerId) -> Rupiah:
        """Return how much a customer's wallet may owe: nothing, but for admins."""
        return self.admin_credit_limit if self.is_admin(customer_id) else Rupiah(0)
