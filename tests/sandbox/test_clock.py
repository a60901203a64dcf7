"""The sandbox's clock moves forward for all processes, and back only by a reset."""

import asyncio
import json
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox.bot_process import BotProcess
from bot.sandbox.clock import MAX_AHEAD, WIB, ClockError, SandboxClock, load_ahead, save_ahead
from bot.sandbox.environment import SandboxEnvironment
from bot.sandbox.exit_with_parent import ParentClock

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
    async with asyncio.timeout(30):
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


def test_the_clock_is_kept_as_a_number(tmp_path: Path) -> None:
    """The file's format must stay readable for later versions."""
    save_ahead(tmp_path / "clock.json", 1.5 * HOUR)
    assert json.loads((tmp_path / "clock.json").read_text()) == {"ahead_seconds": 5400.0}
