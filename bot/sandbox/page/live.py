"""The page's state as a flat map of items by key, and the changes that each browser has to get.

An item is rendered when it is sent, and only sent if it differs from the version that the browser
has. A slow browser skips intermediate versions, but always gets the last one, and its backlog
never grows beyond one entry per item.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

Key = tuple[str | int, ...]
"""An item's kind and ids: ("message", 700000001, 12), ("supplier",)."""
Event = dict[str, Any]
"""A message without a lasting state: an answer to a pressed button, "typing"."""
EVENTS_KEPT = 50


def key_text(key: Key) -> str:
    """Return a key in the page's form: message/700000001/12."""
    return "/".join(map(str, key))


class Subscriber:
    """One browser: the versions it has got, and the changes it has yet to get."""

    def __init__(self, show: Callable[[Key], object | None], keys: Iterable[Key]) -> None:
        """Send the items of `keys` first; `show` returns an item, or None for a deleted one."""
        self._show = show
        self._pending = dict.fromkeys(keys)
        self._events: deque[Event] = deque(maxlen=EVENTS_KEPT)
        self._seen: dict[Key, int] = {}
        self._woken = asyncio.Event()
        self._woken.set()

    def mark_changed(self, key: Key) -> None:
        """Mark an item that may have changed."""
        self._pending[key] = None
        self._woken.set()

    def send_event(self, event: Event) -> None:
        """Queue an event; beyond 50 unsent ones the oldest are dropped."""
        self._events.append(event)
        self._woken.set()

    async def frame(self) -> str:
        """Wait for changes and return them as JSON: items by key (null: deleted), and events."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            items = self._changed_items()
            events = list(self._events)
            self._events.clear()
            if items or events:
                parts = ",".join(f"{json.dumps(key)}:{text}" for key, text in items.items())
                return f'{{"items":{{{parts}}},"events":{json.dumps(events)}}}'

    def _changed_items(self) -> dict[str, str]:
        pending, self._pending = self._pending, {}
        changed: dict[str, str] = {}
        for key in pending:
            item = self._show(key)
            text = json.dumps(item, ensure_ascii=False)
            if item is None:
                if self._seen.pop(key, None) is not None:
                    changed[key_text(key)] = text
            elif self._seen.get(key) != hash(text):
                self._seen[key] = hash(text)
                changed[key_text(key)] = text
        return changed


class LiveUpdates:
    """All connected browsers."""

    def __init__(self) -> None:
        self._subscribers: set[Subscriber] = set()

    def mark_changed(self, *keys: Key) -> None:
        """Mark items as changed for every browser."""
        for subscriber in self._subscribers:
            for key in keys:
                subscriber.mark_changed(key)

    def send_event(self, event: Event) -> None:
        """Send an event to every browser."""
        for subscriber in self._subscribers:
            subscriber.send_event(event)

    def join(self, subscriber: Subscriber) -> None:
        self._subscribers.add(subscriber)

    def leave(self, subscriber: Subscriber) -> None:
        self._subscribers.discard(subscriber)
