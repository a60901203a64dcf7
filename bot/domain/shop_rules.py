"""The shop's rules: the owner's settings that the services need, and fixed time limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta, tzinfo

from bot.domain.customer import TelegramId
from bot.domain.money import Rupiah
from bot.domain.pricing import Markup
from bot.domain.shop_settings import ShopSettings
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
    """That of the settings; the owner's prices come before it."""
    timezone: tzinfo
    """The supplier's time zone, in which cutoffs are written."""
    profile: PanelProfile
    owner_ids: frozenset[TelegramId]
    """The Telegram accounts of the owners: `ADMIN_IDS`."""
    admin_credit_limit: Rupiah
    supplier_timeout: timedelta
    queue_max: timedelta
    park_after: timedelta
    poll_min: timedelta
    calls_per_minute: int
    customer_updates_per_minute: int = 0
    """The limit of updates of one customer that are handled; 0: no limit."""
    customer_orders_per_minute: int = 0
    """The limit of orders that one customer may place; 0: no limit."""
    first_settings: ShopSettings = field(default_factory=ShopSettings)
    """The shop's settings in `.env`, each of which counts until the owner has set another."""

    def is_owner(self, telegram_id: TelegramId | None) -> bool:
        """Return whether a Telegram account is an owner's."""
        return telegram_id in self.owner_ids

    def credit_limit_of(self, telegram_id: TelegramId | None) -> Rupiah:
        """Return how far the settings let the wallet of an account's person go below 0.

        It is 0 except for owners; an owner may have granted the person more.
        """
        return self.admin_credit_limit if self.is_owner(telegram_id) else Rupiah(0)
