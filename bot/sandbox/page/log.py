"""The page's log: every call on both wires, and what the bot wrote, newest last."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from bot.sandbox.bot_process import LogLine
from bot.sandbox.supplier.server import PanelCall
from bot.sandbox.telegram.server import ApiCall

Source = Literal["supplier", "telegram", "bot", "sandbox"]
ENTRIES_KEPT = 300
LONGEST_VALUE = 160
LONGEST_TEXT = 4_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log; equal ones in a row are one, with their number."""

    number: int
    at: float
    source: Source
    title: str
    detail: str
    answer: str
    is_trouble: bool
    times: int = 1

    def same_as(self, other: Entry) -> bool:
        """Whether both say the same of different moments."""
        return replace(self, number=0, at=0.0, times=1) == replace(other, number=0, at=0.0, times=1)


class PageLog:
    """The last entries, by their number."""

    def __init__(self) -> None:
        """Start empty."""
        self.entries: OrderedDict[int, Entry] = OrderedDict()
        self._last = 0

    def add(self, entry: Entry) -> list[int]:
        """Add an entry, numbered here; return the numbers that have changed or are gone."""
        newest = self.entries.get(self._last)
        if newest is not None and newest.same_as(entry):
            again = replace(newest, at=entry.at, times=newest.times + 1)
            self.entries[newest.number] = again
            return [newest.number]
        self._last += 1
        self.entries[self._last] = replace(entry, number=self._last)
        changed = [self._last]
        while len(self.entries) > ENTRIES_KEPT:
            changed.append(self.entries.popitem(last=False)[0])
        return changed

    def shown(self, number: int) -> dict[str, Any] | None:
        """Return an entry as the page reads it."""
        entry = self.entries.get(number)
        return None if entry is None else asdict(entry)


def of_panel(call: PanelCall) -> Entry:
    """Return the entry for a call to the supplier."""
    fields = {name: value for name, value in call.fields.items() if name != "type"}
    is_trouble = call.answer != "success"
    return Entry(
        0, call.at, "supplier", call.kind or "?", facts(fields), clipped(call.answer), is_trouble
    )


def of_telegram(call: ApiCall) -> Entry | None:
    """Return the entry for a call to Telegram; a poll that went well is none."""
    if call.method == "getUpdates" and call.code == 200:
        return None
    answer = call.description or ("ok" if call.code == 200 else "(no answer)")
    if call.code is not None and call.code != 200:
        answer = f"{call.code}: {answer}" if not answer.startswith(str(call.code)) else answer
    is_trouble = call.code != 200
    detail = facts({name: value for name, value in call.params.items() if value not in (None, "")})
    return Entry(0, call.at, "telegram", call.method, detail, answer, is_trouble)


def of_bot(line: LogLine, at: float) -> Entry:
    """Return the entry for a line that the bot has written at this time."""
    text = line.text if len(line.text) <= LONGEST_TEXT else f"{line.text[:LONGEST_TEXT]}…"
    return Entry(0, at, "bot", line.level, text, "", line.is_trouble)


def of_sandbox(text: str, at: float) -> Entry:
    """Return the entry for what somebody did on the page at this time."""
    return Entry(0, at, "sandbox", "you", text, "", is_trouble=False)


def facts(values: dict[str, Any]) -> str:
    """Write names and values on one line."""
    return " ".join(f"{name}={clipped(str(value))}" for name, value in values.items())


def clipped(text: str) -> str:
    """Return the beginning of a long text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_VALUE else f"{line[:LONGEST_VALUE]}…"
