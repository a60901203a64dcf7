"""The door of the admins' side: nobody else learns that there is one."""

from __future__ import annotations

from functools import wraps
from typing import TypeVar

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.domain.errors import NotPermittedError
from handlers.ui.buttons import Button
from handlers.ui.context import ShopContext
from handlers.ui.fallbacks import say_old_button, say_unknown_command
from handlers.ui.handler_factories import Callback, on_command, on_press

R = TypeVar("R")


def for_admins(callback: Callback[R], otherwise: Callback[R | None]) -> Callback[R | None]:
    """Return a handler that does `otherwise` for everybody who is no admin at that moment."""

    @wraps(callback)
    async def gated(update: Update, context: ShopContext) -> R | None:
        if not context.is_admin:
            return await otherwise(update, context)
        try:
            return await callback(update, context)
        except NotPermittedError:
            return await otherwise(update, context)

    return gated


def on_admin_command(name: str, callback: Callback[None]) -> CommandHandler[ShopContext, None]:
    """Return the handler of an admins' command; to others it is a command that there is not."""
    return on_command(name, for_admins(callback, say_unknown_command))


def on_admin_press(
    kind: type[Button], callback: Callback[R]
) -> CallbackQueryHandler[ShopContext, R | None]:
    """Return the handler of an admins' button; to others it is one that nobody knows."""
    return on_press(kind, for_admins(callback, say_old_button))
