"""Validation of updates: whether one can be stored, and has the types that handlers expect.

The library checks no types: a name that is a list would reach the database. Telegram sends no
such update, but if it did, that update must not stop the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from telegram import Message, Update

MAX_NUMBER = 2**63 - 1
"""The database's largest integer. Telegram's ids have at most 52 bits (Bot API, "User")."""
_TEXT_OR_NONE = (str, type(None))


class MalformedUpdateError(Exception):
    """A field of an update has another type than the Bot API says."""


@dataclass(frozen=True, slots=True)
class ReceivedUpdate:
    """An update as Telegram sent it."""

    update_id: int
    payload: Mapping[str, Any]
    text: str
    """The payload as JSON, for the inbox."""


def update_id_of(payload: Mapping[str, Any]) -> int | None:
    """Return the `update_id` of an update as Telegram sent it; None when it is not a valid one."""
    number = payload.get("update_id")
    return number if type(number) is int and 0 <= number <= MAX_NUMBER else None


def received(payload: Mapping[str, Any]) -> ReceivedUpdate | None:
    """Return an update with the text that the inbox stores.

    None for one without a valid `update_id`, or nested too deep for JSON. Unpaired surrogates,
    which can be neither stored nor sent, are replaced.
    """
    number = update_id_of(payload)
    if number is None:
        return None
    try:
        return ReceivedUpdate(number, payload, msgspec.json.encode(payload).decode())
    except RecursionError:
        return None
    except (ValueError, OverflowError):
        return _repaired(number, payload)


def _repaired(number: int, payload: Mapping[str, Any]) -> ReceivedUpdate | None:
    """Return an update that has unpaired surrogates, or numbers beyond msgspec's."""
    try:
        text = json.dumps(payload, ensure_ascii=False)
        valid_text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return ReceivedUpdate(number, json.loads(valid_text), valid_text)
    except RecursionError:
        return None


def require_valid(update: Update) -> None:
    """Raise `MalformedUpdateError` unless every field that handlers read has its type."""
    if not all(_is_integer(number) for number in _integers(update)):
        raise MalformedUpdateError("an id, offset, length or size: expected an integer")
    if not all(isinstance(text, _TEXT_OR_NONE) for text in _texts(update)):
        raise MalformedUpdateError("a text field: expected a string")
    if update.effective_user is not None and not isinstance(update.effective_user.first_name, str):
        raise MalformedUpdateError("first_name: expected a string")


def _is_integer(value: object) -> bool:
    return type(value) is int and abs(value) <= MAX_NUMBER


def _integers(update: Update) -> Iterator[object]:
    for source in (update.effective_chat, update.effective_user):
        if source is not None:
            yield source.id
    query, message = update.callback_query, update.message
    message_with_id = query.message if query is not None else message
    if message_with_id is not None:
        yield message_with_id.message_id
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
