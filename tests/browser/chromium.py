"""A newcomer's browser: Debian's Chromium, driven by Playwright, in front of a real sandbox."""

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
"""So that Chromium itself asks nobody for anything; as root it needs --no-sandbox."""
PATIENCE_MS = 15_000


class Sandbox:
    """`python -m bot sandbox`, as a person starts it."""

    def __init__(self, process: asyncio.subprocess.Process, address: str) -> None:
        """Take a running process."""
        self.process = process
        self.address = address


@asynccontextmanager
async def a_sandbox(data: Path) -> AsyncIterator[Sandbox]:
    """Start a sandbox on a free port; it must end by Ctrl-C, quietly and with 0."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "sandbox", "--port", "8200", "--data", str(data),
        env=kept | {"PYTHONPATH": str(ROOT)}, cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            line = (await process.stdout.readline()).decode()
        found = re.search(r"http://\S+", line)
        assert found is not None, f"no address: {line!r}"
        yield Sandbox(process, found[0])
    finally:
        process.send_signal(signal.SIGINT)
        code = await process.wait()
    assert code == 0


class Newcomer:
    """One tab; whatever it logs as an error, or asks of anybody else, is kept for the end."""

    def __init__(self, page: Page, address: str) -> None:
        """Look at `address` with `page`."""
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda said: self._console(said.type, said.text))
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

    async def be(self, name: str) -> None:
        """Become somebody in the list of people."""
        back = self.page.get_by_label("Back to the list of people")
        if await back.is_visible():
            await back.click()
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
        """Press the newest button of the chat whose label holds `label`."""
        chat = self.page.get_by_role("log", name="Messages")
        await chat.get_by_role("button", name=re.compile(label)).last.click()

    async def sees(self, text: str) -> None:
        """Wait until a message of the chat holds `text` (a pattern)."""
        await expect(self.message(text)).to_be_visible(timeout=PATIENCE_MS)

    def message(self, text: str) -> Locator:
        """Return the newest message that holds `text`."""
        chat = self.page.get_by_role("log", name="Messages")
        return chat.get_by_role("listitem").filter(has_text=re.compile(text)).last

    # --- behind the counter ---

    async def counter(self, tab: str) -> Locator:
        """Open a tab of the side panel and return the panel."""
        opener = self.page.get_by_role("button", name="Behind the counter")
        if await opener.is_visible() and await opener.get_attribute("aria-expanded") != "true":
            await opener.click()
        panel = self.page.get_by_role("complementary", name="Behind the counter")
        await panel.get_by_role("tab", name=tab).click()
        return panel

    async def behind(self, tab: str, button: str) -> None:
        """Press a button of the side panel."""
        panel = await self.counter(tab)
        await panel.get_by_role("button", name=button, exact=True).first.click()

    # --- what is measured ---

    async def overflow(self) -> int:
        """Return by how many pixels the page is wider than the window."""
        wide = await self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return int(wide)

    async def depth(self) -> int:
        """Return by how many pixels the page is taller than the window, which never scrolls."""
        tall = await self.page.evaluate("document.body.scrollHeight - document.body.clientHeight")
        return int(tall)


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """Start Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        await browser.close()
