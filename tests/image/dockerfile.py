"""Reads a Dockerfile and the `.dockerignore` beside its context: as much of both as ours use."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "deploy" / "docker" / "Dockerfile"
IGNORE_FILE = ROOT / ".dockerignore"
INSTRUCTIONS = frozenset({
    "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "RUN",
    "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
})  # fmt: skip
_FLAG = re.compile(r"--([a-z-]+)=(\S+)\s+")
_PAIR = re.compile(r'([\w.]+)=("[^"]*"|\S*)')


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction; `text` is what follows its flags."""

    keyword: str
    text: str
    flags: dict[str, str] = field(default_factory=dict)

    @property
    def words(self) -> list[str]:
        """The words of the exec form (a JSON list); raises ValueError for the shell form."""
        return [str(word) for word in json.loads(self.text.removeprefix("CMD "))]

    @property
    def pairs(self) -> dict[str, str]:
        """The names and values of an ENV or LABEL."""
        return {name: value.strip('"') for name, value in _PAIR.findall(self.text)}


@dataclass(frozen=True, slots=True)
class Stage:
    """The steps from one FROM to the next."""

    name: str
    steps: tuple[Step, ...]

    def all(self, keyword: str) -> list[Step]:
        """Return the steps of one kind, in their order."""
        return [step for step in self.steps if step.keyword == keyword]

    def one(self, keyword: str) -> Step:
        """Return the only step of a kind."""
        (step,) = self.all(keyword)
        return step


def stages(text: str) -> list[Stage]:
    """Return the stages; raises ValueError for an instruction that these tests do not know."""
    found: list[tuple[str, list[Step]]] = []
    for step in _steps(text):
        if step.keyword == "FROM":
            found.append((step.text.partition(" AS ")[2], []))
        elif found:
            found[-1][1].append(step)
    return [Stage(name, tuple(steps)) for name, steps in found]


def _steps(text: str) -> Iterator[Step]:
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for line in lines.replace("\\\n", "").splitlines():
        keyword, _, rest = line.partition(" ")
        if not line.strip():
            continue
        if keyword not in INSTRUCTIONS:
            raise ValueError(f"unknown instruction: {line}")
        flags = {}
        while match := _FLAG.match(rest):
            flags[match[1]] = match[2]
            rest = rest[match.end() :]
        yield Step(keyword, rest.strip(), flags)


def is_sent(path: PurePosixPath) -> bool:
    """Return whether a file of the top folder is sent to the build, by `.dockerignore`."""
    sent = True
    for line in IGNORE_FILE.read_text(encoding="utf-8").splitlines():
        pattern = line.removeprefix("!")
        if line and not line.startswith("#") and _fits(path, pattern):
            sent = line.startswith("!")
    return sent


def _fits(path: PurePosixPath, pattern: str) -> bool:
    """Return whether a pattern names a path or a folder above it; `**/` is any folder, or none."""
    places = [PurePosixPath(*path.parts[:count]) for count in range(1, len(path.parts) + 1)]
    if pattern.startswith("**/"):
        return any(fnmatch(place.name, pattern.removeprefix("**/")) for place in places)
    return any(
        len(place.parts) == len(PurePosixPath(pattern).parts) and fnmatch(str(place), pattern)
        for place in places
    )
