"""Functions that make handlers, so that the registry and the conversation read like tables."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Final, Literal, TypeVar

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from handlers.ui.buttons import Button, pattern_of, unpack
from handlers.ui.command_names import INDONESIAN_NAMES, OTHER_NAMES
from handlers.ui.context import ShopContext

R = TypeVar("R")
B = TypeVar("B", bound=Button)
Callback = Callable[[Update, ShopContext], Coroutine[Any, Any, R]]
Handlers = list[BaseHandler[Update, ShopContext, Any]]

End = Literal[-1]
END: Final = -1
"""Ends the conversation: the value of `ConversationHandler.END`."""
NEW = filters.UpdateType.MESSAGE
"""New messages only: an edited message does not count as sent again."""
TEXT = NEW & filters.TEXT & ~filters.COMMAND
CONTACT = NEW & filters.CONTACT
PICTURE = NEW & (filters.PHOTO | filters.Document.ALL)
"""Anything that may be a payment proof, sent as a photo or as a file."""
OTHER = NEW & ~filters.TEXT & ~filters.StatusUpdate.ALL
COMMAND = NEW & filters.COMMAND


def on_command(name: str, callback: Callback[R]) -> CommandHandler[ShopContext, R]:
    """Return the handler of a command under its English, its Indonesian and further names."""
    names = {name, INDONESIAN_NAMES.get(name, name), *OTHER_NAMES.get(name, ())}
    return CommandHandler(names, callback, filters=NEW)


class PressHandler(CallbackQueryHandler[ShopContext, R]):
    """Handles one kind of button."""

    def __init__(self, kind: type[Button], callback: Callback[R]) -> None:
        super().__init__(callback, pattern=pattern_of(kind))
        self.kind = kind


def on_press(kind: type[Button], callback: Callback[R]) -> PressHandler[R]:
    """Return the handler of one kind of button."""
    return PressHandler(kind, callback)


def on_message(wanted: filters.BaseFilter, callback: Callback[R]) -> MessageHandler[ShopContext, R]:
    """Return the handler of messages that pass a filter."""
    return MessageHandler(wanted, callback)


def pressed(update: Update, kind: type[B]) -> B:
    """Return the pressed button; raises `ButtonError` for a forged one."""
    query = update.callback_query
    return unpack(None if query is None else query.data, kind)
