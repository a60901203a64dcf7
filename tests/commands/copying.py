"""The command `copy-database` in this process, or in one that is killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.commands.copy_database import copy_whole
from tests.storage.samples import NOW

ROOT = Path(__file__).parents[2]


def url_of(path: Path) -> str:
    """Return the address of a SQLite file."""
    return f"sqlite:///{path}"


@dataclass
class Copying:
    """Runs the command; `output` collects what it prints."""

    output: list[str] = field(default_factory=list)
    on_line: Callable[[str], object] = str
    """Called with each line before it is printed."""

    def run(self, source: str, target: str) -> int:
        """Return the exit code."""
        self.output.clear()
        return copy_whole(source, target, NOW, self._say)

    def _say(self, line: str) -> None:
        self.on_line(line)
        self.output.append(line)

    @property
    def text(self) -> str:
        """Everything that the last run printed."""
        return "\n".join(self.output)


def killed_at(line: str, source: str, target: str) -> None:
    """Run the command in a process that SIGKILL ends when it prints a line."""
    found = subprocess.run(  # noqa: S603 - this module
        [sys.executable, "-m", __spec__.name, line, source, target], check=False, cwd=ROOT
    )
    assert found.returncode == -signal.SIGKILL


def _main(wanted: str, source: str, target: str) -> None:
    def say(line: str) -> None:
        if line.strip() == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    copy_whole(source, target, NOW, say)


if __name__ == "__main__":
    _main(*sys.argv[1:])
