"""The sandbox's clock moves forward for all processes, and back only by a reset."""

import asyncio
import json
import sys
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.bot_process import BotProcess
from bot.sandbox.clock import MAX_AHEAD, WIB, ClockError, SandboxClock, load_ahead, save_ahead
from bot.sandbox.environment import SandboxEnvironment
from bot.sandbox.exit_with_parent import ParentClock
from bot.sandbox.telegram.server import BUDI
from tests.sandbox.page.page_client import Browser, a_page
from tests.sandbox.supplier.foreign_orders import add_foreign_order

HOUR = timedelta(hours=1)
ECHO = "import sys\nfor line in sys.stdin: print(line.strip(), flush=True)"


class ClockAt(SandboxClock):
    """A clock that stands still at a time in Jakarta."""

    def __init__(self, text: str) -> None:
        """Stand still at a time such as 2024-03-31 23:30."""
        super().__init__()
        self._local = datetime.fromisoformat(text).replace(tzinfo=WIB)

    def now(self) -> datetime:
        return self._local + self.ahead


@pytest.mark.parametrize(
    ("at", "to", "minutes"),
    [
        ("2024-03-31 12:00", (23, 30), 690),
        ("2024-03-31 23:30", (0, 15), 45),
        ("2024-03-31 23:30", (23, 30), 1440),
        ("2024-03-31 23:30:01", (23, 30), 1440 - 1 / 60),
        ("2024-12-31 23:59", (0, 0), 1),
    ],
)
def test_a_time_of_day_means_its_next_occurrence(
    at: str, to: tuple[int, int], minutes: float
) -> None:
    clock = ClockAt(at)
    clock.move(clock.until(*to))
    assert clock.local() == ClockAt(at).local() + timedelta(minutes=minutes)
    assert (clock.local().hour, clock.local().minute, clock.local().second) == (*to, 0)


@pytest.mark.parametrize("by", [-HOUR, -timedelta(microseconds=1), MAX_AHEAD + HOUR])
def test_the_clock_neither_goes_back_nor_too_far(by: timedelta) -> None:
    clock = SandboxClock(HOUR)
    with pytest.raises(ClockError):
        clock.move(by)
    assert clock.ahead == HOUR


def test_the_next_run_starts_at_the_last_offset(tmp_path: Path) -> None:
    """A kept database must not move back in time."""
    environment = SandboxEnvironment(tmp_path)
    environment.move_clock(26 * HOUR)
    assert SandboxEnvironment(tmp_path).clock.ahead == 26 * HOUR
    assert (tmp_path / "clock.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"ahead_seconds": "x"}', '{"ahead_seconds": 1e99}', "NaN"]
)
def test_an_unreadable_file_means_now(text: str, tmp_path: Path) -> None:
    (tmp_path / "clock.json").write_text(text)
    assert load_ahead(tmp_path / "clock.json") == timedelta(0)


@pytest.mark.parametrize(
    ("kept", "ahead"), [(-HOUR, timedelta(0)), (HOUR, HOUR), (2 * MAX_AHEAD, MAX_AHEAD)]
)
def test_a_kept_offset_is_limited(kept: timedelta, ahead: timedelta, tmp_path: Path) -> None:
    """A file edited by hand must not move the clock back."""
    save_ahead(tmp_path / "clock.json", kept)
    assert load_ahead(tmp_path / "clock.json") == ahead


async def test_a_process_gets_the_offset_at_its_start_and_at_every_move(tmp_path: Path) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()
    command = (sys.executable, "-c", ECHO)
    bot = BotProcess(command, {}, tmp_path, pause_seconds=0, first_line=lambda: "first")
    bot.on_line = lambda line: heard.put_nowait(line.text)
    bot.write_line("nobody hears this")
    bot.start()
    async with asyncio.timeout(20):
        assert await heard.get() == "first"
        bot.write_line("3600.5")
        assert await heard.get() == "3600.5"
        bot.kill()
        assert await heard.get() == "first"
    await bot.close(timeout_seconds=0)


