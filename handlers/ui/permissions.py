"""Handlers that need a right.

Everybody else gets the answer to an unknown command or an outdated button, so that the existence of
staff commands is not disclosed.
"""

from __future__ import annotations

from functools import wraps
from typing import TypeVar

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.domain.errors import NotPermittedError, OwnAffairError
from bot.domain.staff import Right
from handlers.ui.buttons import Button
from handlers.ui.context import ShopContext
from handlers.ui.fallbacks import say_old_button, say_unknown_command
from handlers.ui.handler_factories import Callback, on_command, on_press
from handlers.ui.replies import alert, show_new

R = TypeVar("R")


def for_staff(
    right: Right | None, callback: Callback[R], otherwise: Callback[R | None]
) -> Callback[R | None]:
    """Return a handler that calls `callback` for those with a right, and `otherwise` for others.

    None: any right will do. The right is checked at every update, and again in the transaction of
    an act. Employees who decide about themselves are told that they may not.
    """

    @wraps(callback)
    async def restricted(update: Update, context: ShopContext) -> R | None:
        if not (context.is_staff if right is None else context.may(right)):
            return await otherwise(update, context)
        try:
            return await callback(update, context)
        except OwnAffairError:
            await _say_own_affair(update, context)
            return None
        except NotPermittedError:
            return await otherwise(update, context)

    return restricted


async def _say_own_affair(update: Update, context: ShopContext) -> None:
    text = context.translator.gettext(
        "This is about your own money or order. Please ask an owner or a colleague to do it."
    )
    if update.callback_query is None:
        await show_new(update, context, text)
    else:
        await alert(update, context, text)


def on_staff_command(
    name: str, right: Right | None, callback: Callback[R]
) -> CommandHandler[ShopContext, R | None]:
    """Return the handler of a command that is unknown to everybody without a right."""
    return on_command(name, for_staff(right, callback, say_unknown_command))


def on_staff_press(
    kind: type[Button], right: Right | None, callback: Callback[R]
) -> CallbackQueryHandler[ShopContext, R | None]:
    """Return the handler of a button that is outdated to everybody without a right."""
    return on_press(kind, for_staff(right, callback, say_old_button))


def by_right(right: Right, for_those: Callback[None], for_others: Callback[None]) -> Callback[None]:
    """Return a handler that calls one callback for those with a right, and another for others."""

    async def handle(update: Update, context: ShopContext) -> None:
        if not context.may(right):
            await for_others(update, context)
            return
        try:
            await for_those(update, context)
        except NotPermittedError:  # The right was taken away since the update arrived.
            await for_others(update, context)

    return handle
