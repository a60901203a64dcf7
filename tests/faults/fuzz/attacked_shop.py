"""A shop with other people's orders and money, which a test attacks by updates, and its checks."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator, MutableMapping, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from structlog.testing import capture_logs
from typing_extensions import override

from bot.app import Konter
from bot.domain.order import OrderState
from bot.ports.inbox import InboxUpdate
from bot.sandbox.telegram.server import ApiCall, Person, StoredFile
from bot.supplier.throttle import OrderGap
from handlers.transport.pace import Pace
from handlers.transport.rate_limiter import RateLimiter
from tests.faults.fuzz.updates import FILES, Json, KnownIds
from tests.sandbox.chat_user import PAY
from tests.sandbox.shop_environment import ShopEnvironment, open_environment

STRANGER = Person(700_000_077, "Eve", "en", "eve_sandbox")
PERSON_WITHOUT_CHAT = Person(700_000_078, "Nobody", "id")
"""Telegram has no chat with this person: every message to them is refused."""
BATCH = 60
HARMLESS_REFUSALS = (
    "query is too old",
    "message is not modified",
    "to edit not found",
    "can't be edited",
    "there is no caption",
)
"""Refusals of Telegram that do not mean an error in the message."""
NO_CHAT = "chat not found"
REPORTED_EVENTS = {"handler_failed", "update_unreadable", "updates_not_storable"}
"""The only errors that may be logged; each has a number."""

Entry = MutableMapping[str, Any]


@dataclass
class AttackedShop:
    """The shop, and everything that was logged or refused during the attack."""

    environment: ShopEnvironment
    konter: Konter
    known_ids: KnownIds
    refused: list[ApiCall] = field(default_factory=list)
    logged: Sequence[Entry] = ()
    records: list[logging.LogRecord] = field(default_factory=list)
    sent: int = 0

    async def deliver(self, updates: Iterable[Json]) -> None:
        """Deliver updates in batches, and wait until each was handled."""
        batch: list[Json] = []
        for update in updates:
            batch.append(update)
            if len(batch) == BATCH:
                await self._deliver(batch)
                batch.clear()
        await self._deliver(batch)

    async def _deliver(self, batch: Sequence[Json]) -> None:
        for update in batch:
            self.environment.telegram.inject(update)
        self.sent += len(batch)
        waiting = self.environment.telegram.updates
        try:
            await self.environment.until(
                lambda: not waiting.pending and not self.konter.receiver.backlog, seconds=60
            )
        except TimeoutError:
            raise AssertionError(
                f"stuck after {self.sent}: {len(waiting.pending)} wait at Telegram,"
                f" {self.konter.receiver.backlog} in the bot; {list(self.logged)[-3:]}"
            ) from None
        assert not await self.unhandled(), batch

    async def unhandled(self) -> list[InboxUpdate]:
        """Return the updates that the bot has not handled, once it has marked the others."""
        await self.konter.receiver._inbox.flush()
        return await self.environment.read(lambda tx: tx.inbox.pending())

    def worth(self) -> list[tuple[Any, ...]]:
        """Return every order, transfer and balance: none of it may change."""
        return worth_of(self.environment.database)

    # --- checks ---

    def unanswered(self) -> list[str]:
        """Return the ids of pressed buttons that the bot has not answered."""
        queries = self.environment.telegram.state.queries
        return [query_id for query_id, query in queries.items() if not query.is_answered]

    def errors(self) -> list[Entry]:
        """Return the log entries at level error or above."""
        return [entry for entry in self.logged if entry["log_level"] in ("error", "critical")]

    def unreported(self) -> list[Any]:
        """Return the errors that were not reported by an error handler with a number."""
        unexpected = [entry for entry in self.errors() if entry["event"] not in REPORTED_EVENTS]
        return [*unexpected, *(record.getMessage() for record in self.records)]

    def refused_calls(self) -> list[ApiCall]:
        """Return the calls that Telegram refused because of their content."""
        return [
            one
            for one in self.refused
            if not any(harmless in one.description for harmless in HARMLESS_REFUSALS)
        ]

    def note(self, call: ApiCall) -> None:
        """Keep a refused call, unless it went to a person without a chat."""
        people = {str(user_id) for user_id in self.environment.telegram.state.people}
        has_no_chat = NO_CHAT in call.description and str(call.params["chat_id"]) not in people
        if call.code not in (200, None) and not has_no_chat:
            self.refused.append(call)


@asynccontextmanager
async def attacked_shop(folder: Path) -> AsyncIterator[AttackedShop]:
    """Open a shop with orders, a top-up request and proposals, and record its errors."""
    async with open_environment(folder) as environment:
        environment.clock.move_to(12)
        environment.env["LOG_LEVEL"] = "INFO"
        konter = await environment.enter_with_goods()
        _remove_rate_limit(konter)
        environment.telegram.add_user(
            STRANGER.user_id, STRANGER.first_name, "en", STRANGER.username
        )
        for file_id in FILES:
            environment.telegram.files[file_id] = StoredFile(file_id, "x", "image/png", b"x", 9, 9)
        known_ids = await _fill(environment, konter)
        attacked = AttackedShop(environment, konter, known_ids)
        environment.telegram.on_call = attacked.note
        with capture_logs() as entries, library_errors() as records:
            attacked.logged, attacked.records = entries, records
            yield attacked


def _remove_rate_limit(konter: Konter) -> None:
    """Remove the limit on the bot's sending rate, which is not under test here."""
    limiter = konter.receiver._bot.rate_limiter
    assert isinstance(limiter, RateLimiter)
    limiter._pace = Pace(0)


