"""The command `python -m bot sandbox`: start, wait for Ctrl-C, shut down in order."""

from __future__ import annotations

import asyncio
import signal
import sys
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path

from aiohttp import web

from bot.domain.errors import StoreError
from bot.sandbox.environment import HOST, SandboxEnvironment, runner_of
from bot.sandbox.page.server import Page
from bot.sandbox.page.view import PageView
from bot.sandbox.seed import fund_wallets

PORTS_TRIED = 20
"""How many ports are tried, from the one that was asked for."""
LAST_PORT = 65_535
FIRST_POLL_SECONDS = 20.0
"""How long to wait for the bot's first poll before the address is printed."""
BOT_EXIT_SECONDS = 5.0
"""How long the bot may take to exit before it is killed."""
TICK_SECONDS = 0.5
CANNOT_START = 1


class CannotStartError(Exception):
    """The sandbox cannot start; the message says what the user can do."""


async def run_sandbox(port: int, data: Path | None, *, first_start: bool = False) -> int:
    """Run the sandbox until Ctrl-C or SIGTERM; return the exit code.

    The page is on `port`, or the next free one. The database, the supplier's orders and the
    clock's offset are kept in the folder `data`, or in a temporary folder when it is None. Chats
    are kept in memory only. With `first_start` the shop is new, and closed until its owner has set
    it up in chat.
    """
    signals = Signals()
    with ExitStack() as stack:
        if data is None:
            data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="konter-")))
        try:
            environment = await prepare_environment(data.resolve(), first_start=first_start)
            await serve(environment, port, signals)
        except CannotStartError as error:
            say(str(error))
            return CANNOT_START
    return 0


async def prepare_environment(folder: Path, *, first_start: bool = False) -> SandboxEnvironment:
    """Return an environment whose customers have money; raises CannotStartError."""
    if (folder / ".env").exists():
        raise CannotStartError(
            f"{folder} holds an .env, and the sandbox takes no settings: choose another --data."
        )
    environment = SandboxEnvironment(folder, has_first_start=first_start)
    try:
        now = environment.clock.now()
        await fund_wallets(environment.database, now, is_new_shop=first_start)
    except (StoreError, OSError) as error:
        raise CannotStartError(f"{environment.database} cannot be used: {error}") from error
    return environment


async def serve(environment: SandboxEnvironment, port: int, signals: Signals) -> None:
    """Start servers, bot and page, print the page's address, wait for a signal, and stop them."""
    page = runner_of(Page(environment, PageView(environment, say)).app)
    ticking = asyncio.create_task(tick(environment))
    try:
        await page.setup()
        address = await listen(page, port)
        await environment.open()
        await wait_for_first_poll(environment, signals)
        if not signals.first.is_set():
            print(f"Konter's sandbox is open: {address} (Ctrl-C ends it)", flush=True)  # noqa: T201
        await signals.first.wait()
    finally:
        ticking.cancel()
        await close(environment, page, signals)


async def close(environment: SandboxEnvironment, page: web.AppRunner, signals: Signals) -> None:
    """Stop bot, servers and page; a second signal kills the bot at once."""
    closing = asyncio.create_task(environment.close(BOT_EXIT_SECONDS))
    second_signal = asyncio.create_task(signals.second.wait())
    await asyncio.wait({closing, second_signal}, return_when=asyncio.FIRST_COMPLETED)
    second_signal.cancel()
    if not closing.done():
        environment.bot.kill_without_restart()
    await closing
    await page.cleanup()


async def wait_for_first_poll(environment: SandboxEnvironment, signals: Signals) -> None:
    """Wait until the bot polls Telegram, a signal arrives, or 20 seconds have passed."""
    waiting = {
        asyncio.create_task(environment.bot.has_polled.wait()),
        asyncio.create_task(signals.first.wait()),
    }
    await asyncio.wait(waiting, timeout=FIRST_POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    for one in waiting:
        one.cancel()


async def listen(page: web.AppRunner, port: int) -> str:
    """Serve the page on `port` or the next free one of 20; return its address.

    Raises CannotStartError.
    """
    last = min(port + PORTS_TRIED - 1, LAST_PORT)
    for candidate in range(port, last + 1):
        try:
            await web.TCPSite(page, HOST, candidate).start()
        except OSError:
            continue
        return f"http://{HOST}:{page.addresses[0][1]}"
    raise CannotStartError(f"No port from {port} to {last} is free: give --port.")


async def tick(environment: SandboxEnvironment) -> None:
    """Finish due orders of the supplier and save its state, twice a second."""
    while True:
        await asyncio.sleep(TICK_SECONDS)
        environment.supplier.finish_due_orders()
        with suppress(OSError):
            environment.supplier_file.save()


class Signals:
    """SIGINT and SIGTERM: the first one stops the sandbox, the second one kills the bot too."""

    def __init__(self) -> None:
        """Replace Python's handlers on the running loop."""
        self.first = asyncio.Event()
        self.second = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self._receive)

    def _receive(self) -> None:
        (self.second if self.first.is_set() else self.first).set()


def say(text: str) -> None:
    """Print a line to standard error."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - a command speaks to a person
