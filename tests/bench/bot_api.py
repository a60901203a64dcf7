"""A Bot API made for load: hands out prepared updates, and notes when each was answered."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from tests.bench.http_server import Connection, LoadServer

TOKEN = "4242:bench-token"
BOT = {"id": 4242, "is_bot": True, "first_name": "Konter", "username": "konter_bench_bot"}
_BOT_JSON = json.dumps(BOT).encode()
_PART = re.compile(rb'name="?(\w+)"?\r\n(?:[^\r\n]+\r\n)*\r\n(.*?)\r\n--', re.DOTALL)
_SENDS = frozenset({"sendMessage", "sendPhoto", "sendDocument"})
_EDITS = frozenset({"editMessageText", "editMessageCaption"})
_POLL_SECONDS = 20.0
_FIRST_MESSAGE_ID = 1_000_000
"""Of the bot's messages; those that are pressed have lower ids."""

Json = dict[str, Any]
Watch = Callable[[str, int, Json], None]
"""Takes the method, the chat id and the parameters of a call."""


@dataclass(slots=True, eq=False)
class Planned:
    """An update, and the instants at which it was handed to the bot's side and answered.

    A text is answered by a new message in its chat, a press by the edit of `message_id`.
    """

    chat_id: int
    content: Json
    """The update without its id."""
    message_id: int = 0
    """The pressed message; 0 for a text."""
    given_at: float = 0.0
    answered_at: float = 0.0
    body: bytes = b""


@dataclass
class Tally:
    """What the calls of the bot say about the updates that it was given."""

    unanswered: int = 0
    inversions: int = 0
    """How many updates were answered before an earlier one of the same chat."""
    last_answer_at: float = 0.0
    open: defaultdict[int, list[Planned]] = field(default_factory=lambda: defaultdict(list))
    """By chat: the updates without an answer, in order of their arrival."""
    all_answered: asyncio.Event = field(default_factory=asyncio.Event)

    def expect(self, planned: Planned) -> None:
        """Wait for the answer of an update."""
        self.open[planned.chat_id].append(planned)
        self.unanswered += 1
        self.all_answered.clear()

    def answered(self, chat_id: int, message_id: int, at: float) -> None:
        """Note an answer; `message_id` is that of an edited message, 0 for a new message."""
        waiting = self.open.get(chat_id)
        if not waiting:
            return
        place = next((n for n, one in enumerate(waiting) if one.message_id == message_id), None)
        if place is None:
            return
        self.inversions += bool(place)
        planned = waiting.pop(place)
        planned.answered_at = self.last_answer_at = at
        self.unanswered -= 1
        if not self.unanswered:
            self.all_answered.set()