async def _fill(environment: ShopEnvironment, konter: Konter) -> KnownIds:
    """Give Budi an accepted, a parked and a queued order, a top-up request and a quote.

    Sarah has bought something before.
    """
    sold = await environment.sarah.buy("081212340001")
    await environment.reaches(sold, OrderState.SUCCEEDED)
    parked = await environment.budi.buy("081212340004")
    await environment.reaches(parked, OrderState.PARKED)
    environment.supplier.delay_seconds = 100_000
    accepted = await environment.budi.buy("081212345678")
    await environment.reaches(accepted, OrderState.ACCEPTED)
    await environment.budi.say("/balance")
    await environment.budi.tap("Isi saldo")
    await environment.budi.tap("50")
    await environment.admin.say("/start")
    budi = environment.budi.user_id
    asked = await environment.admin.say(f"/credit {budi} 1000", button="Uang tunai")
    await environment.admin.tap("Uang tunai", on=asked)
    proposal = await environment.admin.sees_in(asked.message_id, "Uang tunai")
    konter.supplier._gap = OrderGap(3_600)
    queued = await environment.budi.buy("081212349999")
    quote = await environment.budi.quote("081212348888")
    _, buys = environment.budi.button(PAY, on=quote)
    _, credits_ = environment.admin.button("1", on=proposal)
    orders = [int(number[1:]) for number in (sold, parked, accepted, queued)]
    words = [data.rpartition(":")[2] for data in (buys, credits_)]
    words += [one.ref_id for one in environment.supplier.orders]
    return KnownIds(
        (*orders, *range(8), -1, 999_999, 10**17, environment.budi.user_id), tuple(words)
    )


def worth_of(database: Path) -> list[tuple[Any, ...]]:
    """Return orders, transfers and wallets of a database; accounts that never moved are left out.

    Deposits at the supplier are left out too, because they are no customer's money.
    """
    with closing(sqlite3.connect(database)) as connection:
        return [
            *connection.execute("select order_id, customer_id, state, price, ref_id from orders"),
            *connection.execute("select * from transfers where purpose <> 'deposit'"),
            *connection.execute(
                "select account_id, posted, held, credit_limit from accounts"
                " where account_id like 'wallet:%' and (posted <> 0 or held <> 0)"
            ),
        ]


class Listener(logging.Handler):
    """Keeps the records that are logged as errors."""

    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__(logging.ERROR)
        self._records = records

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)


@contextmanager
def library_errors() -> Iterator[list[logging.LogRecord]]:
    """Collect errors that libraries log, such as a failed task or an error in an error handler."""
    records: list[logging.LogRecord] = []
    listener = Listener(records)
    root = logging.getLogger()
    root.addHandler(listener)
    try:
        yield records
    finally:
        root.removeHandler(listener)
