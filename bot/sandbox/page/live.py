"""What the page shows as a flat list of things by key, and who still has to be told of which.

A browser is sent a thing as it is when its turn comes, and only if it is another than it has
seen. So one that is slow misses steps between, never the end, and nothing piles up for it.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

Key = tuple[str | int, ...]
"""What a thing is called: ("message", 700000001, 12), ("supplier",)."""
Event = dict[str, Any]
"""What passes: an answer to a pressed button, "typing"."""
EVENTS_KEPT = 50


def key_text(key: Key) -> str:
    """Write a key as the page reads it: message/700000001/12."""
    return "/".join(map(str, key))


class Watcher:
    """One browser: what it has seen, and what it has yet to see."""

    def __init__(self, show: Callable[[Key], object | None], keys: Iterable[Key]) -> None:
        """Begin with everything there is; `show` gives a thing, or None for one that is gone."""
        self._show = show
        self._pending = dict.fromkeys(keys)
        self._events: deque[Event] = deque(maxlen=EVENTS_KEPT)
        self._seen: dict[Key, int] = {}
        self._woken = asyncio.Event()
        self._woken.set()

    def touch(self, key: Key) -> None:
        """Note that a thing may have changed."""
        self._pending[key] = None
        self._woken.set()

    def tell(self, event: Event) -> None:
        """Note what passes; the oldest are forgotten if nobody fetches them."""
        self._events.append(event)
        self._woken.set()

    async def frame(self) -> str:
        """Wait for news and return them: things by key (null: gone) and events, as JSON."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            things = self._news()
            events = list(self._events)
            self._events.clear()
            if things or events:
                parts = ",".join(f"{json.dumps(key)}:{text}" for key, text in things.items())
                return f'{{"things":{{{parts}}},"events":{json.dumps(events)}}}'

    def _news(self) -> dict[str, str]:
        pending, self._pending = self._pending, {}
        news: dict[str, str] = {}
        for key in pending:
            thing = self._show(key)
            text = json.dumps(thing, ensure_ascii=False)
            if thing is None:
                if self._seen.pop(key, None) is not None:
                    news[key_text(key)] = text
            elif self._seen.get(key) != hash(text):
                self._seen[key] = hash(text)
                news[key_text(key)] = text
        return news


class Live:
    """Everybody who watches."""

    def __init__(self) -> None:
        """Start with nobody."""
        self._watchers: set[Watcher] = set()

    def touch(self, *keys: Key) -> None:
        """Tell everybody that things may have changed."""
        for watcher in self._watchers:
            for key in keys:
                watcher.touch(key)

    def tell(self, event: Event) -> None:
        """Tell everybody what passes."""
        for watcher in self._watchers:
            watcher.tell(event)

    def join(self, watcher: Watcher) -> None:
        self._watchers.add(watcher)

    def leave(self, watcher: Watcher) -> None:
        self._watchers.discard(watcher)
