"""The sandbox's house: a pretended supplier, a pretended Telegram, and the bot between them."""

from __future__ import annotations

import os
import secrets
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from bot.config import DEPRECATED_NAMES, Settings
from bot.sandbox.bot_process import BotProcess
from bot.sandbox.clock import SandboxClock, keep_ahead, kept_ahead
from bot.sandbox.seed import DEPOSIT, give_money
from bot.sandbox.supplier.catalogue import full_catalogue
from bot.sandbox.supplier.server import EmbeddedSupplier
from bot.sandbox.supplier.storage import SupplierMemory
from bot.sandbox.telegram.server import ADMIN, EmbeddedBotApi

ROOT = Path(__file__).parent.parent.parent
HOST = "127.0.0.1"
SUPPLIER_USER = "SANDBOX"
BOT_ID = 4242
SHOP_NAME = "Konter Sandbox"
SHUTDOWN_SECONDS = 0.5
BOT_COMMAND = (sys.executable, "-m", "bot.sandbox.exit_with_parent")

PACE = {
    "SUPPLIER_ORDER_GAP_SECONDS": "1",
    "SUPPLIER_TIMEOUT_SECONDS": "10",
    "POLL_MIN_SECONDS": "2",
    "RECONCILE_PARK_AFTER_SECONDS": "150",
    "CATALOGUE_REFRESH_SECONDS": "30",
}
"""Brisker than a real shop, so that nobody waits ten minutes to see a parked order."""

PAYING = {
    "QRIS_STATIC": (
        "00020101021126570011ID.DANA.WWW011893600915000000000002090000000000303UMI5204481453033605802ID"
        "5914Konter Sandbox6008Surabaya61056027163044609"
    ),
    "TOPUP_INSTRUCTIONS": (
        "BCA 1234567890, Konter Sandbox.\n"
        "Di sandbox tidak ada yang membayar: jadilah Pak Admin, lalu setujui.\n"
        "Nobody pays in a sandbox: become Pak Admin and approve."
    ),
}
"""A code to scan that is in good form; there is no such merchant, and no such account."""


