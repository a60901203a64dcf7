"""The servers of the sandbox and its bot: embedded supplier, embedded Bot API, bot process."""

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
from bot.sandbox.clock import SandboxClock, load_ahead, save_ahead
from bot.sandbox.seed import DEPOSIT, fund_wallets
from bot.sandbox.supplier.catalogue import full_catalogue
from bot.sandbox.supplier.server import EmbeddedSupplier
from bot.sandbox.supplier.storage import SupplierFile
from bot.sandbox.telegram.server import ADMIN, EmbeddedBotApi

ROOT = Path(__file__).parent.parent.parent
HOST = "127.0.0.1"
SUPPLIER_USER = "SANDBOX"
BOT_ID = 4242
SHUTDOWN_SECONDS = 0.5
BOT_COMMAND = (sys.executable, "-m", "bot.sandbox.exit_with_parent")

FAST_SETTINGS = {
    "SUPPLIER_ORDER_GAP_SECONDS": "1",
    "SUPPLIER_TIMEOUT_SECONDS": "10",
    "POLL_MIN_SECONDS": "2",
    "RECONCILE_PARK_AFTER_SECONDS": "150",
    "CATALOGUE_REFRESH_SECONDS": "30",
}
"""Shorter intervals than a real shop has: an order parks after 150 seconds, not 10 minutes."""

LOW_BALANCE = {"LOW_BALANCE": "1000000"}
"""The supplier's deposit, 5,000,000 rupiah at first, can be set below it on the page."""

SHOP_SETTINGS = {"SHOP_NAME": "Konter Sandbox", "SHOP_CONTACT": f"@{ADMIN.username}"}

