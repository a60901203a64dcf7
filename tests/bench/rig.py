"""One side at a time between the load servers: start it, give it updates, measure."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.bot_api import Json, LoadBotApi, Planned, markup_of
from tests.bench.panel import LoadPanel
from tests.bench.sides import Side
from tests.bench.traffic import CHATS, FIRST_CHAT, SCOUT, Screen, Traffic

START_SECONDS = 60.0
STALLED_SECONDS = 180.0
"""A burst without a new answer for this long has failed."""
_OPENS = 40
"""How many buttons of the catalogue are looked up for browsing."""
_OPEN, _PICK = "1:c:", "1:p:"


@dataclass(frozen=True, slots=True)
class Burst:
    """The figures of one burst."""

    updates: int
    seconds: float
    cpu_seconds: float
    """Of the side."""
    load_cpu_seconds: float
    """Of the servers."""
    inversions: int
    calls: dict[str, int]

    def __add__(self, other: Burst) -> Burst:
        """Return both as one burst."""
        return Burst(
            self.updates + other.updates,
            self.seconds + other.seconds,
            self.cpu_seconds + other.cpu_seconds,
            self.load_cpu_seconds + other.load_cpu_seconds,
            self.inversions + other.inversions,
            self.calls | other.calls,
        )

    @property
    def rate(self) -> float:
        """Updates a second."""
        return self.updates / self.seconds

    @property
    def cpu_milliseconds(self) -> float:
        """The side's processor time for one update."""
        return self.cpu_seconds / self.updates * 1_000

    @property
    def load_share(self) -> float:
        """The share of its core that the load used."""
        return self.load_cpu_seconds / self.seconds


