"""Handlers for admins only.

Everybody else gets the answer to an unknown command or an outdated button, so that the existence of
admin commands is not disclosed.
"""

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
    """Return a handler that calls `callback` for admins and `otherwise` for everybody else.

    Whether a user is an admin is checked at every update.
    """

    @wraps(callback)
    async def restricted(update: Update, context: ShopContext) -> R | None:
        if not context.is_admin:
            return await otherwise(update, context)
        try:
            return await callback(update, context)
        except NotPermittedError:
            return await otherwise(update, context)

    return restricted


def on_admin_command(name: str, callback: Callback[None]) -> CommandHandler[ShopContext, None]:
    """Return the handler of a command that is unknown to everybody but admins."""
    return on_command(name, for_admins(callback, say_unknown_command))


def on_admin_press(
    kind: type[Button], callback: Callback[R]
) -> CallbackQueryHandler[ShopContext, R | None]:
    """Return the handler of a button that is outdated to everybody but admins."""
    return on_press(kind, for_admins(callback, say_old_button))
