"""How long an answer takes: on an idle bot, under load, beside notices, and beside a flood."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.customer import TelegramId
from bot.domain.notice import NoticeKind
from bot.ports.store import Transaction
from bot.services.notices.enqueue import add_notice
from storage.store import SqlStore
from tests.bench.bot_api import Planned
from tests.bench.orders import confirmation, quoted, until_vouchers
from tests.bench.plan import Bench
from tests.bench.results import Row, at_most, percentile
from tests.bench.rig import Rig
from tests.bench.running import RunningShop, running_echo, running_shop
from tests.bench.sides import Side, database_in
from tests.bench.traffic import CHATS, FIRST_CHAT, Kind, Traffic

LOAD_ROWS = {"p99": Row("p99 at 100 of the mix a second, sends of 50 ms", "ms", at_most(1.5))}
IDLE_ROWS = {
    "idle": Row("one update on an idle bot", "ms", at_most(1.2)),
    "calm": Row("processor time of one /help at 20 a second", "ms"),
}
NOTICE_ROWS = {
    "notices": Row("p99 of an answer while 4,000 notices wait, 28 a second", "ms", at_most(5)),
    "voucher": Row("slowest of 10 vouchers while 4,000 notices wait", "ms"),
}
FLOOD_ROWS = {
    "flood": Row("p99 of the others while one chat floods", "ms", at_most(1.3)),
    "refused": Row("p99 of the others while one chat is refused with 429", "ms", at_most(1.3)),
}
SEND_SECONDS = 0.05
PER_SECOND = 100
IDLE_UPDATES, IDLE_PAUSE_SECONDS = 60, 0.05
NOTICES = 4_000
CALM_PER_SECOND, CALM_UPDATES, SETTLE_SECONDS = 20, 100, 0.5
PACED_CHATS = 40
"""At 28 messages a second not every chat can write first."""
ANSWERS_PER_SECOND = 5
VOUCHERS = 10
OTHERS_PER_SECOND, FLOOD_PER_SECOND, REFUSED_PER_SECOND = 50, 100, 2
LAST_CHAT = FIRST_CHAT + CHATS - 1
"""The chat that floods, or is refused; the others do not use it."""


async def measure_under_load(bench: Bench) -> None:
    """Compare the mix at an even pace with PTB that handles 256 updates at once."""
    wanted = bench.wanted(LOAD_ROWS)
    for _ in range(bench.rounds if wanted else 0):
        async with running_echo(bench, 256) as (rig, echo), running_shop(bench) as one:
            rig.api.delay_seconds = one.rig.api.delay_seconds = SEND_SECONDS
            count = int(PER_SECOND * bench.seconds)
            theirs = await rig.waits(echo, one.traffic.burst(Kind.MIX, count), PER_SECOND)
            updates = one.traffic.burst(Kind.MIX, count)
            ours = await one.rig.waits(one.side, updates, PER_SECOND)
            _note(bench, "p99", wanted["p99"], ours, theirs)


async def measure_idle(bench: Bench) -> None:
    """Compare single /help commands, each long after the one before."""
    wanted = bench.wanted(IDLE_ROWS)
    for _ in range(bench.rounds if wanted else 0):
        async with running_echo(bench) as (rig, echo), running_shop(bench) as one:
            for key, row in wanted.items():
                measure = _idle_wait if key == "idle" else _calm_cpu
                theirs = await measure(rig, echo, one.traffic)
                ours = await measure(one.rig, one.side, one.traffic)
                row.add(ours, theirs)
                bench.report(f"{key}: {ours:.2f} ms, echo {theirs:.2f} ms")


async def _idle_wait(rig: Rig, side: Side, traffic: Traffic) -> float:
    """Return the median wait for an answer in milliseconds."""
    updates = traffic.burst(Kind.HELP, IDLE_UPDATES)
    return statistics.median(await rig.waits_one_by_one(side, updates, IDLE_PAUSE_SECONDS)) * 1_000


async def _calm_cpu(rig: Rig, side: Side, traffic: Traffic) -> float:
    """Return the milliseconds of processor time that one update takes."""
    before = side.cpu_seconds
    await rig.waits(side, traffic.burst(Kind.HELP, CALM_UPDATES), CALM_PER_SECOND)
    await asyncio.sleep(SETTLE_SECONDS)
    return (side.cpu_seconds - before) / CALM_UPDATES * 1_000


async def measure_beside_notices(bench: Bench) -> None:
    """Compare answers, at the usual pace to Telegram, with and without waiting notices."""
    wanted = bench.wanted(NOTICE_ROWS)
    if wanted:
        # Screens are looked up without a pace.
        async with running_shop(bench):
            pass
    for _ in range(bench.rounds if wanted else 0):
        async with running_paced(bench, notices=0) as one:
            theirs, their_vouchers = await _paced_waits(bench, one)
        async with running_paced(bench, notices=NOTICES) as one:
            ours, our_vouchers = await _paced_waits(bench, one)
            sent = one.rig.api.calls["sendMessage"]
        if "notices" in wanted:
            _note(bench, "notices", wanted["notices"], ours, theirs)
        if "voucher" in wanted:
            slowest = max(our_vouchers) * 1_000, max(their_vouchers) * 1_000
            wanted["voucher"].add(*slowest)
            bench.report(
                f"voucher: {slowest[0]:.0f} ms, {slowest[1]:.0f} ms without notices; "
                f"{sent} messages sent in all"
            )


def running_paced(bench: Bench, notices: int) -> AbstractAsyncContextManager[RunningShop]:
    """Run the whole bot at 28 messages a second with notices in its outbox."""

    async def fill(folder: Path) -> None:
        await fill_outbox(folder, notices)

    return running_shop(bench, chats=PACED_CHATS, fill=fill, TELEGRAM_MESSAGES_PER_SECOND="28")


async def _paced_waits(bench: Bench, one: RunningShop) -> tuple[list[float], list[float]]:
    """Return the waits for answers, and those for vouchers of orders made at the same time."""
    orders = await quoted(
        one.rig, one.side, one.traffic, one.product_id,
        series=bench.next_series(), chats=VOUCHERS,
    )  # fmt: skip
    count = int(ANSWERS_PER_SECOND * bench.seconds)
    chats = range(FIRST_CHAT + VOUCHERS, FIRST_CHAT + PACED_CHATS)
    updates = [one.traffic.one(Kind.MIX, chats[n % len(chats)]) for n in range(count)]
    waiting = asyncio.create_task(one.rig.waits(one.side, updates, ANSWERS_PER_SECOND))
    presses = one.rig.api.prepare(
        confirmation(one.traffic, orders, chat) for chat in orders.screens
    )
    for press in presses:
        orders.pressed_at[press.chat_id] = time.perf_counter()
        one.rig.api.give([press], is_expected=False)
        await asyncio.sleep(bench.seconds / VOUCHERS)
    waits = await waiting
    await until_vouchers(one.side, orders)
    return waits, orders.seconds


async def fill_outbox(folder: Path, notices: int) -> None:
    """Write notices that wait, each to a person of its own."""
    store = await SqlStore.open(database_in(folder))
    now = datetime.now(UTC)

    def fill(tx: Transaction) -> None:
        for number in range(notices):
            chat_id = TelegramId(FIRST_CHAT + CHATS + number)
            tx.customers.seen(chat_id, "Siti", f"siti{chat_id}", "id", now)
            add_notice(tx, chat_id, NoticeKind.REOPENED, f"bench:{number}", now)

    await store.write(fill)
    await store.close()


async def measure_beside_a_flood(bench: Bench) -> None:
    """Compare the answers to the others while one chat floods, or is refused, with neither."""
    wanted = bench.wanted(FLOOD_ROWS)
    for _ in range(bench.rounds if wanted else 0):
        async with running_shop(bench, CUSTOMER_UPDATES_PER_MINUTE="60") as one:
            one.rig.api.delay_seconds = SEND_SECONDS
            theirs = await _waits_of_others(bench, one)
            if "flood" in wanted:
                ours = await _waits_of_others(bench, one, FLOOD_PER_SECOND)
                _note(bench, "flood", wanted["flood"], ours, theirs)
            if "refused" in wanted:
                one.rig.api.refused_chats = {LAST_CHAT}
                ours = await _waits_of_others(bench, one, REFUSED_PER_SECOND)
                _note(bench, "refused", wanted["refused"], ours, theirs)


async def _waits_of_others(
    bench: Bench, one: RunningShop, per_second_of_one: float = 0
) -> list[float]:
    """Return the waits of all chats but the last, which sends `per_second_of_one` meanwhile."""
    updates = one.traffic.burst(Kind.MIX, int(OTHERS_PER_SECOND * bench.seconds), CHATS - 1)
    count = int(per_second_of_one * bench.seconds)
    flood = one.rig.api.prepare(one.traffic.one(Kind.HELP, LAST_CHAT) for _ in range(count))
    flooding = asyncio.create_task(_flood(one.rig, flood, per_second_of_one))
    waits = await one.rig.waits(one.side, updates, OTHERS_PER_SECOND)
    await flooding
    return waits


async def _flood(rig: Rig, updates: Sequence[Planned], per_second: float) -> None:
    """Give updates that nobody waits for."""
    for planned in updates:
        rig.api.give([planned], is_expected=False)
        await asyncio.sleep(1 / per_second)


def _note(bench: Bench, key: str, row: Row, ours: list[float], theirs: list[float]) -> None:
    mine, other = percentile(ours, 0.99) * 1_000, percentile(theirs, 0.99) * 1_000
    row.add(mine, other)
    bench.report(
        f"{key}: p99 {mine:.1f} ms against {other:.1f} ms; medians "
        f"{statistics.median(ours) * 1_000:.1f} and {statistics.median(theirs) * 1_000:.1f} ms; "
        f"longest {max(ours) * 1_000:.0f} and {max(theirs) * 1_000:.0f} ms"
    )
