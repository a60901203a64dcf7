"""The shop of a soak: the bot's process between the embedded Telegram and supplier."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random

from typing_extensions import override

from bot.domain.customer import TelegramId
from bot.domain.ledger import BANK, SUPPLIER_DEPOSIT, Phase, Purpose, Transfer, wallet_of
from bot.domain.money import Rupiah
from bot.ports.store import Transaction
from bot.sandbox.bot_process import LogLine
from bot.sandbox.environment import SandboxEnvironment
from bot.sandbox.supplier.faults import REFUSED_DESTINATIONS, SCENARIOS
from bot.sandbox.supplier.server import PanelOrder
from bot.sandbox.telegram.server import ADMIN
from storage.opening import open_store
from tests.bench.traffic import FIRST_CHAT
from tests.soak.bot import EVENT
from tests.telegram_server import BotApiForTests

COMMAND = (sys.executable, "-m", "tests.soak.bot")
FUNDS = Rupiah(20_000_000)
"""Of each customer."""
DEPOSIT = Rupiah(900_000_000)
"""The shop's deposit at the supplier."""
KEPT_MESSAGES = 40
"""The embedded Telegram keeps so many messages of a chat, so that it does not grow itself."""
KEPT_FILES = 200
KEPT_PURCHASES = timedelta(days=2)
"""Older rows of the supplier are set aside: they have left its list of 15 rows long ago."""
_PREFIXES = ("0812", "0813", "0821", "0822", "0852", "0853")
_TASKS = re.compile(rf"^{EVENT} tasks=(\d+)")


class SoakShop(SandboxEnvironment):
    """The servers and the bot; every address that it sells to is new."""

    def __init__(self, folder: Path, address: str, customers: int) -> None:
        """Start nothing yet. `address` is the database, as for `DATABASE_URL`."""
        super().__init__(folder, COMMAND)
        self.address = address
        self.api = BotApiForTests(self._token, clock=self.clock.time)
        self.telegram = self.api
        self._start_ids_above_earlier_runs()
        self.first_update_id = self.api.updates.next_id
        self.people = [FIRST_CHAT + number for number in range(customers)]
        for user_id in self.people:
            language = "en" if user_id % 4 == 0 else "id"
            self.api.add_user(user_id, "Budi", language, f"budi{user_id}")
        self.api.add_user(ADMIN.user_id, ADMIN.first_name, "en", ADMIN.username)
        self.api.updates.on_poll = self.bot.record_poll
        self.bot.on_line = self._read
        self.supplier.delay_seconds = 0.1
        self.supplier.deposit = int(DEPOSIT)
        self.tasks = 0
        """The tasks of the process, as it last logged."""
        self.problems: list[LogLine] = []
        """What was logged at ERROR or above."""
        self.set_aside: list[PanelOrder] = []
        self._numbers = count()

    @override
    def settings(self) -> dict[str, str]:
        return super().settings() | {
            "DATABASE_URL": self.address,
            "SUPPLIER_ORDER_GAP_SECONDS": "0",
            "SUPPLIER_CALLS_PER_MINUTE": "6000",
            "SUPPLIER_TIMEOUT_SECONDS": "2",
            "POLL_MIN_SECONDS": "0.2",
            # Sooner than the night, for an order that is being looked for lets few others be sent.
            "RECONCILE_PARK_AFTER_SECONDS": "5",
            "CUSTOMER_UPDATES_PER_MINUTE": "0",
            "CUSTOMER_ORDERS_PER_MINUTE": "0",
            "TELEGRAM_MESSAGES_PER_SECOND": "0",
        }

    def _read(self, line: LogLine) -> None:
        if (found := _TASKS.match(line.text)) is not None:
            self.tasks = int(found[1])
        elif line.level in {"error", "critical"}:
            self.problems.append(line)

    async def fund(self) -> None:
        """Create the database: every customer has money, and the deposit is noted."""
        store = await open_store(self.address)
        await store.write(self._fund)
        await store.close()

    def _fund(self, tx: Transaction) -> None:
        now = self.clock.now()
        single = Phase.SINGLE
        for user_id in self.people:
            names = ("Budi", f"budi{user_id}", "id")
            customer_id = tx.customers.seen(TelegramId(user_id), *names, now).customer_id
            tx.ledger.open_wallet(customer_id, 0)
            wallet, key = wallet_of(customer_id), f"soak:{user_id}"
            tx.ledger.record(Transfer(single, Purpose.CREDIT, BANK, wallet, FUNDS, key, now))
        tx.ledger.record(
            Transfer(single, Purpose.DEPOSIT, SUPPLIER_DEPOSIT, BANK, DEPOSIT, "soak", now)
        )

    # --- the supplier ---

    def next_number(self, rng: Random, fault_share: float) -> str:
        """Return a phone number that was never used; some make the supplier do odd things."""
        number = next(self._numbers)
        if rng.random() < fault_share:
            ending = rng.choice([*SCENARIOS, *REFUSED_DESTINATIONS])
            return f"{_PREFIXES[number // 10_000 % len(_PREFIXES)]}{number % 10_000:04}{ending}"
        return f"{rng.choice(_PREFIXES)}{number // 9_000:04}{1_000 + number % 9_000}"

    @property
    def purchases(self) -> Iterator[PanelOrder]:
        """What was really bought at the supplier, and not taken back."""
        return (one for one in (*self.set_aside, *self.supplier.orders) if not one.is_deleted)

    # --- what would grow without end ---

    def forget_old(self) -> None:
        """Drop what the embedded servers keep for their tests; nobody may be waiting for it."""
        state = self.api.state
        for chat in state.chats.values():
            for message_id in list(chat)[:-KEPT_MESSAGES]:
                del chat[message_id]
        for file_id in list(state.files)[:-KEPT_FILES]:
            del state.files[file_id]
        for query_id in list(state.queries)[:-1_000]:
            del state.queries[query_id]
        self.api.forget_sent()
        since = self.clock.time() - KEPT_PURCHASES.total_seconds()
        old = [one for one in self.supplier.orders if one.created_at < since]
        self.set_aside += old
        self.supplier.orders = [one for one in self.supplier.orders if one.created_at >= since]
