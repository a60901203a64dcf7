"""Makes the library's objects of an update as Telegram sent it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from telegram import Bot, Message, Update

from handlers.ui.keyboards import JsonKeyboard

PRESSED_FIELDS: Final = ("message_id", "date", "chat")
"""What is read of a pressed message, apart from its buttons."""


def parsed(payload: Mapping[str, Any], bot: Bot | None) -> Update:
    """Return an update; of a pressed message it has `PRESSED_FIELDS` and the buttons.

    Telegram sends the whole message with each press. The library makes an object of each of its
    buttons and entities, which takes longer than all else of the update, and handlers read none of
    them; those that replace one row of a screen read the keyboard's rows. Raises any error for a
    malformed update.
    """
    query = payload.get("callback_query") or {}
    message = query.get("message")
    if message is None:
        return Update.de_json(dict(payload), bot)
    shown = {name: message[name] for name in PRESSED_FIELDS if name in message}
    update = Update.de_json({**payload, "callback_query": {**query, "message": shown}}, bot)
    pressed = None if update.callback_query is None else update.callback_query.message
    if isinstance(pressed, Message) and message.get("reply_markup") is not None:
        # The library's objects are read-only.
        object.__setattr__(pressed, "reply_markup", JsonKeyboard.de_json(message["reply_markup"]))
    return update
