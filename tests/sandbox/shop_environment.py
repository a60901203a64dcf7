"""A whole shop on loopback: the ordinary bot between an embedded Telegram and supplier.

All calls go over HTTP. The bot runs inside the test (fast, with a movable clock) or as a separate
process, which can be killed. Every shop is audited at the end of its test.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web

from bot.app import Konter
from bot.config import Settings, load_settings
from bot.domain.customer import TelegramId
from bot.domain.ledger import BANK, Account, Phase, Purpose, Transfer, wallet_of
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId, Order, OrderState, order_id_of
from bot.ports.audit import AuditFinding
from bot.ports.store import Transaction
from bot.sandbox.environment import hold_port
from bot.sandbox.supplier.server import EmbeddedSupplier, PanelOrder
from bot.sandbox.telegram.server import ADMIN, BUDI, SARAH
from bot.services.orders.elapsed import ElapsedTracker
from bot.serving import open_shop
from bot.supplier.profile import load_profile
from bot.supplier.protocol import parse_services
from storage.opening import open_store, open_store_readonly
from storage.store import SqlStore
from tests.catalogue_lists import put_list
from tests.databases import address_of, drop_database, is_on_server
from tests.sandbox.chat_user import ChatUser
from tests.sandbox.clock import MovableClock
from tests.storage.samples import create_database
from tests.telegram_server import BotApiForTests

T = TypeVar("T")

ROOT = Path(__file__).parent.parent.parent
TOKEN = "4242:whole-bot-token"
USER_ID, API_KEY = "U1", "secret-key"
FUNDS = 500_000
SENDING_LIMIT = timedelta(seconds=60)
RUN = ("-m", "bot", "run")
START_SECONDS = 60.0


def service(
    code: str,
    name: str,
    path: tuple[str, str, str] = ("pulsa-reguler", "TELKOMSEL", "Umum"),
    cost: int = 10_200,
    **changes: Any,
) -> dict[str, Any]:
    """Return a row of the service list in the panel's format (docs/supplier-api.md)."""
    row: dict[str, Any] = {
        "category": dict(zip(("type", "main", "sub"), path, strict=True)),
        "multi": "1",
        "name": name,
        "note": "-",
        "code": code,
        "price": {
            "list": {"standar": cost, "premium": cost, "spesial": cost},
            "current": cost,
        },
        "cutoff": {"start": "00:00", "end": "00:00"},
        "status": "ready",
        "updated_at": 1_739_975_229,
    }
    return row | changes


SERVICES = (
    service("SM10", "Telkomsel 10.000"),
    service("SM20", "Telkomsel 20.000", cost=20_100),
    service("XL10", "XL 10.000", ("pulsa-reguler", "XL", "Umum"), cost=10_500),
    service("PLN20", "PLN 20.000", ("token-pln", "PLN", "Token"), cost=20_140),
)
"""A small catalogue: two or three taps to every product, and no cutoff hours."""
PRICE = 11_200
"""The price of SM10 with the markup of the default settings."""


def customer_of(tx: Transaction, user_id: int) -> CustomerId:
    """Return the person of a Telegram user; 0 if they have not written yet."""
    customer = tx.customers.by_telegram(TelegramId(user_id))
    return CustomerId(0) if customer is None else customer.customer_id


