"""The command `doctor`: checks settings and connections, and reports what to do; never orders."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile

import aiohttp

from bot.commands.check_result import CheckResult, Severity
from bot.commands.maintenance import audit_findings
from bot.commands.telegram_calls import ask_telegram, open_session
from bot.commands.webhook_checks import webhook_findings
from bot.config import Settings
from bot.config.invocation import as_typed
from bot.config.newer_database import explained
from bot.config.wiring import open_supplier, set_up_logging, shop_rules, startup_warnings
from bot.domain.errors import (
    RefusalClass,
    StoreError,
    StoreVersionError,
    SupplierError,
    SupplierRefusedError,
)
from bot.domain.machine import CLOCK_TOLERANCE
from bot.domain.shop_rules import ShopRules
from bot.ports.supplier import ServiceList
from bot.supplier.client import OsimesaSupplier
from bot.supplier.profile import ProfileError, load_profile
from bot.system import SystemClock, version
from handlers.ui.i18n import load_languages
from storage.marks import Marks
from storage.permissions import is_open_to_others, make_private_folder

SAMPLES = 3


async def run_checks(settings: Settings, say: Callable[[str], None]) -> int:
    """Report each check by one call of `say`; return 1 if one of them failed, else 0."""
    set_up_logging(settings.model_copy(update={"log_level": "ERROR"}))
    has_failed = False
    async for finding in _findings(settings):
        say(f"{finding.severity:<8} {finding.subject}: {finding.text}")
        has_failed |= finding.severity is Severity.FAILURE
    say(
        "Konter is ready to run." if not has_failed else "Konter is not ready: see the lines above."
    )
    return int(has_failed)


async def _findings(settings: Settings) -> AsyncIterator[CheckResult]:
    yield CheckResult(Severity.OK, "version", f"Konter {version()}")
    yield CheckResult(Severity.OK, "settings", "all there and readable")
    for warning in startup_warnings(settings):
        yield CheckResult(Severity.WARNING, "settings", warning)
    for finding in (*_files(settings), *_marks(settings)):
        yield finding
    for finding in await _telegram(settings):
        yield finding
    for finding in await (_server if settings.is_postgres else _file)(settings):
        yield finding
    yield _translations()
    try:
        profile = load_profile(settings.supplier_profile)
    except ProfileError as error:
        for problem in error.problems:
            yield CheckResult(Severity.FAILURE, "supplier profile", problem)
        return
    yield CheckResult(Severity.OK, "supplier profile", "readable")
    rules = shop_rules(settings, profile)
    async with open_supplier(settings, profile) as supplier:
        for finding in await _supplier(supplier, rules):
            yield finding


def _files(settings: Settings) -> list[CheckResult]:
    """Check that no other user of this machine may read the database and its backups."""
    files = [settings.backup_folder]
    if not settings.is_postgres:
        files.insert(0, settings.database_path)
    return [
        CheckResult(
            Severity.WARNING,
            "files",
            f"other users of this machine may read {path}: the next start changes that",
        )
        for path in files
        if is_open_to_others(path)
    ]


def _marks(settings: Settings) -> list[CheckResult]:
    """Check whether the next start is held after an update, and whether the shop moved away."""
    marks, findings = Marks(settings.state_folder), []
    try:
        moved, held = marks.moved_away(), marks.held_start()
    except StoreError as error:
        return [CheckResult(Severity.FAILURE, "start", str(error))]
    if moved is not None:
        text = (
            f"the shop was moved to another machine on {moved.moved_at:%Y-%m-%d %H:%M} UTC and "
            f"does not start here; if it never started there: {as_typed('cancel-move')}"
        )
        findings.append(CheckResult(Severity.FAILURE, "start", text))
    if held is not None:
        text = f"an update from version {held.version} is under way: the next start is held"
        findings.append(CheckResult(Severity.WARNING, "start", text))
    return findings


async def _telegram(settings: Settings) -> list[CheckResult]:
    """Check the bot token, whether the bot may write to the admins, and this machine's clock."""
    token = settings.telegram_bot_token.get_secret_value()
    root = f"{settings.telegram_api_url.rstrip('/')}/bot{token}"
    async with open_session() as session:
        try:
            me, telegram_time = await ask_telegram(session, f"{root}/getMe", {})
        except (aiohttp.ClientError, TimeoutError, ValueError):
            text = "no answer; check TELEGRAM_API_URL and this machine's network"
            return [CheckResult(Severity.FAILURE, "telegram", text)]
        if not me.get("ok"):
            text = "the token is refused; copy TELEGRAM_BOT_TOKEN from @BotFather again"
            return [CheckResult(Severity.FAILURE, "telegram", text)]
        findings = [
            CheckResult(Severity.OK, "telegram", f"the bot is @{me['result'].get('username')}")
        ]
        findings.append(_clock(telegram_time))
        if not settings.admin_ids:
            text = "ADMIN_IDS is empty: nobody gets alerts; /start shows your id"
            findings.append(CheckResult(Severity.WARNING, "admins", text))
        findings += [await _admin(session, root, admin_id) for admin_id in settings.admin_ids]
        findings += await webhook_findings(session, root, settings)
    return findings


