"""The page's protocol without a browser: the state it receives, and the requests it makes."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp

from bot.sandbox.environment import SandboxEnvironment, runner_of
from bot.sandbox.page.live import LiveUpdates
from bot.sandbox.page.log import PageLog
from bot.sandbox.page.server import Page
from bot.sandbox.page.view import PageView
from bot.sandbox.run import listen
from bot.sandbox.telegram.server import BUDI

FAKE_BOT = (sys.executable, str(Path(__file__).parent / "fake_bot.py"))
Json = dict[str, Any]


class Browser:
    """One open page."""

    def __init__(
        self, session: aiohttp.ClientSession, address: str, environment: SandboxEnvironment
    ) -> None:
        """Use the page at `address`."""
        self.environment = environment
        self.address = address
        self.session = session
        self.items: Json = {}
        self.events: list[Json] = []
        self._socket: aiohttp.ClientWebSocketResponse | None = None

    async def open(self) -> None:
        """Connect, and receive the first frame."""
        self._socket = await self.session.ws_connect(f"{self.address}/live")
        await self._take()

    async def _take(self) -> None:
        assert self._socket is not None
        frame = json.loads(await self._socket.receive_str())
        for key, item in frame["items"].items():
            if item is None:
                self.items.pop(key, None)
            else:
                self.items[key] = item
        self.events += frame["events"]

    async def until(self, condition: Callable[[], Any], seconds: float = 10) -> Any:
        """Receive frames until `condition` returns something true; raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not (found := condition()):
                await self._take()
        return found

    async def act(self, act_name: str, **params: Any) -> Json:
        """Make a request of the page; return the answer."""
        async with self.session.post(f"{self.address}/actions/{act_name}", json=params) as response:
            answer: Json = await response.json()
            return answer

    async def send_file(self, content: bytes, **params: Any) -> Json:
        """Send a picture or a file to the bot; return the page's answer."""
        address = f"{self.address}/files"
        async with self.session.post(address, params=params, data=BytesIO(content)) as response:
            answer: Json = await response.json()
            return answer

    def item(self, key: str) -> Json:
        """Return an item as it was last sent, or an empty one."""
        found: Json = self.items.get(key, {})
        return found

    def messages(self, chat: int = BUDI.user_id) -> list[Json]:
        """Return a chat's messages, oldest first."""
        start = f"message/{chat}/"
        found = [item for key, item in self.items.items() if key.startswith(start)]
        return sorted(found, key=lambda message: int(message["id"]))

    def answer_to(self, query: str) -> Json | None:
        """Return the event that answers a pressed button, or None."""
        return next((event for event in self.events if event.get("query") == query), None)

    def log(self) -> list[Json]:
        """Return the log's entries, oldest first."""
        found = [item for key, item in self.items.items() if key.startswith("log/")]
        return sorted(found, key=lambda entry: int(entry["number"]))

    async def say(self, text: str) -> Json:
        """Write as Budi and return the bot's answer."""
        before = max((int(one["id"]) for one in self.messages()), default=0)
        await self.act("say", chat=BUDI.user_id, text=text)

        def answered() -> Json | None:
            new = [m for m in self.messages() if m["from_bot"] and int(m["id"]) > before]
            return new[-1] if new else None

        answer: Json = await self.until(answered)
        return answer


@asynccontextmanager
async def a_page(folder: Path, *, is_open: bool = True) -> AsyncIterator[Browser]:
    """Open a sandbox with the small bot and a page, and connect to the page."""
    environment, live = SandboxEnvironment(folder, FAKE_BOT), LiveUpdates()
    page = runner_of(
        Page(environment, live, PageView(environment, live, PageLog(), lambda _text: None)).app
    )
    await page.setup()
    try:
        address = await listen(page, 0)
        await environment.open()
        await environment.bot.has_polled.wait()
        async with aiohttp.ClientSession() as session:
            browser = Browser(session, address, environment)
            if is_open:
                await browser.open()
            yield browser
    finally:
        await environment.close(timeout_seconds=5)
        await page.cleanup()
