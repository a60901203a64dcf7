"""The composition root: builds every object once, starts in order, stops in reverse."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import structlog

from bot.config import Settings
from bot.config.invocation import as_typed
from bot.config.values import is_loopback
from bot.config.wiring import database_of, shop_rules, web_servers, webhook_of
from bot.domain.errors import StoreError, StoreUnavailableError
from bot.domain.supplier_profile import PanelProfile
from bot.machine import ThisMachine, TrialProcess
from bot.monitoring.measurements import Measurements
from bot.monitoring.readiness import Readiness
from bot.monitoring.sources import Sources
from bot.ports.clock import Clock
from bot.ports.store import WipeableStore
from bot.services.absences import Absences
from bot.services.act_log import ActLog
from bot.services.admin.operations import Admin
from bot.services.admin.profit import Reports
from bot.services.backups import MakeBackups
from bot.services.case_pictures import CasePictures
from bot.services.catalogue.browse import Browse, CatalogueCache
from bot.services.catalogue.products_for_number import NumberProducts
from bot.services.catalogue.refresh import RefreshCatalogue
from bot.services.catalogue.restock import Restock
from bot.services.catalogue.search import Search
from bot.services.catalogue.selection import ProductSelection
from bot.services.catalogue.watch_brands import WatchBrands
from bot.services.catalogue.withhold import Withholding
from bot.services.customers import CustomerRecords
from bot.services.daily_summary import DailySummary
from bot.services.dialogs import CustomerDialogs
from bot.services.erasures import Erasures
from bot.services.first_start import FirstStart
from bot.services.help_requests import HelpRequests
from bot.services.joining import Joining
from bot.services.machine_alerts import WatchMachine
from bot.services.machine_health import ClockComparison, MachineHealth, TimeSource
from bot.services.money.credit_limits import apply_credit_limits
from bot.services.money.supplier_deposit import SupplierDeposit
from bot.services.money.topups.topups import CustomerTopUps
from bot.services.money.wallet import Wallets
from bot.services.notice_contents import contents_of
from bot.services.notices.deliver import Deliver
from bot.services.orders.codes import Codes
from bot.services.orders.history import History
from bot.services.orders.place import Buy
from bot.services.orders.reconcile import Reconcile
from bot.services.orders.send import Send
from bot.services.orders.supplier_comparison import SupplierComparison
from bot.services.people.people import People
from bot.services.personal_data import PersonalDataFiles
from bot.services.prices.shop_prices import shop_prices
from bot.services.reopening import Reopening
from bot.services.restore_tests import RestoreTests
from bot.services.retention import Retention
from bot.services.saved_numbers import CustomerNumbers
from bot.services.shop_settings import ChangeSettings
from bot.services.staffing import Staffing
from bot.services.supplier_accounts import require_own_orders
from bot.services.supplier_health import MonitoredSupplier, SupplierAlerts, SupplierHealth
from bot.services.supplier_money import WatchSupplierMoney
from bot.services.threads import Threads
from bot.supplier.client import OsimesaSupplier
from bot.system import RandomIds, exempt_from_collections, give_back_memory, version
from bot.web.routes import WebhookRoute
from bot.workers.loop import Loop, waking
from bot.workers.schedule import TOPICS, UseCases, loops_of
from bot.workers.send_orders import SendOrders
from bot.workers.sync_catalogue import SyncCatalogue
from handlers.notices.notifier import TelegramNotifier
from handlers.registry import notice_renderers, register
from handlers.transport.application import build_receiver
from handlers.transport.bot import build_bot
from handlers.transport.call_statistics import TelegramCalls
from handlers.transport.rate_limiter import RateLimiter
from handlers.ui.context import Services
from handlers.ui.i18n import load_languages
from storage.backup import FolderOfBackups
from storage.marks import Marks
from storage.schema import load_migrations, newest_version

log = structlog.get_logger(__name__)

OFFICIAL_API = "https://api.telegram.org"
"""A Bot API server of one's own may be on this machine, and then it has this machine's clock."""
DATABASE_LOST = 70
"""The exit code after which the supervisor starts the bot again (sysexits: EX_SOFTWARE)."""
CALL_GRACE_SECONDS = 5.0
"""How long to wait for a running order call at shutdown, beyond the call's own timeout."""
FLUSH_SECONDS = 10.0
"""How long to deliver notices at shutdown; the rest is delivered after the next start."""


