"""A machine for the scripts of deploy/: this one's files under a layer that is thrown away."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.skipping import skip_for

ROOT = Path(__file__).parents[2]
TOOLS = ("unshare", "nsenter", "setpriv", "git", "make", "flock", "runuser")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Result:
    """What a command in the machine printed, and its exit code."""

    code: int
    output: str


class Machine:
    """Process 1 of the machine, seen from outside."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        """The folder /var/lib/konter of the machine."""
        self._outside: asyncio.subprocess.Process | None = None
        self.init = 0
        """The id of its process 1, as this machine counts."""

    async def boot(self) -> None:
        """Make it, and wait until it has started."""
        for name in ("layers", "root", "data"):
            (self.folder / name).mkdir()
        program = (str(ROOT / "tests/deploy/boot.sh"), str(self.folder), str(ROOT))
        self._outside = await asyncio.create_subprocess_exec(
            "setpriv", "--pdeathsig=KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child",
            *program, sys.executable, sys.prefix,
        )  # fmt: skip
        async with asyncio.timeout(30):
            while not (self.init and self.path("/run/booted").exists()):
                assert self._outside.returncode is None, "the machine did not start"
                self.init = self._child(self._outside.pid)
                await asyncio.sleep(0.01)

    def _child(self, pid: int) -> int:
        """Return the id of a process's one child; 0 if there is none yet."""
        return int(Path(f"/proc/{pid}/task/{pid}/children").read_text() or 0)

    def path(self, inside: str) -> Path:
        """Return where a file of the machine is for this process."""
        return Path(f"/proc/{self.init}/root{inside}")

    async def run(self, *command: str, text: str = "", **environment: str) -> Result:
        """Run a command as root, with this standard input."""
        process = await asyncio.create_subprocess_exec(
            "nsenter", f"--target={self.init}", "--mount", "--pid", "--root", "--wdns=/", *command,
            env={"PATH": PATH, "HOME": "/root", "LANG": "C.UTF-8"} | environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        output, _ = await process.communicate(text.encode())
        assert process.returncode is not None
        return Result(process.returncode, output.decode())

    async def script(self, text: str, **environment: str) -> str:
        """Run a script that must succeed, and return what it printed."""
        result = await self.run("bash", "-euo", "pipefail", "-c", text, **environment)
        assert result.code == 0, result.output
        return result.output

    async def cut_power(self) -> None:
        """Kill everything at once, and boot again."""
        boots = self.boots
        os.kill(self.init, signal.SIGUSR1)
        await self.booted_after(boots)

    @property
    def boots(self) -> int:
        """How often it has booted."""
        return int(self.path("/run/booted").read_text() or 0)

    async def booted_after(self, boots: int) -> None:
        """Wait until it has booted once more."""
        async with asyncio.timeout(60):
            while self.boots == boots:  # noqa: ASYNC110 - another process changes the condition
                await asyncio.sleep(0.02)

    @property
    def log(self) -> str:
        """Everything that the units have logged."""
        logs = sorted(self.path("/var/log/units").glob("*.log"))
        return "\n".join(log.read_text() for log in logs)

    async def close(self) -> None:
        """End every process of it."""
        if self._outside is not None and self._outside.returncode is None:
            self._outside.kill()
            await self._outside.wait()


@asynccontextmanager
async def open_machine(folder: Path) -> AsyncIterator[Machine]:
    """Boot a machine; skips the test where that is impossible."""
    if os.geteuid() != 0:
        skip_for("a machine for the scripts of deploy/ can be made by root only")
    for tool in TOOLS:
        if shutil.which(tool) is None:
            skip_for(f"{tool} is missing")
    machine = Machine(folder)
    try:
        await machine.boot()
        yield machine
    finally:
        await machine.close()
