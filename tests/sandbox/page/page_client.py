"""The page without a browser: the state that it reads, and the requests that it makes."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp

from bot.sandbox.environment import SandboxEnvironment, runner_of
from bot.sandbox.page.changes import EVERYTHING
from bot.sandbox.page.server import Page
from bot.sandbox.page.view import PageView
from bot.sandbox.run import listen
from bot.sandbox.telegram.server import BUDI, Person

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
        self.sections: Json = {}
        self.events: list[Json] = []
        self._version = EVERYTHING

    async def read(self) -> Json:
        """Read what has changed, and return the answer."""
        params = {"since": self._version}
        async with self.session.get(f"{self.address}/state", params=params) as response:
            state: Json = await response.json()
        self._version = state["version"]
        self.sections |= state["sections"]
        self.events += state["events"]
        return state

    async def until(self, condition: Callable[[], Any], seconds: float = 30) -> Any:
        """Read changes until `condition` returns something true; raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not (found := condition()):
                await self.read()
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

    def messages(self, chat: int = BUDI.user_id) -> list[Json]:
        """Return a chat's messages, oldest first."""
        found: list[Json] = self.sections[f"chat/{chat}"]
        return found

    def message(self, message_id: int) -> Json:
        """Return a message of Budi's chat."""
        return next(one for one in self.messages() if one["id"] == message_id)

    def person(self, person: Person) -> Json:
        """Return a person as the page shows them."""
        found: list[Json] = self.sections["people"]
        return next(one for one in found if one["id"] == person.user_id)

    def order(self, ref_id: str) -> Json:
        """Return an order at the supplier, or an empty one."""
        found: list[Json] = self.sections["orders"]
        return next((one for one in found if one["ref_id"] == ref_id), {})

    def answer_to(self, query: str) -> Json | None:
        """Return the event that answers a pressed button, or None."""
        return next((event for event in self.events if event.get("query") == query), None)

    def log(self) -> list[Json]:
        """Return the log's entries, oldest first."""
        found: list[Json] = self.sections["log"]
        return found

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
async def open_page(folder: Path) -> AsyncIterator[Browser]:
    """Open a sandbox with the small bot and a page, and read the page's state."""
    environment = SandboxEnvironment(folder, FAKE_BOT)
    page = runner_of(Page(environment, PageView(environment, lambda _text: None)).app)
    await page.setup()
    try:
        address = await listen(page, 0)
        await environment.open()
        await environment.bot.has_polled.wait()
        async with aiohttp.ClientSession() as session:
            browser = Browser(session, address, environment)
            await browser.read()
            yield browser
    finally:
        await environment.close(timeout_seconds=5)
        await page.cleanup()
