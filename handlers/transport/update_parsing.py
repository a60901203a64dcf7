"""Makes the library's objects of an update as Telegram sent it.

The library gives a message each of its hundred fields, and a pressed one an object for each of its
buttons. For plain texts and presses that took longer than handling many of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from telegram import Bot, CallbackQuery, Chat, Message, MessageEntity, Update, User
from telegram._message import MaybeInaccessibleMessage

from handlers.ui.keyboards import JsonKeyboard

PRESSED_FIELDS: Final = ("message_id", "date", "chat", "reply_markup")
"""What is read of a pressed message: handlers of presses read nothing else of it."""
_PLAIN_FIELDS: Final = frozenset({*PRESSED_FIELDS, "from", "text", "entities"})
_PLAIN_QUERY_FIELDS: Final = frozenset({"id", "from", "message", "chat_instance", "data"})


class PlainMessage(Message):
    """A message with `_PLAIN_FIELDS` alone; all others are those of an empty message."""

    __slots__ = ()

    def __init__(self, fields: Mapping[str, Any], bot: Bot | None) -> None:
        """Make a message of what Telegram sent; raises any error if it is malformed."""
        sent_at = datetime.fromtimestamp(fields["date"], UTC)
        chat = Chat.de_json(fields["chat"], bot)
        MaybeInaccessibleMessage.__init__(self, chat, fields["message_id"], sent_at)
        user, entities = fields.get("from"), fields.get("entities")
        given = {
            "from_user": None if user is None else User.de_json(user, bot),
            "text": fields.get("text"),
            "entities": () if entities is None else MessageEntity.de_list(entities, bot),
        }
        if fields.get("reply_markup") is not None:
            given["reply_markup"] = JsonKeyboard.de_json(fields["reply_markup"])
        for name, value in given.items():
            # The library's objects are read-only.
            object.__setattr__(self, name, value)
        self.set_bot(bot)

    def __getattr__(self, name: str) -> Any:
        """Return a field that was not set."""
        if name in _EMPTY_FIELDS:
            return _EMPTY_FIELDS[name]
        raise AttributeError(name)


_EMPTY_FIELDS: Final = {
    name: getattr(Message(1, datetime.fromtimestamp(0, UTC), Chat(1, Chat.PRIVATE)), name)
    for name in Message.__slots__
}


def parsed(payload: Mapping[str, Any], bot: Bot | None) -> Update:
    """Return an update; of a pressed message it has `PRESSED_FIELDS`.

    What is no plain text and no plain press is left to the library, and so is one that has not the
    form of the Bot API: the library makes something of many of those. It raises any error for an
    update that it cannot read.
    """
    try:
        update = _plain_update(payload, bot)
    except Exception:  # noqa: BLE001 - the library raises it again, or knows better
        update = None
    if update is None:
        return Update.de_json(dict(payload), bot)
    update.set_bot(bot)
    return update


def _plain_update(payload: Mapping[str, Any], bot: Bot | None) -> Update | None:
    """Return the update of a plain text or a press; None for all others."""
    if payload.keys() == {"update_id", "message"} and payload["message"].keys() <= _PLAIN_FIELDS:
        return Update(payload["update_id"], message=PlainMessage(payload["message"], bot))
    if payload.keys() == {"update_id", "callback_query"}:
        return Update(payload["update_id"], callback_query=_query(payload["callback_query"], bot))
    return None


def _query(fields: Mapping[str, Any], bot: Bot | None) -> CallbackQuery:
    if not fields.keys() <= _PLAIN_QUERY_FIELDS or fields.get("message") is None:
        return CallbackQuery.de_json(dict(fields), bot)
    pressed = {name: one for name, one in fields["message"].items() if name in PRESSED_FIELDS}
    query = CallbackQuery(
        fields["id"],
        User.de_json(fields["from"], bot),
        fields["chat_instance"],
        message=PlainMessage(pressed, bot),
        data=fields.get("data"),
    )
    query.set_bot(bot)
    return query
