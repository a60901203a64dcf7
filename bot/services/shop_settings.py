"""The shop's settings: read in a transaction, and changed by the owner."""

from __future__ import annotations

from bot.domain.shop_rules import ShopRules
from bot.domain.shop_settings import ShopSettings
from bot.ports.store import Transaction


def settings_now(tx: Transaction, rules: ShopRules) -> ShopSettings:
    """Return the shop's settings now."""
    return tx.policy.current().overrides.over(rules.first_settings)