PAYMENT_SETTINGS = {
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
"""A well-formed QRIS code and transfer instructions; neither merchant nor account exists."""


class SandboxEnvironment:
    """Everything but the page; token, API key and ports are new at every start."""

    def __init__(
        self, folder: Path, command: Sequence[str] = BOT_COMMAND, *, has_first_start: bool = False
    ) -> None:
        """Keep the database, the supplier's orders and the clock in `folder`; start nothing yet.

        With `has_first_start` the shop is new: it has no name and no money, and is closed until its
        owner has set it up in chat.
        """
        self.folder = folder
        self._has_first_start = has_first_start
        # Not the live shop's file name, so that no sandbox ever opens data/konter.db.
        self.database = folder / "sandbox.db"
        self._token = f"{BOT_ID}:{secrets.token_urlsafe(24)}"
        self._api_key = secrets.token_urlsafe(24)
        self._clock_file = folder / "clock.json"
        self.clock = SandboxClock(load_ahead(self._clock_file))
        self.on_clock_change: Callable[[], None] = lambda: None
        self.telegram = EmbeddedBotApi(self._token, clock=self.clock.time)
        self.supplier = EmbeddedSupplier(
            SUPPLIER_USER,
            self._api_key,
            full_catalogue(),
            clock=self.clock.time,
            deposit=DEPOSIT,
        )
        self.supplier_file = SupplierFile(self.supplier, folder / "supplier.json")
        self.supplier_file.load()
        self._ports = {"supplier": 0, "telegram": 0}
        self.bot = BotProcess(command, {}, folder, first_line=self._ahead_seconds)
        self._stack = AsyncExitStack()
        self._supplier_runner = runner_of(self.supplier.app)
        self._supplier_site: web.TCPSite | None = None
        self.start_id = int(time.time())
        """In seconds since the epoch: ids of this run start above those of every earlier run."""
        self._start_ids_above_earlier_runs()

    def _start_ids_above_earlier_runs(self) -> None:
        # A kept database holds the ids of earlier runs and processes each update id once.
        self.telegram.updates.start_ids_at(self.start_id)
        self.telegram.state.start_ids_at(self.start_id - 1_700_000_000)

    def settings(self) -> dict[str, str]:
        """Return the bot's settings; every address in them is on this machine.

        The ports are known once the environment is open.
        """
        panel = f"http://{HOST}:{self._ports['supplier']}/api"
        return {
            **FAST_SETTINGS,
            **LOW_BALANCE,
            **({} if self._has_first_start else SHOP_SETTINGS | PAYMENT_SETTINGS),
            "TELEGRAM_BOT_TOKEN": self._token,
            "TELEGRAM_API_URL": f"http://{HOST}:{self._ports['telegram']}",
            "OSIMESA_USER_ID": SUPPLIER_USER,
            "OSIMESA_API_KEY": self._api_key,
            "OSIMESA_URL": f"{panel}/prepaid",
            "OSIMESA_PROFILE_URL": f"{panel}/profile",
            "ADMIN_IDS": str(ADMIN.user_id),
            "FIRST_START": "yes" if self._has_first_start else "no",
            "DATABASE_URL": f"sqlite:///{self.database}",
            "HTTP_PORT": "0",
            "LOG_FORMAT": "json",
        }

    async def open(self) -> None:
        """Start the supplier, the Bot API and then the bot; raises OSError."""
        for name in self._ports:
            holder = self._stack.enter_context(hold_port())
            self._ports[name] = holder.getsockname()[1]
        self.bot.env = bot_variables(os.environ, self.settings())
        await self._supplier_runner.setup()
        self._stack.push_async_callback(self._supplier_runner.cleanup)
        await self.set_supplier_listening(is_listening=True)
        telegram = runner_of(self.telegram.app)
        await telegram.setup()
        self._stack.push_async_callback(telegram.cleanup)
        await web.TCPSite(telegram, HOST, self._ports["telegram"]).start()
        self.bot.start()

    @property
    def is_supplier_listening(self) -> bool:
        """Whether the supplier accepts connections."""
        return self._supplier_site is not None

    async def set_supplier_listening(self, *, is_listening: bool) -> None:
        """Accept connections at the supplier, or refuse new ones and abort those that are open."""
        site = self._supplier_site
        if is_listening and site is None:
            self._supplier_site = web.TCPSite(self._supplier_runner, HOST, self._ports["supplier"])
            await self._supplier_site.start()
        elif not is_listening and site is not None:
            self._supplier_site = None
            await site.stop()
            self._cut_supplier_connections()
        self.supplier.on_change()

    # --- the clock ---

    def _ahead_seconds(self) -> str:
        """Return the clock's offset in seconds, in the form that `ParentClock` reads."""
        return f"{self.clock.ahead.total_seconds():.6f}"

    def move_clock(self, by: timedelta) -> None:
        """Move the clock of the bot, the supplier and Telegram; raises ClockError and OSError."""
        self.clock.move(by)
        self.bot.write_line(self._ahead_seconds())
        self.supplier.finish_due_orders()
        self.on_clock_change()
        save_ahead(self._clock_file, self.clock.ahead)

    # --- reset and shutdown ---

    async def reset(self) -> None:
        """Restore the initial state: no orders or chats, funded wallets, the machine's time.

        Raises `StoreError` and OSError.
        """
        await self.bot.stop_and_wait()
        for path in self.folder.glob(f"{self.database.name}*"):
            path.unlink()
        self._clock_file.unlink(missing_ok=True)
        self.clock.reset()
        self.on_clock_change()
        now = self.clock.now()
        await fund_wallets(self.database, now, is_new_shop=self._has_first_start)
        await self.reset_servers()
        self.bot.start()

    async def reset_servers(self) -> None:
        """Restore the initial state of Telegram and the supplier, without their faults."""
        self.telegram.down = False
        self.telegram.clear_faults()
        self.telegram.release_hanging()
        self.telegram.updates.drop_pending()
        self.telegram.state.delete_chats()
        await self.set_supplier_listening(is_listening=True)
        self.supplier.reset()

    def _cut_supplier_connections(self) -> None:
        server = self._supplier_runner.server
        for connection in [] if server is None else server.connections:
            if connection.transport is not None:
                connection.transport.abort()

    async def close(self, timeout_seconds: float) -> None:
        """Stop the bot, then the servers, which it may call until it exits.

        The bot is killed after `timeout_seconds`.
        """
        await self.bot.close(timeout_seconds)
        await self._stack.aclose()
        self.supplier_file.save()


def bot_variables(inherited: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """Return the bot's environment variables: `inherited` ones, and no settings but `settings`.

    Every other setting is set to the empty string, which means its default and overrides `.env`.
    """
    names = {name.upper() for name in (*Settings.model_fields, *DEPRECATED_NAMES)}
    kept = {
        name: value
        for name, value in inherited.items()
        # With a proxy, even a call to this machine would leave it.
        if name.upper() not in names and not name.upper().endswith("_PROXY")
    }
    return kept | dict.fromkeys(names, "") | dict(settings) | {"PYTHONPATH": str(ROOT)}


def runner_of(app: web.Application) -> web.AppRunner:
    """Return a runner without an access log that waits 0.5 s for open requests at shutdown."""
    return web.AppRunner(app, shutdown_timeout=SHUTDOWN_SECONDS, access_log=None)


def hold_port() -> socket.socket:
    """Bind a socket to a free loopback port, so that no other process gets the port.

    Servers of this machine can listen on the port; without one, connections are refused.
    """
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind((HOST, 0))
    return holder
