"""The shop's rules: the owner's settings that the services need, and fixed time limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta, tzinfo

from bot.domain.customer import Actor, TelegramId
from bot.domain.errors import NotPermittedError
from bot.domain.money import Rupiah
from bot.domain.pricing import Markup
from bot.domain.supplier_profile import PanelProfile

PAUSED = "paused"
"""The name of the condition that holds while the shop is paused."""
TOKEN_LIFETIME = timedelta(minutes=30)
"""How long a confirm token is valid."""
DUPLICATE_ORDER_WITHIN = timedelta(minutes=10)
"""A repeated order (same product and destination) within this time needs a second confirmation."""
ORDER_LIMIT_PERIOD = timedelta(minutes=1)
"""The period of the limit of orders per customer."""


@dataclass(frozen=True, slots=True)
class ShopRules:
    """The settings in terms of the domain; money is whole rupiah."""

    account: str
    """The user id of the supplier account."""
    markup: Markup
    timezone: tzinfo
    """The supplier's time zone, in which cutoffs are written."""
    profile: PanelProfile
    admin_ids: frozenset[TelegramId]
    admin_credit_limit: Rupiah
    supplier_timeout: timedelta
    queue_max: timedelta
    park_after: timedelta
    poll_min: timedelta
    calls_per_minute: int
    customer_updates_per_minute: int = 0
    """The limit of updates of one customer that are handled; 0: no limit."""
    topup_expires: timedelta | None = None
    """The lifetime of a top-up request; None: top-ups do not expire and have no unique code."""
    customer_orders_per_minute: int = 0
    """The limit of orders that one customer may place; 0: no limit."""

    def is_admin(self, telegram_id: TelegramId | None) -> bool:
        """Return whether a Telegram account is an admin's now; checked at every action."""
        return telegram_id in self.admin_ids

    def require_admin(self, actor: Actor) -> None:
        """Raise `NotPermittedError` unless the account that acts is an admin's now."""
        if not self.is_admin(actor.telegram_id):
            raise NotPermittedError

    def credit_limit_of(self, telegram_id: TelegramId | None) -> Rupiah:
        """Return how far the settings let the wallet of an account's person go below 0.

        It is 0 except for admins; an owner may have granted the person more.
        """
        return self.admin_credit_limit if self.is_admin(telegram_id) else Rupiah(0)
