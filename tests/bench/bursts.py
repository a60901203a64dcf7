"""Bursts: how many updates a second the whole bot answers, beside an echo of a library."""

from __future__ import annotations

from contextlib import AsyncExitStack

from tests.bench.orders import order_burst
from tests.bench.panel import LARGE
from tests.bench.plan import Bench
from tests.bench.results import Bound, Row, at_least, at_most
from tests.bench.rig import Burst, Rig
from tests.bench.running import running_echo, running_shop
from tests.bench.sides import Side, aiogram_echo, ptb_echo
from tests.bench.traffic import Kind, Traffic

BURST_ROWS = {
    "help": Row("/help", "/s", at_least(1.3)),
    "balance": Row("/balance", "/s", at_least(1.3)),
    "order": Row("/order", "/s", at_least(1.3)),
    "press": Row("button press while browsing", "/s", at_least(1.0)),
    "mix": Row("a mix of all", "/s", at_least(1.0)),
    "number": Row("typed number", "/s", at_least(0.8)),
    "words": Row("typed words", "/s", at_least(0.8)),
    "whole-order": Row("whole order, confirm to voucher", "/s", at_least(0.2)),
}
LARGE_ROWS = {
    "press-20k": Row("button press with 20,000 services", "/s"),
    "number-20k": Row("typed number with 20,000 services", "/s", at_least(0.4)),
    "words-20k": Row("typed words with 20,000 services", "/s", at_least(0.4)),
}
OTHER_ROWS = {
    "ptb-256": Row("the mix, against PTB with 256 at once", "/s", at_least(6)),
    "aiogram": Row("the mix, against aiogram's echo", "/s"),
}
ORDER_ROWS = {
    "in-order": Row(
        "order inside a chat: updates answered before an earlier one, of 5,000",
        "",
        Bound(0, is_of_ratio=False),
    ),
}
FSYNC_ROWS = {"fsync": Row("the mix, 2 ms added per fsync, against none", "/s", at_least(0.8))}
MEMORY_ROWS = {"memory": Row("resident memory after the mix, against PTB", "MB", at_most(1.8))}
COMMANDS = (Kind.HELP, Kind.BALANCE, Kind.ORDER)
SHORT = 0.4
"""The share of a command's burst that the other bursts have, and those of the echoes."""
MEMORY_ROUNDS = 3
IN_ORDER_UPDATES, IN_ORDER_CHATS = 5_000, 50


async def measure_bursts(bench: Bench) -> None:
    """Fill the rows with the usual service list: each burst between two of the echo."""
    wanted = bench.wanted(BURST_ROWS)
    for _ in range(bench.rounds if wanted else 0):
        async with AsyncExitStack() as stack:
            echo_rig, echo = await stack.enter_async_context(running_echo(bench))
            one = await stack.enter_async_context(running_shop(bench))
            before = await _echo_burst(bench, echo_rig, echo)
            for key, row in wanted.items():
                if key == "whole-order":
                    ours = await order_burst(
                        one.rig, one.side, one.traffic, one.product_id, series=bench.next_series()
                    )
                else:
                    share = 1 if key in COMMANDS else SHORT
                    ours = await one.burst(Kind(key), int(bench.updates * share))
                after = await _echo_burst(bench, echo_rig, echo)
                _note(bench, key, row, ours, before + after)
                before = after


async def measure_large(bench: Bench) -> None:
    """Fill the rows with a service list of 20,000."""
    wanted = bench.wanted(LARGE_ROWS)
    for _ in range(bench.rounds if wanted else 0):
        async with AsyncExitStack() as stack:
            echo_rig, echo = await stack.enter_async_context(running_echo(bench))
            one = await stack.enter_async_context(running_shop(bench, LARGE))
            before = await _echo_burst(bench, echo_rig, echo)
            for key, row in wanted.items():
                kind, count = Kind(key.removesuffix("-20k")), int(bench.updates * SHORT)
                ours = await one.burst(kind, count)
                after = await _echo_burst(bench, echo_rig, echo)
                _note(bench, key, row, ours, before + after)
                before = after


