"""Short ways to say which update goes where, so that the lists of handlers read like tables."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from handlers.ui.buttons import Button, pattern_of, unpack
from handlers.ui.command_names import INDONESIAN_NAMES
from handlers.ui.context import ShopContext

R = TypeVar("R")
B = TypeVar("B", bound=Button)
Callback = Callable[[Update, ShopContext], Coroutine[Any, Any, R]]

END: Final = -1
"""The library's sign for the end of a conversation (`ConversationHandler.END`)."""
NEW = filters.UpdateType.MESSAGE
"""Messages as they are sent: what is edited later is not said again."""
TEXT = NEW & filters.TEXT & ~filters.COMMAND
CONTACT = NEW & filters.CONTACT
PICTURE = NEW & (filters.PHOTO | filters.Document.ALL)
"""What may be the picture of a transfer, whatever it is sent as."""
OTHER = NEW & ~filters.TEXT & ~filters.StatusUpdate.ALL
COMMAND = NEW & filters.COMMAND


def on_command(name: str, callback: Callback[R]) -> CommandHandler[ShopContext, R]:
    """Return the handler of a command, by its English and its Indonesian name."""
    names = [name] + ([INDONESIAN_NAMES[name]] if name in INDONESIAN_NAMES else [])
    return CommandHandler(names, callback, filters=NEW)


def on_press(kind: type[Button], callback: Callback[R]) -> CallbackQueryHandler[ShopContext, R]:
    """Return the handler of one kind of button."""
    return CallbackQueryHandler(callback, pattern=pattern_of(kind))


def on_message(wanted: filters.BaseFilter, callback: Callback[R]) -> MessageHandler[ShopContext, R]:
    """Return the handler of messages that somebody writes or sends."""
    return MessageHandler(wanted, callback)


def pressed(update: Update, kind: type[B]) -> B:
    """Return the button that was pressed; raises `ButtonError` for one that is made up."""
    query = update.callback_query
    return unpack(None if query is None else query.data, kind)
