"""What arrives from Telegram: whether it can be kept, and whether it is what the handlers expect.

The library checks no types: a name that is a list would come as far as the database. Telegram
sends no such thing, but whatever it sends, one update must not stop the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from telegram import Message, Update

from bot.ports.inbox import InboxUpdate

LARGEST_NUMBER = 2**63 - 1
"""What the database holds, and more than Telegram ever gives (Bot API, "User": 52 bits)."""
_TEXT = (str, type(None))


class MalformedUpdateError(Exception):
    """An update holds something of another type than the Bot API's."""


def update_id_of(payload: Mapping[str, Any]) -> int | None:
    """Return the number of an update as Telegram sent it; None for what cannot be one."""
    number = payload.get("update_id")
    return number if type(number) is int and 0 <= number <= LARGEST_NUMBER else None


def stored_form(payload: Mapping[str, Any]) -> InboxUpdate | None:
    """Return an update as it is kept; None for one without a number, or nested without end.

    Halves of characters, which nobody can store or send, are replaced.
    """
    number = update_id_of(payload)
    if number is None:
        return None
    try:
        text = json.dumps(payload, ensure_ascii=False)
    except RecursionError:
        return None
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return InboxUpdate(number, whole, 0)


def require_valid(update: Update) -> None:
    """Raise `MalformedUpdateError` unless everything that handlers read of an update has its type."""
    if not all(_is_number(number) for number in _numbers(update)):
        raise MalformedUpdateError("a number is none")
    if not all(isinstance(text, _TEXT) for text in _texts(update)):
        raise MalformedUpdateError("a text is none")
    if update.effective_user is not None and not isinstance(update.effective_user.first_name, str):
        raise MalformedUpdateError("a person without a name")


def _is_number(value: object) -> bool:
    return type(value) is int and abs(value) <= LARGEST_NUMBER


def _numbers(update: Update) -> Iterator[object]:
    for whose in (update.effective_chat, update.effective_user):
        if whose is not None:
            yield whose.id
    query, message = update.callback_query, update.message
    shown = query.message if query is not None else message
    if shown is not None:
        yield shown.message_id
    for entity in message.entities if message is not None else ():
        yield entity.offset
        yield entity.length
    if message is not None and message.document and message.document.file_size is not None:
        yield message.document.file_size


def _texts(update: Update) -> Iterator[object]:
    user, query, message = update.effective_user, update.callback_query, update.message
    if user is not None:
        yield from (user.username, user.language_code)
    if query is not None:
        yield from (query.id, query.data)
    if message is not None:
        yield from _texts_of(message)


def _texts_of(message: Message) -> Iterator[object]:
    yield message.text
    for entity in message.entities:
        yield entity.type
    if message.document is not None:
        yield from (message.document.mime_type, message.document.file_name)
