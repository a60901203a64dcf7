"""Simulated power cuts, derived from the system calls that a process really made.

strace records every write, truncation and fsync of a run. Replayed up to any point, they determine
what a disk may hold when the power fails there: everything that was fsynced and, of the later
writes, none, all, or any subset in any order. The bytes of one write stay together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

CALLS = "openat,write,pwrite64,ftruncate,fsync,fdatasync,unlink"
_LINE = re.compile(r"(?P<pid>[0-9]+) +(?P<rest>.*)")
_UNFINISHED = " <unfinished ...>"
_RESUMED = re.compile(r"<\.\.\. [a-z0-9]+ resumed>(?P<rest>.*)")
_CALL = re.compile(
    r"(?P<name>[a-z0-9]+)\((?:[0-9]+<(?P<file>[^>]*)>)?(?:, )?"
    r'(?:"(?P<data>[^"]*)")?(?P<dots>\.\.\.)?(?P<rest>.*)\) += (?P<result>-?[0-9]+)'
)


@dataclass(frozen=True, slots=True)
class Call:
    """One call that succeeded."""

    name: str
    file: str
    data: bytes
    numbers: tuple[int, ...]
    result: int


def calls_in(trace: str) -> Iterator[Call]:
    """Yield the calls of a trace (`strace -f -y -xx`) in the order in which they ended."""
    begun: dict[str, str] = {}
    for line in trace.splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            continue
        pid, text = match["pid"], match["rest"]
        if text.endswith(_UNFINISHED):
            begun[pid] = text.removesuffix(_UNFINISHED)
            continue
        resumed = _RESUMED.fullmatch(text)
        if resumed is not None:
            text = begun.pop(pid, "") + resumed["rest"]
        call = _CALL.match(text)
        if call is not None and int(call["result"]) >= 0:
            yield _call(call)


def _call(match: re.Match[str]) -> Call:
    if match["dots"]:
        raise ValueError("the trace was cut: strace needs a longer -s")
    numbers = tuple(int(number) for number in re.findall(r"\b[0-9]+\b", match["rest"]))
    file = bytes(_hex(match["file"] or "")).decode()
    return Call(match["name"], file, _hex(match["data"] or ""), numbers, int(match["result"]))


def _hex(text: str) -> bytes:
    if "\\x" not in text:
        return text.encode()
    return bytes.fromhex(text.replace("\\x", ""))


@dataclass
class DiskFile:
    """The content of a file that is surely on disk, and the changes since the last fsync."""

    synced: bytes = b""
    asked: list[Call] = field(default_factory=list)

    def ask(self, call: Call) -> None:
        """Add a change that no fsync has followed yet."""
        self.asked.append(call)

    def sync(self) -> None:
        """Apply all changes: they are on disk now."""
        self.synced = self.after(self.asked)
        self.asked.clear()

    def after(self, asked: list[Call]) -> bytes:
        """Return the content if exactly these changes reached the disk."""
        content = bytearray(self.synced)
        for call in asked:
            if call.name == "ftruncate":
                size = call.numbers[0]
                content[size:] = b""
                content.extend(bytes(size - len(content)))
                continue
            begin = call.numbers[-1]
            content.extend(bytes(max(0, begin - len(content))))
            content[begin : begin + call.result] = call.data[: call.result]
        return bytes(content)


@dataclass(frozen=True, slots=True)
class Cut:
    """What a disk may hold after a power cut, and what had been promised to the outside before."""

    promises: tuple[str, ...]
    files: Mapping[str, bytes]


def cuts(trace: str, folder: Path, promises: Path, rng: Random) -> Iterator[Cut]:
    """Yield what a power cut may leave of a folder's files, at every point of a run that matters.

    The points are just before and just after each fsync, and at each promise. `folder` holds the
    files as they were before the run, all of it on disk.
    """
    disk = {str(path): DiskFile(path.read_bytes()) for path in folder.iterdir()}
    promised: list[str] = []
    for call in calls_in(trace):
        if call.name in ("pwrite64", "ftruncate") and _is_kept(call.file, folder):
            disk.setdefault(call.file, DiskFile()).ask(call)
        elif call.name in ("fsync", "fdatasync") and call.file in disk:
            yield from _remains(disk, promised, rng)
            disk[call.file].sync()
            yield from _remains(disk, promised, rng)
        elif call.file == str(promises):
            promised += call.data.decode().split()
            yield from _remains(disk, promised, rng)


def _remains(disk: Mapping[str, DiskFile], promised: list[str], rng: Random) -> Iterator[Cut]:
    """Yield the files with none, all, and random subsets of the changes since the last fsync."""
    for chance in (0.0, 1.0, 0.5, 0.5, 0.9):
        kept = {
            Path(name).name: file.after([call for call in file.asked if rng.random() < chance])
            for name, file in disk.items()
        }
        yield Cut(tuple(promised), kept)


def _is_kept(file: str, folder: Path) -> bool:
    """Return whether a file is data; the `-shm` file is only memory, rebuilt at the next start."""
    return file.startswith(f"{folder}/") and not file.endswith("-shm")
