"""Debian's Chromium, driven by Playwright, opens the page of a real sandbox."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from bot.sandbox.environment import HOST, SandboxEnvironment, hold_port
from bot.sandbox.run import Signals, serve
from bot.sandbox.seed import fund_wallets
from storage.store import SqlStore

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = shutil.which("chromium") or ""
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1400, "height": 860}
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
"""These keep Chromium from calling its own servers; as root it needs --no-sandbox."""
PATIENCE_MS = 30_000


class QuickSandbox(SandboxEnvironment):
    """A sandbox whose supplier and bot wait for nobody."""

    def __init__(self, folder: Path, *, has_first_start: bool = False) -> None:
        super().__init__(folder, has_first_start=has_first_start)
        self.supplier.delay_seconds = 0.1

    def settings(self) -> dict[str, str]:
        return super().settings() | {
            "POLL_MIN_SECONDS": "0.2",
            "SUPPLIER_ORDER_GAP_SECONDS": "0",
            "CUSTOMER_UPDATES_PER_MINUTE": "0",
            "CUSTOMER_ORDERS_PER_MINUTE": "0",
        }


@asynccontextmanager
async def open_sandbox(
    environment: SandboxEnvironment, *, is_new_shop: bool = False
) -> AsyncIterator[str]:
    """Run a sandbox with its bot and its page, and yield the page's address."""
    signals = Signals()
    await fund_wallets(environment.database, is_new_shop=is_new_shop)
    with hold_port() as holder:
        port = holder.getsockname()[1]
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(serve(environment, port, signals))
            await environment.bot.has_polled.wait()
            await until_products(environment.database)
            try:
                yield f"http://{HOST}:{port}"
            finally:
                signals.first.set()


async def until_products(database: Path) -> None:
    """Wait until the bot has stored its first list of products."""
    store = await SqlStore.open_readonly(database)
    async with asyncio.timeout(PATIENCE_MS / 1_000):
        while await store.read(lambda tx: tx.catalogue.fetched_at()) is None:  # noqa: ASYNC110 - the bot is another process
            await asyncio.sleep(0.02)
    await store.close()


@asynccontextmanager
async def run_command(data: Path) -> AsyncIterator[str]:
    """Run `python -m bot sandbox`, and yield its address; after SIGINT it must exit with 0."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "sandbox", "--port", "8200", "--data", str(data),
        env=kept | {"PYTHONPATH": str(ROOT)}, cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            line = (await process.stdout.readline()).decode()
        match = re.search(r"http://\S+", line)
        assert match is not None, f"no address: {line!r}"
        yield match[0]
    finally:
        process.send_signal(signal.SIGINT)
        code = await process.wait()
    assert code == 0


class BrowserTab:
    """One tab. Its console errors and its requests to other hosts are collected."""

    def __init__(self, page: Page, address: str) -> None:
        """Drive `page`, which shows the sandbox at `address`."""
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda message: self._console(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._requested(request.url))

    def _console(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.complaints.append(text)

    def _requested(self, url: str) -> None:
        own = self.address.partition("//")[2]
        if not re.match(rf"(https?|wss?)://{re.escape(own)}(/|$)|data:|blob:", url):
            self.strangers.append(url)

    # --- the chat ---

    async def show_people(self) -> None:
        """Go to the list of people, which a phone shows instead of the chat."""
        back = self.page.get_by_label("Back to the list of people")
        if await back.is_visible():
            await back.click()

    async def be(self, name: str) -> None:
        """Choose a person in the list of people."""
        await self.show_people()
        await self.page.get_by_label("Who you are").get_by_text(name, exact=True).click()

    async def say(self, text: str) -> None:
        """Type a message and send it with Enter."""
        box = self.page.get_by_role("textbox", name=re.compile("^(Message|Pesan)$"))
        await box.fill(text)
        await box.press("Enter")

    async def start(self) -> None:
        """Press Start, as in a new chat."""
        await self.page.get_by_role("button", name=re.compile("^(Start|Mulai)$")).click()

    async def tap(self, label: str) -> None:
        """Press the newest button of the chat whose label matches `label` (a pattern)."""
        chat = self.page.get_by_role("log", name="Messages")
        await chat.get_by_role("button", name=re.compile(label)).last.click()

    async def sees(self, text: str) -> None:
        """Wait until a message of the chat matches `text` (a pattern)."""
        await expect(self.message(text)).to_be_visible(timeout=PATIENCE_MS)

    def message(self, text: str) -> Locator:
        """Return the newest message that matches `text`."""
        chat = self.page.get_by_role("log", name="Messages")
        return chat.get_by_role("listitem").filter(has_text=re.compile(text)).last

    # --- the side panel ---

    async def open_panel(self, tab: str) -> Locator:
        """Open a tab of the side panel and return the panel."""
        toggle = self.page.get_by_role("button", name="Controls")
        if await toggle.is_visible() and await toggle.get_attribute("aria-expanded") != "true":
            await toggle.click()
        panel = self.page.get_by_role("complementary", name="Controls")
        await panel.get_by_role("tab", name=tab).click()
        return panel

    async def close_panel(self) -> None:
        """Close the side panel where it covers the page."""
        close = self.page.get_by_role("button", name="Close", exact=True)
        if await close.is_visible():
            await close.click()

    async def press_in_panel(self, tab: str, button: str) -> None:
        """Press a button of the side panel."""
        panel = await self.open_panel(tab)
        await panel.get_by_role("button", name=button, exact=True).first.click()

    # --- measurements ---

    async def overflow(self) -> int:
        """Return by how many pixels the page is wider than the window."""
        pixels = await self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return int(pixels)

    async def depth(self) -> int:
        """Return by how many pixels the page is taller than the window, which must never scroll."""
        pixels = await self.page.evaluate("document.body.scrollHeight - document.body.clientHeight")
        return int(pixels)


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """Start Chromium and stop it at the end."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        await browser.close()