async def _admin(session: aiohttp.ClientSession, root: str, admin_id: int) -> CheckResult:
    try:
        chat, _ = await ask_telegram(session, f"{root}/getChat", {"chat_id": str(admin_id)})
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return CheckResult(Severity.WARNING, "admins", f"{admin_id}: Telegram did not answer")
    if not chat.get("ok"):
        text = f"{admin_id} cannot be written to yet: this person has to send /start to the bot"
        return CheckResult(Severity.WARNING, "admins", text)
    return CheckResult(Severity.OK, "admins", f"{admin_id} can be written to")


def _clock(telegram_time: datetime | None) -> CheckResult:
    if telegram_time is None:
        return CheckResult(Severity.WARNING, "clock", "Telegram did not say what time it is")
    skew = abs(datetime.now(UTC) - telegram_time)
    if skew > CLOCK_TOLERANCE:
        text = f"this machine is {skew.total_seconds():.0f} s off; switch on time synchronisation"
        return CheckResult(Severity.FAILURE, "clock", text)
    return CheckResult(Severity.OK, "clock", "agrees with Telegram's")


async def _file(settings: Settings) -> list[CheckResult]:
    """Check a database in a file."""
    if not settings.database_path.exists():
        return [_future_database(settings.database_path)]
    return [await _books(settings)]


async def _server(settings: Settings) -> list[CheckResult]:
    """Check a database on a PostgreSQL server, and the server itself."""
    from storage.postgres.inspection import inspect  # noqa: PLC0415 - its library takes 10 MB

    url, name = settings.database_url.get_secret_value(), settings.database_name
    try:
        server = await asyncio.to_thread(inspect, url, SystemClock().now)
    except StoreError as error:
        return [CheckResult(Severity.FAILURE, "database", f"{name}: {error}")]
    text = f"PostgreSQL {server.version}, {server.size // 1_000_000} MB in this database"
    findings = [CheckResult(Severity.OK, "server", text)]
    findings += [CheckResult(Severity.FAILURE, "server", text) for text in server.failures]
    findings += [CheckResult(Severity.WARNING, "server", text) for text in server.warnings]
    findings.append(_server_clock(server.clock_error))
    if server.problem is not None:
        findings.append(CheckResult(Severity.FAILURE, "database", f"{name}: {server.problem}"))
    elif server.has_tables:
        findings.append(await _books(settings))
    else:
        text = f"{name} is empty: the tables will be made at the first start"
        findings.append(CheckResult(Severity.OK, "database", text))
    if server.has_bot:
        findings.append(CheckResult(Severity.OK, "database", "a bot is running on it"))
    return findings


