"""Builds from the settings: shop rules, supplier client, web servers, log set-up, warnings."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import DEPRECATED_NAMES, ENV_FILE, Settings
from bot.config.database_url import secrets_of
from bot.config.supplier import SupplierSettings
from bot.config.web import WebSettings
from bot.domain.customer import TelegramId
from bot.domain.errors import BackupError
from bot.domain.money import Rupiah
from bot.domain.pricing import Markup
from bot.domain.shop_rules import ShopRules
from bot.domain.shop_settings import ShopSettings, SignUp
from bot.domain.supplier_profile import PanelProfile
from bot.logs import configure_logging
from bot.ports.clock import Clock
from bot.supplier.client import OsimesaSupplier
from bot.web.metrics import MetricsSnapshot
from bot.web.routes import Health, WebhookRoute
from handlers.transport.update_receiver import Webhook
from storage.backup import UNCHECKED, back_up_at_once
from storage.permissions import is_open_to_others
from storage.shop_database import ShopDatabase, shop_database
from storage.sqlite_files import name_of

if TYPE_CHECKING:
    from bot.web.server import WebServer


BEFORE_MIGRATION = "-before-v{version}"
"""In the name of a copy, the first version of the database that it was made before."""


def shop_rules(settings: Settings, profile: PanelProfile) -> ShopRules:
    """Return the settings that business rules depend on, as domain values."""
    return ShopRules(
        account=settings.osimesa_user_id,
        markup=Markup(
            Rupiah(settings.markup_flat), settings.markup_percent, settings.price_round_to
        ),
        timezone=settings.supplier_timezone,
        profile=profile,
        owner_ids=frozenset(map(TelegramId, settings.admin_ids)),
        admin_credit_limit=Rupiah(settings.admin_credit_limit),
        supplier_timeout=timedelta(seconds=settings.supplier_timeout_seconds),
        queue_max=timedelta(seconds=settings.queue_max_seconds),
        park_after=timedelta(seconds=settings.reconcile_park_after_seconds),
        poll_min=timedelta(seconds=settings.poll_min_seconds),
        calls_per_minute=settings.supplier_calls_per_minute,
        customer_updates_per_minute=settings.customer_updates_per_minute,
        customer_orders_per_minute=settings.customer_orders_per_minute,
        first_settings=first_settings(settings),
    )


def first_settings(settings: Settings) -> ShopSettings:
    """Return the shop's own settings, as far as they are set in `.env`."""
    return ShopSettings(
        shop_name=settings.shop_name,
        shop_contact=settings.shop_contact,
        qris_static=settings.qris_static,
        topup_instructions=settings.topup_instructions,
        topup_expires_minutes=settings.topup_expires_minutes,
        terms=settings.terms,
        paysupport=settings.paysupport,
        default_language=settings.default_language,
        timezone=settings.shop_timezone,
        signup=SignUp(settings.signup),
        low_balance=settings.low_balance,
        is_set_up=settings.first_start == "no",
    )


def open_supplier(settings: SupplierSettings, profile: PanelProfile) -> OsimesaSupplier:
    """Return the client of the supplier; it connects at its first call."""
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


def web_servers(
    settings: WebSettings,
    health: Callable[[], Awaitable[Health]],
    metrics: Callable[[], Awaitable[MetricsSnapshot]],
    webhook: WebhookRoute | None,
) -> tuple[WebServer, ...]:
    """Return the web servers to start: none, one, or two.

    The webhook listens on `HTTP_PORT`; health and metrics share that port or have their own.
    Without a `webhook`, and where health and metrics are not served, there is no server.
    """
    monitoring = settings.monitoring_address
    if monitoring is None and webhook is None:
        return ()
    from bot.web.server import WebServer  # noqa: PLC0415 - its libraries take 3 MB

    address = settings.http_host, settings.http_port
    token = None
    if settings.metrics_token is not None:
        token = settings.metrics_token.get_secret_value()
    if monitoring == address:
        both = WebServer(*address, health=health, metrics=metrics, webhook=webhook, token=token)
        return (both,)
    servers = () if webhook is None else (WebServer(*address, webhook=webhook),)
    if monitoring is None:
        return servers
    return (*servers, WebServer(*monitoring, health=health, metrics=metrics, token=token))


def startup_warnings(settings: Settings, env_file: Path = ENV_FILE) -> list[str]:
    """Return a sentence for each setting that works but that the owner should look at."""
    warnings = [
        f"{name.upper()} is deprecated: set {DEPRECATED_NAMES[name].upper()} instead"
        for name in settings.deprecated_names
    ]
    if settings.monitoring_address is None and (settings.http_port or settings.metrics_port):
        warnings.append(
            "/healthz, /readyz and /metrics are not served, because other machines can reach their "
            "address: set METRICS_TOKEN, which requests then need, or METRICS_PORT, a port of "
            "their own"
        )
    if is_open_to_others(env_file):
        warnings.append(f"other users of this machine may read {env_file}: chmod 600 {env_file}")
    return warnings


def set_up_logging(settings: Settings) -> None:
    """Configure logging, with every secret in the settings masked."""
    user_id, api_key = settings.osimesa_user_id, settings.osimesa_api_key.get_secret_value()
    secrets = [settings.telegram_bot_token.get_secret_value(), api_key]
    # The signature is the same for every call, so it is as secret as a password
    # (docs/supplier-api.md, "1.1 Requests and signing").
    secrets.append(hashlib.md5(f"{user_id}{api_key}".encode(), usedforsecurity=False).hexdigest())
    optional = (settings.webhook_secret, settings.metrics_token)
    secrets += [secret.get_secret_value() for secret in optional if secret is not None]
    secrets += secrets_of(settings.database_url.get_secret_value())
    configure_logging(settings.log_level, settings.log_format, secrets)


def webhook_of(settings: Settings) -> Webhook | None:
    if settings.webhook_url is None or settings.webhook_secret is None:
        return None
    return Webhook(settings.webhook_url, settings.webhook_secret.get_secret_value())


def database_of(settings: Settings) -> ShopDatabase:
    """Return the place of the shop's database."""
    url = settings.database_url.get_secret_value()
    return shop_database(url, settings.database_name, settings.backup_folder)


class BackupBeforeMigration:
    """Backs up a database before it is migrated; the copy is checked once the shop runs."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self.failure: BackupError | None = None

    def make(self, version: int) -> None:
        """Back up a database of this version; a failure is kept in `failure`."""
        database, now = database_of(self._settings), self._clock.now()
        name = name_of(
            database.stem, now, f"{BEFORE_MIGRATION.format(version=version + 1)}{UNCHECKED}"
        )
        try:
            back_up_at_once(database, self._settings.backup_folder / name, now)
        except BackupError as error:
            self.failure = error