class House:
    """Everything but the page; what it makes up is new at every start."""

    def __init__(self, folder: Path, command: Sequence[str] = BOT_COMMAND) -> None:
        """Open nothing yet; the database lies in `folder`."""
        self.folder = folder
        # The name is not the live shop's: no sandbox ever opens data/konter.db.
        self.database = folder / "sandbox.db"
        self._token = f"{BOT_ID}:{secrets.token_urlsafe(24)}"
        self._api_key = secrets.token_urlsafe(24)
        self._clock_file = folder / "clock.json"
        self.clock = SandboxClock(kept_ahead(self._clock_file))
        self.on_clock: Callable[[], None] = lambda: None
        self.telegram = EmbeddedBotApi(self._token, clock=self.clock.time)
        self.supplier = EmbeddedSupplier(
            SUPPLIER_USER,
            self._api_key,
            full_catalogue(),
            clock=self.clock.time,
            deposit=DEPOSIT,
        )
        self.memory = SupplierMemory(self.supplier, folder / "supplier.json")
        self.memory.recall()
        self._ports = {"supplier": free_port(), "telegram": free_port()}
        self.bot = BotProcess(
            command,
            bot_environment(os.environ, self.settings()),
            folder,
            first_line=self._ahead_seconds,
        )
        self._stack = AsyncExitStack()
        self._supplier_runner = runner_of(self.supplier.app)
        self._supplier_site: web.TCPSite | None = None
        self.start_id = int(time.time())
        """Greater than at every earlier start: ids of this one begin here."""
        self._tell_apart_from_earlier_starts()

    def _tell_apart_from_earlier_starts(self) -> None:
        """A kept database knows the ids of earlier starts, and takes each update once."""
        self.telegram.updates.begin_at(self.start_id)
        self.telegram.state.begin_at(self.start_id - 1_700_000_000)

    def settings(self) -> dict[str, str]:
        """Return the bot's settings: nothing in them leads outside this machine."""
        panel = f"http://{HOST}:{self._ports['supplier']}/api"
        return {
            **PACE,
            **PAYING,
            "TELEGRAM_BOT_TOKEN": self._token,
            "TELEGRAM_API_URL": f"http://{HOST}:{self._ports['telegram']}",
            "OSIMESA_USER_ID": SUPPLIER_USER,
            "OSIMESA_API_KEY": self._api_key,
            "OSIMESA_URL": f"{panel}/prepaid",
            "OSIMESA_PROFILE_URL": f"{panel}/profile",
            "ADMIN_IDS": str(ADMIN.user_id),
            "DATABASE_URL": f"sqlite:///{self.database}",
            "SHOP_NAME": SHOP_NAME,
            "SHOP_CONTACT": f"@{ADMIN.username}",
            "HTTP_PORT": "0",
            "LOG_FORMAT": "json",
        }

    async def open(self) -> None:
        """Serve the supplier and Telegram, then start the bot; raises OSError."""
        await self._supplier_runner.setup()
        self._stack.push_async_callback(self._supplier_runner.cleanup)
        await self.let_supplier_listen(is_listening=True)
        telegram = runner_of(self.telegram.app)
        await telegram.setup()
        self._stack.push_async_callback(telegram.cleanup)
        await web.TCPSite(telegram, HOST, self._ports["telegram"]).start()
        self.bot.start()

    @property
    def is_supplier_listening(self) -> bool:
        """Whether the supplier takes connections at all."""
        return self._supplier_site is not None

    async def let_supplier_listen(self, *, is_listening: bool) -> None:
        """Take connections at the supplier, or refuse them and cut those that are open."""
        site = self._supplier_site
        if is_listening and site is None:
            self._supplier_site = web.TCPSite(
                self._supplier_runner, HOST, self._ports["supplier"], reuse_address=True
            )
            await self._supplier_site.start()
        elif not is_listening and site is not None:
            self._supplier_site = None
            await site.stop()
            self._cut_supplier_connections()
        self.supplier.on_change()

    # --- the clock ---

    def _ahead_seconds(self) -> str:
        """Write how far ahead the clock is, as the bot's leash reads it."""
        return f"{self.clock.ahead.total_seconds():.6f}"

    def move_clock(self, by: timedelta) -> None:
        """Let time pass at once, for everybody; raises ClockError and OSError."""
        self.clock.move(by)
        self.bot.tell(self._ahead_seconds())
        self.supplier.let_time_pass()
        self.on_clock()
        keep_ahead(self._clock_file, self.clock.ahead)

    # --- the end ---

    async def begin_anew(self) -> None:
        """Make everything as at the start: no orders, no chats, money in the wallets, and now.

        Raises `StoreError` and OSError.
        """
        await self.bot.stopped()
        for path in self.folder.glob(f"{self.database.name}*"):
            path.unlink()
        self._clock_file.unlink(missing_ok=True)
        self.clock.reset()
        self.on_clock()
        await give_money(self.database, self.clock.now())
        self.telegram.down = False
        self.telegram.clear_faults()
        self.telegram.release()
        self.telegram.updates.forget_pending()
        self.telegram.state.forget_chats()
        await self.let_supplier_listen(is_listening=True)
        self.supplier.forget()
        self.bot.start()

    def _cut_supplier_connections(self) -> None:
        server = self._supplier_runner.server
        for connection in [] if server is None else server.connections:
            if connection.transport is not None:
                connection.transport.abort()

    async def close(self, patience_seconds: float) -> None:
        """End the bot, then the servers, which it may need until its end."""
        await self.bot.close(patience_seconds)
        await self._stack.aclose()
        self.memory.keep()


def bot_environment(outside: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """Return the bot's environment: `settings` alone, whatever stands outside or in a file.

    Settings that are not given are set empty, which goes before any `.env` and means the default.
    """
    names = {name.upper() for name in (*Settings.model_fields, *DEPRECATED_NAMES)}
    kept = {
        name: value
        for name, value in outside.items()
        # Through a proxy even a call to this machine would leave it.
        if name.upper() not in names and not name.upper().endswith("_PROXY")
    }
    return kept | dict.fromkeys(names, "") | dict(settings) | {"PYTHONPATH": str(ROOT)}


def runner_of(app: web.Application) -> web.AppRunner:
    """Return what serves an application, quietly, and ends without waiting for anybody."""
    return web.AppRunner(app, shutdown_timeout=SHUTDOWN_SECONDS, access_log=None)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