class Rig:
    """The servers, and what is done with a side between them."""

    def __init__(self, folder: Path) -> None:
        """Start nothing yet; each side gets a folder of its own in `folder`."""
        self.folder = folder
        self.api = LoadBotApi()
        self.panel = LoadPanel()
        self._folders = 0

    async def open(self) -> None:
        await self.api.server.start()
        await self.panel.server.start()

    async def close(self) -> None:
        await self.api.server.stop()
        await self.panel.server.stop()

    def new_folder(self) -> Path:
        """Return an empty folder for a side."""
        self._folders += 1
        folder = self.folder / f"{self._folders:03}"
        folder.mkdir()
        return folder

    @asynccontextmanager
    async def running(self, side: Side, min_polls: int = 1) -> AsyncIterator[None]:
        """Run a side: it has polled when the body begins, and has ended when this returns."""
        self.api.begin()
        side.start()
        try:
            await self._until_polled(side, min_polls)
            yield
        finally:
            await side.stop()

    async def _until_polled(self, side: Side, polls: int) -> None:
        deadline = time.perf_counter() + START_SECONDS
        while self.api.polls < polls:
            side.require_running()
            if time.perf_counter() > deadline:
                raise side.failure("it does not poll")
            await asyncio.sleep(0.01)

    async def until_products(self, side: Side) -> None:
        """Wait until the bot has put the panel's list on sale, which its log says."""
        deadline = time.perf_counter() + START_SECONDS
        while "catalogue_fetched" not in side.log.read_text(errors="replace"):
            side.require_running()
            if time.perf_counter() > deadline:
                raise side.failure("it does not fetch the service list")
            await asyncio.sleep(0.05)
        # The list is stored and indexed after it was fetched.
        idle = 0
        while idle < 5:
            before = side.cpu_seconds
            await asyncio.sleep(0.1)
            idle = idle + 1 if side.cpu_seconds - before < 0.03 else 0

    async def burst(self, side: Side, updates: Sequence[Planned]) -> Burst:
        """Give updates all at once; returns when the last is answered."""
        prepared = self.api.prepare(updates)
        inversions = self.api.tally.inversions
        calls = self.api.calls.copy()
        gc.collect()
        gc.disable()
        try:
            cpu, load_cpu, began = side.cpu_seconds, time.process_time(), time.perf_counter()
            self.api.give(prepared)
            await self.until_answered(side)
            ended = self.api.tally.last_answer_at
            load_cpu = time.process_time() - load_cpu
            # What the side does after its last answer, such as marking updates done, counts too.
            await asyncio.sleep(0.2)
            cpu = side.cpu_seconds - cpu
        finally:
            gc.enable()
        return Burst(
            updates=len(prepared),
            seconds=ended - began,
            cpu_seconds=cpu,
            load_cpu_seconds=load_cpu,
            inversions=self.api.tally.inversions - inversions,
            calls=dict(self.api.calls - calls),
        )

    async def until_answered(self, side: Side) -> None:
        """Wait until every update has its answer; raises `SideError` when none comes any more."""
        tally = self.api.tally
        while tally.unanswered:
            left = tally.unanswered
            try:
                async with asyncio.timeout(STALLED_SECONDS):
                    await tally.all_answered.wait()
            except TimeoutError:
                if tally.unanswered == left:
                    raise side.failure(f"{left} updates stay without an answer") from None

    # --- the bot's screens ---

    async def look_up_screens(self, side: Side) -> tuple[list[Screen], int]:
        """Walk through the catalogue; return its screens to press on, and a product's id."""
        shown: list[Json] = []

        def see(_method: str, chat_id: int, fields: Json) -> None:
            if chat_id == SCOUT:
                shown.append(fields)

        self.api.watch(see)
        traffic = Traffic([], 0)
        await self._give_one(side, traffic.text(SCOUT, "/start"))
        await self._give_one(side, traffic.text(SCOUT, "/order"))
        screens = _screens(shown[-1], _OPEN)
        product_id = 0
        for screen in screens:
            await self._give_one(side, traffic.press(SCOUT, screen))
            known = {one.data for one in screens}
            picks = _screens(shown[-1], _PICK)
            if picks and not product_id and "telkomsel" in shown[-1].get("text", "").lower():
                product_id = int(picks[0].data.removeprefix(_PICK))
            if len(screens) < _OPENS:
                new = [one for one in _screens(shown[-1], _OPEN) if one.data not in known]
                screens.extend(new)
        self.api.watch(None)
        return screens, product_id

    async def _give_one(self, side: Side, planned: Planned) -> None:
        self.api.give(self.api.prepare([planned]))
        await self.until_answered(side)

    async def warm_up(self, side: Side, chats: int = CHATS) -> None:
        """Let every chat write once: its person is known, and connections are open."""
        traffic = Traffic([], 1)
        updates = [traffic.text(FIRST_CHAT + number, "/start") for number in range(chats)]
        await self.burst(side, updates)

    async def waits(self, side: Side, updates: Sequence[Planned], per_second: float) -> list[float]:
        """Give updates one by one at an even pace; return how long each waited, in seconds.

        A wait ends when the answer arrives at the Bot API. One without an answer raises
        `SideError`.
        """
        prepared = self.api.prepare(updates)
        began = time.perf_counter()
        for number, planned in enumerate(prepared):
            pause = began + number / per_second - time.perf_counter()
            if pause > 0:
                await asyncio.sleep(pause)
            self.api.give([planned])
        await self.until_answered(side)
        return [one.answered_at - one.given_at for one in prepared]

    async def waits_one_by_one(
        self, side: Side, updates: Sequence[Planned], pause_seconds: float
    ) -> list[float]:
        """Give each update when the last one is long answered; return the waits in seconds."""
        prepared = self.api.prepare(updates)
        for planned in prepared:
            await asyncio.sleep(pause_seconds)
            self.api.give([planned])
            await self.until_answered(side)
        return [one.answered_at - one.given_at for one in prepared]


def _screens(fields: Json, prefix: str) -> list[Screen]:
    """Return the buttons of a message whose data begins with `prefix`, each with the message."""
    rows = markup_of(fields)
    found = [button.get("callback_data", "") for row in rows for button in row]
    text = fields.get("text", "")
    return [Screen(text, rows, data) for data in found if data.startswith(prefix)]