class ShopEnvironment:
    """The servers, the people, and the bot between them."""

    def __init__(self, folder: Path, services: Sequence[dict[str, Any]] = SERVICES) -> None:
        """Open nothing yet; the database will be in `folder`."""
        self.folder = folder
        self.clock = MovableClock()
        self.supplier = EmbeddedSupplier(
            USER_ID, API_KEY, list(services), clock=self.clock.time, delay_seconds=0.1
        )
        self.telegram = BotApiForTests(TOKEN)
        for person in (BUDI, SARAH, ADMIN):
            self.telegram.add_user(
                person.user_id, person.first_name, person.language_code, person.username
            )
        self.budi = ChatUser(self.telegram, BUDI)
        self.sarah = ChatUser(self.telegram, SARAH)
        self.admin = ChatUser(self.telegram, ADMIN)
        self.env: dict[str, str] = {}
        """The bot's settings; a test may change them before the bot starts."""
        self.process: asyncio.subprocess.Process | None = None
        self.konter: Konter | None = None
        self._running_bot = AsyncExitStack()
        self._held_ports = ExitStack()
        self._reader: SqlStore | None = None
        self._listeners: list[asyncio.Task[None]] = []
        self._logged = b""
        self._runners: dict[str, web.AppRunner] = {}
        self._ports: dict[str, int] = {}

    # --- the servers ---

    async def open(self) -> None:
        """Start both embedded servers, and give the customers money."""
        await self.serve("supplier", self.supplier.app)
        await self.serve("telegram", self.telegram.app)
        panel = f"http://127.0.0.1:{self._ports['supplier']}/api"
        self.env = {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": f"http://127.0.0.1:{self._ports['telegram']}",
            "OSIMESA_USER_ID": USER_ID,
            "OSIMESA_API_KEY": API_KEY,
            "OSIMESA_URL": f"{panel}/prepaid",
            "OSIMESA_PROFILE_URL": f"{panel}/profile",
            "ADMIN_IDS": str(ADMIN.user_id),
            "FIRST_START": "no",
            "DATABASE_URL": address_of(self.database),
            "SUPPLIER_TIMEOUT_SECONDS": "2",
            "SUPPLIER_ORDER_GAP_SECONDS": "0",
            "POLL_MIN_SECONDS": "0.1",
            "SUPPLIER_CALLS_PER_MINUTE": "6000",
            # A test's people act as fast as they can.
            "CUSTOMER_UPDATES_PER_MINUTE": "0",
            "CUSTOMER_ORDERS_PER_MINUTE": "0",
            "TELEGRAM_MESSAGES_PER_SECOND": "0",
            "HTTP_PORT": "0",
            "BACKUP_HOUR": "-1",
            "LOG_LEVEL": "DEBUG",
        }
        await self._fund()

    async def serve(self, name: str, app: web.Application) -> None:
        """Serve an application, on the same port as before if there was one."""
        runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await runner.setup()
        port = self._ports.get(name) or self.hold_port()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self._runners[name] = runner
        self._ports[name] = port

    def hold_port(self) -> int:
        """Return a port that no other process gets before the end of the test.

        A server can listen on it; without one, connections are refused.
        """
        return int(self._held_ports.enter_context(hold_port()).getsockname()[1])

    async def stop_serving(self, name: str) -> None:
        """Stop serving: connections are refused until `serve`."""
        await self._runners.pop(name).cleanup()

    @property
    def database(self) -> Path:
        """The database file."""
        return self.folder / "konter.db"

    @property
    def settings(self) -> Settings:
        """The bot's settings, loaded as the bot loads them."""
        return load_settings(self.env, env_file=None)

    async def _fund(self) -> None:
        if not is_on_server():
            # Migrating an empty one would take as long as many a test.
            create_database(self.database)
        store = await open_store(address_of(self.database))

        def fund(tx: Transaction) -> None:
            for person in (BUDI, SARAH):
                account = TelegramId(person.user_id)
                names = (person.first_name, person.username or "", person.language_code)
                customer_id = tx.customers.seen(account, *names, self.clock.now()).customer_id
                tx.ledger.open_wallet(customer_id, 0)
                tx.ledger.record(self._opening_credit(customer_id))

        await store.write(fund)
        await store.close()

    async def stock(self) -> None:
        """Store the supplier's list, as an earlier run of the bot would have."""
        reply = {"code": 200, "data": self.supplier.catalogue, "status": True, "message": ""}
        listings = parse_services(json.dumps(reply).encode(), load_profile()).listings
        store = await open_store(address_of(self.database))
        await store.write(lambda tx: put_list(tx, listings, self.clock.now()))
        await store.close()

    def _opening_credit(self, customer_id: CustomerId) -> Transfer:
        return Transfer(
            phase=Phase.SINGLE,
            purpose=Purpose.CREDIT,
            debit_account=BANK,
            credit_account=wallet_of(customer_id),
            amount=Rupiah(FUNDS),
            idempotency_key=f"test:{customer_id}",
            created_at=self.clock.now(),
        )

    async def close(self) -> None:
        """Stop the bot and the servers."""
        if self.process is not None and self.process.returncode is None:
            await self.kill()
        await asyncio.gather(*self._listeners)
        await self.leave()
        if self._reader is not None:
            await self._reader.close()
            self._reader = None
        for runner in self._runners.values():
            await runner.cleanup()
        self._held_ports.close()

    # --- the bot inside the test ---

    async def enter(self, settings: Settings | None = None) -> Konter:
        """Start the bot in this process, on the movable clock."""
        konter = await self._running_bot.enter_async_context(
            open_shop(settings or self.settings, self.clock)
        )
        konter.reconcile._elapsed = ElapsedTracker(self.clock.time)
        await konter.start()
        self.konter = konter
        return konter

    async def enter_with_goods(self) -> Konter:
        """Start the bot in this process and wait until it has products to sell."""
        konter = await self.enter()
        await self.until(lambda: konter.catalogue_cache.catalogue is not None)
        return konter

    async def leave(self) -> None:
        """Stop the bot of this process, if it runs."""
        if self.konter is not None:
            await self.konter.stop()
            self.konter = None
        await self._running_bot.aclose()

    def pass_time(self, **by: float) -> None:
        """Move the clock (`seconds=3`, as in `timedelta`), and wake the sleeping workers."""
        assert self.konter is not None, "only the clock of a bot in this process can be moved"
        self.clock.move(timedelta(**by))
        for loop in self.konter.workers.values():
            loop.wake()

    # --- the bot as a process ---

    async def start(self, program: Sequence[str] = RUN) -> None:
        """Start the bot's process and wait until it polls Telegram, or exits before that."""
        polls = self.telegram.updates.polls
        process = await self.launch(program)
        await self.until(
            lambda: self.telegram.updates.polls > polls or process.returncode is not None,
            seconds=START_SECONDS,
        )

    async def launch(self, program: Sequence[str] = RUN) -> asyncio.subprocess.Process:
        """Start the bot's process without waiting."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *program,
            env=self._environment(),
            cwd=self.folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self._listeners.append(asyncio.create_task(self._listen(process)))
        self.process = process
        return process

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while chunk := await process.stdout.read(65_536):
            self._logged += chunk

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {"PYTHONPATH": str(ROOT), "PTB_TIMEDELTA": "true"} | self.env

    async def kill(self) -> None:
        """Send SIGKILL and wait for the end of the process."""
        await self._signal(signal.SIGKILL)

    async def stop(self) -> int:
        """Send SIGTERM; return the exit code."""
        return await self._signal(signal.SIGTERM)

    async def ended(self, seconds: float = 60) -> int:
        """Wait until the process has exited by itself; return its exit code."""
        assert self.process is not None
        async with asyncio.timeout(seconds):
            return await self.process.wait()

    async def _signal(self, number: signal.Signals) -> int:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await self.ended()

    @property
    def log(self) -> str:
        """Everything that the processes have logged so far."""
        return self._logged.decode()

    # --- state ---

    async def until(self, condition: Callable[[], bool], seconds: float = 30) -> None:
        """Wait until a condition on the servers holds; raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - another process changes the condition
                await asyncio.sleep(0.01)

    async def until_true(
        self, question: Callable[[], Awaitable[bool]], seconds: float = 30
    ) -> None:
        """Wait until a condition on the database holds; raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not await question():  # noqa: ASYNC110 - the same
                await asyncio.sleep(0.01)

    async def reaches(self, number: str, *states: OrderState, seconds: float = 30) -> Order:
        """Wait until an order is in one of these states, and return it."""

        async def is_there() -> bool:
            return (await self.order(number)).state in states

        try:
            await self.until_true(is_there, seconds)
        except TimeoutError:
            raise TimeoutError(f"{number} is {(await self.order(number)).state}") from None
        return await self.order(number)

    async def order(self, number: str) -> Order:
        """Return an order from the database."""
        order_id = order_id_of(number)
        assert order_id is not None
        order = await self.read(lambda tx: tx.orders.get(order_id))
        assert order is not None, f"there is no {number}"
        return order

    async def orders(self, user_id: int = BUDI.user_id) -> list[Order]:
        """Return a customer's orders from the database, newest first."""
        return await self.read(lambda tx: tx.orders.history_of(customer_of(tx, user_id), 100, 0))

    def bought(self, destination: str) -> list[PanelOrder]:
        """Return the supplier's own orders for a destination, whatever it answered."""
        return [order for order in self.supplier.orders if order.destination == destination]

    async def wallet(self, user_id: int = BUDI.user_id) -> Account:
        """Return a wallet from the database."""
        return await self.read(lambda tx: tx.ledger.account(wallet_of(customer_of(tx, user_id))))

    async def findings(self) -> list[AuditFinding]:
        """Return the audit's findings."""
        return await self.read(lambda tx: tx.audit.findings(self.clock.now(), SENDING_LIMIT))

    async def read(self, query: Callable[[Transaction], T]) -> T:
        """Run a query on a read-only connection of the test."""
        if self._reader is None:
            self._reader = await open_store_readonly(address_of(self.database))
        return await self._reader.read(query)


@asynccontextmanager
async def open_environment(
    folder: Path, services: Sequence[dict[str, Any]] = SERVICES
) -> AsyncIterator[ShopEnvironment]:
    """Open a shop; at the end its books must be right."""
    environment = ShopEnvironment(folder, services)
    await environment.open()
    try:
        yield environment
        await environment.leave()
        assert await environment.findings() == []
    finally:
        await environment.close()
        drop_database(environment.database)


def rupiah(amount: int) -> str:
    """Return an amount in Indonesian notation: Rp11.200."""
    return f"Rp{amount:,}".replace(",", ".")
