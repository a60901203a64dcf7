"""A whole shop on loopback: the ordinary bot between a pretended Telegram and supplier.

Everything goes over HTTP. The bot runs inside the test (fast) or as a process of its own, which
can be killed. Each shop is audited when its test is over.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web

from bot.app import Konter, opened
from bot.config import Settings, load_settings
from bot.domain.ledger import BANK, Account, Phase, Purpose, Transfer, wallet_of
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId, Order
from bot.ports import AuditFinding, Transaction
from bot.sandbox.supplier import EmbeddedSupplier
from bot.sandbox.telegram import ADMIN, BUDI, SARAH, ChatMessage, EmbeddedBotApi
from storage.store import SqlStore

T = TypeVar("T")

ROOT = Path(__file__).parent.parent.parent
TOKEN = "4242:whole-bot-token"
USER_ID, API_KEY = "U1", "secret-key"
FUNDS = 500_000
SENDING_LIMIT = timedelta(seconds=60)


def service(
    code: str,
    name: str,
    path: tuple[str, str, str] = ("pulsa-reguler", "TELKOMSEL", "Umum"),
    cost: int = 10_200,
    **changes: Any,
) -> dict[str, Any]:
    """Return a row of the service list as the panel writes it."""
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
"""A small shop: two taps lead to every product."""


class House:
    """The servers, and the bot between them."""

    def __init__(self, folder: Path, services: tuple[dict[str, Any], ...] = SERVICES) -> None:
        """Open nothing yet; the database lies in `folder`."""
        self.folder = folder
        self.supplier = EmbeddedSupplier(USER_ID, API_KEY, list(services), delay_seconds=0.3)
        self.telegram = EmbeddedBotApi(TOKEN)
        for person in (BUDI, SARAH, ADMIN):
            self.telegram.add_user(
                person.user_id, person.first_name, person.language_code, person.username
            )
        self.env: dict[str, str] = {}
        """The bot's settings; a test may change them before the bot starts."""
        self.process: asyncio.subprocess.Process | None = None
        self.konter: Konter | None = None
        self._inside = AsyncExitStack()
        self._runners: dict[str, web.AppRunner] = {}
        self._ports: dict[str, int] = {}

    # --- the servers ---

    async def open(self) -> None:
        """Serve both pretended neighbours, and give the customers money."""
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
            "DATABASE_URL": f"sqlite:///{self.database}",
            "SUPPLIER_TIMEOUT_SECONDS": "2",
            "SUPPLIER_ORDER_GAP_SECONDS": "0",
            "POLL_MIN_SECONDS": "0.2",
            "SUPPLIER_CALLS_PER_MINUTE": "6000",
            "HTTP_PORT": "0",
            "LOG_LEVEL": "DEBUG",
        }
        await self._fund()

    async def serve(self, name: str, app: web.Application) -> None:
        """Listen, on the same port as before if there was one."""
        runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self._ports.get(name, 0)).start()
        self._runners[name] = runner
        self._ports[name] = runner.addresses[0][1]

    @property
    def database(self) -> Path:
        """The database file."""
        return self.folder / "konter.db"

    @property
    def settings(self) -> Settings:
        """The bot's settings, read as the bot reads them."""
        return load_settings(self.env, env_file=None)

    async def _fund(self) -> None:
        store = await SqlStore.open(self.database)

        def fund(tx: Transaction) -> None:
            now = datetime.now(UTC)
            for person in (BUDI, SARAH):
                customer_id = CustomerId(person.user_id)
                names = (person.first_name, person.username or "", person.language_code)
                tx.customers.seen(customer_id, *names, now)
                tx.ledger.open_wallet(customer_id, 0)
                key = f"test:{customer_id}"
                tx.ledger.record(
                    Transfer(
                        Phase.SINGLE,
                        Purpose.CREDIT,
                        BANK,
                        wallet_of(customer_id),
                        Rupiah(FUNDS),
                        key,
                        now,
                    )
                )

        await store.write(fund)
        await store.close()

    async def close(self) -> None:
        """Stop the bot and the servers."""
        if self.process is not None and self.process.returncode is None:
            await self.kill()
        await self.leave()
        for runner in self._runners.values():
            await runner.cleanup()

    # --- the bot inside the test ---

    async def enter(self) -> Konter:
        """Start the bot in this process."""
        konter = await self._inside.enter_async_context(opened(self.settings))
        await konter.start()
        self.konter = konter
        return konter

    async def leave(self) -> None:
        """Stop the bot of this process, if it runs."""
        if self.konter is not None:
            await self.konter.stop()
            self.konter = None
        await self._inside.aclose()

    # --- the bot as a process ---

    async def start(self) -> None:
        """Start `python -m bot run` and wait until it asks Telegram for updates."""
        polls = self.telegram.updates.polls
        with (self.folder / "bot.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run",
                env=self._environment(), cwd=self.folder, stdout=log, stderr=log,
            )  # fmt: skip
        await self.until(lambda: self.telegram.updates.polls > polls, seconds=20)

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {"PYTHONPATH": str(ROOT), "PTB_TIMEDELTA": "true"} | self.env

    async def kill(self) -> None:
        """SIGKILL: nothing of the process runs any more when this returns."""
        await self._signal(signal.SIGKILL)

    async def stop(self) -> int:
        """SIGTERM; return the exit code."""
        return await self._signal(signal.SIGTERM)

    async def _signal(self, number: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return await self.process.wait()

    @property
    def log(self) -> str:
        """What the process has logged so far."""
        return (self.folder / "bot.log").read_text(encoding="utf-8")

    # --- eyes ---

    async def until(self, condition: Callable[[], bool], seconds: float = 10) -> None:
        """Wait until something in the servers is so; raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - what changes it is another process
                await asyncio.sleep(0.01)

    async def orders(self) -> list[Order]:
        """Return Budi's orders as the database has them, newest first."""
        return await self._read(lambda tx: tx.orders.history_of(CustomerId(BUDI.user_id), 100, 0))

    async def wallet(self, user_id: int = BUDI.user_id) -> Account:
        """Return a wallet as the database has it."""
        return await self._read(lambda tx: tx.ledger.account(wallet_of(CustomerId(user_id))))

    async def findings(self) -> list[AuditFinding]:
        """Return the rules of the audit that are broken."""
        now = datetime.now(UTC)
        return await self._read(lambda tx: tx.audit.findings(now, SENDING_LIMIT))

    async def _read(self, query: Callable[[Transaction], T]) -> T:
        store = await SqlStore.open_readonly(self.database)
        try:
            return await store.read(query)
        finally:
            await store.close()

    def last(self, user_id: int = BUDI.user_id) -> ChatMessage:
        """Return the newest message of a chat."""
        return self.telegram.messages(user_id)[-1]

    def texts(self, user_id: int = BUDI.user_id) -> str:
        """Return a chat's messages of the bot, one after the other."""
        return "\n---\n".join(m.text for m in self.telegram.messages(user_id) if m.is_from_bot)

    # --- hands ---

    async def say(self, text: str, user_id: int = BUDI.user_id) -> ChatMessage:
        """Write to the bot and return its answer: the newest message, once it is the bot's."""
        before = max((m.message_id for m in self.telegram.messages(user_id)), default=0)
        self.telegram.send_text(user_id, text)
        return await self.telegram.wait_for(
            user_id,
            lambda seen: bool(seen) and seen[-1].is_from_bot and seen[-1].message_id > before + 1,
        )

    async def tap(
        self, label: str, user_id: int = BUDI.user_id, *, message: ChatMessage | None = None
    ) -> str:
        """Press the first button whose label holds `label`, on the newest message that has it.

        Returns what the bot answered to the press, once it has.
        """
        message_id, data = self.button(label, user_id, message=message)
        query_id = self.telegram.press(user_id, message_id, data=data)
        return (await self.telegram.wait_answer(query_id)).text

    def button(
        self, label: str, user_id: int = BUDI.user_id, *, message: ChatMessage | None = None
    ) -> tuple[int, str]:
        """Return the message and the data of a visible button; raises AssertionError."""
        chat = self.telegram.messages(user_id) if message is None else [message]
        for one in reversed(chat):
            for button in (button for row in one.buttons for button in row):
                if re.search(label, button["text"]) and "callback_data" in button:
                    return one.message_id, button["callback_data"]
        seen = [button["text"] for one in chat for row in one.buttons for button in row]
        raise AssertionError(f"no button {label!r} for {user_id}: {seen}\n{self.texts(user_id)}")

    async def tap_and_see(self, label: str, text: str, user_id: int = BUDI.user_id) -> ChatMessage:
        """Press a button and wait for a message that holds `text`."""
        await self.tap(label, user_id)
        return await self.sees(text, user_id)

    async def sees(
        self, text: str, user_id: int = BUDI.user_id, *, seconds: float = 10
    ) -> ChatMessage:
        """Wait for a message of the bot that holds `text` (a pattern)."""

        def find(seen: list[ChatMessage]) -> ChatMessage | None:
            found = (one for one in reversed(seen) if one.is_from_bot and re.search(text, one.text))
            return next(found, None)

        return await self.telegram.wait_for(user_id, find, timeout=seconds)


@asynccontextmanager
async def a_house(
    folder: Path, services: tuple[dict[str, Any], ...] = SERVICES
) -> AsyncIterator[House]:
    """Open a house; when the test is over, the books must be right."""
    house = House(folder, services)
    await house.open()
    try:
        yield house
    finally:
        await house.close()
    assert await house.findings() == []


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