async def measure_others(bench: Bench) -> None:
    """Fill the rows that compare the mix with PTB's 256 at once, and with aiogram."""
    wanted = bench.wanted(OTHER_ROWS)
    for _ in range(bench.rounds if wanted else 0):
        async with running_shop(bench) as one:
            count = int(bench.updates * SHORT)
            for key, row in wanted.items():
                async with bench.rig() as rig:
                    api, folder = rig.api.server.root, rig.new_folder()
                    side = ptb_echo(api, folder, 256) if key == "ptb-256" else None
                    side = side or aiogram_echo(api, folder)
                    if side is None:
                        row.note = "not measured: its environment could not be made"
                        continue
                    async with rig.running(side):
                        await rig.warm_up(side)
                        updates = one.traffic.burst(Kind.MIX, count)
                        theirs = await rig.burst(side, updates)
                _note(bench, key, row, await one.burst(Kind.MIX, count), theirs)


async def measure_order_in_chats(bench: Bench) -> None:
    """Give 50 chats a hundred updates each at once, presses and texts mixed."""
    wanted = bench.wanted(ORDER_ROWS)
    if wanted:
        async with running_shop(bench) as one:
            updates = one.traffic.burst(Kind.MIX, IN_ORDER_UPDATES, IN_ORDER_CHATS)
            found = await one.rig.burst(one.side, updates)
            wanted["in-order"].add(found.inversions)
            bench.report(f"in-order: {found.inversions} inversions, {found.rate:.0f}/s")


async def measure_slow_disk(bench: Bench) -> None:
    """Compare the mix with and without 2 ms more for each commit."""
    wanted = bench.wanted(FSYNC_ROWS)
    for _ in range(bench.rounds if wanted else 0):
        async with (
            running_shop(bench) as usual,
            running_shop(bench, hooks="slow-fsync") as slow,
        ):
            count = int(bench.updates * SHORT)
            before = await usual.burst(Kind.MIX, count // 2)
            ours = await slow.burst(Kind.MIX, count)
            after = await usual.burst(Kind.MIX, count // 2)
            theirs = before + after
            wanted["fsync"].add(ours.rate, theirs.rate)
            bench.report(f"fsync: {ours.rate:.0f}/s, {theirs.rate:.0f}/s on the usual disk")


async def measure_memory(bench: Bench) -> None:
    """Compare the resident memory after a burst of the mix."""
    wanted = bench.wanted(MEMORY_ROWS)
    for _ in range(min(bench.rounds, MEMORY_ROUNDS) if wanted else 0):
        async with running_echo(bench) as (rig, echo), running_shop(bench) as one:
            count = int(bench.updates * SHORT)
            await rig.burst(echo, one.traffic.burst(Kind.MIX, count))
            await one.burst(Kind.MIX, count)
            wanted["memory"].add(one.side.resident_megabytes, echo.resident_megabytes)
            bench.report(
                f"memory: {one.side.resident_megabytes:.0f} MB, echo {echo.resident_megabytes:.0f}"
            )


async def _echo_burst(bench: Bench, rig: Rig, side: Side) -> Burst:
    """Return the echo's figures; it is given /help, and sends it back."""
    traffic = Traffic([], bench.seed)
    return await rig.burst(side, traffic.burst(Kind.HELP, int(bench.updates * SHORT)))


def _note(bench: Bench, key: str, row: Row, ours: Burst, theirs: Burst) -> None:
    row.add(ours.rate, theirs.rate)
    row.our_cpu.append(ours.cpu_milliseconds)
    row.their_cpu.append(theirs.cpu_milliseconds)
    bench.report(
        f"{key}: {ours.rate:.0f}/s, {ours.cpu_milliseconds:.2f} ms CPU; "
        f"echo {theirs.rate:.0f}/s, {theirs.cpu_milliseconds:.2f} ms; "
        f"{ours.rate / theirs.rate:.2f} ×, "
        f"by CPU {theirs.cpu_milliseconds / ours.cpu_milliseconds:.2f} ×; "
        f"load {ours.load_share:.0%} of its core; "
        f"calls {sum(ours.calls.values()) / ours.updates:.2f}, inversions {ours.inversions}"
    )
