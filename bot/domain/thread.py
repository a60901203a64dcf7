"""Threads: conversations between the shop and one customer, each about one thing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType

from bot.domain.errors import MessageError, MessageFault
from bot.domain.order import CustomerId
from bot.domain.staff import Right

ThreadId = NewType("ThreadId", int)
ThreadMessageId = NewType("ThreadMessageId", int)

MAX_LENGTH: Final = 1_000
"""The longest text of a message, in characters."""
MAX_CAPTION_UNITS: Final = 800
"""The longest text beside a file, in UTF-16 units.

Telegram's limit for a caption is 1,024 of them (Bot API, "sendPhoto"), heading included.
"""


class About(StrEnum):
    """What a thread is about."""

    ORDER = "order"
    TOPUP = "topup"
    """A top-up, or with the id 0 a payment that belongs to none."""
    SHOP = "shop"
    """A question to the shop, or nothing in particular; its id is 0."""


MAY_WRITE: Final = {
    About.ORDER: frozenset({Right.CASES, Right.CUSTOMERS}),
    About.TOPUP: frozenset({Right.CASES, Right.CUSTOMERS, Right.TOPUPS}),
    About.SHOP: frozenset({Right.CASES, Right.CUSTOMERS}),
}
"""The rights of which one is enough to read and write in a thread."""


class FileKind(StrEnum):
    """How Telegram sends the file of a message."""

    NONE = ""
    PHOTO = "photo"
    DOCUMENT = "document"
    VOICE = "voice"


@dataclass(frozen=True, slots=True)
class Topic:
    """A customer, and what a thread with them is about; each topic has at most one thread."""

    customer_id: CustomerId
    about: About = About.SHOP
    subject_id: int = 0
    """The id of the order or top-up."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to send; not empty, and within the limits, once it was checked."""

    text: str
    file_kind: FileKind = FileKind.NONE
    file_id: str = ""
    """Telegram's id of the file; Konter forwards it and never opens it."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation. It is closed by staff, and opened again by the next message."""

    thread_id: ThreadId
    customer_id: CustomerId
    about: About
    subject_id: int
    opened_at: datetime
    """When it was opened last."""
    asked_at: datetime | None = None
    """When the customer last asked the shop for help; None: never, so the shop began it."""
    waits_since: datetime | None = None
    """Since when the customer waits for the shop; None: they do not."""
    closed_at: datetime | None = None
    closed_by: CustomerId | None = None

    @property
    def topic(self) -> Topic:
        """The customer, and what the thread is about."""
        return Topic(self.customer_id, self.about, self.subject_id)

    @property
    def is_open(self) -> bool:
        """Whether nobody has closed it."""
        return self.closed_at is None

    @property
    def is_case(self) -> bool:
        """Whether it is an open complaint or question of the customer."""
        return self.is_open and self.asked_at is not None


@dataclass(frozen=True, slots=True)
class ThreadMessage:
    """One message of a thread."""

    message_id: ThreadMessageId
    thread_id: ThreadId
    author_id: CustomerId
    """The customer, or whoever of the staff wrote it."""
    is_from_shop: bool
    body: str
    file_kind: FileKind
    file_id: str
    request_key: str
    """Unique. Names the update or the token that sent it, so that it is sent once."""
    sent_at: datetime


def fitting_caption(text: str) -> str:
    """Return a text, cut to what may stand beside a file."""
    units = text.encode("utf-16-le", "surrogatepass")[: 2 * MAX_CAPTION_UNITS]
    return units.decode("utf-16-le", "ignore").strip()


def checked(draft: Draft) -> Draft:
    """Return a draft without blanks around its text.

    Raises `MessageError` if it is empty or too long.
    """
    text = draft.text.strip()
    if not text and draft.file_kind is FileKind.NONE:
        raise MessageError(MessageFault.EMPTY)
    is_caption = draft.file_kind is not FileKind.NONE
    if len(text) > MAX_LENGTH or (is_caption and fitting_caption(text) != text):
        raise MessageError(MessageFault.TOO_LONG)
    return Draft(text, draft.file_kind, draft.file_id)