def exit_process() -> None:
    """End the process at once: Telegram delivers unconfirmed updates again."""
    os._exit(DATABASE_LOST)


class Konter:
    """The running shop: owns every object, and starts and stops them."""

    def __init__(
        self,
        settings: Settings,
        profile: PanelProfile,
        store: WipeableStore,
        supplier: OsimesaSupplier,
        clock: Clock,
    ) -> None:
        """Build every object; nothing runs and nothing connects yet."""
        self.rules = shop_rules(settings, profile)
        self.clock = clock
        self.store = store
        self.supplier = supplier
        self.supplier_health = SupplierHealth()
        self.watched = MonitoredSupplier(supplier, self.supplier_health, self.clock)
        self.catalogue_cache = CatalogueCache()
        self.machine = MachineHealth(
            ClockComparison(clock),
            makes_backups=settings.backup_hour >= 0,
            has_webhook=settings.webhook_url is not None,
        )
        self.telegram_calls = TelegramCalls()
        self._timeout_seconds = settings.supplier_timeout_seconds
        self._build_use_cases(settings)
        self._build_telegram(settings)
        self._build_workers(settings)
        self._build_web(settings)
        self._tasks: list[asyncio.Task[None]] = []
        self.is_held = True
        """Whether nothing is taken or sent yet: so before `go`."""

    def _build_use_cases(self, settings: Settings) -> None:
        store, supplier, rules, clock = self.store, self.watched, self.rules, self.clock
        self.search = Search(self.catalogue_cache, rules, clock)
        self.refresh = RefreshCatalogue(
            store, supplier, self.catalogue_cache, rules, clock, self.search
        )
        self.sync = SyncCatalogue(self.refresh, settings.catalogue_refresh_seconds)
        self.reconcile = Reconcile(
            store,
            supplier,
            rules,
            clock,
            jitter=lambda: random.uniform(-1, 1),  # noqa: S311 - spreads the polls
        )
        self.calls = SendOrders(Send(store, supplier, self.catalogue_cache, rules, clock))
        self.sending = Loop("send_orders", self.calls.step, TOPICS["send_orders"])
        self.recon = SupplierComparison(store, supplier, rules, clock)
        self.restock = Restock(store, self.catalogue_cache, rules, clock)
        self.withholding = Withholding(store, self.catalogue_cache, rules, clock)
        self.selection = ProductSelection(store, self.catalogue_cache, rules, clock)
        self.watch_brands = WatchBrands(store, self.catalogue_cache, rules, clock)
        place = database_of(settings)
        self.backups = FolderOfBackups(place, settings.backup_folder, settings.backup_keep)
        self.back_up = MakeBackups(store, self.backups, rules, clock, settings.backup_hour)
        self.absences = Absences(store, rules, clock)
        self.trials = TrialProcess(settings.backup_folder)
        self.restore_tests = RestoreTests(
            store, self.backups, self.trials, self.machine, rules, clock, settings.backup_hour
        )
        machine = ThisMachine(place, settings.backup_folder, settings.webhook_url)
        self.watch_machine = WatchMachine(store, machine, self.backups, self.machine, rules, clock)
        self._compare_clocks(settings)
        self.topups = CustomerTopUps(store, rules, clock, RandomIds())
        listed = Marks(settings.state_folder)
        self.erasures = Erasures(store, rules, clock, RandomIds(), listed, store)

    def _compare_clocks(self, settings: Settings) -> None:
        """Let those who are on other machines, and have their own clocks, say what time it is."""
        if settings.telegram_api_url == OFFICIAL_API:
            self.telegram_calls.on_date = partial(self.machine.clock.heard, TimeSource.TELEGRAM)
        if not is_loopback(urlsplit(settings.osimesa_url).hostname or ""):
            self.supplier.on_date(partial(self.machine.clock.heard, TimeSource.SUPPLIER))

    def _build_workers(self, settings: Settings) -> None:
        store, rules, clock = self.store, self.rules, self.clock
        use_cases = UseCases(
            reconcile=self.reconcile,
            comparison=self.recon,
            supplier_alerts=SupplierAlerts(store, self.supplier_health, rules, clock),
            supplier_money=WatchSupplierMoney(store, self.watched, rules, clock),
            restock=self.restock,
            withholding=self.withholding,
            watch_brands=self.watch_brands,
            daily_summary=DailySummary(store, rules, clock),
            deliver=self.deliver,
            topups=self.topups,
            retention=Retention(store, clock),
            back_up=self.back_up,
            erasures=self.erasures,
            absences=self.absences,
            restore_tests=self.restore_tests,
            watch_machine=self.watch_machine,
        )
        off = frozenset(() if settings.backup_hour >= 0 else ("back_up_daily",))
        self.workers = {self.sending.name: self.sending, **loops_of(use_cases, leave_out=off)}
        self.deliver.on_delivery_end(self.workers["deliver_outbox"].wake_always)
        self.sync.on_new_list(self._take_new_list)

    def _build_telegram(self, settings: Settings) -> None:
        store, rules, clock, ids = self.store, self.rules, self.clock, RandomIds()
        languages = load_languages(settings.default_language, settings.supplier_timezone)
        bot = build_bot(
            settings.telegram_bot_token.get_secret_value(),
            settings.telegram_api_url,
            RateLimiter(settings.telegram_messages_per_second),
            self.telegram_calls,
        )
        notifier = TelegramNotifier(bot, notice_renderers(), languages, rules, as_typed())
        self.deliver = Deliver(store, notifier, partial(contents_of, rules), rules, clock)
        services = Services(
            browse=Browse(self.catalogue_cache, rules, clock),
            products_for_number=NumberProducts(self.catalogue_cache, rules, clock),
            search=self.search,
            dialogs=CustomerDialogs(store, clock),
            help_requests=HelpRequests(store, rules, clock),
            threads=Threads(store, rules, clock, ids),
            case_pictures=CasePictures(store, rules, clock, ids),
            joining=Joining(store, rules, clock, ids),
            buy=Buy(store, self.catalogue_cache, rules, clock, ids),
            customers=CustomerRecords(store, self.catalogue_cache, rules, clock),
            supplier_deposit=SupplierDeposit(store, rules, clock, ids),
            people=People(store, rules, clock, ids),
            wallets=Wallets(store, rules, clock, ids),
            topups=self.topups,
            history=History(store, rules),
            saved_numbers=CustomerNumbers(store, rules, clock),
            restock=self.restock,
            reopening=Reopening(store, rules, clock, self.supplier_health),
            admin=self._admin(),
            recon=self.recon,
            reports=Reports(store, rules, clock),
            withholding=self.withholding,
            prices=shop_prices(store, self.catalogue_cache, self.search, rules, clock, ids),
            staffing=Staffing(store, rules, clock, ids),
            act_log=ActLog(store, rules),
            codes=Codes(store, rules, clock),
            erasures=self.erasures,
            personal_data=PersonalDataFiles(store, rules, clock),
            selection=self.selection,
            change_settings=ChangeSettings(store, rules, clock, ids),
            first_start=FirstStart(store, rules, clock),
            store=store,
            rules=rules,
            clock=clock,
            languages=languages,
        )
        self._webhook = webhook_of(settings)
        self.receiver = build_receiver(bot, services, exit_process, register, webhook=self._webhook)

    def _admin(self) -> Admin:
        cache, health = self.catalogue_cache, self.supplier_health
        return Admin(self.store, self.watched, cache, self.rules, self.clock, health, self.machine)

    def _build_web(self, settings: Settings) -> None:
        sources = Sources(
            store=self.store,
            clock=self.clock,
            loops=self.workers,
            sync=self.sync,
            receiver=self.receiver,
            telegram_calls=self.telegram_calls,
            supplier_calls=self.supplier.statistics,
            supplier_health=self.supplier_health,
            catalogue_cache=self.catalogue_cache,
            catalogue_refresh_seconds=settings.catalogue_refresh_seconds,
            deliver=self.deliver,
            backups=self.backups if settings.backup_hour >= 0 else None,
            folder=settings.backup_folder,
            schema_version=newest_version(load_migrations()),
            is_held=lambda: self.is_held,
        )
        self.readiness = Readiness(sources)
        self.measurements = Measurements(sources, self.readiness)
        route = None
        if self._webhook is not None:
            path = urlsplit(self._webhook.url).path or "/"
            bot_id = settings.telegram_bot_token.get_secret_value().partition(":")[0]
            route = WebhookRoute(path, self._webhook.secret, self._receive, bot_id)
        self.web = web_servers(settings, self.readiness.health, self.measurements.snapshot, route)

    async def _receive(self, update: Mapping[str, Any]) -> None:
        """Store an update from the webhook; Telegram repeats one that came before `go`."""
        if self.is_held:
            raise StoreUnavailableError("the start is held")
        await self.receiver.receive(update)

    def _take_new_list(self) -> None:
        self.workers["notify_restocked"].wake_always()
        exempt_from_collections()
        give_back_memory()

    @property
    def _woken(self) -> Sequence[Loop]:
        """The workers that writes wake: the shop depends on each of them at any moment."""
        return [loop for loop in self.workers.values() if loop.topics]

    async def start(self) -> None:
        """Start everything; does not wait for Telegram or the supplier.

        Raises what `prepare` raises.
        """
        await self.prepare()
        await self.go()

    async def prepare(self) -> None:
        """Recover the work that the last run left, and listen; nothing is taken or sent yet.

        The webhook answers 503 until `go`.

        Raises `CannotListenError` when a web server's port is taken, `StrandedOrdersError` when
        orders of another supplier account are open.
        """
        await self.store.read(require_own_orders, self.rules.account)
        await self.store.write(apply_credit_limits, self.rules)
        products = await self.refresh.load()
        exempt_from_collections(is_start=True)
        interrupted = await self.reconcile.recover()
        log.info(
            "shop_started",
            version=version(),
            products=products,
            interrupted_orders=interrupted,
        )
        for server in self.web:
            await server.start()

    async def go(self) -> None:
        """Take updates, and start the workers, after `prepare`."""
        self.is_held = False
        self.store.on_commit(waking(self._woken))
        runners = (self.sync.run(), *(loop.run() for loop in self.workers.values()))
        self._tasks = [asyncio.create_task(runner) for runner in runners]
        await self.receiver.start()
        self._tasks.append(asyncio.create_task(self.search.ready()))

    async def stop(self) -> None:
        """Stop receiving updates, finish running order calls, and deliver the outbox.

        Before `go` there is none of this to do.
        """
        log.info("shop_stopping")
        if self.is_held:
            for server in self.web:
                await server.stop()
            return
        await self.receiver.stop()
        for server in self.web:
            await server.stop()
        self.sync.stop()
        self.sending.stop()
        self.trials.stop()
        await self.calls.finish(self._timeout_seconds + CALL_GRACE_SECONDS)
        for loop in self.workers.values():
            loop.stop()
        _, late = await asyncio.wait(self._tasks, timeout=FLUSH_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._flush()
        await self.absences.stop()

    def wake_all(self) -> None:
        """Wake every worker, because the clock was set forward."""
        for loop in self.workers.values():
            loop.wake_always()

    async def close(self) -> None:
        """Close the connections to Telegram; nothing can be sent afterwards."""
        await self.receiver.close()

    async def _flush(self) -> None:
        try:
            await self.deliver.finish(FLUSH_SECONDS)
        except TimeoutError:
            log.warning("outbox_not_empty_at_stop")
        except StoreError as error:
            log.warning("outbox_not_empty_at_stop", cause=str(error))
