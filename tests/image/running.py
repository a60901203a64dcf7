"""Runs a built image as the compose file has it run: read-only, unprivileged, PID 1, on its own.

The container's network is a namespace with nothing but a loopback interface. The pretended Telegram
and supplier stay outside: the first process inside listens for them on their ports, and hands the
listening sockets out through an inherited one.
"""

from __future__ import annotations

import array
import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

from aiohttp import web

from tests.image.building import Image, base
from tests.image.dockerfile import DOCKERFILE, stages

LAST = stages(DOCKERFILE.read_text(encoding="utf-8"))[-1]
UID = 10001
COMMAND = (*LAST.one("ENTRYPOINT").words, *LAST.one("CMD").words)
NEEDED = ("bwrap", "setpriv", "nsenter", "useradd")
LISTEN = """
import array, os, socket, sys
way, ports, command = socket.socket(fileno=int(sys.argv[1])), sys.argv[2].split(), sys.argv[3:]
servers = [socket.create_server(("127.0.0.1", int(port))) for port in ports]
numbers = array.array("i", [server.fileno() for server in servers])
way.sendmsg([b"."], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, numbers)])
way.recv(1)
way.close()
os.execvp(command[0], command)
"""
"""Ends by becoming the command of the image, so that this is PID 1."""


def missing() -> str:
    """Return what this machine lacks for running an image; empty if nothing."""
    if os.geteuid():
        return "only root can run a process as another user"
    programs = [name for name in NEEDED if shutil.which(name) is None]
    return f"not installed: {', '.join(programs)}" if programs else ""


class Container:
    """One running image; `data` and `tmp` are the folders that it can write."""

    def __init__(self, image: Image, data: Path, tmp: Path) -> None:
        self.image, self.data, self.tmp = image, data, tmp
        self.process: asyncio.subprocess.Process | None = None
        self._pid = 0
        self._sites: list[web.SockSite] = []

    async def start(self, runners: dict[int, web.AppRunner], log: Path) -> None:
        """Start the image's command; `runners` serve inside on their ports."""
        here, inside = socket.socketpair()
        told, info = os.pipe()
        words = self._words(info, ["python", "-c", LISTEN, str(inside.fileno())])
        words += [" ".join(map(str, runners)), *COMMAND]
        with here, inside, log.open("ab") as output:
            self.process = await asyncio.create_subprocess_exec(
                *words, env=self.image.env, pass_fds=[inside.fileno(), info],
                stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip
            inside.close()
            os.close(info)
            for server, runner in zip(
                await asyncio.to_thread(_received, here), runners.values(), strict=True
            ):
                site = web.SockSite(runner, server)
                await site.start()
                self._sites.append(site)
            with os.fdopen(told) as answer:
                self._pid = json.loads(answer.read())["child-pid"]
            here.send(b".")

    def _words(self, info: int, command: Sequence[str]) -> list[str]:
        etc, app = self.image.root / "etc", self.image.app
        return [
            *base(), "--bind", str(self.tmp), "/tmp",  # noqa: S108 - the container's
            "--ro-bind", str(etc), "/etc", "--ro-bind", str(app), "/app",
            "--bind", str(self.data), "/app/data", "--remount-ro", "/", "--chdir", "/app",
            "--unshare-pid", "--as-pid-1", "--unshare-net", "--unshare-ipc", "--unshare-uts",
            "--info-fd", str(info), "--cap-drop", "ALL",
            "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP",
            "setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups",
            "--bounding-set=-all", "--inh-caps=-all", *command,
        ]  # fmt: skip

    def ask(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command inside, as the health check and `docker compose exec` do."""
        return subprocess.run(  # noqa: S603 - commands of the tests
            [  # noqa: S607 - the same
                "nsenter", f"--target={self._pid}", "--all", f"--setuid={UID}", f"--setgid={UID}",
                "sh", "-c", 'cd /app && exec "$@"', "sh", *command,
            ],
            env=self.image.env, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    async def stop(self) -> int:
        """Send SIGTERM to PID 1 of the container; return the exit code."""
        assert self.process is not None
        os.kill(self._pid, signal.SIGTERM)
        async with asyncio.timeout(60):
            return await self.process.wait()

    async def close(self) -> None:
        """End what still runs."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
        for site in self._sites:
            await site.stop()


def _received(way: socket.socket) -> list[socket.socket]:
    """Return the listening sockets that the first process inside has opened."""
    numbers = array.array("i")
    _, sent, _, _ = way.recvmsg(1, 1024)
    for _level, _kind, data in sent:
        numbers.frombytes(data)
    return [socket.socket(fileno=number) for number in numbers]
