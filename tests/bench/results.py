"""The table: each figure beside what it is compared with, its ratio, and its bound."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from os import cpu_count
from platform import python_version, system
from sqlite3 import sqlite_version

BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
"""The table of docs/performance.md stands between these lines."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What the ratio of a row, or its first figure, has to be."""

    value: float
    is_least: bool = False
    """The least allowed; otherwise the most."""
    is_of_ratio: bool = True
    """Otherwise the figure itself is bound."""

    def is_met(self, found: float) -> bool:
        """Whether a ratio or figure is within the bound, as it is printed with two places."""
        shown = round(found, 2)
        return shown >= self.value if self.is_least else shown <= self.value

    def __str__(self) -> str:
        sign = "≥" if self.is_least else "≤"
        return f"{sign} {self.value:g}" + (" ×" if self.is_of_ratio else "")


def at_least(ratio: float) -> Bound:
    """Return the bound of a ratio that may be greater."""
    return Bound(ratio, is_least=True)


def at_most(ratio: float) -> Bound:
    """Return the bound of a ratio that may be less."""
    return Bound(ratio)


@dataclass
class Row:
    """One line of the table, filled round by round."""

    title: str
    unit: str
    bound: Bound | None = None
    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)
    """What ours are compared with, of the same rounds; empty for a figure that stands alone."""
    our_cpu: list[float] = field(default_factory=list)
    """Milliseconds of processor time for one update or order, where it was measured."""
    their_cpu: list[float] = field(default_factory=list)
    note: str = ""
    """Why there is no figure, or what it does not say."""

    def add(self, ours: float, theirs: float | None = None) -> None:
        """Add the figures of a round."""
        self.ours.append(ours)
        if theirs is not None:
            self.theirs.append(theirs)

    @property
    def ratio(self) -> float | None:
        """The median of the rounds' ratios."""
        if not self.theirs:
            return None
        pairs = zip(self.ours, self.theirs, strict=True)
        return statistics.median(ours / theirs for ours, theirs in pairs)

    @property
    def cpu_ratio(self) -> float | None:
        """The same ratio by processor time; other work on the machine disturbs it less."""
        if not self.their_cpu:
            return None
        pairs = zip(self.our_cpu, self.their_cpu, strict=True)
        ratio = statistics.median(ours / theirs for ours, theirs in pairs)
        # A rate is the reverse of a time.
        return 1 / ratio if self.unit == "/s" else ratio

    @property
    def verdict(self) -> str:
        """`yes`, `no`, or empty for a row without bound or figure."""
        if self.bound is None or not self.ours:
            return ""
        found = self.ratio if self.bound.is_of_ratio else statistics.median(self.ours)
        if found is None:
            return ""
        return "yes" if self.bound.is_met(found) else "no"

    def cells(self) -> tuple[str, ...]:
        """Return the texts of the table's columns."""
        if not self.ours:
            return (self.title, self.note or "not measured", "", "", "", _text(self.bound), "")
        return (
            self.title,
            _figure(self.ours, self.unit, self.our_cpu),
            _figure(self.theirs, self.unit, self.their_cpu),
            _times(self.ratio),
            _times(self.cpu_ratio),
            _text(self.bound),
            self.verdict,
        )


HEAD = ("figure", "Konter", "compared with", "ratio", "by CPU", "bound", "met")


def markdown(rows: Sequence[Row]) -> str:
    """Return the rows as a table of Markdown."""
    lines = [
        HEAD,
        ("---", "--:", "--:", "--:", "--:", "--:", "---"),
        *(row.cells() for row in rows),
    ]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def page(rows: Sequence[Row], floors: Sequence[Row], rounds: int) -> str:
    """Return the figures of a run: the table, and the floors of the machine."""
    today = f"{datetime.now(UTC):%d %B %Y}"
    software = f"Python {python_version()}, SQLite {sqlite_version}, {system()}"
    lines = [
        f"Medians of {rounds} rounds, {today}, {cpu_count()} cores, {software}.{_quietness(rows)}",
        "",
        markdown(rows),
        "",
        "The machine's own floors in the same run:",
        "",
        "| floor | time |",
        "| --- | --: |",
        *(f"| {row.title} | {_figure(row.ours, row.unit, [])} |" for row in floors),
    ]
    return "\n".join(lines)


def _quietness(rows: Sequence[Row]) -> str:
    """Return how much of its core the sequential echo had: a busy machine makes ratios too good."""
    shares = [
        rate * milliseconds / 1_000
        for row in rows
        if row.unit == "/s"
        for rate, milliseconds in zip(row.theirs, row.their_cpu, strict=False)
    ]
    if not shares:
        return ""
    share = statistics.median(shares)
    busy = "" if share > 0.8 else "; other programs had the rest: do not trust these ratios"
    return f" The echoes used {share:.0%} of their core{busy}."


def put_between_markers(document: str, table: str) -> str:
    """Return a document with its table replaced; raises `ValueError` without the two markers."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the document lacks {BEGIN} or {END}")
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def percentile(figures: Sequence[float], share: float) -> float:
    """Return the figure that `share` of all do not exceed (nearest rank); `figures` has one."""
    ordered = sorted(figures)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def _text(bound: Bound | None) -> str:
    return "" if bound is None else str(bound)


def _times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f} ×"


def _figure(figures: Sequence[float], unit: str, cpu: Sequence[float]) -> str:
    if not figures:
        return ""
    text = f"{_rounded(statistics.median(figures))} {unit}".rstrip()
    return text + (f" ({_rounded(statistics.median(cpu))} ms CPU)" if cpu else "")


def _rounded(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


Report = Callable[[str], None]
"""Prints a line while the bench runs."""