class LoadBotApi:
    """The server; its methods change nothing but the tally, and refuse nothing but what is set."""

    def __init__(self) -> None:
        self.server = LoadServer(self._handle)
        self.tally = Tally()
        self.calls: Counter[str] = Counter()
        self.delay_seconds = 0.0
        """How long the answer to a call with a chat or a callback query takes."""
        self.refused_chats: set[int] = set()
        """Chats whose messages are refused with 429."""
        self._on_screen: Watch | None = None
        self.polls = 0
        self.first_poll_at = 0.0
        self._next_update_id = 1
        self._next_message_id = _FIRST_MESSAGE_ID
        self._queue: deque[Planned] = deque()
        self._unconfirmed: deque[tuple[int, Planned]] = deque()
        self._waiting: Connection | None = None
        self._waiting_timer: asyncio.TimerHandle | None = None

    # --- updates ---

    def prepare(self, updates: Iterable[Planned]) -> list[Planned]:
        """Encode updates that are given later, so that handing them out costs little."""
        prepared = list(updates)
        for planned in prepared:
            update = {"update_id": self._next_update_id, **planned.content}
            planned.body = json.dumps(update).encode()
            self._next_update_id += 1
        return prepared

    def give(self, updates: Iterable[Planned], *, is_expected: bool = True) -> None:
        """Hand out prepared updates, in order, from the next poll on; they are given now.

        The tally waits for the answers of those that are expected to have one.
        """
        now = time.perf_counter()
        for planned in updates:
            planned.given_at = now
            self._queue.append(planned)
            if is_expected:
                self.tally.expect(planned)
        self._answer_poll()

    def watch(self, watch: Watch | None) -> None:
        """Call `watch` for each sent or edited message from now on; None ends it."""
        self._on_screen = watch

    def begin(self) -> None:
        """Forget what an earlier side left, and take the calls of another."""
        self.tally = Tally()
        self.calls.clear()
        self.delay_seconds = 0.0
        self.refused_chats.clear()
        self._on_screen = None
        self.polls = 0
        self.first_poll_at = 0.0
        self._queue.clear()
        self._unconfirmed.clear()
        self._drop_poll()

    # --- the wire ---

    def _handle(self, path: bytes, body: bytes, connection: Connection) -> None:
        method = path.partition(b"?")[0].rpartition(b"/")[2].decode()
        self.calls[method] += 1
        if method == "getUpdates":
            self._poll(fields_of(body), connection)
            return
        if method in _SENDS or method in _EDITS:
            reply, status = self._message(method, fields_of(body))
        elif method in _FIXED:
            reply, status = _FIXED[method], 200
        else:
            reply, status = b'{"ok":true,"result":true}', 200
        if self.delay_seconds and not method.startswith(("get", "set", "delete")):
            loop = asyncio.get_running_loop()
            loop.call_later(self.delay_seconds, connection.reply, reply, status)
        else:
            connection.reply(reply, status)

    def _message(self, method: str, fields: Json) -> tuple[bytes, int]:
        now = time.perf_counter()
        chat_id = int(fields["chat_id"])
        if chat_id in self.refused_chats:
            return _REFUSAL, 429
        if method in _SENDS:
            self._next_message_id += 1
            message_id = self._next_message_id
            self.tally.answered(chat_id, 0, now)
        else:
            message_id = int(fields.get("message_id", 0))
            self.tally.answered(chat_id, message_id, now)
        if self._on_screen is not None:
            self._on_screen(method, chat_id, fields)
        return _sent(chat_id, message_id, fields), 200

    # --- polling ---

    def _poll(self, fields: Json, connection: Connection) -> None:
        self.polls += 1
        self.first_poll_at = self.first_poll_at or time.perf_counter()
        offset = int(fields.get("offset") or 0)
        while self._unconfirmed and self._unconfirmed[0][0] < offset:
            self._unconfirmed.popleft()
        self._drop_poll()
        self._waiting = connection
        if int(fields.get("timeout") or 0) == 0:
            self._reply_to_poll([])
            return
        self._waiting_timer = asyncio.get_running_loop().call_later(
            _POLL_SECONDS, self._reply_to_poll, []
        )
        self._answer_poll()

    def _drop_poll(self) -> None:
        if self._waiting_timer is not None:
            self._waiting_timer.cancel()
        self._waiting = self._waiting_timer = None

    def _answer_poll(self) -> None:
        if self._waiting is None or not (self._queue or self._unconfirmed):
            return
        while self._queue and len(self._unconfirmed) < 100:
            planned = self._queue.popleft()
            self._unconfirmed.append((update_id_of(planned), planned))
        self._reply_to_poll([planned.body for _, planned in self._unconfirmed])

    def _reply_to_poll(self, bodies: list[bytes]) -> None:
        connection = self._waiting
        self._drop_poll()
        if connection is not None:
            connection.reply(b'{"ok":true,"result":[' + b",".join(bodies) + b"]}")


def update_id_of(planned: Planned) -> int:
    """Return the id in a prepared update, which it begins with."""
    return int(planned.body[14 : planned.body.index(b",")])


def fields_of(body: bytes) -> Json:
    """Return the parameters of a call, in any of the three forms that the Bot API reads."""
    if body.startswith(b"{"):
        parsed = json.loads(body)
        assert isinstance(parsed, dict)
        return parsed
    if body.startswith(b"--"):
        return {name.decode(): value.decode("utf-8", "replace") for name, value in _parts(body)}
    return dict(parse_qsl(body.decode()))


def _parts(body: bytes) -> list[tuple[bytes, bytes]]:
    return _PART.findall(body)


def markup_of(fields: Json) -> list[list[Json]]:
    """Return the rows of buttons of a sent or edited message."""
    markup = fields.get("reply_markup") or {}
    if isinstance(markup, str):
        markup = json.loads(markup)
    rows = markup.get("inline_keyboard", [])
    assert isinstance(rows, list)
    return rows


def _sent(chat_id: int, message_id: int, fields: Json) -> bytes:
    """Return the message as Telegram answers it: with its text and its buttons."""
    markup = fields.get("reply_markup") or ""
    if markup and not isinstance(markup, str):
        markup = json.dumps(markup)
    return b'{"ok":true,"result":{"message_id":%d,"from":%s,"chat":%s,"date":%d,"text":%s%s}}' % (
        message_id,
        _BOT_JSON,
        b'{"id":%d,"first_name":"Budi","type":"private"}' % chat_id,
        int(time.time()),
        json.dumps(fields.get("text") or fields.get("caption") or "").encode(),
        b',"reply_markup":' + markup.encode() if "inline_keyboard" in markup else b"",
    )


_REFUSAL = (
    b'{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 5",'
    b'"parameters":{"retry_after":5}}'
)
_FIXED = {
    "getMe": b'{"ok":true,"result":%s}'
    % json.dumps(
        BOT
        | {
            "can_join_groups": False,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }
    ).encode(),
    "getMyDescription": b'{"ok":true,"result":{"description":""}}',
    "getMyShortDescription": b'{"ok":true,"result":{"short_description":""}}',
    "getMyCommands": b'{"ok":true,"result":[]}',
    "getMyName": b'{"ok":true,"result":{"name":"Konter"}}',
    "getWebhookInfo": b'{"ok":true,"result":{"url":"","has_custom_certificate":false,'
    b'"pending_update_count":0}}',
}
