"""Stands in for systemd in the tests' machine: process 1 there, and the command `systemctl`.

It uses the standard library alone: the machine's Python runs it by its path. Units mean what they
mean to systemd, as far as ours use it; a pause before a restart is cut short. SIGUSR1 is a power
cut: every process dies at once, and the enabled units start again.
"""

from __future__ import annotations

import asyncio
import json
import os
import pwd
import shlex
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

UNITS = Path("/etc/systemd/system")
WANTED = UNITS / "multi-user.target.wants"
SOCKET = "/run/supervisor.socket"
LOGS = Path("/var/log/units")
BOOTED = Path("/run/booted")
CUT = Path("/srv/cut.sh")
"""Read by each bash script of a unit, if it is there: it cuts the power at a step."""
LONGEST_PAUSE_SECONDS = 0.3
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CLEAN = {0, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP, -signal.SIGPIPE}
INACTIVE, ACTIVE, FAILED, WAITING = "inactive", "active", "failed", "activating"


class Unit:
    """A service: what its file said when it was loaded, and its process."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.values: dict[str, list[str]] = {}
        self.state = INACTIVE
        self.restarts = 0
        self.process: asyncio.subprocess.Process | None = None
        self._life: asyncio.Task[None] | None = None
        self._is_stopping = False

    def load(self) -> None:
        """Read the file again."""
        self.values = {}
        for line in (UNITS / self.name).read_text().splitlines():
            key, has_value, value = line.partition("=")
            if has_value and not line.startswith(("#", ";")):
                self.values.setdefault(key.strip(), []).append(value.strip())

    def _value(self, key: str, default: str = "") -> str:
        return self.values.get(key, [default])[-1]

    async def start(self) -> None:
        """Start it, unless it runs or a condition of its file does not hold."""
        if self.state in {ACTIVE, WAITING}:
            return
        if self._is_wanted():
            self.restarts = 0
            self._is_stopping = False
            await self._spawn()
            self._life = asyncio.create_task(self._live())

    def _is_wanted(self) -> bool:
        paths = self.values.get("ConditionPathExists", [])
        return all(Path(path).exists() for path in paths)

    def _open_log(self) -> IO[bytes]:
        """Begin a new log; the one of the last start is kept in another file."""
        LOGS.mkdir(exist_ok=True)
        log = LOGS / f"{self.name}.log"
        with (LOGS / "all.log").open("ab") as kept:
            kept.write(log.read_bytes() if log.exists() else b"")
            kept.write(f"-- {self.name} starts\n".encode())
        return log.open("wb")

    def _make_state_folders(self, account: pwd.struct_passwd) -> None:
        for folder in self._value("StateDirectory").split():
            state = Path("/var/lib", folder)
            state.mkdir(mode=0o700, exist_ok=True)
            os.chown(state, account.pw_uid, account.pw_gid)

    async def _spawn(self) -> None:
        account = pwd.getpwnam(self._value("User", "root"))
        self._make_state_folders(account)
        with self._open_log() as output:
            self.process = await asyncio.create_subprocess_exec(
                *shlex.split(self._value("ExecStart")),
                cwd=self._value("WorkingDirectory", "/"),
                env=self._environment(account),
                user=account.pw_uid,
                group=account.pw_gid,
                extra_groups=[],
                umask=int(self._value("UMask", "0022"), 8),
                start_new_session=True,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        self.state = ACTIVE

    def _environment(self, account: pwd.struct_passwd) -> dict[str, str]:
        environment = {"PATH": PATH, "LANG": "C.UTF-8"}
        if "User" in self.values:
            environment |= {"HOME": account.pw_dir, "USER": account.pw_name}
        if CUT.exists():
            environment["BASH_ENV"] = str(CUT)
        for assignments in self.values.get("Environment", []):
            environment |= dict(one.split("=", 1) for one in shlex.split(assignments))
        return environment

    async def _live(self) -> None:
        while True:
            assert self.process is not None
            code = await self.process.wait()
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            if self._is_stopping or not self._restarts_after(code):
                self.state = INACTIVE if code in CLEAN else FAILED
                return
            self.state = WAITING
            pause = float(self._value("RestartSec", "0.1").removesuffix("s"))
            await asyncio.sleep(min(pause, LONGEST_PAUSE_SECONDS))
            self.restarts += 1
            await self._spawn()

    def _restarts_after(self, code: int) -> bool:
        if str(code) in self._value("RestartPreventExitStatus").split():
            return False
        return {"always": True, "on-failure": code not in CLEAN}.get(self._value("Restart"), False)

    async def stop(self) -> None:
        """Send SIGTERM to all of its processes, later SIGKILL, and wait for the end."""
        self._is_stopping = True
        if self._life is None:
            return
        if self.state == WAITING:
            self.forget()
            return
        if self.process is not None and self.state == ACTIVE:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGTERM)
            seconds = float(self._value("TimeoutStopSec", "90").removesuffix("s"))
            await asyncio.wait([self._life], timeout=seconds)
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        await asyncio.wait([self._life])

    def forget(self) -> None:
        """Forget the process: the power was cut."""
        if self._life is not None:
            self._life.cancel()
            self._life = None
        self.state = INACTIVE


def count_boot() -> None:
    """Write down how often the machine has booted."""
    before = int(BOOTED.read_text()) if BOOTED.exists() else 0
    BOOTED.write_text(str(before + 1))


class Supervisor:
    """All units, and the commands of `systemctl`."""

    def __init__(self) -> None:
        self.units: dict[str, Unit] = {}

    def unit(self, name: str) -> Unit:
        """Return a unit, loaded at its first use; raises FileNotFoundError if it has no file."""
        name = name if "." in name else f"{name}.service"
        if name not in self.units:
            unit = Unit(name)
            unit.load()
            self.units[name] = unit
        return self.units[name]

    async def boot(self) -> None:
        """Start the enabled units."""
        for link in sorted(WANTED.glob("*.service")):
            await self.unit(link.name).start()
        count_boot()

    async def cut_power(self) -> None:
        """Kill every process at once, and boot."""
        for unit in self.units.values():
            unit.forget()
        self.units.clear()
        os.kill(-1, signal.SIGKILL)
        await self.boot()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry out the command of one client."""
        arguments = json.loads(await reader.readline())
        try:
            code, text = await self.run(arguments)
        except FileNotFoundError as error:
            code, text = 5, f"there is no unit {error.filename}\n"
        with suppress(ConnectionError):
            writer.write(json.dumps([code, text]).encode())
            await writer.drain()
        writer.close()

    async def run(self, arguments: Sequence[str]) -> tuple[int, str]:
        """Return the exit code and the output of a command."""
        options = {one for one in arguments if one.startswith("-")}
        command, *names = [one for one in arguments if not one.startswith("-")]
        if command == "daemon-reload":
            for unit in self.units.values():
                if (UNITS / unit.name).exists():
                    unit.load()
            return 0, ""
        results = [await self._run(command, self.unit(name), options) for name in names]
        return max(code for code, _ in results), "".join(text for _, text in results)

    async def _run(self, command: str, unit: Unit, options: set[str]) -> tuple[int, str]:
        if command in {"stop", "restart"} or (command == "disable" and "--now" in options):
            await unit.stop()
        if command in {"start", "restart"} or (command == "enable" and "--now" in options):
            await unit.start()
        link = WANTED / unit.name
        if command == "enable":
            WANTED.mkdir(exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(UNITS / unit.name)
        elif command == "disable":
            link.unlink(missing_ok=True)
        elif command == "reset-failed":
            unit.restarts = 0
            unit.state = INACTIVE if unit.state == FAILED else unit.state
        elif command == "show":
            return 0, f"{unit.restarts}\n"
        return self._query(command, unit, options, link)

    def _query(self, command: str, unit: Unit, options: set[str], link: Path) -> tuple[int, str]:
        answers = {
            "is-active": (unit.state == ACTIVE, unit.state),
            "is-failed": (unit.state == FAILED, unit.state),
            "is-enabled": (link.is_symlink(), "enabled" if link.is_symlink() else "disabled"),
            "status": (unit.state == ACTIVE, f"{unit.name}: {unit.state}"),
        }
        if command not in answers:
            return 0, ""
        is_so, text = answers[command]
        return 0 if is_so else 3, "" if options & {"--quiet", "-q"} else f"{text}\n"


async def supervise() -> None:
    """Be process 1 until it is killed."""
    supervisor = Supervisor()
    loop = asyncio.get_running_loop()
    tasks: set[asyncio.Task[None]] = set()
    loop.add_signal_handler(
        signal.SIGUSR1, lambda: tasks.add(loop.create_task(supervisor.cut_power()))
    )
    server = await asyncio.start_unix_server(supervisor.answer, SOCKET)
    await supervisor.boot()
    await server.serve_forever()


def systemctl(arguments: Sequence[str]) -> int:
    """Send a command to process 1; print its output and return its exit code."""
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(SOCKET)
        client.sendall(json.dumps(arguments).encode() + b"\n")
        with client.makefile() as answer:
            code, text = json.loads(answer.read())
    sys.stdout.write(text)
    return int(code)


if __name__ == "__main__":
    if os.getpid() == 1:
        asyncio.run(supervise())
    else:
        sys.exit(systemctl(sys.argv[1:]))
