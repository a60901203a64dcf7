"""`python -m bot sandbox`: everything in its order, until Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
import sys
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path

from aiohttp import web

from bot.domain.errors import StoreError
from bot.sandbox.environment import HOST, House, runner_of
from bot.sandbox.page.live import Live
from bot.sandbox.page.log import PageLog
from bot.sandbox.page.server import Page
from bot.sandbox.page.view import View
from bot.sandbox.seed import give_money

PORTS_TRIED = 20
LAST_PORT = 65_535
FIRST_POLL_SECONDS = 20.0
PATIENCE_SECONDS = 5.0
"""How long the bot may take to end by itself."""
TICK_SECONDS = 0.5
CANNOT_START = 1


class CannotStartError(Exception):
    """The sandbox cannot start; the message tells the person at the console what to do."""


async def run_sandbox(port: int, data: Path | None) -> int:
    """Run the sandbox until Ctrl-C or SIGTERM; return the exit code.

    The page is on `port`, or the next free one. The database and the supplier's orders are kept
    in `data`; without it in a folder that is gone at the end. Chats are in memory either way.
    """
    signals = Signals()
    with ExitStack() as stack:
        if data is None:
            data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="konter-")))
        try:
            house = await prepared_house(data.resolve())
            await serve(house, port, signals)
        except CannotStartError as error:
            say(str(error))
            return CANNOT_START
    return 0


async def prepared_house(folder: Path) -> House:
    """Return a house whose customers have money; raises CannotStartError."""
    if (folder / ".env").exists():
        raise CannotStartError(
            f"{folder} holds an .env, and the sandbox takes no settings: choose another --data."
        )
    house = House(folder)
    try:
        await give_money(house.database, house.clock.now())
    except (StoreError, OSError) as error:
        raise CannotStartError(f"{house.database} cannot be used: {error}") from error
    return house


async def serve(house: House, port: int, signals: Signals) -> None:
    """Open the house and its page, tell the address, wait for a signal, and close everything."""
    live = Live()
    view = View(house, live, PageLog(), say)
    page = runner_of(Page(house, live, view).app)
    ticking = asyncio.create_task(tick(house))
    try:
        await page.setup()
        address = await listen(page, port)
        await house.open()
        await first_poll(house, signals)
        if not signals.first.is_set():
            print(f"Konter's sandbox is open: {address} (Ctrl-C ends it)", flush=True)  # noqa: T201
        await signals.first.wait()
    finally:
        ticking.cancel()
        await close(house, page, signals)


async def close(house: House, page: web.AppRunner, signals: Signals) -> None:
    """End everything; a second Ctrl-C hurries."""
    closing = asyncio.create_task(house.close(PATIENCE_SECONDS))
    hurrying = asyncio.create_task(signals.second.wait())
    await asyncio.wait({closing, hurrying}, return_when=asyncio.FIRST_COMPLETED)
    hurrying.cancel()
    if not closing.done():
        house.bot.kill_for_good()
    await closing
    await page.cleanup()


async def first_poll(house: House, signals: Signals) -> None:
    """Wait until the bot listens, or somebody ends it, or it is plain that it will not."""
    waiting = {
        asyncio.create_task(house.bot.greeting.wait()),
        asyncio.create_task(signals.first.wait()),
    }
    await asyncio.wait(waiting, timeout=FIRST_POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    for one in waiting:
        one.cancel()


async def listen(page: web.AppRunner, port: int) -> str:
    """Serve the page on `port` or the next free one; return its address."""
    last = min(port + PORTS_TRIED - 1, LAST_PORT)
    for candidate in range(port, last + 1):
        try:
            await web.TCPSite(page, HOST, candidate).start()
        except OSError:
            continue
        return f"http://{HOST}:{page.addresses[0][1]}"
    raise CannotStartError(f"No port from {port} to {last} is free: give --port.")


async def tick(house: House) -> None:
    """Finish the supplier's orders in their time, also when nobody asks, and keep them."""
    while True:
        await asyncio.sleep(TICK_SECONDS)
        house.supplier.let_time_pass()
        with suppress(OSError):
            house.memory.keep()


class Signals:
    """SIGINT and SIGTERM: the first asks for the end, the second for it at once."""

    def __init__(self) -> None:
        """Take the signals over from Python."""
        self.first = asyncio.Event()
        self.second = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self._came)

    def _came(self) -> None:
        (self.second if self.first.is_set() else self.first).set()


def say(text: str) -> None:
    """Tell the person at the console."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - a command speaks to a person
