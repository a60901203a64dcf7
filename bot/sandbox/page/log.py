"""The page's log: calls to supplier and Telegram, the bot's log lines, actions on the page."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import Any, Literal

from bot.sandbox.bot_process import LogLine
from bot.sandbox.supplier.server import PanelCall
from bot.sandbox.telegram.server import ApiCall

Source = Literal["supplier", "telegram", "bot", "sandbox"]
ENTRIES_KEPT = 300
MAX_VALUE_LENGTH = 160
MAX_TEXT_LENGTH = 4_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `times` counts equal entries in a row, `at` is in seconds since the epoch."""

    number: int
    at: float
    source: Source
    title: str
    detail: str
    answer: str
    is_problem: bool
    times: int = 1

    def same_as(self, other: Entry) -> bool:
        """Return whether both differ in number, time and count only."""
        return replace(self, number=0, at=0.0, times=1) == replace(other, number=0, at=0.0, times=1)


class PageLog:
    """The last 300 entries, newest last."""

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque(maxlen=ENTRIES_KEPT)
        self._last_number = 0

    def add(self, entry: Entry) -> None:
        """Number and add an entry, or count it at the newest one if it equals that."""
        newest = self.entries[-1] if self.entries else None
        if newest is not None and newest.same_as(entry):
            self.entries[-1] = replace(newest, at=entry.at, times=newest.times + 1)
            return
        self._last_number += 1
        self.entries.append(replace(entry, number=self._last_number))


def supplier_entry(call: PanelCall) -> Entry:
    """Return the entry for a call to the supplier."""
    fields = {name: value for name, value in call.fields.items() if name != "type"}
    is_problem = call.answer != "success"
    return Entry(
        0, call.at, "supplier", call.kind or "?", facts(fields), clipped(call.answer), is_problem
    )


def telegram_entry(call: ApiCall) -> Entry | None:
    """Return the entry for a call to Telegram; None for a successful getUpdates."""
    if call.method == "getUpdates" and call.code == 200:
        return None
    answer = call.description or ("ok" if call.code == 200 else "(no answer)")
    if call.code is not None and call.code != 200:
        answer = f"{call.code}: {answer}" if not answer.startswith(str(call.code)) else answer
    is_problem = call.code != 200
    detail = facts({name: value for name, value in call.params.items() if value not in (None, "")})
    return Entry(0, call.at, "telegram", call.method, detail, answer, is_problem)


def bot_entry(line: LogLine, at: float) -> Entry:
    """Return the entry for a line of the bot's log, written at this time."""
    text = line.text if len(line.text) <= MAX_TEXT_LENGTH else f"{line.text[:MAX_TEXT_LENGTH]}…"
    return Entry(0, at, "bot", line.level, text, "", line.is_problem)


def sandbox_entry(text: str, at: float) -> Entry:
    """Return the entry for an action on the page at this time."""
    return Entry(0, at, "sandbox", "you", text, "", is_problem=False)


def facts(values: dict[str, Any]) -> str:
    """Format names and values on one line."""
    return " ".join(f"{name}={clipped(str(value))}" for name, value in values.items())


def clipped(text: str) -> str:
    """Return a text on one line, cut to 160 characters."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_VALUE_LENGTH else f"{line[:MAX_VALUE_LENGTH]}…"
