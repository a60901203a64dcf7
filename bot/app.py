"""The composition root: builds every object once, starts in order, stops in reverse."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import secrets
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

import structlog

from bot.config import Settings
from bot.domain.money import Rupiah
from bot.domain.pricing import Markup
from bot.domain.profile import PanelProfile
from bot.domain.rules import ShopRules
from bot.logs import configure_logging
from bot.ports import Store
from bot.services.admin import Admin
from bot.services.browse import Browse, Shelf
from bot.services.buy import Buy
from bot.services.deliver import Deliver
from bot.services.history import History
from bot.services.reconcile import ORPHANED_AFTER, Reconcile
from bot.services.refresh_catalogue import RefreshCatalogue
from bot.services.send import Send
from bot.services.wallet import Wallets
from bot.supplier.client import OsimesaSupplier
from bot.supplier.profile import load_profile
from bot.workers.deliver_outbox import deliver_outbox
from bot.workers.loop import Loop, WakingStore
from bot.workers.poll_orders import poll_orders
from bot.workers.reconcile_orders import reconcile_orders
from bot.workers.send_orders import SendOrders
from bot.workers.sync_catalogue import SyncCatalogue
from storage.store import SqlStore

log = structlog.get_logger(__name__)

DATABASE_LOST = 70
"""The exit code after which the supervisor starts the bot again (sysexits: EX_SOFTWARE)."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC)


class RandomIds:
    """Tokens from the operating system's randomness."""

    def token(self) -> str:
        """Return 12 URL-safe characters: 72 bits."""
        return secrets.token_urlsafe(9)


def die() -> None:
    """End the process at once: what Telegram was not told, it delivers again."""
    os._exit(DATABASE_LOST)


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
