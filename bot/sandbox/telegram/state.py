"""State of the embedded Bot API: people, chats, messages, files, and listeners to changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from bot.sandbox.telegram.formatting import Entity
from bot.sandbox.telegram.wire import Json


@dataclass(slots=True)
class Person:
    """A person with a private chat; the chat's id is the person's."""

    user_id: int
    first_name: str
    language_code: str = "id"
    username: str | None = None
    has_started: bool = True
    """Whether the chat exists; until the person writes, a bot cannot."""
    has_blocked: bool = False

    def as_user(self) -> Json:
        user: Json = {"id": self.user_id, "is_bot": False, "first_name": self.first_name}
        if self.username:
            user["username"] = self.username
        return user | {"language_code": self.language_code}

    def as_chat(self) -> Json:
        chat: Json = {"id": self.user_id, "first_name": self.first_name}
        if self.username:
            chat["username"] = self.username
        return chat | {"type": "private"}


BUDI = Person(700_000_001, "Budi", "id", "budi_sandbox")
SARAH = Person(700_000_002, "Sarah", "en", "sarah_sandbox")
RATNA = Person(700_000_003, "Ratna", "id", "ratna_sandbox", has_started=False)
"""A new customer, unknown to the bot and without a wallet."""
SITI = Person(700_000_004, "Siti 🌸", "id")
"""A customer without a username, with an emoji in the name."""
YUSUF = Person(700_000_005, "يوسف", "ar", has_started=False)
"""A customer without a username, with a right-to-left name and an unsupported language."""
ADMIN = Person(700_000_009, "Pak Admin", "id", "pak_admin_sandbox")
ALL_PEOPLE = (BUDI, SARAH, RATNA, SITI, YUSUF, ADMIN)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file on the embedded server; width and height are in pixels, 0 for no picture."""

    file_id: str
    name: str
    mime_type: str
    content: bytes
    width: int = 0
    height: int = 0
    special_kind: str = ""
    """`sticker` or `voice`; empty for a picture or a document."""

    @property
    def kind(self) -> str:
        """`photo`, `document`, `sticker` or `voice`."""
        return self.special_kind or ("photo" if self.width else "document")

    @property
    def path(self) -> str:
        return f"files/{self.file_id}"

    def as_file(self) -> Json:
        return {
            "file_id": self.file_id,
            "file_unique_id": f"u{self.file_id}",
            "file_size": len(self.content),
        }


@dataclass(slots=True)
class ChatMessage:
    """A message in its latest version."""

    message_id: int
    chat_id: int
    date: int
    """Seconds since the epoch."""
    is_from_bot: bool
    text: str = ""
    """The text, or the caption of a photo or document."""
    entities: list[Entity] = field(default_factory=list)
    html: str = ""
    """The text as the sender wrote it, with its markup."""
    reply_markup: Json | None = None
    photo: StoredFile | None = None
    document: StoredFile | None = None
    contact: Json | None = None
    sticker: Json | None = None
    voice: Json | None = None
    location: Json | None = None
    edits: int = 0
    edited_at: int | None = None
    reply_to: int | None = None
    update_id: int | None = None
    """The update that holds it, for a message of a person."""

    @property
    def buttons(self) -> list[list[Json]]:
        """The rows of buttons under the message."""
        rows: list[list[Json]] = (self.reply_markup or {}).get("inline_keyboard", [])
        return rows


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """The bot's answer to a pressed button."""

    query_id: str
    user_id: int
    text: str = ""
    show_alert: bool = False
    url: str = ""


@dataclass(slots=True)
class CallbackQuery:
    """A pressed button; `pressed_at` is in seconds since the epoch."""

    user_id: int
    pressed_at: float
    is_answered: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A change that listeners are called with."""

    kind: str
    """message, edit, delete, answer, action, commands, profile, person or call."""
    chat_id: int | None = None
    message_id: int | None = None
    detail: Any = None


class ChangeSignal:
    """Wakes all tasks that wait for the next change; not bound to one event loop."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)

    async def wait(self) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        try:
            await waiter
        finally:
            self._waiting.discard(waiter)