def _server_clock(error: timedelta) -> CheckResult:
    """Check the server's clock; the bot uses its own, so a wrong one only misleads people."""
    if abs(error) > CLOCK_TOLERANCE:
        text = (
            f"the database server is {abs(error).total_seconds():.0f} s off; switch on time "
            "synchronisation there"
        )
        return CheckResult(Severity.WARNING, "server clock", text)
    return CheckResult(Severity.OK, "server clock", "agrees with this machine's")


async def _books(settings: Settings) -> CheckResult:
    try:
        found = await audit_findings(settings, datetime.now(UTC))
    except StoreVersionError as error:
        # A new version is examined before it is started: an older database is no failure.
        severity = Severity.FAILURE if error.is_newer else Severity.WARNING
        return CheckResult(severity, "database", explained(settings, error))
    except StoreError as error:
        return CheckResult(Severity.FAILURE, "database", explained(settings, error))
    if found:
        text = f"{len(found)} rules are broken; run {as_typed('audit')}"
        return CheckResult(Severity.FAILURE, "database", text)
    text = f"{settings.database_name} is readable and its books are right"
    return CheckResult(Severity.OK, "database", text)


def _future_database(path: Path) -> CheckResult:
    """Check that the first start can create the database."""
    try:
        make_private_folder(path.parent)
        with TemporaryFile(dir=path.parent):
            return CheckResult(Severity.OK, "database", f"{path} will be made at the first start")
    except OSError as error:
        text = f"{path} cannot be made ({error.strerror}); check DATABASE_URL"
        return CheckResult(Severity.FAILURE, "database", text)


def _translations() -> CheckResult:
    try:
        languages = load_languages()
    except (OSError, ValueError) as error:
        return CheckResult(Severity.FAILURE, "translations", f"locales/ cannot be read: {error}")
    return CheckResult(Severity.OK, "translations", ", ".join(sorted(languages)))


async def _supplier(supplier: OsimesaSupplier, rules: ShopRules) -> list[CheckResult]:
    """Fetch the service list and the balance; both calls only read."""
    services, balance = await asyncio.gather(
        supplier.services(), supplier.balance(), return_exceptions=True
    )
    if isinstance(services, SupplierRefusedError):
        return [CheckResult(Severity.FAILURE, "supplier", _refusal(services))]
    if isinstance(services, SupplierError):
        text = "no readable answer; check OSIMESA_URL and this machine's network"
        return [CheckResult(Severity.FAILURE, "supplier", text)]
    if isinstance(services, BaseException):
        raise services
    findings = [CheckResult(Severity.OK, "supplier", "the credentials are accepted")]
    findings += _catalogue(services, rules)
    if isinstance(balance, SupplierError):
        text = "the panel's profile call failed; leave OSIMESA_PROFILE_URL empty if it has none"
        findings.append(CheckResult(Severity.WARNING, "balance", text))
    elif isinstance(balance, BaseException):
        raise balance
    elif balance is None:
        text = "the panel does not report it; note what you pay in with /deposit"
        findings.append(CheckResult(Severity.WARNING, "balance", text))
    else:
        findings.append(CheckResult(Severity.OK, "balance", f"{balance} rupiah at the supplier"))
    return findings


def _refusal(error: SupplierRefusedError) -> str:
    if error.refusal is RefusalClass.CREDENTIALS:
        return (
            "the panel refuses OSIMESA_USER_ID and OSIMESA_API_KEY, or this server's address "
            f"is not on its list: {error.message}"
        )
    return f"the panel refuses: {error.message}"


def _catalogue(services: ServiceList, rules: ShopRules) -> list[CheckResult]:
    ready = [listing for listing in services.listings if listing.is_ready]
    text = f"{len(services.listings)} products, {len(ready)} ready, {services.skipped} unreadable"
    severity = Severity.OK if ready else Severity.WARNING
    findings = [CheckResult(severity, "catalogue", text)]
    for listing in ready[:SAMPLES]:
        price = rules.markup.price_of(listing.cost)
        text = f"{listing.name}: cost {listing.cost}, your price {price}"
        findings.append(CheckResult(Severity.OK, "price", text))
    return findings
