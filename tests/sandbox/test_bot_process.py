"""The bot's process is watched and restarted, and never outlives the sandbox."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from bot.config import DEPRECATED_NAMES, Settings
from bot.sandbox.bot_process import BotProcess, BotState, read_line
from bot.sandbox.environment import ROOT, SandboxEnvironment, bot_variables

EXITS = "import sys; sys.exit({code})"
IGNORES_SIGTERM = (
    "import signal, sys\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "print('here', flush=True)\n"
    "signal.pause()"
)
PARENT = """
import subprocess, sys
child = subprocess.Popen(
    [sys.executable, "-c", {child!r}], stdin=subprocess.PIPE, stdout=int(sys.argv[1]),
    pass_fds=[int(sys.argv[1])],
)
print(child.pid, flush=True)
child.wait()
"""
CHILD = (
    "from bot.sandbox.exit_with_parent import exit_when_parent_exits\n"
    "import signal\n"
    "exit_when_parent_exits()\n"
    "print('child is running', flush=True)\n"
    "signal.pause()"
)


def process(code: str, folder: Path) -> BotProcess:
    """Return a process that runs a few lines of Python and is restarted at once."""
    return BotProcess((sys.executable, "-c", code), {}, folder, pause_seconds=0)


async def changed(bot: BotProcess, state: BotState, starts: int = 1) -> None:
    """Wait until the process is in a state and was started so many times."""
    changes: asyncio.Queue[None] = asyncio.Queue()
    bot.on_change = lambda: changes.put_nowait(None)
    async with asyncio.timeout(30):
        while bot.state is not state or bot.starts < starts:
            await changes.get()


async def test_a_bot_that_exits_is_restarted(tmp_path: Path) -> None:
    bot = process(EXITS.format(code=70), tmp_path)
    bot.start()
    await changed(bot, BotState.STARTING, starts=3)
    await bot.close(timeout_seconds=5)


async def test_a_bot_with_wrong_settings_is_not_restarted(tmp_path: Path) -> None:
    """Every start would exit with code 2 again."""
    bot = process(EXITS.format(code=2), tmp_path)
    bot.start()
    await changed(bot, BotState.CRASHED)
    assert (bot.starts, bot.exit_code, bot.pid) == (1, 2, None)
    await bot.close(timeout_seconds=5)


async def test_a_bot_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    bot = process(IGNORES_SIGTERM, tmp_path)
    heard = asyncio.Event()
    bot.on_line = lambda _line: heard.set()
    bot.start()
    await heard.wait()
    await bot.close(timeout_seconds=0.05)
    assert (bot.exit_code, bot.pid) == (-signal.SIGKILL, None)


async def test_a_process_that_never_started_is_closed_at_once(tmp_path: Path) -> None:
    bot = process("", tmp_path)
    await bot.close(timeout_seconds=5)
    assert bot.starts == 0


async def test_a_killed_sandbox_leaves_no_bot_behind() -> None:
    """SIGKILL runs no handler, but it closes the pipe that the child watches."""
    reading, writing = os.pipe()
    env = {"PYTHONPATH": str(ROOT)}
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT.format(child=CHILD), str(writing),
        env=env, pass_fds=[writing], stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    output = asyncio.StreamReader()
    with os.fdopen(reading) as pipe:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(output), pipe
        )
        async with asyncio.timeout(30):
            assert await output.readline() == b"child is running\n"
            parent.kill()
            await parent.wait()
            # The pipe ends when no process has it open any more, so the child has exited too.
            assert await output.read() == b""
        transport.close()


@pytest.mark.parametrize(
    ("line", "level", "text"),
    [
        (
            '{"level": "INFO", "event": "opens", "n": 2, "logger": "x"}',
            "info",
            "opens n=2",
        ),
        ('{"level": "error", "event": "e", "exception": "T"}', "error", "e\nT"),
        ("Traceback (most recent call last):", "error", "Traceback (most recent call last):"),
        ("[]", "error", "[]"),
        ('{"event": "no level"}', "error", '{"event": "no level"}'),
    ],
)
def test_lines_of_the_log_are_read(line: str, level: str, text: str) -> None:
    read = read_line(line)
    assert (read.level, read.text) == (level, text)
    assert read.is_problem == (level == "error")


def test_the_bot_gets_no_settings_of_the_user(tmp_path: Path) -> None:
    """Neither from the environment nor, since every name is set, from a file."""
    outside = {
        "TELEGRAM_BOT_TOKEN": "1:real",
        "webhook_url": "https://shop.example",
        "SUPPLIER_PROFILE": "/etc/mine.toml",
        "HTTPS_PROXY": "http://proxy.example",
        "PATH": "/bin",
    }
    environment = SandboxEnvironment(tmp_path)
    env = bot_variables(outside, environment.settings())
    assert "real" not in json.dumps(env)
    assert "example" not in json.dumps(env)
    assert set(env) >= {name.upper() for name in (*Settings.model_fields, *DEPRECATED_NAMES)}
    assert env["SUPPLIER_PROFILE"] == ""
    assert env["PATH"] == "/bin"
    addresses = [value for value in env.values() if "://" in value]
    assert all(value.startswith(("http://127.0.0.1:", "sqlite:///")) for value in addresses)


def test_every_start_generates_new_secrets(tmp_path: Path) -> None:
    """Otherwise another page on this machine could guess them."""
    first, second = SandboxEnvironment(tmp_path).settings(), SandboxEnvironment(tmp_path).settings()
    for name in ("TELEGRAM_BOT_TOKEN", "OSIMESA_API_KEY"):
        assert first[name] != second[name]