class TelegramState:
    """The whole state, in memory; restarts of the bot do not change it."""

    def __init__(self, bot_user: Json, clock: Callable[[], float]) -> None:
        """Start with `ALL_PEOPLE` and no messages; `clock` returns seconds since the epoch."""
        self.bot_user = bot_user
        self.clock = clock
        self.people: dict[int, Person] = {}
        self.chats: dict[int, dict[int, ChatMessage]] = {}
        self.files: dict[str, StoredFile] = {}
        self.queries: dict[str, CallbackQuery] = {}
        self.answers: list[CallbackAnswer] = []
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.profile: dict[tuple[str, str], Any] = {}
        self.change_signal = ChangeSignal()
        self.listeners: list[Callable[[Change], None]] = []
        """Called synchronously at every change."""
        self._message_ids: dict[int, int] = {}
        self._first_message_id = 1
        self._last_file = 0
        self._last_query = 4_000_000_000_000_000_000
        self.delete_chats()

    def delete_chats(self) -> None:
        """Restore `ALL_PEOPLE` and delete all messages and files; ids continue."""
        self.people = {one.user_id: replace(one) for one in ALL_PEOPLE}
        self.chats.clear()
        self.files.clear()
        self.queries.clear()
        self.answers.clear()

    def start_ids_at(self, number: int) -> None:
        """Set the first id of messages, files and queries, above those in a kept database."""
        self._first_message_id = number
        self._last_file = number
        self._last_query += number * 1_000

    def changed(self, change: Change) -> None:
        """Call every listener and wake all waiting tasks."""
        for listener in self.listeners:
            listener(change)
        self.change_signal.notify()

    def now(self) -> int:
        return int(self.clock())

    def add(self, message: ChatMessage) -> ChatMessage:
        """Add a message, with an id from `next_message_id`, to its chat."""
        self.chats.setdefault(message.chat_id, {})[message.message_id] = message
        self.changed(Change("message", message.chat_id, message.message_id))
        return message

    def next_message_id(self, chat_id: int) -> int:
        number = self._message_ids.get(chat_id, self._first_message_id - 1) + 1
        self._message_ids[chat_id] = number
        return number

    def message(self, chat_id: int, message_id: int) -> ChatMessage | None:
        return self.chats.get(chat_id, {}).get(message_id)

    def add_query(self, user_id: int) -> str:
        self._last_query += 1
        query_id = str(self._last_query)
        self.queries[query_id] = CallbackQuery(user_id, self.clock())
        return query_id

    def add_file(
        self,
        name: str,
        mime_type: str,
        content: bytes,
        size: tuple[int, int] = (0, 0),
        special_kind: str = "",
    ) -> StoredFile:
        self._last_file += 1
        # A file's id is valid for one bot only (Bot API, "Sending files").
        file_id = f"file{self._last_file}-{self.bot_user['id']}"
        stored = StoredFile(file_id, name, mime_type, content, *size, special_kind)
        self.files[stored.file_id] = stored
        return stored

    def as_json(self, message: ChatMessage, *, with_reply: bool = True) -> Json:
        """Return a message as a Bot API `Message`."""
        person = self.people[message.chat_id]
        written: Json = {
            "message_id": message.message_id,
            "from": self.bot_user if message.is_from_bot else person.as_user(),
            "chat": person.as_chat(),
            "date": message.date,
        }
        if message.edited_at is not None:
            written["edit_date"] = message.edited_at
        if message.reply_to is not None and with_reply:
            original = self.message(message.chat_id, message.reply_to)
            if original is not None:
                written["reply_to_message"] = self.as_json(original, with_reply=False)
        written |= content_of(message)
        if message.buttons:
            written["reply_markup"] = message.reply_markup
        return written


def content_of(message: ChatMessage) -> Json:
    """Return the fields of the Bot API's `Message` for its text, photo, contact, and so on."""
    written: Json = {}
    names = ("text", "entities")
    if message.photo is not None:
        photo = message.photo
        written["photo"] = [photo.as_file() | {"width": photo.width, "height": photo.height}]
        names = ("caption", "caption_entities")
    if message.document is not None:
        document = message.document
        named = {"file_name": document.name, "mime_type": document.mime_type}
        written["document"] = document.as_file() | named
        names = ("caption", "caption_entities")
    if message.voice is not None:
        names = ("caption", "caption_entities")
    for name in ("contact", "sticker", "voice", "location"):
        if (content := getattr(message, name)) is not None:
            written[name] = content
    if message.text:
        written[names[0]] = message.text
    if message.entities:
        written[names[1]] = message.entities
    return written
