"""Tabs on a sandbox that the tests share: no console errors, and no requests to other hosts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from bot.ports.store import Transaction
from bot.sandbox.clock import load_ahead
from storage.store import SqlStore
from tests.browser.chromium import (
    CHROMIUM,
    DESKTOP,
    BrowserTab,
    QuickSandbox,
    a_browser,
    open_sandbox,
    run_command,
    until_products,
)
from tests.skipping import skip_for

SENDING_LIMIT = timedelta(seconds=60)
SETTLING_SECONDS = 40
Opener = Callable[..., Coroutine[Any, Any, BrowserTab]]


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def chromium() -> AsyncIterator[Browser]:
    """The browser; every tab has its own storage."""
    if not CHROMIUM:
        skip_for("needs Debian's chromium: apt install chromium")
    async with a_browser() as browser:
        yield browser


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def shared_sandbox(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[QuickSandbox, str]]:
    """A sandbox and its address."""
    environment = QuickSandbox(tmp_path_factory.mktemp("sandbox"))
    async with open_sandbox(environment) as address:
        yield environment, address


@pytest_asyncio.fixture(loop_scope="package")
async def visitor(
    chromium: Browser, shared_sandbox: tuple[QuickSandbox, str]
) -> AsyncIterator[Opener]:
    """A function that opens a tab: all chats are empty, but the bot knows its customers."""
    environment, address = shared_sandbox
    await environment.reset_servers()
    async with open_tabs(chromium, address, environment.folder) as open_tab:
        yield open_tab
        await until_fetched(environment)


@pytest_asyncio.fixture(loop_scope="package")
async def newcomer(
    chromium: Browser, shared_sandbox: tuple[QuickSandbox, str]
) -> AsyncIterator[Opener]:
    """A function that opens a tab: nothing has ever been ordered, and the time is now."""
    environment, address = shared_sandbox
    environment.bot.kill_without_restart()
    await environment.reset()
    await until_products(environment.database)
    async with open_tabs(chromium, address, environment.folder) as open_tab:
        yield open_tab
        await until_fetched(environment)


@pytest_asyncio.fixture(loop_scope="package")
async def command(chromium: Browser, tmp_path: Path) -> AsyncIterator[Opener]:
    """A function that opens a tab on a sandbox that was started on the command line."""
    async with (
        run_command(tmp_path) as address,
        open_tabs(chromium, address, tmp_path) as open_tab,
    ):
        yield open_tab


@pytest_asyncio.fixture(loop_scope="package")
async def new_shop(chromium: Browser, tmp_path: Path) -> AsyncIterator[tuple[QuickSandbox, Opener]]:
    """A sandbox whose shop its owner has not opened yet, and a function that opens a tab."""
    environment = QuickSandbox(tmp_path, has_first_start=True)
    async with (
        open_sandbox(environment, is_new_shop=True) as address,
        open_tabs(chromium, address, tmp_path) as open_tab,
    ):
        yield environment, open_tab
        await until_fetched(environment)


@asynccontextmanager
async def open_tabs(browser: Browser, address: str, folder: Path) -> AsyncIterator[Opener]:
    """Yield a function that opens a tab; afterwards consoles must be empty and the books right."""
    tabs: list[BrowserTab] = []

    async def open_tab(viewport: dict[str, int] | None = None) -> BrowserTab:
        page = await browser.new_page(
            viewport=viewport or DESKTOP,  # type: ignore[arg-type]
            reduced_motion="reduce",
        )
        tab = BrowserTab(page, address)
        tabs.append(tab)
        await page.goto(address)
        return tab

    try:
        yield open_tab
    finally:
        for tab in tabs:
            await tab.page.close()
    assert [line for tab in tabs for line in tab.complaints] == []
    assert [url for tab in tabs for url in tab.strangers] == []
    store = await SqlStore.open_readonly(folder / "sandbox.db")
    async with asyncio.timeout(SETTLING_SECONDS):
        while not await store.read(is_settled):  # noqa: ASYNC110 - the bot is another process
            await asyncio.sleep(0.05)
    now = datetime.now(UTC) + load_ahead(folder / "clock.json")
    findings = await store.read(lambda tx: tx.audit.findings(now, SENDING_LIMIT))
    await store.close()
    assert findings == []


async def until_fetched(environment: QuickSandbox) -> None:
    """Wait until the bot has stored every update, so that no answer comes into the next test."""
    async with asyncio.timeout(SETTLING_SECONDS):
        while environment.telegram.updates.pending:
            await environment.telegram.state.change_signal.wait()


def is_settled(tx: Transaction) -> bool:
    """Return whether the bot has handled every update and sent every notice."""
    return not tx.inbox.pending() and tx.outbox.backlog() == 0
