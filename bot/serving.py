"""Opens the shop on its database, and serves it until a signal ends the process."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial

import structlog

from bot.app import Konter
from bot.config import Settings
from bot.config.invocation import as_typed
from bot.config.newer_database import explained
from bot.config.wiring import (
    BackupBeforeMigration,
    open_supplier,
    set_up_logging,
    startup_warnings,
)
from bot.domain.errors import StoreError, StoreVersionError
from bot.held_start import NOT_RELEASED, release
from bot.ports.clock import Clock
from bot.services.erasures import erase_again
from bot.services.supplier_accounts import StrandedOrdersError
from bot.supplier.profile import ProfileError, load_profile
from bot.system import SystemClock
from bot.web.routes import CannotListenError
from storage.marks import Marks
from storage.opening import open_store
from storage.permissions import tighten

log = structlog.get_logger(__name__)

CANNOT_START = 1
MOVED_AWAY = DATABASE_TOO_NEW = 78
"""The exit code of a shop that moved to another machine, or was used by a newer Konter.

Another start changes nothing about it, so the supervisor makes none (sysexits: EX_CONFIG)."""


@asynccontextmanager
async def open_shop(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Konter]:
    """Open the database and build the shop on it; everything is closed in reverse order.

    Without a `clock` the machine's clock is used. A failed backup before a migration is recorded
    and does not stop the start. Raises `ProfileError` and `StoreError`.
    """
    profile = load_profile(settings.supplier_profile)
    tighten(settings.backup_folder)
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        first = BackupBeforeMigration(settings, clock)
        held = Marks(settings.state_folder).held_start()
        # Before an update that is held, the copy was made.
        is_copied = held is not None and held.copy is not None
        is_this = held is not None and held.database in {"", settings.database_name}
        before = None if is_copied and is_this else first.make
        url = settings.database_url.get_secret_value()
        database = await open_store(url, before_migrating=before)
        stack.push_async_callback(database.close)
        # A database that was put in place by hand may be older than an erasure.
        await database.write(erase_again, Marks(settings.state_folder).erasures(), clock.now())
        supplier = await stack.enter_async_context(open_supplier(settings, profile))
        konter = Konter(settings, profile, database, supplier, clock)
        stack.push_async_callback(konter.close)
        if first.failure is not None:
            await konter.back_up.failed(str(first.failure))
        check = asyncio.create_task(konter.back_up.check())
        stack.push_async_callback(partial(asyncio.wait, [check]))
        stack.callback(check.cancel)
        yield konter


async def serve_until_signalled(
    settings: Settings,
    clock: Clock | None = None,
    on_start: Callable[[Konter], None] = lambda _konter: None,
) -> int:
    """Run the bot until SIGTERM or SIGINT; return the exit code.

    Without a `clock` the machine's clock is used. `on_start` is called with the started shop.
    """
    set_up_logging(settings)
    if not settings.admin_ids:
        hint = "ADMIN_IDS is empty, so nobody gets alerts; /start shows everyone their id"
        log.warning("no_admins", hint=hint)
    for warning in startup_warnings(settings):
        log.warning("setting_warning", hint=warning)
    signalled = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, signalled.set)
    try:
        exit_code = await _serve(settings, clock, on_start, signalled)
    except ProfileError as error:
        for problem in error.problems:
            log.critical("supplier_profile_invalid", setting="SUPPLIER_PROFILE", problem=problem)
        return CANNOT_START
    except StoreError as error:
        cause = explained(settings, error)
        log.critical("database_unusable", database=settings.database_name, cause=cause)
        return DATABASE_TOO_NEW if isinstance(error, StoreVersionError) else CANNOT_START
    except StrandedOrdersError as error:
        log.critical("orders_of_other_account", setting="OSIMESA_USER_ID", cause=str(error))
        return CANNOT_START
    except CannotListenError as error:
        log.critical(
            "web_server_cannot_listen",
            host=error.host,
            port=error.port,
            cause=error.strerror,
            hint="check HTTP_HOST and HTTP_PORT (0: none), or METRICS_HOST and METRICS_PORT",
        )
        return CANNOT_START
    if exit_code == 0:
        log.info("shop_stopped")
    return exit_code


async def _serve(
    settings: Settings,
    clock: Clock | None,
    on_start: Callable[[Konter], None],
    signalled: asyncio.Event,
) -> int:
    if _has_moved(settings):
        return MOVED_AWAY
    async with open_shop(settings, clock) as konter:
        if _has_moved(settings):  # Until the database was locked, a move could begin and end.
            return MOVED_AWAY
        await konter.prepare()
        if not await _released(konter, settings, signalled):
            await konter.stop()
            return 0 if signalled.is_set() else NOT_RELEASED
        await konter.go()
        on_start(konter)
        await signalled.wait()
        await konter.stop()
    return 0


def _has_moved(settings: Settings) -> bool:
    moved = Marks(settings.state_folder).moved_away()
    if moved is None:
        return False
    hint = f"it goes on elsewhere; if it never started there: {as_typed('cancel-move')}"
    log.critical("shop_moved_away", moved_at=moved.moved_at.isoformat(), hint=hint)
    return True


async def _released(konter: Konter, settings: Settings, signalled: asyncio.Event) -> bool:
    """Return whether the shop may take and send; False also if a signal came first."""
    marks = Marks(settings.state_folder)
    held = marks.held_start()
    if held is None:
        # The run that removed the mark may have been killed before that was on disk.
        await asyncio.to_thread(marks.release)
        return True
    timeout = timedelta(seconds=settings.supplier_timeout_seconds)
    releasing = asyncio.create_task(release(konter, held, marks, timeout))
    waiting = asyncio.create_task(signalled.wait())
    await asyncio.wait((releasing, waiting), return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not releasing.done():
        releasing.cancel()
        await asyncio.wait((releasing,))
    return not releasing.cancelled() and releasing.result()
