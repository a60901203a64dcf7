"""A browser on a fresh sandbox: no console errors, and no requests to other hosts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.clock import load_ahead
from storage.store import SqlStore
from tests.browser.chromium import CHROMIUM, DESKTOP, BrowserTab, a_browser, a_sandbox
from tests.skipping import skip_for

SENDING_LIMIT = timedelta(seconds=60)
Opener = Callable[..., Coroutine[Any, Any, BrowserTab]]


@pytest.fixture
async def newcomer(tmp_path: Path) -> AsyncIterator[Opener]:
    """A function that opens a tab; afterwards consoles must be empty and the books right."""
    if not CHROMIUM:
        skip_for("needs Debian's chromium: apt install chromium")
    tabs: list[BrowserTab] = []
    async with a_sandbox(tmp_path) as sandbox, a_browser() as browser:

        async def open_tab(viewport: dict[str, int] | None = None) -> BrowserTab:
            page = await browser.new_page(viewport=viewport or DESKTOP)  # type: ignore[arg-type]
            tab = BrowserTab(page, sandbox.address)
            tabs.append(tab)
            await page.goto(sandbox.address)
            return tab

        yield open_tab
    assert [line for tab in tabs for line in tab.complaints] == []
    assert [url for tab in tabs for url in tab.strangers] == []
    store = await SqlStore.open_readonly(tmp_path / "sandbox.db")
    now = datetime.now(UTC) + load_ahead(tmp_path / "clock.json")
    findings = await store.read(lambda tx: tx.audit.findings(now, SENDING_LIMIT))
    await store.close()
    assert findings == []