def test_lines_of_the_parent_set_the_bots_clock() -> None:
    parent_clock = ParentClock()
    for line in (b"", b"x", b"1e99"):
        parent_clock.read_line(line)
        assert not parent_clock.is_set.is_set()
    parent_clock.read_line(b"5400.000000")
    assert parent_clock.is_set.is_set()
    assert parent_clock.clock.ahead == 1.5 * HOUR


# --- on the page ---


def ahead_of(browser: Browser) -> float:
    """Return by how many seconds the page shows the clock ahead."""
    return float(browser.item("clock")["ahead_seconds"])


async def test_chat_orders_and_log_use_the_moved_clock(tmp_path: Path) -> None:
    async with a_page(tmp_path) as browser:
        before = (await browser.say("/start"))["date"]
        assert await browser.act("move_clock", seconds=7200) == {}
        await browser.until(lambda: ahead_of(browser) == 7200)
        assert 7200 <= (await browser.say("/start"))["date"] - before < 7260
        order = add_foreign_order(browser.environment.supplier, "TPT755", "081234567890")
        assert 7200 <= order.created_at - before < 7260
        await browser.act("set_deposit", amount=1)
        await browser.until(lambda: browser.log()[-1]["source"] == "sandbox")
        assert 7200 <= browser.log()[-1]["at"] - before < 7260


async def test_an_order_ends_when_its_time_has_passed(tmp_path: Path) -> None:
    async with a_page(tmp_path) as browser:
        supplier = browser.environment.supplier
        supplier.delay_seconds = 1800
        order = add_foreign_order(supplier, "TPT755", "081234567890")
        await browser.act("move_clock", seconds=600)
        assert order.status == "waiting"
        await browser.act("move_clock", seconds=1200)
        assert order.status == "success"


@pytest.mark.parametrize(
    ("to", "shown"), [("23:30", "23:30"), ("0.15", "00:15"), ("7:05", "07:05")]
)
async def test_a_time_of_day_in_jakarta(to: str, shown: str, tmp_path: Path) -> None:
    async with a_page(tmp_path) as browser:
        assert await browser.act("move_clock", to=to) == {}
        assert f"{browser.environment.clock.local():%H:%M}" == shown
        await browser.until(lambda: 0 < ahead_of(browser) <= 86_400)


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"seconds": -1},
        {"seconds": "60"},
        {"seconds": True},
        {"seconds": 1.5},
        {"seconds": 10**30},
        {"seconds": 401 * 86_400},
        {"to": "24:00"},
        {"to": "12:60"},
        {"to": "noon"},
        {"to": "١٢:٠٠"},
        {"to": None},
    ],
)
async def test_an_invalid_move_is_refused(wanted: dict[str, Any], tmp_path: Path) -> None:
    async with a_page(tmp_path) as browser:
        assert (await browser.act("move_clock", **wanted))["error"]
        assert ahead_of(browser) == 0


async def test_a_reset_moves_the_clock_to_now(tmp_path: Path) -> None:
    """Future orders are deleted, so the clock may go back; the next run starts at now too."""
    async with a_page(tmp_path) as browser:
        await browser.act("move_clock", seconds=90_000)
        await browser.until(lambda: ahead_of(browser) == 90_000)
        assert await browser.act("reset") == {}
        await browser.until(partial(is_now, browser))
        assert SandboxEnvironment(tmp_path).clock.ahead == timedelta(0)
        assert (await browser.say("/start"))["text"]
        assert browser.messages(BUDI.user_id)


def is_now(browser: Browser) -> bool:
    """Return whether the page shows the machine's own time."""
    return ahead_of(browser) == 0


def test_the_clock_is_kept_as_a_number(tmp_path: Path) -> None:
    """The file's format must stay readable for later versions."""
    save_ahead(tmp_path / "clock.json", 1.5 * HOUR)
    assert json.loads((tmp_path / "clock.json").read_text()) == {"ahead_seconds": 5400.0}
