"""What the settings furnish: the shop's rules, the client of the panel, and the log."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from bot.config import Settings
from bot.domain.money import Rupiah
from bot.domain.pricing import Markup
from bot.domain.profile import PanelProfile
from bot.domain.rules import ShopRules
from bot.logs import configure_logging
from bot.supplier.client import OsimesaSupplier


def shop_rules(settings: Settings, profile: PanelProfile) -> ShopRules:
    """Return the settings in the terms of the business."""
    return ShopRules(
        account=settings.osimesa_user_id,
        markup=Markup(
            Rupiah(settings.markup_flat), settings.markup_percent, settings.price_round_to
        ),
        timezone=settings.supplier_timezone,
        profile=profile,
        admin_ids=frozenset(settings.admin_ids),
        admin_credit_limit=Rupiah(settings.admin_credit_limit),
        supplier_timeout=timedelta(seconds=settings.supplier_timeout_seconds),
        queue_max=timedelta(seconds=settings.queue_max_seconds),
        park_after=timedelta(seconds=settings.reconcile_park_after_seconds),
        poll_min=timedelta(seconds=settings.poll_min_seconds),
        calls_per_minute=settings.supplier_calls_per_minute,
        customer_updates_per_minute=settings.customer_updates_per_minute,
        customer_orders_per_minute=settings.customer_orders_per_minute,
        deposit_expires=settings.deposit_expires,
    )


def open_supplier(settings: Settings, profile: PanelProfile) -> OsimesaSupplier:
    """Return the client of the panel that the settings name; it connects at its first call."""
    return OsimesaSupplier(
        url=settings.osimesa_url,
        profile_url=settings.osimesa_profile_url or "",
        user_id=settings.osimesa_user_id,
        api_key=settings.osimesa_api_key.get_secret_value(),
        profile=profile,
        timeout_seconds=settings.supplier_timeout_seconds,
        order_gap_seconds=settings.supplier_order_gap_seconds,
        calls_per_minute=settings.supplier_calls_per_minute,
    )


def set_up_logging(settings: Settings) -> None:
    """Log as the settings say, with every secret masked."""
    user_id, api_key = settings.osimesa_user_id, settings.osimesa_api_key.get_secret_value()
    hidden = [settings.telegram_bot_token.get_secret_value(), api_key]
    # The sign is the same for every call, so it is a password (supplier-api.md, "Wire").
    hidden.append(hashlib.md5(f"{user_id}{api_key}".encode(), usedforsecurity=False).hexdigest())
    if settings.webhook_secret is not None:
        hidden.append(settings.webhook_secret.get_secret_value())
    configure_logging(settings.log_level, settings.log_format, hidden)
